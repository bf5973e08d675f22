"""CSL-JSON: the sources as references, for Zotero, Pandoc and programs that format citations."""

from __future__ import annotations

import json

from kg.evidence.references import FIDELITY as FIDELITY
from kg.evidence.references import references
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the sources as CSL-JSON, one item per line; the first item is the graph itself."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in references(graph))
    return f"[\n{lines}\n]\n".encode()
