"""TriG: Turtle with named graphs."""

from __future__ import annotations

from pyoxigraph import RdfFormat, serialize

from kg.contract import Fidelity
from kg.graph import Graph

FIDELITY = Fidelity()


def write(graph: Graph) -> bytes:
    """Return every quad of a graph, the default graph first."""
    lines = ("Written by clinical-evidence-kg.", *graph.caveats(), *graph.attribution())
    head = "".join(f"# {line}\n" for line in lines)
    body = serialize(graph.quads(), format=RdfFormat.TRIG, prefixes=dict(graph.prefixes()))
    assert body is not None
    return head.encode() + body
