"""A plan executed as queries over whole sets: a table of focus nodes in, a table of results out.

Every shape and constraint of SHACL Core has its query here. They are written one after another by
:class:`Sets`; no query is run for a single focus node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.shacl import plan
from kg.shacl.plan import Constraint, Node, NodeShape, PropertyShape, Shape
from kg.shacl.plan.paths import Path, Predicate
from kg.shacl.sql.circles import Circle
from kg.shacl.sql.database import Database, read_terms
from kg.shacl.sql.expressions import (
    comparable,
    definitely,
    definitely_less,
    is_exact,
    quoted,
)
from kg.shacl.sql.paths import Steps
from kg.shacl.sql.queries import NeededQueries
from kg.shacl.value_tests import is_local, local_test, order

_OF_NONE = (plan.MinCount, plan.HasValue, plan.Equals, plan.QualifiedMinCount, plan.Query)
"""The constraints that a focus node without values can violate."""


@dataclass(frozen=True, slots=True)
class Found:
    """Results of one constraint of a shape: a query for ``f`` (focus), ``v`` (value, may be NULL).

    With ``paths`` it also has ``p``, the number of the property that is the path of the result.
    """

    shape: Shape
    constraint: Constraint
    sql: str
    paths: bool = False


class Sets:
    """Checks shapes on tables of focus nodes (one column, ``n``, distinct).

    Nested shapes often ask for the same nodes, or for none: each table is made once, and no query
    runs for an empty one.

    :param facts: the table or view ``s, p, o`` of all statements that can be looked at.
    """

    def __init__(self, database: Database, queries: NeededQueries, facts: str = "t") -> None:
        self.db, self.queries, self.facts = database, queries, facts
        self._values: dict[tuple[Path | None, str], str] = {}
        self._nodes_of: dict[str, str] = {}
        self._failing: dict[tuple[int, str], str] = {}
        self._circles: dict[frozenset[Node], Circle] = {}

    # -- focus nodes and value nodes ---------------------------------------------------------

    def targets(self, shape: Shape) -> str:
        """Return the table of the focus nodes that the targets of a shape name."""
        parts = [self._target(shape, target) for target in shape.targets]
        if len(parts) == 1 and parts[0].startswith("SELECT n FROM x"):
            return parts[0].removeprefix("SELECT n FROM ")
        return self.db.table(" UNION ".join(parts) or "SELECT '' AS n WHERE false")

    def _target(self, shape: Shape, target: plan.Target) -> str:
        if isinstance(target, plan.TargetNode):
            return f"SELECT {quoted(str(target.node))} AS n"
        if isinstance(target, plan.TargetClass):
            return f"SELECT n FROM {self.db.instances(target.iri)}"
        if isinstance(target, plan.TargetQuery):
            selected = self.queries.selected(shape, target.query)
            return f"SELECT n FROM {self.db.filled('n', [[(str(node),) for node in selected]])}"
        column = "s" if isinstance(target, plan.TargetSubjectsOf) else "o"
        code = self.db.code(target.iri)
        return f"SELECT DISTINCT {column} AS n FROM {self.facts} WHERE p = {code}"

    def values(self, shape: Shape, focus: str) -> str:
        """Return the table of focus and value nodes ``f, v``, distinct."""
        path = shape.path if isinstance(shape, PropertyShape) else None
        if isinstance(path, Predicate) and not self.db.has(path.iri):
            return self._no_pairs
        if (path, focus) not in self._values:
            start = f"SELECT n AS f, n AS v FROM {focus}"
            steps = Steps(self.db, self.facts)
            made = steps.follow(path, start) if path else self.db.table(start)
            self._values[path, focus] = made
        return self._values[path, focus]

    def narrow(self, shape: Shape, focus: str, some: str) -> None:
        """Take the values of some focus nodes from those of all: no path is followed again."""
        path = shape.path if isinstance(shape, PropertyShape) else None
        own = f"SELECT f, v FROM {self.values(shape, focus)} SEMI JOIN {some} ON f = n"
        self._values[path, some] = self.db.table(own)

    def forget(self, focus: str) -> None:
        """Drop a table of focus nodes, which nobody asks about again, and their values."""
        values = [self._values.pop(key) for key in [*self._values] if key[1] == focus]
        nodes = [self._nodes_of.pop(table, focus) for table in values]
        for table in {focus, *values, *nodes} - {self._none, self._no_pairs}:
            self.db.drop(table)

    def _nodes(self, values: str) -> str:
        if values not in self._nodes_of:
            some = self.db.count(values)
            self._nodes_of[values] = (
                self.db.table(f"SELECT DISTINCT v AS n FROM {values}") if some else self._none
            )
        return self._nodes_of[values]

    @cached_property
    def _no_pairs(self) -> str:
        """The name of a table ``f, v`` without rows."""
        return self.db.table("SELECT '' AS f, '' AS v WHERE false")

    @cached_property
    def _none(self) -> str:
        """The name of a table ``n`` without rows."""
        return self.db.table("SELECT '' AS n WHERE false")

    # -- shapes ------------------------------------------------------------------------------

    def check(
        self, shape: Shape, focus: str, skip: frozenset[int] = frozenset()
    ) -> Iterator[Found]:
        """Yield the results of a shape on some focus nodes, those of its property shapes too.

        :param skip: positions of constraints that somebody else has checked already.
        """
        if shape.deactivated:
            return
        wanted = [c for n, c in enumerate(shape.constraints) if n not in skip]
        if not wanted or not self.db.count(focus):
            return
        values = self.values(shape, focus)
        for constraint in wanted:
            if isinstance(constraint, plan.Property):
                if isinstance(shape, NodeShape):
                    yield from self.check(constraint.shape, focus)
                    continue
                for found in self.check(constraint.shape, self._nodes(values)):
                    # A value node of several focus nodes is a focus node several times.
                    every = f"SELECT r.* FROM ({found.sql}) r JOIN {values} x ON x.v = r.f"
                    yield Found(found.shape, found.constraint, every, found.paths)
            elif isinstance(constraint, plan.Query):
                yield Found(shape, constraint, _asked(focus, values))
            else:
                sql = self.violating(constraint, values, focus)
                yield Found(shape, constraint, sql, isinstance(constraint, plan.Closed))

    def failing(self, shape: Shape, focus: str) -> str:
        """Return the table ``n`` of the focus nodes that do not conform to a shape.

        If the shape is recursive, other nodes may be there too.
        """
        if shape.deactivated or not shape.constraints or not self.db.count(focus):
            return self._none
        if shape.circle:
            return self._circles.setdefault(shape.circle, Circle(self)).failing(shape, focus)
        if (id(shape), focus) not in self._failing:
            self._failing[id(shape), focus] = self.find_failing(shape, focus)
        return self._failing[id(shape), focus]

    def find_failing(self, shape: Shape, focus: str) -> str:
        """Return the table ``n`` of the focus nodes that fail some constraint of a shape."""
        values = self.values(shape, focus)
        some, parts = self.db.count(values), []
        for constraint in shape.constraints:
            if not some and not isinstance(constraint, _OF_NONE):
                continue
            if isinstance(constraint, plan.Property):
                bad = self.failing(constraint.shape, self._nodes(values))
                parts.append(f"SELECT f AS n FROM {values} SEMI JOIN {bad} ON v = n")
            elif isinstance(constraint, plan.Query):
                pairs = focuses(self.db, _asked(focus, values))
                found = self.queries.rows(shape, constraint, list(pairs.items()))
                denied = {str(row.focus) for row in found}
                parts.append(f"SELECT n FROM {self.db.filled('n', [[(n,) for n in denied]])}")
            else:
                parts.append(f"SELECT f AS n FROM ({self.violating(constraint, values, focus)})")
        every = " UNION ALL ".join(f"({part})" for part in parts)
        return self.db.table(f"SELECT DISTINCT n FROM ({every})") if parts else self._none

    # -- constraints -------------------------------------------------------------------------

    def violating(self, c: Constraint, values: str, focus: str) -> str:
        """Return a query for ``f, v`` of the violations; a violation may be there twice."""
        if is_local(c):
            return self._tested(c, values)
        if isinstance(c, plan.Class):
            return f"SELECT f, v FROM {values} ANTI JOIN {self.db.instances(c.iri)} ON v = n"
        if isinstance(c, plan.MinCount | plan.MaxCount):
            return self._counted(c, values, focus)
        if isinstance(c, plan.HasValue):
            own = f"(SELECT f FROM {values} WHERE v = {quoted(str(c.node))}) x"
            return f"SELECT n AS f, NULL::VARCHAR AS v FROM {focus} ANTI JOIN {own} ON n = x.f"
        if isinstance(c, plan.UniqueLang):
            tag = "regexp_extract(v, '\"@([A-Za-z0-9-]+)$', 1)"
            own = f"SELECT f, lower({tag}) AS l FROM {values} WHERE starts_with(v, '\"')"
            return (
                f"SELECT f, NULL::VARCHAR AS v FROM ({own}) WHERE l <> '' "
                "GROUP BY f, l HAVING count(*) > 1"
            )
        if isinstance(c, plan.Equals | plan.Disjoint | plan.LessThan | plan.LessThanOrEquals):
            return self._paired(c, values, focus)
        if isinstance(c, plan.QualifiedMinCount | plan.QualifiedMaxCount):
            return self._qualified(c, values, focus)
        if isinstance(c, plan.Closed):
            allowed = sorted(self.db.code(iri) for iri in c.allowed) or [-1]
            return (
                f"SELECT DISTINCT x.f, t.o AS v, t.p FROM {values} x JOIN {self.facts} t "
                f"ON t.s = x.v WHERE t.p NOT IN ({', '.join(map(str, allowed))})"
            )
        return self._logical(c, values)

    def _tested(self, c: Constraint, values: str) -> str:
        """Let SQL pass what certainly passes, and decide the rest, distinct, in Python."""
        sure = definitely(c, "v")
        if is_exact(c):
            return f"SELECT f, v FROM {values} WHERE NOT {sure}"
        bad = self.refused(c, f"SELECT v FROM {values} WHERE NOT {sure}")
        return f"SELECT f, v FROM {values} SEMI JOIN {bad} ON v = n"

    def refused(self, c: Constraint, doubtful: str) -> str:
        """Return a table ``n`` of those terms, of a query for one column, that fail a test."""
        batches = self.db.batches(f"SELECT DISTINCT * FROM ({doubtful})")
        return self.db.filled("n", (self._refused(c, rows) for rows in batches))

    @staticmethod
    def _refused(c: Constraint, rows: list[tuple[str]]) -> list[tuple[str]]:
        passes, nodes = local_test(c), read_terms(row[0] for row in rows)
        return [row for row, node in zip(rows, nodes, strict=True) if not passes(node)]

    def _counted(self, c: plan.MinCount | plan.MaxCount, values: str, focus: str) -> str:
        if isinstance(c, plan.MaxCount):
            own = f"SELECT f FROM {values} GROUP BY f HAVING count(*) > {c.count}"
            return f"SELECT f, NULL::VARCHAR AS v FROM ({own})"
        enough = f"(SELECT f FROM {values} GROUP BY f HAVING count(*) >= {c.count}) x"
        where = f"ANTI JOIN {enough} ON n = x.f" if c.count else "WHERE false"
        return f"SELECT n AS f, NULL::VARCHAR AS v FROM {focus} {where}"

    def _paired(
        self,
        c: plan.Equals | plan.Disjoint | plan.LessThan | plan.LessThanOrEquals,
        values: str,
        focus: str,
    ) -> str:
        if isinstance(c, plan.LessThan | plan.LessThanOrEquals):
            return self._ordered(c, values)
        other = self.db.table(
            f"SELECT DISTINCT n AS f, t.o AS v FROM {focus} JOIN {self.facts} t ON t.s = n "
            f"WHERE t.p = {self.db.code(c.iri)}"
        )
        if isinstance(c, plan.Disjoint):
            return f"SELECT f, v FROM {values} SEMI JOIN {other} USING (f, v)"
        one = f"SELECT f, v FROM {values} ANTI JOIN {other} USING (f, v)"
        return f"{one} UNION ALL SELECT f, v FROM {other} ANTI JOIN {values} USING (f, v)"

    def _ordered(self, c: plan.LessThan | plan.LessThanOrEquals, values: str) -> str:
        low, high = comparable("x.v"), comparable("t.o")
        sure = definitely_less(low, high, equal=isinstance(c, plan.LessThanOrEquals))
        doubtful = self.db.table(
            f"SELECT DISTINCT x.f, x.v, t.o AS w FROM {values} x JOIN {self.facts} t ON t.s = x.f "
            f"WHERE t.p = {self.db.code(c.iri)} AND NOT {sure}"
        )
        allowed = (-1,) if isinstance(c, plan.LessThan) else (-1, 0)
        pairs = self.db.batches(f"SELECT DISTINCT v, w FROM {doubtful}")
        bad = self.db.filled("v, w", (_disordered(rows, allowed) for rows in pairs))
        return f"SELECT f, v FROM {doubtful} SEMI JOIN {bad} USING (v, w)"

    def _qualified(
        self, c: plan.QualifiedMinCount | plan.QualifiedMaxCount, values: str, focus: str
    ) -> str:
        nodes = self._nodes(values)
        good = f"SELECT n FROM {nodes} a ANTI JOIN {self.failing(c.shape, nodes)} b USING (n)"
        for sibling in c.siblings:
            # A value that conforms to a sibling does not count: keep those that fail it.
            good = f"SELECT n FROM ({good}) SEMI JOIN {self.failing(sibling, nodes)} USING (n)"
        kept = self.db.table(f"SELECT f, v FROM {values} SEMI JOIN ({good}) g ON v = g.n")
        plain = plan.MinCount if isinstance(c, plan.QualifiedMinCount) else plan.MaxCount
        return self._counted(plain(c.count), kept, focus)

    def _logical(self, c: Constraint, values: str) -> str:
        nodes = self._nodes(values)
        if isinstance(c, plan.Not):
            bad = self.failing(c.shape, nodes)
            return f"SELECT f, v FROM {values} ANTI JOIN {bad} ON v = n"
        if isinstance(c, plan.Conforms):
            return f"SELECT f, v FROM {values} SEMI JOIN {self.failing(c.shape, nodes)} ON v = n"
        assert isinstance(c, plan.And | plan.Or | plan.Xone), f"no query for {type(c).__name__}"
        failures = [f"SELECT n FROM {self.failing(shape, nodes)}" for shape in c.shapes]
        number_of = len(failures)
        failed = " UNION ALL ".join(failures) or "SELECT '' AS n WHERE false"
        counts = f"(SELECT n, count(*) AS c FROM ({failed}) GROUP BY n) x"
        wanted = {
            plan.And: "coalesce(c, 0) > 0",
            plan.Or: f"coalesce(c, 0) = {number_of}",
            plan.Xone: f"coalesce(c, 0) <> {number_of - 1}",
        }[type(c)]
        return f"SELECT f, v FROM {values} LEFT JOIN {counts} ON v = x.n WHERE {wanted}"


def _disordered(rows: list[tuple[str, str]], allowed: tuple[int, ...]) -> list[tuple[str, str]]:
    """Return the pairs of terms whose order is none of the allowed ones, or unknown."""
    low, high = (read_terms(row[n] for row in rows) for n in (0, 1))
    pairs = zip(rows, low, high, strict=True)
    return [row for row, v, w in pairs if order(v, w) not in allowed]


def _asked(focus: str, values: str) -> str:
    """Return a query for ``f, v``; ``v`` is NULL where a focus node has no value.

    A SPARQL query runs for those, too: it may ask for what is missing.
    """
    return f"SELECT n AS f, v FROM {focus} LEFT JOIN {values} ON n = f"


def focuses(database: Database, pairs: str) -> dict[Node, list[Node]]:
    """Return focus node → value nodes, from a query for ``f, v``, where ``v`` may be NULL."""
    found: dict[Node, list[Node]] = {}
    for rows in database.batches(pairs):
        values = iter(read_terms(v for _, v in rows if v is not None))
        for focus, (_, value) in zip(read_terms(f for f, _ in rows), rows, strict=True):
            own = found.setdefault(focus, [])
            if value is not None:
                own.append(next(values))
    return found
