"""TriG: Turtle with named graphs."""

from __future__ import annotations

from kg.contract import Fidelity
from kg.graph import Graph
from kg.graph.trig import trig

FIDELITY = Fidelity()


def write(graph: Graph) -> bytes:
    """Return every quad of a graph, the default graph first."""
    lines = ("Written by clinical-evidence-kg.", *graph.caveats(), *graph.attribution())
    head = "".join(f"# {line}\n" for line in lines)
    return head.encode() + trig(graph.quads(), graph.prefixes())
