"""CSL-JSON: references as citation processors, Zotero and Crossref give them.

Source: https://docs.citationstyles.org/en/stable/specification.html, and for notices the field
``update-to`` of Crossref.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kg.bibliography.work import Work, year
from kg.errors import InputError, Place
from kg.readers import decoded
from kg.retraction import CONCERN, CORRECTED, RETRACTED

_KEYS: Mapping[str, str] = {
    "title": "title", "container-title": "publishedIn", "volume": "volume", "issue": "issue",
    "page": "pages", "number": "articleNumber", "article-number": "articleNumber", "DOI": "doi",
    "PMID": "pmid", "PMCID": "pmcid", "URL": "url",
}  # fmt: skip
_STATUS: Mapping[str, str] = {
    "retraction": RETRACTED, "withdrawal": RETRACTED, "removal": RETRACTED,
    "expression_of_concern": CONCERN, "correction": CORRECTED, "erratum": CORRECTED,
}  # fmt: skip


def read(data: bytes, name: str) -> list[Work]:
    """Return the works of a file in CSL-JSON: a list of items, or one item.

    :raises InputError: if it is not JSON, or not CSL.
    """
    text = decoded(data, name)
    try:
        whole = json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        place = Place(name, error.lineno, error.colno)
        raise InputError(f"not JSON: {error.msg}", place=place, hint="export it again") from error
    except RecursionError as error:
        raise InputError(f"{name} is nested too deeply") from error
    items = whole.get("items", [whole]) if isinstance(whole, dict) else whole
    if not isinstance(items, list):
        raise InputError(f"{name} is not a list of CSL-JSON items")
    lines = _lines(text, len(items))
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            raise InputError(
                f"item {number} has no 'type'",
                place=Place(name, lines[number - 1], 1),
                hint="an item of CSL-JSON is an object with 'type' and 'title'",
            )
    return [_work(item, Place(name, line, 1)) for item, line in zip(items, lines, strict=True)]


def _lines(text: str, count: int) -> list[int]:
    """Return the line on which each item begins, as far as ``"type"`` tells; else the first."""
    found = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(r'"type"\s*:', text)] if (
        count <= 10_000 and text.count('"type"') == count
    ) else []  # fmt: skip
    return found or [1] * count


def _work(item: dict[str, Any], place: Place) -> Work:
    work = Work(place, key=_text(item.get("id")), kinds=(item["type"],))
    for name, key in _KEYS.items():
        work.add(key, _text(item.get(name)))
    authors = item.get("author", [])
    people = [p for p in authors if isinstance(p, dict)] if isinstance(authors, list) else []
    work.name_authors(map(_name, people))
    work.orcids = tuple(o for p in people if (o := _text(p.get("ORCID"))))
    work.add("year", _year(item.get("issued")))
    work.isbns, work.issns = _several(item.get("ISBN")), _several(item.get("ISSN"))
    for update in item.get("update-to", []) if isinstance(item.get("update-to"), list) else []:
        status = _STATUS.get(_text(update.get("type")), "") if isinstance(update, dict) else ""
        if status and (other := _text(update.get("DOI"))):
            work.notice_of[other] = status
    updates = item.get("updated-by", [])
    kinds = [_text(u.get("type")) for u in updates if isinstance(u, dict)] if isinstance(
        updates, list
    ) else []  # fmt: skip
    work.judge(*(_STATUS.get(kind, "") for kind in kinds))
    return work


def _text(value: Any) -> str:
    """Return a text; of a list, as Crossref gives titles, its first."""
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def _several(value: Any) -> tuple[str, ...]:
    every = value if isinstance(value, list) else [value]
    return tuple(
        part for v in every if isinstance(v, str) for part in re.split(r"[\s,;]+", v) if part
    )


def _name(person: dict[str, Any]) -> str:
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    whole = " ".join(text for part in parts if (text := _text(person.get(part))))
    return _text(person.get("literal")) or whole or _text(person.get("name"))


def _year(date: Any) -> str:
    if not isinstance(date, dict):
        return ""
    parts: Any = date.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return year(
        parts if isinstance(parts, str) else _text(date.get("raw")) or _text(date.get("literal"))
    )
