"""Constraints that a value node passes or fails by what it is, whatever is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.shacl import plan
from kg.shacl.patterns import compiled
from kg.shacl.plan import Constraint, Node, NodeShape, Shape
from kg.shacl.values import compare, value, well_formed

Test = Callable[[Node], bool]


def value_test(constraint: Constraint) -> Test | None:
    """Return the test that a constraint makes of each value node by itself, else ``None``.

    :raises ShaclError: if a pattern cannot be used.
    """
    match constraint:
        case plan.Datatype(iri):
            return lambda n: isinstance(n, Literal) and n.datatype == iri and well_formed(n)
        case plan.NodeKind(kinds):
            return lambda n: _kind(n) in kinds
        case plan.MinExclusive(bound):
            return _bounded(bound, (-1,))
        case plan.MinInclusive(bound):
            return _bounded(bound, (-1, 0))
        case plan.MaxExclusive(bound):
            return _bounded(bound, (1,))
        case plan.MaxInclusive(bound):
            return _bounded(bound, (1, 0))
        case plan.MinLength(length):
            return lambda n: not isinstance(n, BlankNode) and len(n.value) >= length
        case plan.MaxLength(length):
            return lambda n: not isinstance(n, BlankNode) and len(n.value) <= length
        case plan.Pattern(pattern, flags):
            search = compiled(pattern, flags).search
            return lambda n: not isinstance(n, BlankNode) and search(n.value) is not None
        case plan.LanguageIn(ranges):
            return _in_languages([wanted.lower() for wanted in ranges])
        case plan.In(nodes):
            return nodes.__contains__
        case _:
            return None


def local_test(constraint: Constraint) -> Test:
    """Return the test of a constraint that is local (:func:`is_local`) or ``sh:hasValue``.

    :raises ShaclError: if a pattern cannot be used.
    """
    if isinstance(constraint, plan.HasValue):
        return lambda n: n == constraint.node
    inner = combined(constraint)
    if inner is None:
        alone = value_test(constraint)
        assert alone, f"no test of a value by itself: {constraint.component}"
        return alone
    shapes = [_shape_test(shape) for shape in inner]
    if isinstance(constraint, plan.Not):
        return lambda n: not shapes[0](n)
    if isinstance(constraint, plan.Or):
        return lambda n: any(test(n) for test in shapes)
    if isinstance(constraint, plan.Xone):
        return lambda n: sum(test(n) for test in shapes) == 1
    return lambda n: all(test(n) for test in shapes)


def is_local(constraint: Constraint) -> bool:
    """Tell whether a value passes a constraint or not by what it is, whatever is said of it."""
    inner = combined(constraint)
    if inner is None:
        return value_test(constraint) is not None
    return all(_is_local_shape(shape) for shape in inner)


def combined(constraint: Constraint) -> tuple[Shape, ...] | None:
    """Return the shapes that a logical constraint combines, else ``None``."""
    if isinstance(constraint, plan.Not | plan.Conforms):
        return (constraint.shape,)
    if isinstance(constraint, plan.And | plan.Or | plan.Xone):
        return constraint.shapes
    return None


def order(one: Node, other: Node) -> int | None:
    """Return -1, 0 or 1 as one node is less, equal or greater; ``None`` if incomparable."""
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return None
    return compare(value(one), value(other))


def language(node: Node) -> str:
    """Return the language of a literal in lower case, or ``""``."""
    return (node.language or "").lower() if isinstance(node, Literal) else ""


def _is_local_shape(shape: Shape) -> bool:
    if shape.deactivated:
        return True
    if shape.circle or not isinstance(shape, NodeShape):
        return False
    return all(is_local(c) or isinstance(c, plan.HasValue) for c in shape.constraints)


def _shape_test(shape: Shape) -> Test:
    constraints = () if shape.deactivated else shape.constraints
    tests = [local_test(c) for c in constraints]
    return lambda n: all(test(n) for test in tests)


def _kind(node: Node) -> str:
    return {NamedNode: "IRI", BlankNode: "BlankNode"}.get(type(node), "Literal")


def _bounded(bound: Literal, allowed: tuple[int, ...]) -> Test:
    """Test on which side of a bound a value is; what cannot be compared fails (4.3)."""
    limit = value(bound)
    return lambda n: isinstance(n, Literal) and compare(limit, value(n)) in allowed


def _in_languages(ranges: Sequence[str]) -> Test:
    """Test whether ``langMatches`` of SPARQL holds for one of some language ranges (4.4.4)."""

    def test(node: Node) -> bool:
        tag = language(node)
        return bool(tag) and any(r in ("*", tag) or tag.startswith(r + "-") for r in ranges)

    return test
