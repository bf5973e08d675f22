"""Subjects that may violate a constraint: a quick query that excludes most others and misses none.

All other subjects definitely conform. The exact results are then found by
:class:`kg.shacl.sql.sets.Sets`, or by a SPARQL query, for so few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from kg.shacl import plan
from kg.shacl.errors import SpaceError
from kg.shacl.plan import Constraint, Plan, PropertyShape, Shape
from kg.shacl.plan.nested import queries, references
from kg.shacl.plan.paths import Predicate
from kg.shacl.sparql_query import Unsupported
from kg.shacl.sparql_reader import read
from kg.shacl.sql.database import Database
from kg.shacl.sql.expressions import Comparable, comparable, definitely_less
from kg.shacl.sql.queries import given
from kg.shacl.sql.sets import Found, Sets
from kg.shacl.sql.solutions import candidates
from kg.shacl.sql.units import Targets, Unit


def narrowed(
    wanted: Plan,
    units: Sequence[Unit],
    database: Database,
    sets: Sets,
    targeted: Callable[[Targets], str],
    more: Callable[[plan.Closed], str],
) -> Iterator[Found]:
    """Check what is left of some units on the subjects alone that may violate it, and note it.

    :param targeted: gives a condition on a row of ``subject``: it is a focus node.
    :param more: gives a condition on such a row: it has properties that a closed shape refuses.
    """
    found = Candidates(database, more)
    wants = [
        (unit, position, some)
        for unit in units
        for position, constraint in enumerate(unit.shape.constraints)
        if position not in unit.done
        and (some := found.of(unit.shape, constraint, targeted(unit.targets)))
    ]
    if not wants:
        return
    found.compare()
    cases = " ".join(
        f"WHEN {n} THEN {targeted(unit.targets)}" for n, (unit, _, _) in enumerate(wants)
    )

    def kept(sources: Iterable[str]) -> str:
        every = " UNION ALL ".join(f"SELECT {n} AS i, k FROM {s}" for n, s in enumerate(sources))
        return database.table(
            f"SELECT x.i, y.k, y.s FROM (SELECT DISTINCT i, k FROM ({every})) x JOIN subject y "
            f"ON x.k = y.k WHERE CASE x.i {cases} END"
        )

    try:
        with database.bounded():
            table = kept(f"({some})" for _, _, some in wants)
    except SpaceError:  # the database joins some queries badly: nothing is excluded then
        table = kept("subject" for _ in wants)
    asked = [(unit, unit.shape.constraints[position]) for unit, position, _ in wants]
    for query, shape in queries(wanted):
        if _asked_here_alone(wanted, asked, query, shape):
            own = [str(n) for n, (u, c) in enumerate(asked) if u.shape is shape and c is query]
            sets.queries.limit(query, f"(SELECT s FROM {table} WHERE i IN ({', '.join(own)}))")
    hit = {row[0] for row in database.rows(f"SELECT DISTINCT i FROM {table}")}
    about = database.named(f"SELECT k, p, o FROM fact WHERE k IN (SELECT k FROM {table})")
    near = Sets(database, sets.queries, database.table(f"SELECT s, p, o FROM ({about})"))
    for number, (unit, position, _) in enumerate(wants):
        unit.done.add(position)
        if number in hit:
            stored = isinstance(unit.shape.constraints[position], plan.Query)
            focus = database.table(f"SELECT s AS n FROM {table} WHERE i = {number}")
            others = frozenset(range(len(unit.shape.constraints))) - {position}
            yield from (sets if stored else near).check(unit.shape, focus, others)


def _asked_here_alone(
    wanted: Plan, asked: list[tuple[Unit, Constraint]], query: plan.Query, shape: Shape
) -> bool:
    """Tell whether a query runs for candidates only.

    It does not where some other shape asks for its shape, or for the one that asks for it.
    """
    asked_for = references(wanted)
    owners = [u.owner for u, c in asked if u.shape is shape and c is query]
    inner = sum(owner is not shape for owner in owners)
    own = len(owners) - inner
    if not owners or own != bool(shape.targets) or inner != asked_for[id(shape)]:
        return False
    return not any(asked_for[id(owner)] for owner in owners if owner is not shape)


class Candidates:
    """Queries for ``k`` of the subjects that may violate a constraint.

    Values that are compared are made numbers and days once, before they are joined.
    """

    def __init__(self, database: Database, more: Callable[[plan.Closed], str]) -> None:
        self.db, self.more = database, more
        self._compared: set[int] = set()

    def of(self, shape: Shape, constraint: Constraint, targeted: str) -> str:
        """Return such a query for a shape whose focus nodes are subjects, ``""`` for any of them.

        It can be asked after :meth:`compare`.

        :param targeted: a condition on a row of ``subject``: it is such a node.
        """
        c = constraint
        if isinstance(c, plan.Query):
            return self._asked(c)
        if isinstance(c, plan.Closed) and not isinstance(shape, PropertyShape):
            return f"SELECT k FROM subject WHERE {self.more(c)} AND {targeted}"
        if not isinstance(shape, PropertyShape) or not isinstance(shape.path, Predicate):
            return ""
        code = self.db.code(shape.path.iri)
        if isinstance(c, plan.UniqueLang):
            tag = "lower(regexp_extract(o, '\"@([A-Za-z0-9-]+)$', 1))"
            several = f"SELECT k FROM fact WHERE p = {code} GROUP BY k HAVING count(*) > 1"
            return (
                f"SELECT k FROM fact WHERE p = {code} AND k IN ({several}) "
                "AND NOT ends_with(o, '\"') AND NOT ends_with(o, '>') "
                f"GROUP BY k, {tag} HAVING min(o) <> max(o)"
            )
        if isinstance(c, plan.Disjoint):
            both = f"x.p = {code} AND y.p = {self.db.code(c.iri)} AND x.o = y.o"
            return f"SELECT x.k FROM fact x JOIN fact y ON x.k = y.k WHERE {both}"
        if isinstance(c, plan.LessThan | plan.LessThanOrEquals):
            sure = definitely_less(_of("x"), _of("y"), equal=isinstance(c, plan.LessThanOrEquals))
            one, other = self._values(code), self._values(self.db.code(c.iri))
            return f"SELECT x.k FROM {one} x JOIN {other} y ON x.k = y.k WHERE NOT {sure}"
        return ""

    def compare(self) -> None:
        """Name ``compared`` all of the values that some query compares."""
        if self._compared:
            number, day = comparable("o")
            codes = ", ".join(map(str, sorted(self._compared)))
            own = f"SELECT k, p, {number} AS n, {day} AS d FROM fact WHERE p IN ({codes})"
            self.db.shared(own, "compared")

    def _values(self, code: int) -> str:
        """Return a query for ``k``, and ``n`` and ``d`` of :data:`Comparable`, of a property."""
        self._compared.add(code)
        return f"(SELECT k, n, d FROM compared WHERE p = {code})"

    def _asked(self, query: plan.Query) -> str:
        """Return a query for the subjects of which a SPARQL query may have a solution."""
        try:
            return candidates(self.db, read(query.text, dict(query.prefixes)), given(query))
        except Unsupported:
            return ""


def _of(table: str) -> Comparable:
    return f"{table}.n", f"{table}.d"
