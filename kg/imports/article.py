"""``kg import article``: an evidence page in text, Markdown or HTML as draft records.

No language model is used: every proposal follows from a rule, and its comment says from which.
"""

from __future__ import annotations

import hashlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, lookup
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.errors import InputError
from kg.imports import Drafts, Given, citations, page_matter, submission, unique
from kg.imports.drafts import Draft, above, draft
from kg.imports.known import Known
from kg.imports.page import CONTENT, Page, Section, Sentence, page, references
from kg.imports.people import People, stated
from kg.imports.proposals import Proposals
from kg.imports.slugs import slug
from kg.imports.yamltext import lines, record, wrap
from kg.processes import in_parts
from kg.readers import decoded
from kg.text.html import charset, is_html, plain
from kg.text.markers import without

_CONTEXT = 32
_MOST = 200_000
"""How many sentences a page may have."""
_WORTH_A_PROCESS = 3_000
"""How many sentences take longer to read than a process takes to start."""


class _Statement(NamedTuple):
    """A record that is to get an id from its name: the comment above it, and its YAML below the id.

    ``section`` is the number of its section, ``ages`` tells of populations how the page says how
    old they are, ``phrases`` look like interventions and are not known.
    """

    name: str
    above: str
    below: str
    kind: str
    section: int
    population: str = ""
    ages: Mapping[str, str] = {}
    phrases: Sequence[str] = ()


def read(given: Given) -> Drafts:
    """Propose the records of a page: article, sections, statements, citations, and a submission.

    :raises InputError: if the file is not text, or is in an encoding that is not known.
    """
    text, is_plain = _text(given)
    if not text.strip():
        raise InputError(
            f"{given.name} contains no text", hint="an article has a title and sentences"
        )
    return _Reading(given, page(text), is_plain).drafts()


def _text(given: Given) -> tuple[str, bool]:
    """Return the text of the file, and whether it is the file's own and not taken from HTML."""
    data = given.data()
    named = "" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else charset(data)
    try:
        text = data.decode(lookup(named).name) if named else decoded(data, given.name)
    except (LookupError, UnicodeDecodeError):
        text = decoded(data, given.name)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            f"{given.name}:{line}: a NUL character, so this is not text",
            hint="save the page as text",
        )
    if given.path.suffix.lower() in (".html", ".htm", ".xhtml") or is_html(text):
        return plain(text), False
    return text, not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))


class _Reading:
    """One page on its way to records."""

    def __init__(self, given: Given, read: Page, is_plain: bool) -> None:
        self.given, self.page = given, read
        self.text = read.text
        self.is_plain = is_plain
        title = self.text[slice(*read.title)] if read.title else given.path.stem
        self.title = " ".join(title.split())
        self.slug = slug(self.title, 26) or slug(given.path.stem, 26) or "page"
        self.article = f"article/{self.slug}"
        self.digest = _digest(self.text)
        self.known = Known(given, self.text)
        self.people = People(self.slug, self.known.entities)
        self.proposals = Proposals(read, self.known, self.people, self.article)
        names = unique(slug(s.name, 40) or "section" for s in read.sections)
        self.sections = [f"section/{self.slug}-{name}" for name in names]

    def drafts(self) -> Drafts:
        """Return everything that is proposed, in the order of the text."""
        if len(self.page.sentences) > _MOST:
            raise InputError(
                f"{self.given.name} has {len(self.page.sentences):,} sentences",
                hint=f"a page may have {_MOST:,}; split it",
            )
        statements = self._statements()
        names = unique(s.name for s in statements)
        ids = [f"statement/{self.slug}-{name}" for name in names]
        updated = next(filter(None, map(self._date, self.page.sentences)), "")
        has_header = any(s.section == 0 for s in statements)
        sections = (
            self._section(n, s, has_header=has_header)
            for n, s in enumerate(self.page.sections)
            if n or has_header
        )
        disclaimers = [i for i, s in zip(ids, statements, strict=True) if s.kind == "Disclaimer"]
        ages = {people: words for s in statements for people, words in s.ages.items()}
        drafts = (
            self._article(updated, disclaimers),
            *sections,
            *self._written(ids, statements),
            *citations.drafts(self.slug, self.article, self._marked(), dict(references(self.page))),
            *self.people.drafts({s.population for s in statements}, ages),
            *submission.drafts(self.given, self.slug, ids),
        )
        phrases = (phrase for s in statements for phrase in s.phrases)
        return Drafts(drafts, notes=(*self.known.notes(phrases), *self._doubtful()))

    # -- the page and its sections ------------------------------------------------------------

    def _article(self, updated: str, disclaimers: list[str]) -> Draft:
        values: dict[str, Any] = {"id": self.article, "title": self.title}
        if self.title.endswith("?"):
            values["question"] = self.title
        if updated:
            values["modified"] = updated
        if name := self._text_file():
            values["textFile"] = name
        values |= {"textDigest": self.digest, "reviewStatus": "unknown"}
        if disclaimers:
            values["disclaimer"] = disclaimers
        return draft(values, "\n".join(self._about(updated)), "The page")

    def _date(self, sentence: Sentence) -> str:
        return page_matter.page_date(page_matter.read(self.page.said(sentence)))

    def _about(self, updated: str) -> Iterator[str]:
        short = (s for s in self.page.sentences if s.end - s.start < page_matter.LONGEST_STATE)
        named = [state for s in short for state in page_matter.review_states(self.page.said(s))]
        if named:
            marked = [name for name, is_marked in named if is_marked]
            yield f"Review states that the page names: {', '.join(n for n, _ in named)}."
            yield (
                f"Marked as its own: {', '.join(marked)}. The page's word sets no status here."
                if marked
                else "None is marked, so its status is unknown."
            )
        if not updated:
            said = (self.page.said(s) for s in self.page.sentences)
            certain = (page_matter.read(text) for text in said if page_matter.is_certain(text))
            stated = next(filter(None, map(page_matter.month_or_year, certain)), "")
            yield (
                f"The page gives '{stated}' for its last update, which is no day: none is guessed."
                if stated
                else "No day of the last update was found: add 'modified' if the page gives one."
            )
        if not self._text_file():
            yield "Positions of quotes count in the plain text that kg takes from the page."

    def _text_file(self) -> str:
        folder = self.given.folder
        path = self.given.path.resolve()
        if not self.is_plain or folder is None or not path.is_relative_to(folder.resolve()):
            return ""
        return path.relative_to(folder.resolve()).as_posix()

    def _section(self, number: int, section: Section, *, has_header: bool) -> Draft:
        values: dict[str, Any] = {
            "id": self.sections[number],
            "prefLabel": section.name,
            "sectionOf": self.article,
        }
        if section.parent is not None:
            values["parentSection"] = self.sections[section.parent]
        values["order"] = number + has_header
        part = section.role if section.role in CONTENT else "pageMatter"
        part = "" if section.role == "whole" else part
        if part:
            values["articlePart"] = part
        return draft(values, heading="Sections" if number == (not has_header) else "")

    # -- statements ---------------------------------------------------------------------------

    def _statements(self) -> list[_Statement]:
        made: list[_Statement] = []
        if self.page.title:
            title = Sentence(*self.page.title, section=0)
            about = {
                "type": "Description",
                "descriptionKind": "question",
                "describes": self.article,
            }
            values = self._values(title, self.title, about)
            name = self._name(self.title)
            made.append(_Statement(name, "", lines(values), "Description", title.section))
        cited = self.page.cited()
        for sentence in cited:
            self.known.define(sentence.start, sentence.end)
        for part in in_parts(self._made, cited, _WORTH_A_PROCESS):
            made += part
        return made

    def _made(self, sentences: Sequence[Sentence]) -> list[_Statement]:
        made: list[_Statement] = []
        for sentence in sentences:
            section = self.page.sections[sentence.section]
            said = without(self.text, sentence.start, sentence.end, sentence.marks)
            for read in self.proposals.of(sentence, section, said):
                values = self._values(sentence, said, read.values)
                comment = "\n".join([*_wrapped(self.page.said(sentence)), *read.comment])
                made.append(
                    _Statement(
                        self._name(said) + read.suffix,
                        above(comment),
                        lines(values),
                        values["type"],
                        sentence.section,
                        values.get("population", ""),
                        {f["about"]: stated(f) for f in values.get("sets", ())},
                        read.phrases,
                    )
                )
        return made

    def _written(self, ids: Sequence[str], statements: Sequence[_Statement]) -> Iterator[Draft]:
        """Yield the statements with their ids, each section below its heading."""
        last = -1
        for name, s in zip(ids, statements, strict=True):
            heading = self.page.sections[s.section].name if s.section != last else ""
            last = s.section
            yield Draft(name, f"{s.above}{record({'id': name})}{s.below}", heading)

    def _name(self, said: str) -> str:
        return slug(" ".join(said.split(None, 6)[:6]), 48) or _digest(said)[7:15]

    def _values(self, sentence: Sentence, said: str, values: dict[str, Any]) -> dict[str, Any]:
        start, end = sentence.start, sentence.end
        exact = self.text[start:end]
        quote: dict[str, Any] = {"quotedFrom": self.article, "exact": exact}
        if before := self.text[max(0, start - _CONTEXT) : start]:
            quote["prefix"] = before
        if after := self.text[end : end + _CONTEXT]:
            quote["suffix"] = after
        quote |= {"start": start, "end": end, "exactDigest": _digest(exact)}
        quote |= {"sourceDigest": self.digest, "normalisation": "none"}
        kind = values.pop("type")
        lines = self._evidence(sentence, kind)
        return {
            "type": kind,
            "section": self.sections[sentence.section],
            "reviewStatus": "submitted",
            "creator": submission.AGENT,
            **values,
            "wording": {"audience": "clinician", "text": said},
            **({"evidenceLine": lines} if lines else {}),
            "quote": quote,
        }

    def _evidence(self, sentence: Sentence, kind: str) -> dict[str, Any]:
        cited = [f"citation/{self.slug}-{n}" for n in sentence.numbers]
        if not cited and kind != "Claim":
            return {}
        of = {"citation": cited} if cited else {"source": self.article}
        return {
            **of,
            "citationBasis": sentence.basis,
            "stance": "supports",
            "directness": "unknown",
            "quoteRole": "secondaryReport",
        }

    def _marked(self) -> Counter[str]:
        """Return of each number how many sentences have its mark, 0 if it may only reach them."""
        marked: Counter[str] = Counter()
        for sentence in self.page.cited():
            marked.update(dict.fromkeys(sentence.numbers, bool(sentence.marks)))
        return marked

    # -- notes -------------------------------------------------------------------------------

    def _doubtful(self) -> Iterator[str]:
        for mark in self.page.doubtful:
            around = " ".join(self.text[max(0, mark.start - 30) : mark.end + 1].split())
            yield f"not taken for a reference mark: …{around}"


def _wrapped(said: str) -> list[str]:
    return list(wrap(" ".join(said.split()), 96, 96))


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
