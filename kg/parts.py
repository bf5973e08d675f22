"""A part of a graph that is self-contained, and a graph without named graphs."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.published import NAME, published
from kg.review_rules import ALWAYS


def only(graph: Graph, ids: Iterable[str]) -> Graph:
    """Return the part of a graph that some entities need.

    That is what they lead to, the caveats that apply to any of it, all disclaimers, and what is
    derived from these statements.

    :param ids: ids such as ``finding/f05-1``, or IRIs.
    :raises UsageError: if the graph says nothing of one of them.
    """
    roots = [graph.node(name) for name in ids]
    for node in roots:
        if not graph.properties(node):
            known = sorted({graph.short(f.subject) for f in graph.asserted()})
            hint = did_you_mean(graph.short(node), known) or "kg stats counts the entities"
            raise UsageError(f"the graph has no entity '{graph.short(node)}'", hint=hint)
    inside = _reached(graph, [graph.root(), *graph.instances("Disclaimer"), *roots])
    limits = [s for name in ALWAYS for s in graph.instances(name)]
    about = [s for s in limits if inside & set(graph.objects(s, "appliesTo"))]
    inside |= _reached(graph, about)
    part = _like(graph)
    part.extend(quad for quad in graph if _owner(quad.subject) in inside or quad.subject in inside)
    return part


def merged(graph: Graph) -> Graph:
    """Return a graph with every statement in the default graph, for stores that query it alone."""
    copy = _like(graph)
    copy.extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in graph)
    return copy


def with_ontology(graph: Graph) -> Graph:
    """Return a graph with its ontology in a named graph of its own."""
    copy = _like(graph)
    copy.extend(graph)
    copy.extend(Quad(s, p, o, NAME) for s, p, o in published(graph.ontology))
    return copy


def _like(graph: Graph) -> Graph:
    copy = Graph(graph.ontology, graph.base)
    copy.places, copy.include_unreviewed = graph.places, graph.include_unreviewed
    return copy


def _owner(node: object) -> object:
    """Return the entity that a node is a part of."""
    return NamedNode(node.value.partition("#")[0]) if isinstance(node, NamedNode) else node


def _reached(graph: Graph, start: Iterable[NamedNode]) -> set[object]:
    """Return entities, their parts, and all that these lead to by asserted statements."""
    found: set[object] = set()
    waiting: list[object] = list(start)
    while waiting:
        node = waiting.pop()
        if node in found or not isinstance(node, NamedNode):
            continue
        found.add(node)
        waiting += [value for _, value in graph.properties(node)]
    return found
