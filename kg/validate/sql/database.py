"""A DuckDB database with the statements to validate: one table of raw terms, and what it knows.

``t(s, p, o)`` holds canonical N-Triples terms; ``p`` is a number, see :meth:`Database.code`. The
named graphs of the data are taken together, and a statement may be there twice: queries count
distinct values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.bulk.cache import Table
from kg.bulk.sources import INSTALL
from kg.errors import InputError, UsageError
from kg.terms import RDF, RDFS
from kg.validate.plan import Node
from kg.validate.sql.value_tests import quoted

if TYPE_CHECKING:
    import duckdb

_ABSENT = -1


class Database:
    """Statements in DuckDB. Use it as a context manager; what it spilt to disk goes with it.

    :param memory: a limit such as ``700MB`` for DuckDB; ``""`` takes its own default.
    :param spill: the folder for what does not fit; without it everything must.
    :raises UsageError: if the extra ``scale`` is not installed, or the limit cannot be read.
    """

    def __init__(self, memory: str = "", spill: Path | None = None) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise UsageError("the engine 'duckdb' needs the extra 'scale'", hint=INSTALL) from error
        self.con: duckdb.DuckDBPyConnection = duckdb.connect()
        # A thread waits for DuckDB, since Ctrl-C reaches only a main thread that runs Python.
        self._worker = ThreadPoolExecutor(1)
        self._tables = 0
        self.con.execute("SET preserve_insertion_order = false")
        self.con.execute(f"SET temp_directory = {quoted(str(spill or ''))}")
        if memory:
            try:
                self.con.execute(f"SET memory_limit = {quoted(memory)}")
            except duckdb.Error as error:
                raise UsageError(
                    f"'{memory}' is not an amount of memory", hint="write it as 700MB or 2GB"
                ) from error

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *error: object) -> None:
        self._worker.shutdown()
        self.con.close()

    # -- statements --------------------------------------------------------------------------

    def load(self, tables: Sequence[Table], extra: Iterable[Triple] = ()) -> None:
        """Fill the table ``t`` from Parquet, with some triples beside it (the class tree).

        Blank nodes of several files are kept apart by the number of the file.
        """
        parts = [self._select(n, table, len(tables) > 1) for n, table in enumerate(tables)]
        rows = self._values(extra)
        every = " UNION ALL ".join(part for part in (*parts, rows) if part)
        if not every:
            every = "SELECT '' AS s, '' AS p, '' AS o WHERE false"
        self.run(f"CREATE TYPE property AS ENUM (SELECT DISTINCT p FROM ({every}))")
        self.run(
            f"CREATE TABLE t AS SELECT s, enum_code(p::property)::INTEGER AS p, o FROM ({every})"
        )

    @staticmethod
    def _select(number: int, table: Table, several: bool) -> str:
        if not table.parts:
            return ""
        files = ", ".join(quoted(file) for file in table.files)
        columns = "s, p, o"
        if several and table.blanks:
            own = [
                f"CASE WHEN starts_with({c}, '_:') THEN '_:f{number}x' || substr({c}, 3) "
                f"ELSE {c} END AS {c}"
                for c in "so"
            ]
            columns = f"{own[0]}, p, {own[1]}"
        return f"SELECT {columns} FROM read_parquet([{files}])"

    def _values(self, triples: Iterable[Triple]) -> str:
        """Put a few triples into a table of their own, and return how to read it."""
        rows = [(str(s), str(p), str(o)) for s, p, o in triples]
        return f"SELECT s, p, o FROM {self.filled('s, p, o', [rows])}" if rows else ""

    @cached_property
    def codes(self) -> dict[str, int]:
        """Property as a term → its number in ``t``."""
        found = self.rows("SELECT unnest(enum_range(NULL::property))::VARCHAR")
        return {row[0]: number for number, row in enumerate(found)}

    def code(self, iri: NamedNode) -> int:
        """Return the number of a property; one that the data lack matches nothing."""
        return self.codes.get(str(iri), _ABSENT)

    # -- classes -----------------------------------------------------------------------------

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        pairs = self.rows(
            f"SELECT DISTINCT s, o FROM t WHERE p = {self.code(NamedNode(RDFS + 'subClassOf'))}"
        )
        below: dict[str, set[str]] = {}
        for lower, upper in pairs:
            below.setdefault(upper, set()).add(lower)
        return below

    @property
    def type_code(self) -> int:
        """The number of rdf:type."""
        return self.code(NamedNode(RDF + "type"))

    def classes(self, iri: NamedNode) -> set[str]:
        """Return a class and all that lie below it in the data, as terms."""
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
        """Yield the rows of a query, some at a time; other statements may run meanwhile.

        The rows are kept in a table of the database, which spills, not in Python.
        """
        name = self.table(sql)
        cursor = self.con.cursor()
        cursor.execute(f"SELECT * FROM {name}")
        while rows := cursor.fetchmany(size):
            yield rows
        cursor.close()
        self.run(f"DROP TABLE {name}")

    def table(self, sql: str) -> str:
        """Keep the answer to a query in a new table, and return its name."""
        self._tables += 1
        name = f"x{self._tables}"
        self.run(f"CREATE TABLE {name} AS {sql}")
        return name

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def filled(self, columns: str, batches: Iterable[Sequence[Sequence[str]]]) -> str:
        """Put rows of texts into a new table, some at a time, and return its name.

        :param columns: the names of the columns, with commas.
        """
        self._tables += 1
        name = f"x{self._tables}"
        self.run(f"CREATE TABLE {name} ({columns.replace(',', ' VARCHAR,')} VARCHAR)")
        for rows in batches:
            if rows:
                values = [list(column) for column in zip(*rows, strict=True)]
                marks = ", ".join("unnest(?)" for _ in values)
                self.run(f"INSERT INTO {name} SELECT {marks}", values)
        return name


def read_terms(terms: Iterable[str]) -> list[Node]:
    """Return raw terms as terms of pyoxigraph, in their order."""
    text = "".join(f"<urn:x> <urn:x> {term} .\n" for term in terms)
    return [quad.object for quad in parse(text, RdfFormat.N_TRIPLES)]
