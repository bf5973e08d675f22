"""Shapes whose constraints are checked for all subjects together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.shacl import plan
from kg.shacl.plan import NodeShape, Plan, Shape

Targets = tuple[plan.Target, ...]


@dataclass(slots=True)
class Unit:
    """A shape whose constraints can be fused, and the targeted shape that asks for it (or is it).

    ``done`` holds the positions of the constraints that are fused.
    """

    shape: Shape
    owner: Shape
    done: set[int] = field(default_factory=set)

    @property
    def targets(self) -> Targets:
        """The targets of the shape that asks."""
        return self.owner.targets


def by_subject(targets: Targets) -> bool:
    """Tell whether what is said of a node alone makes it a target."""
    kinds = (plan.TargetClass, plan.TargetSubjectsOf)
    return bool(targets) and all(isinstance(target, kinds) for target in targets)


def units(wanted: Plan) -> Iterator[Unit]:
    """Yield the shapes that can be fused: targeted ones, and the property shapes of those."""
    for shape in wanted.shapes:
        if shape.deactivated or not by_subject(shape.targets):
            continue
        yield Unit(shape, shape)
        if isinstance(shape, NodeShape):
            inner = [c.shape for c in shape.constraints if isinstance(c, plan.Property)]
            once = [s for s in inner if inner.count(s) == 1 and not s.deactivated]
            yield from (Unit(s, shape) for s in once)
