"""A database with the statements to validate, and what it knows of them.

``fact(k, p, o)`` holds the statements: ``k`` is the subject, as a number or as the term itself,
whatever is quicker to join; ``p`` is the number of the property, see :meth:`Database.code`; ``o``
is a canonical N-Triples term. ``t(s, p, o)`` is the same with the subject as a term. The named
graphs of the data are taken together, and a statement may be there twice: queries count distinct
values. The queries are written in the SQL of DuckDB.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.shacl.names import SUBCLASS, TYPE
from kg.shacl.plan import Node
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.table import Table

_ABSENT = -1

SMALL_DATA = 200_000
"""Statements up to which a graph is small: each query on it should need little."""


class Database(ABC):
    """Statements and tables made from them. Use it as a context manager; all goes with it."""

    together = 40
    """How many queries for results are asked in one: each query costs time of its own."""
    numbered = True
    """Whether ``k`` is a number, and a table ``node(k, s)`` has the term of each."""
    sees_far = True
    """Whether a subquery within a subquery may look at the rows of the outermost query."""

    def __init__(self) -> None:
        self._tables = 0
        self._sizes: dict[str, int] = {}

    def __enter__(self) -> Database:
        return self

    @abstractmethod
    def __exit__(self, *error: object) -> None: ...

    @abstractmethod
    def load(self, tables: Sequence[Table], extra: Iterable[Triple] = ()) -> None:
        """Fill ``fact`` and ``t`` from Parquet, with some more triples (the class tree).

        Blank nodes of several files are kept apart by the number of the file.
        """

    @property
    @abstractmethod
    def codes(self) -> dict[str, int]:
        """Property as a term → its number in ``t``."""

    @abstractmethod
    def named(self, rows: str) -> str:
        """Return a query for the rows ``k, …`` of another one, with the term of ``k`` as ``s``."""

    @abstractmethod
    def about(self, nodes: str) -> str:
        """Return a query for the ``k`` of the terms of a table ``n``, if they are subjects."""

    @abstractmethod
    def entities(self) -> int:
        """Count the subjects of the tables, of which ``a#part`` is one with ``a``."""

    # -- SQL ---------------------------------------------------------------------------------

    @abstractmethod
    def rows(self, sql: str) -> list[Any]:
        """Return all rows of a query.

        :raises ShaclError: if the disk is full or the memory does not suffice.
        """

    @abstractmethod
    def batches(self, sql: str, size: int = 10_000) -> Iterator[list[Any]]:
        """Yield the rows of a query, some at a time; other statements may run meanwhile."""

    def answers(self, queries: Sequence[str]) -> Iterator[tuple[int, list[Any]]]:
        """Yield rows of some queries, some at a time, each time with the place of the query.

        :param queries: each for texts ``f, v`` and a number ``p``.
        """
        for batch in self.batches(_tagged(queries)):
            by_query: dict[int, list[Any]] = {}
            for row in batch:
                by_query.setdefault(row[3], []).append(row)
            yield from by_query.items()

    def firsts(self, queries: Sequence[str], limit: int) -> Iterator[tuple[list[Any], int]]:
        """Yield of each query the first rows in their order, and how many there are.

        :param queries: see :meth:`answers`.
        """
        name = self.table(f"SELECT * FROM ({_tagged(queries)})")
        numbers = dict(self.rows(f"SELECT k, count(*) FROM {name} GROUP BY k"))
        ranked = f"SELECT *, row_number() OVER (PARTITION BY k ORDER BY f, v, p) AS r FROM {name}"
        found: dict[int, list[Any]] = {}
        for row in self.rows(f"SELECT f, v, p, k FROM ({ranked}) WHERE r <= {limit} ORDER BY k, r"):
            found.setdefault(row[3], []).append(row)
        for number in range(len(queries)):
            yield found.get(number, []), numbers.get(number, 0)

    @abstractmethod
    def table(self, sql: str, name: str = "") -> str:
        """Keep the answer to a query in a new table, and return its name."""

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Limit the space of queries on small data, so that a badly joined one fails soon.

        :raises SpaceError: of such a query.
        """
        yield

    @abstractmethod
    def shared(self, sql: str, name: str) -> None:
        """Name a query that several others read: a view, or a table if that is quicker."""

    @abstractmethod
    def append(self, table: str, sql: str) -> None:
        """Add the rows of a query to a table."""

    @abstractmethod
    def filled(self, columns: str, batches: Iterable[Sequence[Sequence[str]]]) -> str:
        """Put rows of texts into a new table, some at a time, and return its name.

        :param columns: the names of the columns, with commas.
        """

    def drop(self, table: str) -> None:
        """Drop a table, where that frees anything."""
        self._sizes.pop(table, None)

    def count(self, table: str) -> int:
        """Return the number of rows of a table, which is known until some are added."""
        known = self._sizes.get(table)
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0]) if known is None else known

    def _name(self) -> str:
        """Return a name for a table that no other has."""
        self._tables += 1
        return f"x{self._tables}"

    # -- what the data say -------------------------------------------------------------------

    def code(self, iri: NamedNode) -> int:
        """Return the number of a property; one that the data lack matches nothing."""
        return self.codes.get(str(iri), _ABSENT)

    def has(self, iri: NamedNode) -> bool:
        """Tell whether any statement has a property."""
        return str(iri) in self.codes

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        pairs = self.rows(f"SELECT DISTINCT s, o FROM t WHERE p = {self.code(SUBCLASS)}")
        below: dict[str, set[str]] = {}
        for lower, upper in pairs:
            below.setdefault(upper, set()).add(lower)
        return below

    @property
    def type_code(self) -> int:
        """The number of rdf:type."""
        return self.code(TYPE)

    def classes(self, iri: NamedNode) -> set[str]:
        """Return a class and all classes below it in the data, as terms."""
        found, waiting = set(), [str(iri)]
        while waiting:
            term = waiting.pop()
            if term not in found:
                found.add(term)
                waiting += self._below.get(term, ())
        return found

    @cached_property
    def _instances(self) -> dict[NamedNode, str]:
        return {}

    def instances(self, iri: NamedNode) -> str:
        """Return the name of a table ``n`` of the instances of a class."""
        if iri not in self._instances:
            wanted = ", ".join(quoted(term) for term in sorted(self.classes(iri)))
            self._instances[iri] = self.table(
                f"SELECT DISTINCT s AS n FROM t WHERE p = {self.type_code} AND o IN ({wanted})"
            )
        return self._instances[iri]


def read_terms(terms: Iterable[str]) -> list[Node]:
    """Return raw terms as terms of pyoxigraph, in their order."""
    text = "".join(f"<urn:x> <urn:x> {term} .\n" for term in terms)
    return [quad.object for quad in parse(text, RdfFormat.N_TRIPLES)]


def _tagged(queries: Sequence[str]) -> str:
    """Return one query for ``f, v, p`` and ``k``, the place of a query in a list."""
    parts = [f"SELECT f, v, p, {n} AS k FROM ({query})" for n, query in enumerate(queries)]
    return " UNION ALL ".join(parts)
