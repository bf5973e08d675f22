"""SPARQL queries as SQL that misses no solution: which nodes may have one.

A group of patterns is written twice: as rows among which all its solutions are (*upper*), and as
rows that certainly are solutions (*lower*). ``NOT EXISTS`` of one is made from the other. So a
condition that SQL cannot judge with certainty costs time, never a result: who is left is asked on
a store (:mod:`kg.shacl.sql.queries`).

Patterns match terms as they are written, as SPARQL has it: ``1`` and ``01`` are two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.shacl.sparql_query import (
    Assigned,
    Element,
    Group,
    Optional,
    Pattern,
    Query,
    Union,
    Unsupported,
    Variable,
    ends,
    names,
)
from kg.shacl.sql.aggregates import Rows, aggregated, countable, sure_rows
from kg.shacl.sql.database import Database
from kg.shacl.sql.functions import UNKNOWN, Value
from kg.shacl.sql.scope import Scope, Uncertain
from kg.shacl.sql.triples import Triples


def candidates(database: Database, query: Query, given: Iterable[str] = ()) -> str:
    """Return a query for the ``k`` of all subjects for which a query may have a solution as $this.

    :param given: variables that have values before the query runs, besides ``$this``.
    :raises Unsupported: if the query can be true of any node, for all that is seen here.
    """
    if query.ask:
        raise Unsupported("an ASK")
    _see_connected(query.group)
    writer = _Writer(database, query)
    if aggregated(query):
        return f"SELECT DISTINCT k FROM ({writer.groups(query, set(given)).sql})"
    found = writer.scope(query.group, upper=True, open=given)
    assert found is not None  # only what must be certain can fail
    return f"SELECT DISTINCT {found.key('this')} AS k {found.source()}"


@dataclass(frozen=True, slots=True)
class _Table:
    """A query; the columns of variables that are bound in each row, and what is known of others."""

    sql: str
    bound: dict[str, tuple[str, str]]
    values: dict[str, Value]


class _Writer(Triples):
    def __init__(self, database: Database, query: Query) -> None:
        super().__init__(database, Counter(names(query.group)))
        self.names = {*names(query.group), "this"}

    # -- groups ------------------------------------------------------------------------------

    def scope(
        self,
        group: Group,
        *,
        upper: bool,
        parent: Scope | None = None,
        open: Iterable[str] = (),
    ) -> Scope | None:
        """Write a group; ``None`` if none of its rows is certain to be a solution.

        :param parent: the scope whose rows it is asked for, in EXISTS.
        """
        found = Scope(self, upper, parent, set(open))
        try:
            self._fill(found, group)
        except Uncertain:
            return None
        return found

    def _fill(self, scope: Scope, group: Group) -> None:
        for run in _runs(group.elements):
            match run[0]:
                case Pattern():
                    self.patterns(scope, group, [e for e in run if isinstance(e, Pattern)])
                case Optional(inner):
                    self._optional(scope, inner)
                case Union((Group([Query() as query], []),)):
                    self._join(scope, self._nested(scope, query), set(query.selected))
                case Union(groups):
                    self.union(scope, groups)
                case Assigned(given, value):
                    known = self.value(value, scope) if value is not None else UNKNOWN
                    scope.leave_open(given)
                    scope.values |= dict.fromkeys(given - scope.held(), known)
                case _ if not scope.upper:
                    raise Uncertain
                case Query() as query:
                    scope.leave_open(query.selected)
        for condition in group.filters:
            if scope.upper:
                scope.conditions.append(f"NOT {self.sure(condition, False, scope)}")
            else:
                scope.conditions.append(self.sure(condition, True, scope))

    def _optional(self, scope: Scope, inner: Group) -> None:
        for name in names(inner):
            if scope.owner(name) is None:
                if name in scope.open:
                    scope.optional.pop(name, None)
                elif any(name in ends(e) for e in inner.elements if isinstance(e, Pattern)):
                    scope.optional[name] = inner
                scope.open.add(name)

    def union(self, scope: Scope, groups: tuple[Group, ...]) -> None:
        """Join the rows of some groups; variables that not all of them have are open."""
        branches = []
        for group in groups:
            branch = self.scope(group, upper=scope.upper, open=self._beside(group))
            if branch:
                branches.append(branch)
        if not branches:
            raise Uncertain
        common = sorted(set.intersection(*(branch.held() for branch in branches)))
        kinds = {n: "k" if all(n in b.keys for b in branches) else "t" for n in common}
        parts, values = [], dict[str, Value]()
        for branch in branches:
            cells = [
                b.keys[n] if kind == "k" else b.term(n)
                for b in [branch]
                for n, kind in kinds.items()
            ]
            if len(groups) == 1:
                values = _columns(branch.values, cells)
            chosen = ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells)) or "1 AS c"
            parts.append(f"SELECT {chosen} {branch.source()}")
        bound = {name: (kind, f"c{n}") for n, (name, kind) in enumerate(kinds.items())}
        every = {name for group in groups for name in names(group)}
        self._join(scope, _Table(" UNION ALL ".join(parts), bound, values), every)

    def _beside(self, group: Group) -> set[str]:
        """Return the variables that may be bound outside of a group."""
        return self.names - set(names(group))

    def _join(self, scope: Scope, table: _Table | None, every: set[str]) -> None:
        """Join a table; others of the variables that it may bind are open.

        :param table: ``None`` if nothing is known of its rows.
        """
        if table:
            alias = scope.joined(f"({table.sql})", "u")
            for name, (kind, column) in table.bound.items():
                scope.bind(Variable(name), kind, f"{alias}.{column}")
        for name in every - set(table.bound if table else ()):
            if scope.owner(name) is None:
                scope.leave_open({name})
                if table and name in table.values:
                    scope.values[name] = table.values[name].mapped(lambda c: f"{alias}.{c}")

    # -- nested queries and groups of solutions ----------------------------------------------

    def _nested(self, scope: Scope, query: Query) -> _Table | None:
        """Return the rows of a nested query, ``None`` if nothing is known of them."""
        if not scope.upper and (query.cut or aggregated(query)):
            raise Uncertain
        if aggregated(query):
            if query.grouped is None or "this" not in query.grouped:
                return None
            return self.groups(query, self._beside(query.group))
        inner = self.scope(query.group, upper=scope.upper, open=self._beside(query.group))
        if inner is None:
            raise Uncertain
        known = {
            name: inner.assigned(name) if value is None else self.value(value, inner)
            for name, value in query.selected.items()
            if name not in inner.held()
        }
        held = [name for name in query.selected if name in inner.held()]
        cells = [inner.keys.get(name) or inner.term(name) for name in held]
        kinds = ["k" if name in inner.keys else "t" for name in held]
        bound = {
            name: (kind, f"c{n}") for n, (name, kind) in enumerate(zip(held, kinds, strict=True))
        }
        values = _columns(known, cells)
        chosen = ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells)) or "1 AS c"
        return _Table(f"SELECT {chosen} {inner.source()}", bound, values)

    def groups(self, query: Query, given: set[str]) -> _Table:
        """Return the groups of solutions that a query may have.

        :param given: variables that may be bound elsewhere.
        :raises Unsupported: if there is a group without rows, or none for each ``$this``.
        """
        if query.grouped is None or "this" not in query.grouped:
            raise Unsupported("an aggregate without GROUP BY $this")
        self.counting = countable(query.group)
        scope = self.scope(query.group, upper=True, open=given)
        assert scope is not None  # only what must be certain can fail
        key = scope.key("this")
        others = {n: scope.term(n) for n in sorted(query.grouped - {"this"}) if n in scope.held()}
        if not self.counting or len(others) < len(query.grouped) - 1:
            return _Table(f"SELECT DISTINCT {key} AS k {scope.source()}", {"this": ("k", "k")}, {})
        rows = Rows(self, scope, sure_rows(self, scope, query.group, given))
        self.counting = False
        outer = Scope(self, True, None, set())
        outer.terms = {name: rows.column(term) for name, term in others.items()}
        outer.counts = rows.value
        for name, value in query.selected.items():
            if value is not None:
                outer.values[name] = self.value(value, outer)
        kept = [f"NOT {self.sure(condition, False, outer)}" for condition in query.having]
        cells = [rows.column(key), *outer.terms.values()]
        by = ", ".join(cells)
        values = _columns(outer.values, cells)
        chosen = ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells))
        having = f" HAVING {' AND '.join(kept)}" if kept else ""
        bound = {name: ("t", f"c{n + 1}") for n, name in enumerate(outer.terms)}
        sql = f"SELECT {cells[0]} AS k, {chosen} {rows.source()} GROUP BY {by}{having}"
        return _Table(sql, {"this": ("k", "c0"), **bound}, values)


def _runs(elements: Sequence[Element]) -> list[list[Element]]:
    """Return elements one by one, but patterns that follow each other together."""
    found: list[list[Element]] = []
    for element in elements:
        if found and isinstance(element, Pattern) and isinstance(found[-1][0], Pattern):
            found[-1].append(element)
        else:
            found.append([element])
    return found


def _columns(values: dict[str, Value], cells: list[str]) -> dict[str, Value]:
    """Add what is known of some variables to the cells ``c0, c1, …`` of a row; return where."""

    def column(sql: str) -> str:
        if not sql or "EXISTS (" in sql:  # Spark has no EXISTS there
            return ""
        if sql not in cells:
            cells.append(sql)
        return f"c{cells.index(sql)}"

    return {name: value.mapped(column) for name, value in values.items()}


def _see_connected(group: Group) -> None:
    """See that all patterns of a group hang together: else each row would meet each other.

    :raises Unsupported: if not, also in an inner group by itself.
    """
    parts = [set(ends(e)) for e in group.elements if isinstance(e, Pattern)]
    for element in group.elements:
        if isinstance(element, Union):
            for inner in element.groups:
                _see_connected(inner)
            parts.append(set.union(*(set(names(inner)) for inner in element.groups)))
    if not parts:
        return
    held, waiting = parts[0], parts[1:]
    while waiting:
        near = [part for part in waiting if part & held]
        if not near:
            raise Unsupported("patterns that are not connected with each other")
        held = held.union(*near)
        waiting = [part for part in waiting if part not in near]
