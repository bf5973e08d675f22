"""The ontology of a graph as Turtle: the terms of kg and those of the project."""

from __future__ import annotations

from pyoxigraph import RdfFormat, serialize

from kg.contract import Fidelity
from kg.graph import Graph
from kg.ontology import PREFIXES
from kg.published import published

FIDELITY = Fidelity(others="terms only; no entity of the graph is among them")


def write(graph: Graph) -> bytes:
    """Return every statement about the terms, sorted."""
    lines = ("Terms of a graph. Written by clinical-evidence-kg.", *graph.attribution())
    head = "".join(f"# {line}\n" for line in lines)
    triples = published(graph.ontology)
    body = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    assert body is not None
    return head.encode() + body
