"""A :class:`~kg.shacl.sql.database.Database` in this process: DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Triple

from kg.shacl.sql.database import SMALL_DATA, Database
from kg.shacl.sql.duck_sql import DuckSQL
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.table import PART_BITS, Table, own_label

ON_DISK = 2_000_000
"""From so many statements on they are kept on disk, where DuckDB compresses what it would hold
uncompressed in memory: at ten million that takes half of the memory and a tenth more time."""

_FOR_SMALL = "1GB"
"""Space for a query on small data that only narrows what has to be checked."""


class DuckDB(DuckSQL, Database):
    """Statements in DuckDB; see :class:`~kg.shacl.sql.duck_sql.DuckSQL`."""

    def __init__(self, memory: str = "", spill: Path | None = None) -> None:
        DuckSQL.__init__(self, memory, spill)
        Database.__init__(self)
        self._disk = spill
        self.run("SET preserve_insertion_order = false")

    # -- statements --------------------------------------------------------------------------

    def load(self, tables: Sequence[Table], extra: Iterable[Triple] = ()) -> None:
        """Fill ``fact``; the numbers of properties are those of an enumeration.

        A subject is known by the first of the places where the tables have a run of it, so few
        texts need to be compared. ``node(k, s)`` has its term.
        """
        runs, facts, place = [], [], 0
        for number, table in enumerate(tables):
            if not table.files:
                continue
            s, o = (own_label(c, number, table, len(tables) > 1) for c in "so")
            files = ", ".join(map(quoted, table.files))
            source = f"read_parquet([{files}], file_row_number = true)"
            facts.append(f"SELECT k + {place} AS k, p, {o} FROM {source}")
            own = f"k & {(1 << PART_BITS) - 1} = file_row_number"
            runs.append(f"SELECT k + {place} AS k, {s} FROM {source} WHERE {own}")
            place += table.blocks << PART_BITS
        self._beside = place
        beside = [(str(s), str(p), str(o)) for s, p, o in extra]
        if beside or not facts:
            rows = f"(SELECT {place} + rowid AS k, s, p, o FROM {self.filled('s, p, o', [beside])})"
            facts.append(f"SELECT k, p, o FROM {rows}")
            runs.append(f"SELECT k, s FROM {rows}")
        every, begun = " UNION ALL ".join(facts), " UNION ALL ".join(runs)
        self.run(f"CREATE TYPE property AS ENUM (SELECT DISTINCT p FROM ({every}))")
        self.table(f"SELECT min(k) AS k, s, count(*) AS runs FROM ({begun}) GROUP BY s", "node")
        again = self.table(
            f"SELECT r.k, n.k AS own FROM ({begun}) r JOIN node n ON r.s = n.s "
            "WHERE n.runs > 1 AND r.k <> n.k"
        )
        key = "k"
        if self.count(again):
            every = f"SELECT e.*, x.own FROM ({every}) e LEFT JOIN {again} x ON e.k = x.k"
            key = "coalesce(own, k)"
        numbered = f"SELECT {key} AS k, enum_code(p::property)::INTEGER AS p, o FROM ({every})"
        large = self._scarce or sum(table.statements for table in tables) >= ON_DISK
        if self._disk and large:
            self.run(f"ATTACH {quoted(str(self._disk / 'statements'))} AS disk")
            self.table(numbered, "disk.fact")
            self.run("CREATE VIEW fact AS FROM disk.fact")
        else:
            self.table(numbered, "fact")
        self.run("CREATE VIEW t AS SELECT n.s, f.p, f.o FROM fact f JOIN node n ON f.k = n.k")

    def named(self, rows: str) -> str:
        """Return a query for the rows ``k, …`` of another one, with the term of ``k`` as ``s``."""
        return f"SELECT r.*, n.s FROM ({rows}) r JOIN node n ON r.k = n.k"

    def about(self, nodes: str) -> str:
        """Return a query for the ``k`` of the terms of a table ``n``, if they are subjects."""
        return f"SELECT k FROM node WHERE s IN (SELECT n FROM {nodes})"

    def entities(self) -> int:
        """Count the subjects of the tables, of which ``a#part`` is one with ``a``."""
        every = f"(SELECT s FROM node WHERE k < {self._beside})"
        bases = f"SELECT DISTINCT split_part(s, '#', 1) || '>' AS s FROM {every} WHERE s LIKE '%#%'"
        alone = f"SELECT count(*) FROM ({bases}) ANTI JOIN {every} e USING (s)"
        whole = f"SELECT count(*) FROM {every} WHERE s NOT LIKE '%#%'"
        return int(self.rows(f"SELECT ({whole}) + ({alone})")[0][0])

    @cached_property
    def codes(self) -> dict[str, int]:
        """Property as a term → its number in ``t``."""
        found = self.rows("SELECT unnest(enum_range(NULL::property))::VARCHAR")
        return {row[0]: number for number, row in enumerate(found)}

    # -- SQL ---------------------------------------------------------------------------------

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """See :meth:`~kg.shacl.sql.database.Database.bounded`."""
        if self.count("fact") > SMALL_DATA:
            yield
            return
        names = ("memory_limit", "max_temp_directory_size")
        before = {n: self.rows(f"SELECT current_setting({quoted(n)})")[0][0] for n in names}
        for name in () if self._scarce else names:
            self.run(f"SET {name} = {quoted(_FOR_SMALL)}")
        try:
            yield
        finally:
            for name in () if self._scarce else names:
                self.run(f"SET {name} = {quoted(before[name])}")

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
        (self._sizes[name],) = self.run(f"CREATE TABLE {name} AS {sql}").fetchone()
        return name

    def shared(self, sql: str, name: str) -> None:
        """Name a query: to read it again costs less than to keep its rows."""
        self.run(f"CREATE VIEW {name} AS {sql}")

    def drop(self, table: str) -> None:
        """Drop a table."""
        super().drop(table)
        self.run(f"DROP TABLE {table}")

    def append(self, table: str, sql: str) -> None:
        """Add the rows of a query to a table."""
        self.run(f"INSERT INTO {table} {sql}")
        self._sizes.pop(table, None)

    def filled(self, columns: str, batches: Iterable[Sequence[Sequence[str]]]) -> str:
        """Put rows of texts into a new table, some at a time, and return its name."""
        name = self._name()
        self.run(f"CREATE TABLE {name} ({columns.replace(',', ' VARCHAR,')} VARCHAR)")
        for rows in batches:
            self.fill(name, rows)
        return name
