"""RIS: the sources as references, for EndNote, Zotero, Mendeley and systematic review tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.evidence.references import FIDELITY as FIDELITY
from kg.evidence.references import Item, references
from kg.pieces import Pieces
from kg.xmltext import clean

_TYPES: Mapping[str, str] = {
    "article-journal": "JOUR",
    "chapter": "CHAP",
    "paper-conference": "CPAPER",
    "report": "RPRT",
    "webpage": "ELEC",
    "dataset": "DATA",
}
"""Type of CSL → type of RIS; all others are ``GEN``."""
_TAGS: Mapping[str, str] = {
    "title": "TI",
    "container-title": "T2",
    "volume": "VL",
    "issue": "IS",
    "page": "SP",
    "number": "C7",
    "DOI": "DO",
    "PMID": "AN",
    "PMCID": "C2",
    "ISBN": "SN",
    "URL": "UR",
    "publisher": "PB",
}


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the sources as RIS; the first record is the graph itself."""
    for number, item in enumerate(references(pieces)):
        yield "\n" if number else ""
        yield from _lines(item)


def _lines(item: Item) -> Iterator[str]:
    yield _line("TY", _TYPES.get(item["type"], "GEN"))
    yield _line("ID", item["id"])
    for author in item.get("author", ()):
        yield _line("AU", author["literal"])
    if "issued" in item:
        yield _line("PY", str(item["issued"]["date-parts"][0][0]))
    for variable, tag in _TAGS.items():
        if text := item.get(variable):
            yield _line(tag, text)
    if "PMID" in item:
        yield _line("DB", "PubMed")  # whose accession number AN is
    for note in item.get("note", "").split("\n"):
        if note:
            yield _line("N1", note)
    yield "ER  - \n"


def _line(tag: str, text: str) -> str:
    return f"{tag}  - {clean(text)}\n"
