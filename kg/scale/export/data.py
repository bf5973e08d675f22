"""The statements to export, in a database: a view of raw canonical terms, and what is made of it.

The view ``stored(g, s, p, o)`` has the statements of some tables, ``q`` those to write; ``g`` is
empty in the default graph. A statement may be there twice. The queries are written in the SQL of
DuckDB.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.ontology import CEKG, TYPE
from kg.scale.cache import Table
from kg.scale.export.lines import Lines
from kg.shacl.sql.table import own_label

PLAIN = """CASE WHEN starts_with({c}, '"') THEN
  CASE WHEN contains({c}, '\\') THEN json_extract_string(
      left({c}, length({c}) - length(split_part({c}, '"', -1))), '$')
    ELSE substr({c}, 2, length({c}) - length(split_part({c}, '"', -1)) - 2) END
  WHEN starts_with({c}, '<') THEN substr({c}, 2, length({c}) - 2)
  ELSE {c} END"""
"""SQL for a term in column ``c`` as plain text: what a literal says, the IRI, or ``_:label``.

The quoted part of a canonical literal is a JSON string as well.
"""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to write: a query as it is, or a row for each ``s`` of one for ``s, rank, value``.

    :param columns: name → SQL for the value: of an aggregate where rows are gathered.
    """

    columns: Mapping[str, str]
    rows: str
    order: str = ""
    """The columns that rows are sorted by, from ``s`` on; without it they are gathered by ``s``."""


class Statements(ABC):
    """Statements of tables in a database. Use it as a context manager; what it made goes then."""

    def __init__(self) -> None:
        self.caveats: tuple[str, ...] = ()
        """What every output must say, one line each."""

    def __enter__(self) -> Statements:
        return self

    @abstractmethod
    def __exit__(self, *error: object) -> None: ...

    @abstractmethod
    def in_process(self) -> AbstractContextManager[Statements]:
        """Give the stored statements in a database of this process: these, if it is one."""

    @abstractmethod
    def chosen_in_process(self) -> AbstractContextManager[Statements]:
        """Give the statements to write in a database of this process: these, if it is one."""

    # -- queries -----------------------------------------------------------------------------

    @abstractmethod
    def rows(self, sql: str) -> list[Any]:
        """Return all rows of a query, which are few.

        :raises InputError: if space runs out, or the database fails.
        """

    def value(self, sql: str) -> Any:
        """Return the first column of the first row of a query."""
        return self.rows(sql)[0][0]

    @abstractmethod
    def table(self, name: str, sql: str) -> None:
        """Keep the answer to a query under a name."""

    @abstractmethod
    def view(self, name: str, sql: str) -> None:
        """Give a name to a query; an earlier query of that name is replaced."""

    @abstractmethod
    def reached(self, name: str, columns: str, start: str, step: str) -> None:
        """Keep in a table what a query gives, and what a step leads to from there, again and again.

        :param columns: the names of the columns, with commas.
        :param step: a query that reads what was reached before from ``{reached}``.
        """

    @abstractmethod
    def labels(self, name: str, texts: Sequence[str]) -> None:
        """Make a type whose values are some texts: kept as numbers, in the order given."""

    @abstractmethod
    def label(self, name: str, column: str) -> str:
        """Return SQL for the text of a column whose type :meth:`labels` has made."""

    @abstractmethod
    def keep(self, name: str, columns: str, rows: Iterable[Sequence[str | int]]) -> None:
        """Put some rows into a table, which is a new one.

        :param columns: names and types, as in ``CREATE TABLE``.
        """

    def choose(self, sql: str) -> None:
        """Let ``q`` be what a query gives."""
        self.view("q", sql)

    @cached_property
    def base(self) -> str:
        """The base IRI of the graph that the data say they are, or ``""``."""
        found = self.value(
            f"SELECT min({PLAIN.format(c='s')}) FROM q WHERE p = '{TYPE}' "
            f"AND o = '<{CEKG}KnowledgeGraph>' AND starts_with(s, '<')"
        )
        return str(found or "")

    # -- files -------------------------------------------------------------------------------

    @abstractmethod
    def write(self, lines: Lines, path: Path) -> None:
        """Write a document of text to a file, or to parts next to it."""

    @abstractmethod
    def write_grid(self, grid: Grid, path: Path, number: int) -> str:
        """Write a table as CSV or Parquet, as the name of the file ends, and return its name.

        :param number: how many rows there are.
        """


def read(number: int, table: Table, several: bool, source: str) -> str:
    """Return a query for the statements of a table, with blank nodes of its own.

    :param source: SQL for the rows of its Parquet files.
    """
    g, s, o = (own_label(c, number, table, several) for c in "gso")
    return f"SELECT {g}, {s}, p, {o} FROM {source}"


def every(parts: Sequence[str]) -> str:
    """Return a query for the statements of all tables."""
    nothing = "SELECT '' AS g, '' AS s, '' AS p, '' AS o WHERE false"
    return " UNION ALL ".join(parts) or nothing


def named(columns: Mapping[str, str]) -> str:
    """Return the columns of a query: name → SQL."""
    names = ((name.replace('"', '""'), sql) for name, sql in columns.items())
    return ", ".join(f'{sql} AS "{name}"' for name, sql in names)
