"""The default engine: core constraints by pySHACL, each SPARQL constraint as one query.

A SPARQL constraint is written for one ``$this``; run once with ``$this`` free, on the store, it
gives the rows of all focus nodes together. Those that are no target of the shape are dropped.
The answer is the same and comes in milliseconds where one query a focus node takes seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions

from kg.errors import InputError
from kg.graph import Graph, Term
from kg.terms import SH
from kg.validate import pyshacl_engine
from kg.validate.shapes import Node, Raw, Shapes


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate with pySHACL what is core SHACL, and the SPARQL constraints as set queries."""
    core = Shapes(tuple(t for t in shapes.triples if t.predicate.value != SH + "sparql"))
    yield from pyshacl_engine.run(graph, core)
    for shape in shapes.subjects(SH + "sparql"):
        if any(_true(o) for o in shapes.objects(shape, SH + "deactivated")):
            continue
        targets = _targets(graph, shapes, shape)
        for constraint in shapes.objects(shape, SH + "sparql"):
            yield from _constraint(graph, shapes, shape, constraint, targets)


def _constraint(
    graph: Graph, shapes: Shapes, shape: Node, constraint: Node, targets: set[Term]
) -> Iterator[Raw]:
    text = shapes.text(constraint, SH + "select")
    try:
        found = graph.store.query(
            text,
            prefixes=_prefixes(shapes, constraint),
            default_graph=[DefaultGraph(), graph.derived_name],
            named_graphs=[],
        )
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{shapes.code(shape)}: not a SPARQL query: {error}") from error
    assert isinstance(found, QuerySolutions)
    names = {v.value for v in found.variables}
    message = shapes.text(constraint, SH + "message") or shapes.text(shape, SH + "message")
    own_path = next(iter(shapes.objects(shape, SH + "path")), None)
    for row in found:
        focus = row["this"]
        if not isinstance(focus, NamedNode | Literal) or focus not in targets:
            continue
        cells = {name: row[name] for name in names if row[name] is not None}
        value = cells.get("value", focus)
        path = cells.get("path", own_path)
        yield Raw(
            shape,
            SH + "SPARQLConstraintComponent",
            focus,
            path if isinstance(path, NamedNode) else None,
            value if isinstance(value, NamedNode | Literal) else focus,
            _filled(message, cells, graph),
            shapes.severity(shape),
        )


def _filled(message: str, cells: Mapping[str, object], graph: Graph) -> str:
    """Put values in the place of ``{?name}`` and ``{$name}`` (SHACL, section 5.3.2)."""

    def value(match: re.Match[str]) -> str:
        cell = cells.get(match[1])
        return graph.short(cell) if isinstance(cell, NamedNode | Literal) else match[0]

    return re.sub(r"\{[?$](\w+)\}", value, message)


def _targets(graph: Graph, shapes: Shapes, shape: Node) -> set[Term]:
    """Return the focus nodes of a shape by its target declarations (SHACL, section 2.1.3)."""
    found: set[Term] = {
        o for o in shapes.objects(shape, SH + "targetNode") if isinstance(o, NamedNode | Literal)
    }
    for wanted in shapes.objects(shape, SH + "targetClass"):
        found |= set(graph.instances_of(wanted.value)) if isinstance(wanted, NamedNode) else set()
    for predicate in shapes.objects(shape, SH + "targetSubjectsOf"):
        if isinstance(predicate, NamedNode):
            found |= {fact.subject for fact in graph.facts(predicate)}
    for predicate in shapes.objects(shape, SH + "targetObjectsOf"):
        if isinstance(predicate, NamedNode):
            found |= {fact.object for fact in graph.facts(predicate)}
    return found


def _prefixes(shapes: Shapes, constraint: Node) -> dict[str, str]:
    return {
        shapes.text(declaration, SH + "prefix"): shapes.text(declaration, SH + "namespace")
        for holder in shapes.objects(constraint, SH + "prefixes")
        for declaration in shapes.objects(holder, SH + "declare")
    }


def _true(node: Node) -> bool:
    return isinstance(node, Literal) and node.value in ("true", "1")
