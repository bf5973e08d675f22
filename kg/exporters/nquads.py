"""N-Quads: a comment, then one statement a line, sorted, in the canonical form of RDF 1.1."""

from __future__ import annotations

from kg.contract import Fidelity
from kg.graph import Graph
from kg.graph.quads import DEFAULT, GraphName
from kg.marks import LINE

FIDELITY = Fidelity()


def write(graph: Graph) -> bytes:
    """Return every quad of a graph, the default graph first."""
    names: list[GraphName] = [DEFAULT, *graph.names()]
    return (LINE + "".join(f"{line}\n" for name in names for line, _ in graph.lines(name))).encode()
