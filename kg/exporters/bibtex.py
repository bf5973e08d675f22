"""BibTeX: the sources as references, for LaTeX and reference managers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.evidence.references import FIDELITY as FIDELITY
from kg.evidence.references import Item, references
from kg.pieces import Pieces
from kg.xmltext import clean

_TYPES: Mapping[str, str] = {
    "article-journal": "article",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
}
"""Type of CSL → type of entry; all others are ``misc``."""
_FIELDS: Mapping[str, str] = {
    "title": "title",
    "volume": "volume",
    "issue": "number",
    "page": "pages",
    "number": "eid",
    "DOI": "doi",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "ISBN": "isbn",
    "URL": "url",
    "publisher": "publisher",
    "note": "note",
}
_BOOKS = ("incollection", "inproceedings")
_ESCAPES = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{c: f"\\{c}" for c in "#$%&_"},
}
_VERBATIM = frozenset({"doi", "url", "isbn", "pmid", "pmcid"})


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the sources as BibTeX; the first entry is the graph itself."""
    for number, item in enumerate(references(pieces)):
        yield f"\n{_entry(item)}" if number else _entry(item)


def _entry(item: Item) -> str:
    kind = _TYPES.get(item["type"], "misc")
    fields = "".join(f"  {name} = {{{text}}},\n" for name, text in _fields(item, kind))
    return f"@{kind}{{{re.sub(r'[^A-Za-z0-9:_./-]', '-', item['id'])},\n{fields}}}\n"


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    if authors := [a["literal"] for a in item.get("author", ())]:
        # Braces keep a name as it is; BibTeX would take it for given and family names.
        names = ["others" if a.startswith("et al") else f"{{{_escaped(a)}}}" for a in authors]
        yield "author", " and ".join(names)
    if "issued" in item:
        yield "year", str(item["issued"]["date-parts"][0][0])
    if text := item.get("container-title"):
        yield ("booktitle" if kind in _BOOKS else "journal"), _escaped(text)
    for variable, name in _FIELDS.items():
        if text := item.get(variable):
            yield name, clean(text) if name in _VERBATIM else _escaped(text)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in clean(text))
