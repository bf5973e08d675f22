"""A :class:`~kg.validate.sql.database.Database` in this process: DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Triple

from kg.bulk.cache import Table
from kg.bulk.sources import INSTALL
from kg.errors import InputError, UsageError
from kg.validate.sql.database import Database
from kg.validate.sql.value_tests import quoted

if TYPE_CHECKING:
    import duckdb


class DuckDB(Database):
    """Statements in DuckDB. What it spilt to disk goes with it.

    :param memory: a limit such as ``700MB`` for DuckDB; ``""`` takes its own default.
    :param spill: the folder for what does not fit; without it everything must.
    :raises UsageError: if the extra ``scale`` is not installed, or the limit cannot be read.
    """

    def __init__(self, memory: str = "", spill: Path | None = None) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise UsageError("the engine 'duckdb' needs the extra 'scale'", hint=INSTALL) from error
        super().__init__()
        self.con: duckdb.DuckDBPyConnection = duckdb.connect()
        # A thread waits for DuckDB, since Ctrl-C reaches only a main thread that runs Python.
        self._worker = ThreadPoolExecutor(1)
        self.con.execute("SET preserve_insertion_order = false")
        self.con.execute(f"SET temp_directory = {quoted(str(spill or ''))}")
        if memory:
            try:
                self.con.execute(f"SET memory_limit = {quoted(memory)}")
            except duckdb.Error as error:
                raise UsageError(
                    f"'{memory}' is not an amount of memory", hint="write it as 700MB or 2GB"
                ) from error

    def __exit__(self, *error: object) -> None:
        self._worker.shutdown()
        self.con.close()

    # -- statements --------------------------------------------------------------------------

    def load(self, tables: Sequence[Table], extra: Iterable[Triple] = ()) -> None:
        """Fill the table ``t``; the numbers of properties are those of an enumeration."""
        parts = [self._select(n, table, len(tables) > 1) for n, table in enumerate(tables)]
        rows = self._values(extra)
        every = " UNION ALL ".join(part for part in (*parts, rows) if part)
        if not every:
            every = "SELECT '' AS s, '' AS p, '' AS o WHERE false"
        self.run(f"CREATE TYPE property AS ENUM (SELECT DISTINCT p FROM ({every}))")
        self.run(
            f"CREATE TABLE t AS SELECT s, enum_code(p::property)::INTEGER AS p, o FROM ({every})"
        )

    def _select(self, number: int, table: Table, several: bool) -> str:
        if not table.parts:
            return ""
        files = ", ".join(quoted(file) for file in table.files)
        return f"SELECT {self._columns(number, table, several)} FROM read_parquet([{files}])"

    def _values(self, triples: Iterable[Triple]) -> str:
        """Put a few triples into a table of their own, and return how to read it."""
        rows = [(str(s), str(p), str(o)) for s, p, o in triples]
        return f"SELECT s, p, o FROM {self.filled('s, p, o', [rows])}" if rows else ""

    @cached_property
    def codes(self) -> dict[str, int]:
        """Property as a term → its number in ``t``."""
        found = self.rows("SELECT unnest(enum_range(NULL::property))::VARCHAR")
        return {row[0]: number for number, row in enumerate(found)}

    # -- SQL ---------------------------------------------------------------------------------

    def run(self, sql: str, values: Sequence[object] = ()) -> Any:
        """Run a statement.

        :raises InputError: if the disk is full or the memory does not suffice.
        :raises KeyboardInterrupt: if somebody presses Ctrl-C meanwhile.
        """
        import duckdb

        waiting = self._worker.submit(self.con.execute, sql, list(values))
        try:
            while not waiting.done():
                wait([waiting], 0.1)  # at a time: where Polars is loaded, Ctrl-C ends no wait
            return waiting.result()
        except KeyboardInterrupt:
            while not waiting.done():
                self.con.interrupt()  # a query that is only being planned does not hear it
                wait([waiting], 0.1)
            raise
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            first = str(error).splitlines()[0]
            raise InputError(
                f"validation ran out of space: {first}",
                hint="give more with --memory, or free some disk space",
            ) from error

    def rows(self, sql: str) -> list[Any]:
        """Return all rows of a query."""
        found: list[Any] = self.run(sql).fetchall()
        return found

    def batches(self, sql: str, size: int = 10_000) -> Iterator[list[Any]]:
        """Yield the rows of a query, kept meanwhile in a table, which spills, not in Python."""
        name = self.table(sql)
        cursor = self.con.cursor()
        cursor.execute(f"SELECT * FROM {name}")
        while rows := cursor.fetchmany(size):
            yield rows
        cursor.close()
        self.run(f"DROP TABLE {name}")

    def table(self, sql: str, name: str = "") -> str:
        """Keep the answer to a query in a new table, and return its name."""
        name = name or self._name()
        self.run(f"CREATE TABLE {name} AS {sql}")
        return name

    def append(self, table: str, sql: str) -> None:
        """Add the rows of a query to a table."""
        self.run(f"INSERT INTO {table} {sql}")

    def filled(self, columns: str, batches: Iterable[Sequence[Sequence[str]]]) -> str:
        """Put rows of texts into a new table, some at a time, and return its name."""
        name = self._name()
        self.run(f"CREATE TABLE {name} ({columns.replace(',', ' VARCHAR,')} VARCHAR)")
        for rows in batches:
            if rows:
                values = [list(column) for column in zip(*rows, strict=True)]
                marks = ", ".join("unnest(?)" for _ in values)
                self.run(f"INSERT INTO {name} SELECT {marks}", values)
        return name
