"""RIS and PubMed's nbib: a line a value, with a tag before it.

Source: https://en.wikipedia.org/wiki/RIS_(file_format) for RIS, and "MEDLINE/PubMed Data Element
(Field) Descriptions" of the National Library of Medicine for nbib.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.bibliography.work import Work, in_order, year
from kg.errors import InputError, Place
from kg.readers import decoded
from kg.retraction import CONCERN, CORRECTED, RETRACTED

_RIS = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*))?")
_NBIB = re.compile(r"([A-Z]{2,4}) {0,2}- (.*)")
_RIS_KEYS: Mapping[str, str] = {
    "TI": "title", "T1": "title", "CT": "title", "JF": "publishedIn", "JO": "publishedIn",
    "T2": "publishedIn", "BT": "publishedIn", "JA": "publishedIn", "VL": "volume", "IS": "issue",
    "C7": "articleNumber", "DO": "doi", "UR": "url",
}  # fmt: skip
_NBIB_KEYS: Mapping[str, str] = {
    "TI": "title", "BTI": "title", "JT": "publishedIn", "TA": "publishedIn", "VI": "volume",
    "IP": "issue", "PG": "pages", "PMID": "pmid", "PMC": "pmcid",
}  # fmt: skip
_NOTICES: Mapping[str, str] = {"RIN": RETRACTED, "ECI": CONCERN, "EIN": CORRECTED}
_NOTICES_OF: Mapping[str, str] = {"ROF": RETRACTED, "ECF": CONCERN, "EFR": CORRECTED}
PUBMED_TYPES: Mapping[str, str] = {
    "retracted publication": RETRACTED,
    "expression of concern": "",
}
"""Publication type of PubMed, in small letters → the status of such a work."""

Field = tuple[str, str, int]
"""A tag, its text, and the line on which it stands."""


def read_ris(data: bytes, name: str) -> list[Work]:
    """Return the works of a file in RIS.

    :raises InputError: if a line before the first work, or outside of one, is not RIS.
    """
    found: list[list[Field]] = []
    is_open = False
    for tag, text, line in _lines(decoded(data, name), _RIS, name):
        if tag == "TY":
            found.append([])
        elif not found or not is_open:
            raise _wrong(name, line, f"'{tag}' is outside a work", "a work begins with 'TY  - '")
        is_open = tag != "ER"
        found[-1].append((tag, text, line))
    return [_ris(fields, name) for fields in found]


def read_nbib(data: bytes, name: str) -> list[Work]:
    """Return the works of a file of PubMed in the format nbib.

    :raises InputError: if a line outside of a work is not of that format.
    """
    found: list[list[Field]] = []
    for tag, text, line in _lines(decoded(data, name), _NBIB, name):
        if tag == "PMID" or not found:
            found.append([])
        found[-1].append((tag, text, line))
    for fields in found:
        if fields[0][0] != "PMID":
            hint = "a work begins with 'PMID- '"
            raise _wrong(name, fields[0][2], f"'{fields[0][0]}' is outside a work", hint)
    return [_nbib(fields, name) for fields in found]


def _lines(text: str, pattern: re.Pattern[str], name: str) -> Iterator[Field]:
    """Yield the fields of a text; a line without a tag goes on with the one before it."""
    last: tuple[str, list[str], int] | None = None
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        match = pattern.fullmatch(line.rstrip())
        if match:
            if last:
                yield last[0], " ".join(last[1]), last[2]
            last = match[1], [(match[2] or "").strip()], number
        elif line.strip():
            if last is None or last[0] == "ER":
                hint = "save the file again in the format that its name promises"
                raise _wrong(
                    name, number, f"not a line of such a file: {line.strip()[:40]!r}", hint
                )
            last[1].append(line.strip())
    if last:
        yield last[0], " ".join(last[1]), last[2]


def _wrong(name: str, line: int, message: str, hint: str) -> InputError:
    return InputError(message, place=Place(name, line, 1), hint=hint)


def _ris(fields: list[Field], name: str) -> Work:
    work = Work(Place(name, fields[0][2], 1), kinds=(fields[0][1],))
    texts: dict[str, list[str]] = {}
    for tag, text, _ in fields:
        texts.setdefault(tag, []).append(text)
    for tag, key in _RIS_KEYS.items():
        for text in texts.get(tag, ()):
            work.add(key, text)
    work.key = next(iter(texts.get("ID", ())), "")
    work.name_authors(in_order(a) for tag in ("AU", "A1") for a in texts.get(tag, ()))
    work.add(
        "year",
        next((y for t in ("PY", "Y1", "DA") for d in texts.get(t, ()) if (y := year(d))), ""),
    )
    pages = [next(iter(texts.get(tag, ())), "") for tag in ("SP", "EP")]
    work.add("pages", "-".join(p for p in pages if p))
    databases = " ".join(texts.get("DB", []) + texts.get("DP", []) + texts.get("N1", []))
    if re.search(r"PubMed|MEDLINE", databases, re.I):
        work.add("pmid", next(iter(texts.get("AN", ())), ""))
    for text in texts.get("C2", ()):
        if re.fullmatch("PMC[0-9]+", text):
            work.add("pmcid", text)
    for text in (
        part for t in texts.get("SN", ()) for part in re.split(r"[;,]", t) if part.strip()
    ):
        plain = re.sub(r"\(.*?\)", "", text).strip()
        is_issn = len(re.sub(r"[^0-9Xx]", "", plain)) == 8
        if is_issn:
            work.issns += (plain,)
        else:
            work.isbns += (plain,)
    work.judge()
    return work


def _nbib(fields: list[Field], name: str) -> Work:
    work = Work(Place(name, fields[0][2], 1), key=fields[0][1])
    full = any(tag == "FAU" for tag, _, _ in fields)
    kinds: list[str] = []
    authors: list[str] = []
    notices: list[str] = []
    for tag, text, _ in fields:
        if tag in _NBIB_KEYS:
            work.add(_NBIB_KEYS[tag], text)
        elif tag == "PT":
            kinds.append(text)
        elif tag in ("FAU", "CN") or (tag == "AU" and not full):
            authors.append(in_order(text))
        elif tag == "DP":
            work.add("year", year(text))
        elif tag in ("LID", "AID"):
            _location(work, text)
        elif tag == "IS":
            work.issns += (text.partition("(")[0].strip(),)
        elif tag == "ISBN":
            work.isbns += (text.partition("(")[0].strip(),)
        elif tag == "AUID" and "orcid" in text.lower():
            work.orcids += (text,)
        elif tag == "LR" and re.fullmatch("[0-9]{8}", text):
            work.known_on = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        elif tag in _NOTICES:
            notices.append(_NOTICES[tag])
        elif tag in _NOTICES_OF and (found := re.search(r"PMID:\s*([0-9]+)", text)):
            work.notice_of[found[1]] = _NOTICES_OF[tag]
    notices += [PUBMED_TYPES.get(kind.lower(), "") for kind in kinds]
    work.kinds = tuple(kinds)
    work.name_authors(authors)
    work.judge(*notices)
    return work


def _location(work: Work, text: str) -> None:
    value, _, kind = text.rpartition(" [")
    if kind == "doi]":
        work.add("doi", value)
    elif kind == "pii]" and re.fullmatch(r"e[0-9]+", value):
        work.add("articleNumber", value)
