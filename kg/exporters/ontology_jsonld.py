"""The ontology of a graph as JSON-LD: the terms of kg and those of the project."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from pyoxigraph import NamedNode, Quad

from kg.contract import Fidelity
from kg.graph import Graph
from kg.jsonld.compaction import Compaction
from kg.jsonld.context import SAID, document, line, used, whole
from kg.ontology import TYPE
from kg.published import published

FIDELITY = Fidelity(others="terms only; no entity of the graph is among them")


def write(graph: Graph) -> bytes:
    """Return one document with a line for each term, sorted by IRI."""
    terms = Graph(graph.ontology, graph.base)
    terms.extend(Quad(*triple) for triple in published(graph.ontology))
    compaction = Compaction(terms)
    subjects = sorted({fact.subject for fact in terms.asserted()}, key=lambda node: node.value)
    nodes = [_node(subject, terms, compaction) for subject in subjects]
    context = used({k: v for k, v in whole(terms).items() if k != "@base"}, nodes)
    said = dict(zip(SAID, (graph.caveats(), graph.attribution()), strict=True))
    return document(context, said, map(line, nodes))


def _node(subject: NamedNode, terms: Graph, compaction: Compaction) -> dict[str, Any]:
    node = compaction.head(subject, terms.objects(subject, TYPE.value))
    for predicate, pairs in groupby(terms.properties(subject), key=itemgetter(0)):
        if predicate != TYPE:
            compaction.put(node, predicate, [(value, None) for _, value in pairs])
    return node
