"""Statements in DuckDB, in this process: each format is one file, each table another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from pathlib import Path

from kg.outputs import rewrite
from kg.scale.cache import Table
from kg.scale.export.data import Grid, Statements, every, named, read
from kg.scale.export.lines import Lines, Run
from kg.shacl.sql.duck_sql import DuckSQL
from kg.shacl.sql.expressions import quoted

SLICE = 100_000
"""Rows for which a core of their own pays."""
CHUNK = 1_000_000
"""Statements that are gathered into rows at a time, which bounds memory."""
_LINES = "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
"""Rows of one text column, written as they are, each with a line end."""
_OPTIONS = {
    ".csv": "(FORMAT csv, HEADER {header})",
    ".parquet": "(FORMAT parquet, COMPRESSION zstd)",
}
_BREAK = "\x01"
"""Stands for the line ends that stay when an entity is put on one line; no text ever holds it."""


class DuckStatements(DuckSQL, Statements):
    """Statements of tables in DuckDB; see :class:`~kg.shacl.sql.duck_sql.DuckSQL`.

    :param spill: an existing folder, also for the pieces of a file.
    """

    def __init__(self, tables: Sequence[Table], spill: Path, memory: str = "") -> None:
        DuckSQL.__init__(self, memory, spill)
        Statements.__init__(self)
        self._spill = spill
        parts = [
            read(
                n, table, len(tables) > 1, f"read_parquet([{', '.join(map(quoted, table.files))}])"
            )
            for n, table in enumerate(tables)
            if table.parts
        ]
        self.view("stored", every(parts))
        self.choose("SELECT g, s, p, o FROM stored")

    def in_process(self) -> AbstractContextManager[Statements]:
        """Give these statements."""
        return nullcontext(self)

    def chosen_in_process(self) -> AbstractContextManager[Statements]:
        """Give these statements."""
        return nullcontext(self)

    # -- queries -----------------------------------------------------------------------------

    def table(self, name: str, sql: str) -> None:
        """Keep the answer to a query under a name."""
        self.run(f"CREATE TEMP TABLE {name} AS {sql}")

    def view(self, name: str, sql: str) -> None:
        """Give a name to a query; an earlier query of that name is replaced."""
        self.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def reached(self, name: str, columns: str, start: str, step: str) -> None:
        """Keep in a table what a query gives, and what a step leads to from there."""
        steps = f"{start} UNION {step.format(reached='reached')}"
        self.table(name, f"WITH RECURSIVE reached({columns}) AS ({steps}) SELECT * FROM reached")

    def labels(self, name: str, texts: Sequence[str]) -> None:
        """Make a type whose values are some texts: an enumeration."""
        self.run(f"CREATE TYPE {name} AS ENUM ({', '.join(map(quoted, texts)) or quoted('')})")

    def label(self, name: str, column: str) -> str:
        """Return SQL for the text of a column, which is one."""
        return column

    def keep(self, name: str, columns: str, rows: Iterable[Sequence[str | int]]) -> None:
        """Put some rows into a table, which is a new one."""
        self.run(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        self.fill(name, rows)

    # -- files -------------------------------------------------------------------------------

    def write(self, lines: Lines, path: Path) -> None:
        """Write a document of text to a file."""
        self.run(f"CREATE TABLE line AS SELECT * FROM ({lines.sql}) ORDER BY {lines.order}")
        text, head = lines.text, lines.head
        if lines.joined:
            text = f"{text} || CASE WHEN last_entity THEN {quoted(_BREAK)} ELSE '' END"
            head = head.replace("\n", _BREAK)
        path.write_text(head, encoding="utf-8", newline="\n")
        self._write_runs([f"SELECT {text} FROM {lines.marked(run)}" for run in self._runs()], path)
        with path.open("a", encoding="utf-8", newline="\n") as out:
            out.write(lines.foot)
        if lines.joined:
            rewrite(path, bytes.maketrans(_BREAK.encode(), b"\n"), delete=b"\n")

    def _write_runs(self, queries: Sequence[str], path: Path) -> None:
        """Append to a file what some queries give, on all cores.

        What DuckDB writes in order it writes on one core; so the queries run side by side, each to
        a file of its own.
        """
        parts = [self._spill / f"run-{n}" for n in range(len(queries))]
        pairs = zip(queries, parts, strict=True)
        self.run_together([f"COPY ({sql}) TO {quoted(str(p))} {_LINES}" for sql, p in pairs])
        with path.open("ab") as out:
            for part in parts:
                with part.open("rb") as made:
                    shutil.copyfileobj(made, out, 1 << 20)
                part.unlink()

    def _runs(self) -> list[Run]:
        """Return runs of the table ``line`` of about the same size, as many as there are cores.

        It is sorted by ``g`` and ``s``, and no run ends within an entity, that is between rows that
        are equal in both.
        """
        number = int(self.value("SELECT count(*) FROM line"))
        cores = min(os.cpu_count() or 1, number // SLICE + 1)
        edges = {0, number}
        for n in range(1, cores):
            middle = number * n // cores
            entity = f"(SELECT (g, s) FROM line WHERE rowid = {middle})"
            near = f"rowid > {middle} AND rowid <= {middle + SLICE}"
            new = f"SELECT min(rowid) FROM line WHERE {near} AND (g, s) IS DISTINCT FROM {entity}"
            edges.add(self.value(f"SELECT coalesce(({new}), {number})"))
        graph = {
            edge: self.rows(f"SELECT g FROM line WHERE rowid IN ({edge} - 1, {edge})")
            for edge in edges - {0, number}
        }
        within = {edge: rows[0][0] for edge, rows in graph.items() if rows[0] == rows[1]}
        return [
            Run(
                f"(SELECT * FROM line WHERE rowid >= {start} AND rowid < {end})",
                "",
                within.get(start),
                end in within,
                end == number,
            )
            for start, end in pairwise(sorted(edges))
        ] or [Run("line")]

    def write_grid(self, grid: Grid, path: Path, number: int) -> str:
        """Write a table to a file."""
        if grid.order:
            self._copy(
                f"SELECT {named(grid.columns)} FROM ({grid.rows}) ORDER BY {grid.order}", path
            )
        else:
            self._gathered(grid, path)
        return path.name

    def _gathered(self, grid: Grid, path: Path) -> None:
        """Write a row for each ``s``, some at a time."""
        sql = f"SELECT s, rank, value FROM ({grid.rows}) ORDER BY s, rank, value"
        self.run(f"CREATE OR REPLACE TEMP TABLE row_of AS {sql}")
        found = self.rows(f"SELECT DISTINCT s FROM row_of WHERE rowid % {CHUNK} = 0 ORDER BY s")
        starts = [start for (start,) in found]
        parts: list[Path] = []
        for n, start in enumerate(starts):
            part = path if len(starts) == 1 else path.with_name(f"{path.stem}.{n}{path.suffix}")
            until = f" AND s < {quoted(starts[n + 1])}" if n + 1 < len(starts) else ""
            own = f"FROM row_of WHERE s >= {quoted(start)}{until} GROUP BY s ORDER BY s"
            self._copy(f"SELECT {named(grid.columns)} {own}", part, header=n == 0)
            parts.append(part)
        if len(parts) > 1:
            self._join(parts, path)

    def _copy(self, sql: str, path: Path, header: bool = True) -> None:
        options = _OPTIONS[path.suffix].format(header=str(header).lower())
        self.run(f"COPY ({sql}) TO {quoted(str(path))} {options}")

    def _join(self, parts: Sequence[Path], path: Path) -> None:
        """Make one file of the parts of a table, in their order."""
        if path.suffix == ".csv":
            with path.open("wb") as out:
                for part in parts:
                    with part.open("rb") as file:
                        shutil.copyfileobj(file, out, 1 << 20)
        else:
            files = ", ".join(quoted(str(part)) for part in parts)
            self._copy(f"SELECT * FROM read_parquet([{files}])", path)
        for part in parts:
            part.unlink()
