"""One SELECT in the making for a group of a SPARQL query: its tables, and what holds a variable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pyoxigraph import Literal, NamedNode

from kg.shacl.sparql_query import Call, Group, Term, Unsupported, Variable
from kg.shacl.sql.database import Database
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.functions import UNKNOWN, Value

AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX")


class Aliases:
    """Names of tables and terms in the SQL of one query."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self._number = 0

    def name(self, letter: str) -> str:
        """Return a name that no other table has."""
        self._number += 1
        return f"{letter}{self._number}"

    def constant(self, node: NamedNode | Literal, kind: str) -> str:
        """Return SQL for a term, or for its ``k``."""
        own = quoted(str(node))
        numbered = kind == "k" and self.db.numbered
        return f"(SELECT k FROM node WHERE s = {own})" if numbered else own


class Uncertain(Exception):
    """It is unknown which rows certainly are solutions."""


class Scope:
    """One SELECT in the making: tables, conditions, and what holds each variable.

    :param open: variables that may be bound elsewhere, to what is not known here.
    """

    def __init__(self, aliases: Aliases, upper: bool, parent: Scope | None, open: set[str]) -> None:
        self.aliases, self.upper, self.parent, self.open = aliases, upper, parent, open
        self.tables: list[str] = []
        self.conditions: list[str] = []
        self.keys: dict[str, str] = {}
        self.terms: dict[str, str] = {}
        self.optional: dict[str, Group] = {}
        self.doubts: list[str] = []
        """Conditions that are left out, since a store may write numbers in other digits."""
        self.values: dict[str, Value] = {}
        self.counts: Callable[[Call], Value] | None = None

    def source(self) -> str:
        """Return FROM and WHERE."""
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        return f"FROM {', '.join(self.tables)}{where}" if self.tables else f"FROM (SELECT 1){where}"

    def held(self) -> set[str]:
        """Return the variables that patterns of this scope bind."""
        return {*self.keys, *self.terms}

    def owner(self, name: str) -> Scope | None:
        """Return the scope, this one or one around it, that holds a variable."""
        if name in self.held():
            return self
        return self.parent.owner(name) if self.parent else None

    def assigned(self, name: str) -> Value:
        """Return what is known of a variable that no pattern here binds."""
        if name in self.values:
            return self.values[name]
        if name in self.open or not self.parent:
            return UNKNOWN
        return self.parent.assigned(name)

    def counted(self, call: Call) -> Value | None:
        """Return the value of an aggregate of the rows, ``None`` if a call is none."""
        return self.counts(call) if self.counts and call.name in AGGREGATES else None

    def is_named_in(self, sql: str) -> bool:
        """Tell whether a subquery looks at a table of this scope or of one around it."""
        own = any(re.search(rf"\b{table.split()[-1]}\.", sql) for table in self.tables)
        return own or (self.parent is not None and self.parent.is_named_in(sql))

    def is_open(self, name: str) -> bool:
        """Tell whether a variable may be bound elsewhere, here or in a scope around."""
        return name in self.open or (self.parent is not None and self.parent.is_open(name))

    def leave_open(self, names: Iterable[str]) -> None:
        """Note that variables are bound in a way that is not followed here."""
        for name in names:
            self.open.add(name)
            self.optional.pop(name, None)

    def key(self, name: str) -> str:
        """Return the ``k`` of a variable, which is a subject."""
        if name not in self.keys:
            if name not in self.terms:
                raise Unsupported(f"?{name}, which no pattern binds")
            self.keys[name] = self._linked(self.terms[name])
        return self.keys[name]

    def term(self, name: str) -> str:
        """Return the term of a variable."""
        if name not in self.terms:
            key = self.keys[name]
            if not self.aliases.db.numbered:
                return key
            alias = self.joined("node", "n")
            self.conditions.append(f"{alias}.k = {key}")
            self.terms[name] = f"{alias}.s"
        return self.terms[name]

    def _linked(self, term: str) -> str:
        """Return the ``k`` of a term, if it is a subject."""
        if not self.aliases.db.numbered:
            return term
        alias = self.joined("node", "n")
        self.conditions.append(f"{alias}.s = {term}")
        return f"{alias}.k"

    def joined(self, table: str, letter: str) -> str:
        """Add a table, and return its name."""
        alias = self.aliases.name(letter)
        self.tables.append(f"{table} {alias}")
        return alias

    def bind(self, end: Term, kind: str, column: str) -> None:
        """Let a column, a ``k`` or a term, be an end of a pattern."""
        if not isinstance(end, Variable):
            self._constant(end, kind, column)
            return
        owner = self.owner(end.name)
        if owner is None:
            if not self.upper and self.is_open(end.name):
                raise Uncertain
            (self.keys if kind == "k" else self.terms)[end.name] = column
        elif kind == "k":
            known = owner.keys.get(end.name)
            self.conditions.append(f"{column} = {known or self._linked(owner.terms[end.name])}")
            if owner is self:
                self.keys.setdefault(end.name, column)
        else:
            self.conditions.append(f"{column} = {owner.term(end.name)}")

    def _constant(self, end: NamedNode | Literal, kind: str, column: str) -> None:
        if isinstance(end, Literal) and kind == "k":
            self.conditions.append("false")
        elif isinstance(end, Literal) and str(end)[-1] == ">" and self.upper:
            self.doubts.append(f"{column} = {quoted(str(end))}")
        else:
            self.conditions.append(f"{column} = {self.aliases.constant(end, kind)}")
