"""DuckDB in this process: its memory, its disk, Ctrl-C, and a want of space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.shacl.errors import SetupError, SpaceError
from kg.shacl.sql import INSTALL
from kg.shacl.sql.expressions import quoted

if TYPE_CHECKING:
    import duckdb


class DuckSQL:
    """A DuckDB of its own. What it wrote to disk goes with it.

    :param memory: a limit such as ``700MB`` for DuckDB; ``""`` takes its own default.
    :param spill: an empty folder for what does not fit; without it everything must.
    :raises SetupError: if the extra ``scale`` is not installed, or the limit cannot be read.
    """

    def __init__(self, memory: str = "", spill: Path | None = None) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise SetupError("the engine 'duckdb' needs the extra 'scale'", hint=INSTALL) from error
        self.con: duckdb.DuckDBPyConnection = duckdb.connect()
        self._scarce, self._cores = bool(memory), 0
        # A thread waits for DuckDB, since Ctrl-C reaches only a main thread that runs Python.
        self._worker = ThreadPoolExecutor(1)
        self.con.execute(f"SET temp_directory = {quoted(str(spill or ''))}")
        if memory:
            try:
                self.con.execute(f"SET memory_limit = {quoted(memory)}")
            except duckdb.Error as error:
                raise SetupError(
                    f"'{memory}' is not an amount of memory", hint="write it as 700MB or 2GB"
                ) from error

    def __exit__(self, *error: object) -> None:
        self._worker.shutdown()
        self.con.close()

    def run(self, sql: str, values: Sequence[object] = ()) -> Any:
        """Run a statement; within a limit of memory that does not suffice, again on one core.

        Each core needs memory of its own.

        :raises SpaceError: if the disk is full or the memory does not suffice.
        :raises KeyboardInterrupt: if somebody presses Ctrl-C meanwhile.
        """
        if self._cores:  # not sooner: any statement ends the answer to the one before
            self._run(f"SET threads = {self._cores}")
            self._cores = 0
        try:
            return self._run(sql, values)
        except SpaceError:
            if not self._scarce:
                raise
        self._cores = self._run("SELECT current_setting('threads')").fetchone()[0]
        self._run("SET threads = 1")
        return self._run(sql, values)

    def _run(self, sql: str, values: Sequence[object] = ()) -> Any:
        waiting = self._worker.submit(self.con.execute, sql, list(values))
        _wait({waiting}, [self.con])
        return waiting.result()

    def run_together(self, statements: Sequence[str]) -> None:
        """Run some statements side by side, each on a core of its own; see :meth:`run`."""
        cursors = [self.con.cursor() for _ in statements]
        with ThreadPoolExecutor(len(statements)) as pool:
            pairs = zip(cursors, statements, strict=True)
            _wait({pool.submit(cursor.execute, sql) for cursor, sql in pairs}, cursors)

    def rows(self, sql: str) -> list[Any]:
        """Return all rows of a query."""
        found: list[Any] = self.run(sql).fetchall()
        return found

    def fill(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows to a table, all at once."""
        values = [list(column) for column in zip(*rows, strict=True)]
        if values:
            marks = ", ".join("unnest(?)" for _ in values)
            self.run(f"INSERT INTO {table} SELECT {marks}", values)


def _wait(running: set[Future[Any]], connections: Sequence[duckdb.DuckDBPyConnection]) -> None:
    """Wait for all that runs on some connections; after an error or Ctrl-C it is stopped."""
    with spacious():
        try:
            while running:  # at a time: where Polars is loaded, Ctrl-C ends no wait
                done, running = wait(running, 0.1, FIRST_EXCEPTION)
                for one in done:
                    one.result()
        except BaseException:
            while running:
                for connection in connections:
                    connection.interrupt()  # what is only being planned does not hear it
                running = wait(running, 0.1).not_done
            raise


@contextmanager
def spacious() -> Iterator[None]:
    """Turn a want of space into an error that says what to do."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise SpaceError(
            f"there is no space left: {str(error).splitlines()[0]}",
            hint="give more with --memory, or free some disk space",
        ) from error
