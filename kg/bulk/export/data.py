"""The statements to export, in DuckDB: one view of raw canonical terms, and text written from it.

The view ``stored(g, s, p, o)`` has the statements of some tables, ``q`` those to write; ``g`` is
empty in the default graph. A statement may be there twice: writers sort, and drop what equals the
row before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.bulk.cache import Table
from kg.bulk.sources import INSTALL
from kg.errors import InputError, UsageError
from kg.terms import CEKG, TYPE

if TYPE_CHECKING:
    import duckdb

_LINES = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
"""Rows of one text column, written as they are, each with a line end."""

PLAIN = """CASE WHEN starts_with({c}, '"') THEN
  CASE WHEN contains({c}, '\\') THEN json_extract_string(
      left({c}, length({c}) - length(split_part({c}, '"', -1))), '$')
    ELSE substr({c}, 2, length({c}) - length(split_part({c}, '"', -1)) - 2) END
  WHEN starts_with({c}, '<') THEN substr({c}, 2, length({c}) - 2)
  ELSE {c} END"""
"""SQL for a term in column ``c`` as plain text: what a literal says, the IRI, or ``_:label``.

The quoted part of a canonical literal is a JSON string as well.
"""


class Statements:
    """Statements of tables in DuckDB. Use it as a context manager; what it spilt goes with it.

    :param spill: an existing folder for what does not fit into memory.
    :param memory: a limit such as ``700MiB`` for DuckDB; ``""`` takes its own default.
    :raises UsageError: if the extra ``scale`` is not installed.
    """

    def __init__(self, tables: Sequence[Table], spill: Path, memory: str = "") -> None:
        try:
            import duckdb
        except ImportError as error:
            raise UsageError("bulk export needs the extra 'scale'", hint=INSTALL) from error
        self.caveats: tuple[str, ...] = ()
        """What every output must say, one line each."""
        self._con: duckdb.DuckDBPyConnection = duckdb.connect()
        self._con.execute(f"SET temp_directory = {quoted(str(spill))}")
        if memory:
            self._con.execute(f"SET memory_limit = {quoted(memory)}")
        parts = [_select(n, t, len(tables) > 1) for n, t in enumerate(tables) if t.parts]
        nothing = "SELECT '' AS g, '' AS s, '' AS p, '' AS o WHERE false"
        self.run(f"CREATE TEMP VIEW stored AS {' UNION ALL '.join(parts) or nothing}")
        self.choose("SELECT g, s, p, o FROM stored")

    def __enter__(self) -> Statements:
        return self

    def __exit__(self, *error: object) -> None:
        self._con.close()

    def run(self, sql: str, values: Sequence[object] = ()) -> Any:
        """Run a statement.

        :raises InputError: if the disk is full or the memory does not suffice.
        """
        import duckdb

        try:
            return self._con.execute(sql, list(values)) if values else self._con.execute(sql)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            first = str(error).splitlines()[0]
            raise InputError(
                f"the export ran out of space: {first}",
                hint="give more with --memory, or free some disk space",
            ) from error

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return all rows of a query."""
        found: list[Any] = self.run(sql, values).fetchall()
        return found

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """Return the first column of the first row of a query."""
        return self.rows(sql, values)[0][0]

    def labels(self, name: str, texts: Sequence[str]) -> None:
        """Make a type whose values are some texts: kept as numbers, in the order given."""
        self.run(f"CREATE TYPE {name} AS ENUM ({', '.join(map(quoted, texts)) or quoted('')})")

    def keep(self, name: str, columns: str, rows: Iterable[Sequence[str | int]]) -> None:
        """Put some rows into a new table.

        :param columns: names and types, as in ``CREATE TABLE``.
        """
        self.run(f"CREATE TEMP TABLE {name} ({columns})")
        held = [list(column) for column in zip(*rows, strict=True)]
        if held:
            lists = ", ".join("unnest(?)" for _ in held)
            self.run(f"INSERT INTO {name} SELECT {lists}", held)

    def choose(self, sql: str) -> None:
        """Let ``q`` be what a query gives."""
        self.run(f"CREATE OR REPLACE TEMP VIEW q AS {sql}")

    def write(self, sql: str, path: Path) -> None:
        """Write the one column of a query to a file, a row a line, as it is and in its order."""
        self.run(f"COPY ({sql}) TO {quoted(str(path))} {_LINES}")

    def base(self) -> str:
        """Return the base IRI of the graph that the data say they are, or ``""``."""
        found = self.value(
            f"SELECT min(s) FROM q WHERE p = '{TYPE}' AND o = '<{CEKG}KnowledgeGraph>' "
            "AND starts_with(s, '<')"
        )
        return str(found)[1:-1] if found else ""


def _select(number: int, table: Table, several: bool) -> str:
    """Return a query for the statements of a table; labels of blank nodes hold for one file."""
    files = ", ".join(quoted(file) for file in table.files)
    if not (several and table.blanks):
        return f"SELECT g, s, p, o FROM read_parquet([{files}])"
    own = [
        f"CASE WHEN starts_with({c}, '_:') THEN '_:f{number}x' || substr({c}, 3) ELSE {c} END AS "
        f"{c}"
        for c in "gso"
    ]
    return f"SELECT {own[0]}, {own[1]}, p, {own[2]} FROM read_parquet([{files}])"


def quoted(text: str) -> str:
    """Return a text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def before(*columns: str) -> str:
    """Return SQL for the values of columns in the row before, as ``<column>_before``.

    The rows are those of a table in its own order, so nothing but projections and filters may
    stand between: a join could change the order.
    """
    return ", ".join(f"lag({c}) OVER () AS {c}_before" for c in columns)
