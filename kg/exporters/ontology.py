"""The ontology of a graph as Turtle: the terms of kg and those of the project."""

from __future__ import annotations

from pyoxigraph import RdfFormat, serialize

from kg.contract import Fidelity
from kg.graph import Graph
from kg.marks import LINE
from kg.ontology import PREFIXES
from kg.published import published

FIDELITY = Fidelity(others="terms only; no entity of the graph is among them")


def write(graph: Graph) -> bytes:
    """Return every statement about the terms, sorted."""
    lines = ("The terms of this graph:", *graph.attribution(), *graph.caveats())
    head = LINE + "".join(f"# {line}\n" for line in lines)
    triples = published(graph.ontology)
    body = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    assert body is not None
    return head.encode() + body
