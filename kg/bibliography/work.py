"""A work as a bibliography has it, before it is a Source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.errors import Place
from kg.retraction import CONCERN, CORRECTED, RETRACTED, most_severe

_IS_RETRACTED = re.compile(r"\W*RETRACTED(?: ARTICLE)?\s*[:\]]", re.I)
_NOTICE = re.compile(
    rf"(?:(?P<{RETRACTED}>retraction)|(?P<{CONCERN}>expression of concern)"
    rf"|(?P<{CORRECTED}>correction|erratum|corrigendum))(?: notice)?(?: to| for| of)?\s*:?\W*"
    r"(?P<title>.{20,})",
    re.I,
)


@dataclass
class Work:
    """A work: ``values`` are keys of a Source with their texts, identifiers as they are written.

    ``kinds`` are the words of the file for what the work is. ``notice`` is the status that the
    file gives the work, ``notice_of`` what the work says of others: their DOI, PMID or title (see
    :func:`compared`) → a status. ``known_on`` is the day of the last change of the record, in ISO
    8601.
    """

    place: Place
    key: str = ""
    kinds: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    orcids: tuple[str, ...] = ()
    notice: str = ""
    notice_of: dict[str, str] = field(default_factory=dict)
    known_on: str = ""

    def add(self, key: str, text: object) -> None:
        """Set a value unless it is empty or there already; white space becomes one space."""
        plain = " ".join(str(text).split()) if text is not None else ""
        if plain:
            self.values.setdefault(key, plain)

    def name_authors(self, names: Iterable[str]) -> None:
        """Set the authors; a name without a letter or digit, such as ``", "``, is none."""
        self.authors = tuple(name for name in names if any(map(str.isalnum, name)))

    def judge(self, *statuses: str) -> None:
        """Set what the file says of retraction: of the work, and in its title also of others."""
        title = self.values.get("title", "")
        mine = RETRACTED if _IS_RETRACTED.match(title) else ""
        self.notice = most_severe([*statuses, mine])
        if found := _NOTICE.match(title):
            status = next(s for s in (RETRACTED, CONCERN, CORRECTED) if found[s])
            self.notice_of.setdefault(compared(found["title"]), status)


def compared(title: str) -> str:
    """Return a title as it is compared: its letters and digits, without case, and unmarked."""
    found = _IS_RETRACTED.match(title)
    return "".join(c for c in title[found.end() if found else 0 :].casefold() if c.isalnum())


def in_order(name: str) -> str:
    """Return ``Family, Given`` as ``Given Family``: names of a list stand between commas.

    >>> [in_order(name) for name in ("Juffer, Femmie", "King, Jr., Martin", "Femmie Juffer")]
    ['Femmie Juffer', 'Martin King Jr.', 'Femmie Juffer']
    """
    parts = [" ".join(part.split()) for part in name.split(",")]
    family, given = parts[0], parts[-1] if len(parts) > 1 else ""
    suffix = parts[1:-1]
    return " ".join(filter(None, [given, family, *suffix]))


def year(text: str) -> str:
    """Return the first year of four digits in a text, or ``""``."""
    found = re.search(r"(?<![0-9])[12][0-9]{3}(?![0-9])", text)
    return found[0] if found else ""
