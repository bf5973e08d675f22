"""The statements to export, in DuckDB: one view of raw canonical terms, and text written from it.

The view ``stored(g, s, p, o)`` has the statements of some tables, ``q`` those to write; ``g`` is
empty in the default graph. A statement may be there twice: writers sort, and drop what equals the
row before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
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


SLICE = 100_000
"""Rows for which a core of their own pays."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a sorted table, as a query for them.

    ``graph`` is the graph of the first row if the slice before ends in it too, else ``None``;
    ``goes_on`` tells whether the next slice begins in the graph of the last row, ``last`` whether
    there is none.
    """

    rows: str
    graph: str | None
    goes_on: bool
    last: bool


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
        self._spill = spill
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
        with _spacious():
            return self._con.execute(sql, list(values)) if values else self._con.execute(sql)

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

    def write_slices(self, sql: Callable[[Slice], str], table: str, path: Path) -> None:
        """Append to a file what a query makes of each slice of a sorted table, on all cores.

        What DuckDB writes in order it writes on one core; so several queries run side by side,
        each to a file of its own.

        :param table: with the columns ``g`` and ``s``, which it is sorted by; no slice ends within
            a thing, that is between rows which are equal in both.
        """
        slices = self._slices(table)
        parts = [self._spill / f"slice-{n}" for n in range(len(slices))]
        cursors = [self._con.cursor() for _ in slices]
        with ThreadPoolExecutor(len(slices)) as pool, _spacious():
            running = {
                pool.submit(cursor.execute, f"COPY ({sql(one)}) TO {quoted(str(part))} {_LINES}")
                for cursor, one, part in zip(cursors, slices, parts, strict=True)
            }
            try:
                while running:  # at a time: where Polars is loaded, Ctrl-C ends no wait
                    done, running = wait(running, 0.1, FIRST_EXCEPTION)
                    for query in done:
                        query.result()
            except BaseException:
                for cursor in cursors:
                    cursor.interrupt()
                raise
        with path.open("ab") as out:
            for part in parts:
                with part.open("rb") as made:
                    shutil.copyfileobj(made, out, 1 << 20)
                part.unlink()

    def _slices(self, table: str) -> list[Slice]:
        """Return slices of about the same size, as many as there are cores."""
        number = int(self.value(f"SELECT count(*) FROM {table}"))
        cores = min(os.cpu_count() or 1, number // SLICE + 1)
        edges = {0, number}
        for n in range(1, cores):
            middle = number * n // cores
            thing = f"(SELECT (g, s) FROM {table} WHERE rowid = {middle})"
            near = f"rowid > {middle} AND rowid <= {middle + SLICE}"
            new = f"SELECT min(rowid) FROM {table} WHERE {near} AND (g, s) IS DISTINCT FROM {thing}"
            edges.add(self.value(f"SELECT coalesce(({new}), {number})"))
        graph = {
            edge: self.rows(f"SELECT g FROM {table} WHERE rowid IN ({edge} - 1, {edge})")
            for edge in edges - {0, number}
        }
        within = {edge: rows[0][0] for edge, rows in graph.items() if rows[0] == rows[1]}
        return [
            Slice(
                f"(SELECT * FROM {table} WHERE rowid >= {start} AND rowid < {end})",
                within.get(start),
                end in within,
                end == number,
            )
            for start, end in pairwise(sorted(edges))
        ] or [Slice(table, None, False, True)]

    def base(self) -> str:
        """Return the base IRI of the graph that the data say they are, or ``""``."""
        found = self.value(
            f"SELECT min(s) FROM q WHERE p = '{TYPE}' AND o = '<{CEKG}KnowledgeGraph>' "
            "AND starts_with(s, '<')"
        )
        return str(found)[1:-1] if found else ""


@contextmanager
def _spacious() -> Iterator[None]:
    """Turn a want of space into an error that says what to do."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        first = str(error).splitlines()[0]
        raise InputError(
            f"the export ran out of space: {first}",
            hint="give more with --memory, or free some disk space",
        ) from error


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
