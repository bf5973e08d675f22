"""What shapes can look at, so that nothing else has to be derived before they are checked."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.errors import shacl_errors
from kg.ontology import TYPE
from kg.shacl.plan import (
    Closed,
    Plan,
    Query,
    TargetObjectsOf,
    TargetQuery,
    TargetSubjectsOf,
    paths,
    reader,
)
from kg.shacl.plan.nested import every_shape, references
from kg.shacl.sparql_needs import needed, steps
from kg.shacl.sparql_query import Group, Pattern, Unsupported, Variable
from kg.shacl.sparql_reader import read
from kg.validation.shapes import Shapes


def looked_at(shapes: Shapes) -> frozenset[str] | None:
    """Return the IRIs of the properties and classes that shapes can look at, or ``None`` for all.

    They are every IRI of the shapes graph and of its queries. All can be looked at by a query with
    a variable as property or class, by a path that passes through ``rdf:type``, and by a closed
    shape that other shapes refer to. A closed shape with a target of its own does not count:
    results on what was derived are left out (:func:`kg.validation.run`).

    :raises InputError: if a shape is ill-formed.
    """
    with shacl_errors():
        plan = reader.read(shapes)
    found = {term.value for t in shapes.triples for term in t if isinstance(term, NamedNode)}
    try:
        found |= {iri.value for iri in _in_plan(plan)}
    except Unsupported:
        return None
    return frozenset(found)


def _in_plan(plan: Plan) -> Iterator[NamedNode]:
    """Yield what the queries of a plan look at.

    :raises Unsupported: if something can look at any property or class.
    """
    referred = references(plan)
    for shape in every_shape(plan):
        path = getattr(shape, "path", None)
        if not isinstance(path, paths.Predicate | None) and TYPE in steps(path):
            raise Unsupported("a path through rdf:type")
        targets = (t for t in shape.targets if isinstance(t, TargetSubjectsOf | TargetObjectsOf))
        if any(target.iri == TYPE for target in targets):
            raise Unsupported("all that have a class")
        for target in shape.targets:
            if isinstance(target, TargetQuery):
                yield from _in_query(target.query)
        for constraint in shape.constraints:
            if isinstance(constraint, Closed) and referred[id(shape)]:
                raise Unsupported("a closed shape that others refer to")
            if isinstance(constraint, Query):
                yield from _in_query(constraint)


def _in_query(query: Query) -> Iterator[NamedNode]:
    prefixes = dict(query.prefixes)
    properties = needed(query.text, prefixes)
    if properties is None:
        raise Unsupported("a query that may look at all")
    yield from properties
    if TYPE in properties:
        yield from _classes(read(query.text, prefixes).group)


def _classes(group: Group) -> Iterator[NamedNode]:
    for pattern in group.patterns():
        if _typed(pattern):
            if not isinstance(pattern.object, NamedNode):
                raise Unsupported("a class that is not named")
            yield pattern.object


def _typed(pattern: Pattern) -> bool:
    return isinstance(pattern.path, Variable) or TYPE in steps(pattern.path)
