"""SPARQL's aggregates over rows among which all solutions are, as far as they are certain."""

from __future__ import annotations

from dataclasses import replace

from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sparql_query import (
    Assigned,
    Call,
    Exists,
    Expression,
    Group,
    Pattern,
    Query,
    Variable,
    parts,
)
from kg.shacl.sql.conditions import Conditions
from kg.shacl.sql.expressions import comparable
from kg.shacl.sql.functions import UNKNOWN, Value, bounds, near
from kg.shacl.sql.scope import AGGREGATES, Scope

_OTHERS = ("SAMPLE", "GROUP_CONCAT")


def aggregated(query: Query) -> bool:
    """Tell whether the solutions of a query are those of groups of rows."""
    values = [e for e in (*query.selected.values(), *query.having) if e is not None]
    called = {part.name for e in values for part in parts(e) if isinstance(part, Call)}
    return query.grouped is not None or bool(called & {*AGGREGATES, *_OTHERS} or query.having)


def countable(group: Group) -> bool:
    """Tell whether a group has at most as many solutions as it has rows in SQL."""
    return all(
        (isinstance(e, Pattern) and not isinstance(e.path, Variable) and _plain(e.path))
        or (isinstance(e, Assigned) and e.value is not None)
        for e in group.elements
    )


def _plain(path: Path) -> bool:
    match path:
        case paths.Inverse(inner):
            return _plain(inner)
        case paths.Sequence(steps):
            return all(map(_plain, steps))
        case _:
            return isinstance(path, paths.Predicate)


class Rows:
    """Rows of a scope as a query with named columns, and aggregates over the groups of them.

    :param sure: a condition on a row: it certainly is one solution.
    """

    def __init__(self, conditions: Conditions, scope: Scope, sure: str) -> None:
        self._conditions, self._scope, self._sure = conditions, scope, sure
        self.columns: dict[str, str] = {}

    def column(self, sql: str) -> str:
        """Return the name of a column for an expression on a row."""
        return self.columns.setdefault(sql, f"a{len(self.columns)}")

    def source(self) -> str:
        """Return FROM of all columns that were named."""
        cells = ", ".join(f"{sql} AS {name}" for sql, name in self.columns.items())
        return f"FROM (SELECT {cells} {self._scope.source()}) r"

    def value(self, call: Call) -> Value:
        """Return what is known of an aggregate of a group."""
        (inner, *_), distinct = call.arguments or (Call("*", ()),), False
        if isinstance(inner, Call) and inner.name == "DISTINCT":
            (inner,), distinct = inner.arguments, True
        if call.name == "COUNT":
            return self._count(inner, distinct)
        low, high = bounds(self._conditions.value(inner, self._scope))
        if distinct and call.name in ("SUM", "AVG"):
            return UNKNOWN
        if call.name in ("MIN", "MAX"):
            return self._extreme(call.name.lower(), inner)
        if not low or low != high:
            return UNKNOWN
        known = self.column(low)
        return near(self._certain(known, f"{call.name.lower()}({known})"))

    def _certain(self, known: str, sql: str) -> str:
        """Return an aggregate, NULL unless all rows of the group are solutions and known."""
        sure = self.column(self._sure)
        return f"CASE WHEN bool_and({sure} AND {known} IS NOT NULL) THEN {sql} END"

    def _extreme(self, word: str, inner: Expression) -> Value:
        value = self._conditions.value(inner, self._scope)
        found = UNKNOWN
        low, high = bounds(value)
        if low:
            one, other = self.column(low), self.column(high)
            low, high = (self._certain(one, f"{word}({c})") for c in (one, other))
            found = replace(found, low=low, high=high)
        if value.term:
            day = self.column(comparable(value.term)[1])
            found = replace(found, term=self._certain(day, f"{word}({day})"))
        return found

    def _count(self, inner: Expression, distinct: bool) -> Value:
        sure = self.column(self._sure)
        least, most = f"sum(CASE WHEN {sure} THEN 1 ELSE 0 END)::DOUBLE", "count(*)::DOUBLE"
        if inner == Call("*", ()):
            return Value(low="0::DOUBLE" if distinct else least, high=most)
        if not isinstance(inner, Variable) or not self._scope.owner(inner.name):
            return Value(low="0::DOUBLE", high=most)
        if distinct:
            term = self.column(self._scope.term(inner.name))
            least = f"count(DISTINCT CASE WHEN {sure} THEN {term} END)::DOUBLE"
            most = f"count(DISTINCT {term})::DOUBLE"
        return Value(low=least, high=most)


def sure_rows(conditions: Conditions, scope: Scope, group: Group, given: set[str]) -> str:
    """Return a condition on a row of a countable group: it certainly is one solution.

    :param given: variables that may be bound elsewhere.
    """
    tested = [part for e in group.filters for part in parts(e)]
    if any(isinstance(part, Exists) for part in tested) or given & set(scope.held()):
        return "false"
    tests = [*scope.doubts, *(conditions.sure(e, True, scope) for e in group.filters)]
    return f"({' AND '.join(tests)})" if tests else "true"
