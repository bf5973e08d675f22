"""What hangs from the shapes of a plan: nested shapes, and the queries of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kg.shacl.plan import Constraint, Plan, Query, Shape, TargetQuery


def every_shape(plan: Plan) -> Iterator[Shape]:
    """Yield each shape of a plan once, those nested in others too."""
    waiting = list(plan.shapes)
    seen: set[Shape] = set()
    while waiting:
        shape = waiting.pop()
        if shape not in seen:
            seen.add(shape)
            yield shape
            waiting += [inner for c in shape.constraints for inner in nested(c)]


def queries(plan: Plan) -> Iterator[tuple[Query, Shape]]:
    """Yield every query of a plan with its shape, those of targets and of nested shapes too."""
    for shape in every_shape(plan):
        yield from ((t.query, shape) for t in shape.targets if isinstance(t, TargetQuery))
        yield from ((c, shape) for c in shape.constraints if isinstance(c, Query))


def references(plan: Plan) -> Counter[int]:
    """Return the ``id`` of each shape → how often another shape asks for it."""
    return Counter(
        id(inner)
        for shape in every_shape(plan)
        for constraint in shape.constraints
        for inner in nested(constraint)
    )


def nested(constraint: Constraint) -> list[Shape]:
    """Return the shapes that a constraint asks for."""
    one = getattr(constraint, "shape", None)
    several = (*getattr(constraint, "shapes", ()), *getattr(constraint, "siblings", ()))
    return [s for s in (one, *several) if isinstance(s, Shape)]
