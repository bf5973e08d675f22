"""A part of a graph that is self-contained, and a graph without named graphs."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.ontology import CEKG
from kg.published import NAME, published
from kg.review_rules import ALWAYS

_SHORTCUTS = {CEKG + "studiedFor": "Finding", CEKG + "claimedFor": "Claim"}
"""Derived relation of a practice to an outcome → the class of the statements it comes from."""


def only(graph: Graph, ids: Iterable[str]) -> Graph:
    """Return the part of a graph that some entities need.

    That is what they lead to, the statements of facts about any of it, the caveats that apply, all
    disclaimers, and what is derived from these statements.

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
    results = _results(graph, inside)
    part = _like(graph)
    for quad in graph:
        if {_owner(quad.subject), quad.subject} & inside:
            told = quad.graph_name != graph.derived_name or not isinstance(quad.object, NamedNode)
            if told or _follows(graph, quad, inside, results):
                part.extend([quad])
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


def _results(graph: Graph, inside: set[object]) -> set[tuple[object, str, object]]:
    """Return what findings and claims that are inside relate: practice, IRI, outcome."""
    return {
        (practice, iri, outcome)
        for iri, kind in _SHORTCUTS.items()
        for statement in graph.instances(kind)
        if statement in inside
        for practice in graph.objects(statement, "intervention")
        for outcome in graph.objects(statement, "outcome")
    }


def _follows(
    graph: Graph, quad: Quad, inside: set[object], results: set[tuple[object, str, object]]
) -> bool:
    """Tell whether a derived relation follows from what is inside.

    For what a practice was studied is derived from findings, and what it consists of from its
    components; these need not be inside.
    """
    start, iri, end = quad.subject, quad.predicate.value, quad.object
    if iri in _SHORTCUTS:
        return (start, iri, end) in results
    return bool({end, _owner(end)} & inside) or not graph.properties(end)  # type: ignore[arg-type]


def _owner(node: object) -> object:
    """Return the entity that a node is a part of."""
    return NamedNode(node.value.partition("#")[0]) if isinstance(node, NamedNode) else node


def _reached(graph: Graph, start: Iterable[NamedNode]) -> set[object]:
    """Return entities, their parts, all that these lead to, and the statements of their facts."""
    found: set[object] = set()
    waiting: list[object] = list(start)
    while waiting:
        node = waiting.pop()
        if node in found or not isinstance(node, NamedNode):
            continue
        found.add(node)
        waiting += [value for _, value in graph.properties(node)]
        waiting += map(_owner, graph.subjects("about", node))
    return found
