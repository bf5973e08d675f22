"""Shapes that hang from themselves: which belong together, and whether they can be checked.

SHACL (section 3.4.3) leaves it undefined what conforms to such a shape. Here a node conforms unless
that can be refuted. So the nodes that do not conform are the least set for which the shapes hold,
which exists where a node that fails one shape never makes another conform.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from kg.shacl import plan
from kg.shacl.errors import ShaclError
from kg.shacl.plan import Constraint, Shape
from kg.shacl.plan.nested import nested
from kg.shacl.plan.terms import named

Below = Callable[[Shape], list[Shape]]
_TURNING = {
    plan.Not: "sh:not",
    plan.Xone: "sh:xone",
    plan.QualifiedMaxCount: "sh:qualifiedMaxCount",
}
"""The constraints that a node can keep because it, or a value, fails a shape."""


def close(shapes: Iterable[Shape]) -> None:
    """Tell each shape that hangs from itself with which others.

    :raises ShaclError: if what conforms to one would be undefined, or its results had no end.
    """
    every = list(shapes)
    for circle in _circles(every, _below):
        for shape in circle:
            for constraint in shape.constraints:
                for other in nested(constraint):
                    if other in circle and (word := _turning(constraint, other)):
                        raise ShaclError(
                            f"recursive shapes through {word}: {_way(shape, other, _below)}",
                            hint="what conforms to them is undefined: break the circle, or write "
                            "it with sh:node, sh:property, sh:and, sh:or and sh:qualifiedMinCount",
                        )
        for shape in circle:
            object.__setattr__(shape, "circle", frozenset(one.node for one in circle))
    for circle in _circles(every, _reporting):
        shape = circle[0]
        other = next(s for s in _reporting(shape) if s in circle)
        raise ShaclError(
            f"recursive shapes through sh:property alone: {_way(shape, other, _reporting)}",
            hint="their results have no end: refer to a node shape with sh:node, which has one "
            "result for each value",
        )


def _turning(constraint: Constraint, other: Shape) -> str:
    """Return what lets a node keep a constraint because it fails another shape, or ``""``."""
    if isinstance(constraint, plan.QualifiedMinCount) and other in constraint.siblings:
        return "sh:qualifiedValueShapesDisjoint"
    return _TURNING.get(type(constraint), "")


def _below(shape: Shape) -> list[Shape]:
    return [] if shape.deactivated else [s for c in shape.constraints for s in nested(c)]


def _reporting(shape: Shape) -> list[Shape]:
    """Return the shapes whose results are results of a shape."""
    found = [] if shape.deactivated else shape.constraints
    return [c.shape for c in found if isinstance(c, plan.Property)]


def _circles(shapes: Iterable[Shape], below: Below) -> Iterator[list[Shape]]:
    """Yield the shapes that hang from each other, together (Tarjan's algorithm)."""
    place: dict[Shape, int] = {}
    least: dict[Shape, float] = {}
    waiting: list[Shape] = []

    def visit(shape: Shape) -> Iterator[list[Shape]]:
        place[shape] = least[shape] = start = len(place)
        waiting.append(shape)
        for other in below(shape):
            if other not in place:
                yield from visit(other)
            least[shape] = min(least[shape], least[other])
        if least[shape] == start:
            cut = waiting.index(shape)
            found = waiting[cut:]
            del waiting[cut:]
            least.update(dict.fromkeys(found, math.inf))
            if found[1:] or shape in below(shape):
                yield found

    for shape in shapes:
        if shape not in place:
            yield from visit(shape)


def _way(shape: Shape, other: Shape, below: Below) -> str:
    """Return the shortest way from a shape over one below it to itself again, by names."""
    before: dict[Shape, Shape | None] = {other: None}
    reached = [other]
    for one in reached:
        new = [s for s in below(one) if s not in before]
        before |= dict.fromkeys(new, one)
        reached += dict.fromkeys(new)
    way = [shape]
    while found := before[way[-1]]:
        way.append(found)
    return " → ".join(named(one.node) for one in (shape, *reversed(way)))
