"""The nodes that do not conform to recursive shapes, found from one failure to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.shacl.plan import Shape
from kg.shacl.plan.nested import nested

if TYPE_CHECKING:
    from kg.shacl.sql.sets import Sets


class Circle:
    """What is known of the shapes of one circle (:attr:`kg.shacl.plan.Shape.circle`).

    Each node that is asked about conforms until a check of it fails; then those that asked about it
    are checked again. :class:`~kg.shacl.sql.sets.Sets` makes the checks, each time for all nodes.
    """

    def __init__(self, sets: Sets) -> None:
        self._sets, self._db = sets, sets.db
        self._known: dict[Shape, str] = {}
        self._failing: dict[Shape, str] = {}
        self._busy = False

    def failing(self, shape: Shape, focus: str) -> str:
        """Return a table ``n`` that has those of some nodes which do not conform, and others.

        During a check it has those of which that is known.
        """
        if not self._busy:
            self._busy = True
            nodes = self._asked(shape, focus)
            self._settle(nodes)
            self._forget(nodes)
            self._busy = False
        return self._table(self._failing, shape)

    def _table(self, tables: dict[Shape, str], shape: Shape) -> str:
        if shape not in tables:
            tables[shape] = self._db.table("SELECT '' AS n WHERE false")
        return tables[shape]

    def _asks(self, shape: Shape) -> set[Shape]:
        """Return the shapes of the circle that a shape asks for."""
        every = {inner for c in shape.constraints for inner in nested(c)}
        return {inner for inner in every if inner.circle == shape.circle}

    def _asked(self, shape: Shape, focus: str) -> dict[Shape, str]:
        """Return the nodes that are asked about, for each shape in a table, if they are new."""
        found: dict[Shape, str] = {}
        waiting = {shape: [f"SELECT n FROM {focus}"]}
        before: dict[Shape, str] = {}
        while waiting:
            new = {one: self._new(parts, self._known, one) for one, parts in waiting.items()}
            self._forget(before)
            before, waiting = new, {}
            for one, nodes in new.items():
                if self._db.count(nodes):
                    for tables in (self._known, found):
                        self._db.append(self._table(tables, one), f"SELECT n FROM {nodes}")
                    asked = f"SELECT v AS n FROM {self._sets.values(one, nodes)}"
                    for other in self._asks(one):
                        waiting.setdefault(other, []).append(asked)
        self._forget(before)
        return found

    def _settle(self, nodes: dict[Shape, str]) -> None:
        """Find those of some nodes that do not conform."""
        waiting = nodes
        while waiting:
            bad = {one: self._sets.find_failing(one, some) for one, some in waiting.items()}
            failed = {one: some for one, some in bad.items() if self._db.count(some)}
            for one, some in failed.items():
                self._db.append(self._table(self._failing, one), f"SELECT n FROM {some}")
            again: dict[Shape, str] = {}
            for one in nodes:
                values = self._sets.values(one, nodes[one])
                causes = [failed[other] for other in self._asks(one) & failed.keys()]
                parts = [f"SELECT f AS n FROM {values} SEMI JOIN {x} x ON v = x.n" for x in causes]
                if parts:
                    again[one] = self._new(parts, self._failing, one)
                    self._sets.narrow(one, nodes[one], again[one])
            self._forget(bad)
            if waiting is not nodes:
                self._forget(waiting)
            waiting = again

    def _new(self, parts: list[str], tables: dict[Shape, str], shape: Shape) -> str:
        """Return a table ``n`` of what some queries give and the table of a shape does not have."""
        every, known = " UNION ALL ".join(parts), self._table(tables, shape)
        return self._db.table(f"SELECT DISTINCT n FROM ({every}) ANTI JOIN {known} y USING (n)")

    def _forget(self, tables: dict[Shape, str]) -> None:
        for table in tables.values():
            self._sets.forget(table)
