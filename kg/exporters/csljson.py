"""CSL-JSON: the sources as references, for Zotero, Pandoc and programs that format citations."""

from __future__ import annotations

from collections.abc import Iterator

from kg.evidence.references import FIDELITY as FIDELITY
from kg.evidence.references import references
from kg.jsontext import members
from kg.pieces import Pieces


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the sources as CSL-JSON, one item per line; the first item is the graph itself."""
    yield "[\n"
    yield from members(references(pieces))
    yield "\n]\n"
