"""Shapes as conditions on one row: whether a node conforms depends on facts about it alone.

A shape that asks only for properties of the node itself, however it combines that with ``sh:not``,
``sh:and``, ``sh:or``, ``sh:xone`` and ``sh:node``, becomes a condition on bits. The facts are

- of the first kind, known from the statements at once: ``("class", IRI)``, ``("has", property)``,
  ``("value", property, term)``;
- of the second kind, known when values are tested: ``("bad", property, test)`` – a value fails a
  test –, ``("other", property, IRI)`` – a value is not of a class –, ``("many", property, n)`` –
  there are more than n values.
"""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import BlankNode, NamedNode

from kg.shacl import plan
from kg.shacl.plan import Constraint, PropertyShape, Shape, paths
from kg.shacl.sql.bits import Bits
from kg.shacl.sql.expressions import definitely, quoted
from kg.shacl.value_tests import is_local

TestKey = tuple[str, int | str]


def test_key(constraint: Constraint) -> TestKey:
    """Return what is the same for tests that ask the same of a value."""
    nested = any(hasattr(constraint, name) for name in ("shape", "shapes"))
    return type(constraint).__name__, id(constraint) if nested else repr(constraint)


class Formulas:
    """Writes conditions, and takes note of the facts and tests that they need.

    :param code: property → its number in the statements.
    """

    def __init__(self, code: Callable[[NamedNode], int]) -> None:
        self.code = code
        self.first = Bits("m")
        self.second = Bits("e")
        self.tests: dict[tuple[int, TestKey], Constraint] = {}

    def shape(self, shape: Shape) -> str | None:
        """Return a condition for a row to conform to a shape, ``None`` if bits do not suffice."""
        if shape.deactivated:
            return "true"
        if shape.circle:
            return None
        return self._joined([self.constraint(shape, c) for c in shape.constraints], " AND ")

    def constraint(self, shape: Shape, constraint: Constraint) -> str | None:
        """Return a condition for a row to keep one constraint of a shape."""
        if isinstance(shape, PropertyShape):
            codes = self.codes(shape)
            return None if codes is None else self._values(codes, constraint)
        return self._node(constraint)

    def codes(self, shape: PropertyShape) -> list[int] | None:
        """Return the properties whose values are those of a path, if it is as simple as that."""
        match shape.path:
            case paths.Predicate(iri):
                return [self.code(iri)]
            case paths.Alternative(parts):
                found = [part.iri for part in parts if isinstance(part, paths.Predicate)]
                return [self.code(i) for i in found] if len(found) == len(parts) else None
            case _:
                return None

    def _joined(self, parts: list[str | None], word: str) -> str | None:
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return f"({word.join(known)})" if known else ("true" if "AND" in word else "false")

    def _node(self, c: Constraint) -> str | None:
        """Return a condition on the node itself."""
        match c:
            case plan.Property(inner) | plan.Conforms(inner):
                return self.shape(inner)
            case plan.Not(inner):
                found = self.shape(inner)
                return None if found is None else f"(NOT {found})"
            case plan.And(shapes):
                return self._joined([self.shape(s) for s in shapes], " AND ")
            case plan.Or(shapes):
                return self._joined([self.shape(s) for s in shapes], " OR ")
            case plan.Xone(shapes):
                every = [self.shape(s) for s in shapes]
                total = self._joined([e and f"({e})::INTEGER" for e in every], " + ")
                return total and f"({total} = 1)" if shapes else "false"
            case plan.Class(iri):
                return self.first.any([self.first["class", iri]])
            case plan.HasValue(node):
                return "false" if isinstance(node, BlankNode) else f"(s = {quoted(str(node))})"
            case plan.In() | plan.NodeKind():
                return definitely(c, "s")
            case _:
                return None

    def _values(self, codes: list[int], c: Constraint) -> str | None:
        """Return a condition on the values of some properties."""
        first, second = self.first, self.second
        has = [first["has", code] for code in codes]
        single = len(codes) == 1
        match c:
            case plan.MinCount(0):
                return "true"
            case plan.MinCount(1):
                return first.any(has)
            case plan.MinCount(count) if single:
                return second.any([second["many", codes[0], count - 1]])
            case plan.MaxCount(0):
                return f"(NOT {first.any(has)})"
            case plan.MaxCount(count) if single:
                return f"(NOT {second.any([second['many', codes[0], count]])})"
            case plan.HasValue(node):
                if isinstance(node, BlankNode):
                    return "false"
                return first.any([first["value", code, str(node)] for code in codes])
            case plan.Class(iri):
                self.first["class", iri]
                return f"(NOT {second.any([second['other', code, iri] for code in codes])})"
            case _ if is_local(c):
                key = test_key(c)
                for code in codes:
                    self.tests[code, key] = c
                return f"(NOT {second.any([second['bad', code, key] for code in codes])})"
            case _:
                return None
