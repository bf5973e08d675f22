"""N-Quads: one statement a line, sorted, in the canonical form of RDF 1.1 N-Quads."""

from __future__ import annotations

from kg.contract import Fidelity
from kg.graph import Graph

FIDELITY = Fidelity()


def write(graph: Graph) -> bytes:
    """Return every quad of a graph, the default graph first."""
    return "".join(f"{quad} .\n" for quad in graph.quads()).encode()
