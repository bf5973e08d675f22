"""N-Quads: a comment, then one statement a line, sorted, in the canonical form of RDF 1.1."""

from __future__ import annotations

from kg.contract import Fidelity
from kg.graph import Graph
from kg.marks import LINE

FIDELITY = Fidelity()


def write(graph: Graph) -> bytes:
    """Return every quad of a graph, the default graph first."""
    return (LINE + "".join(f"{quad} .\n" for quad in graph.quads())).encode()
