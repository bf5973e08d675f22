"""Statements on Apache Spark: workers read the tables, and write parts of each format.

A part is a document of its own. Which part a row goes to depends on its subject alone, so an entity
is never cut, and each part is written by one task. The driver sees names of properties and classes,
numbers, and the text that all parts begin and end with.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.scale.cache import Table
from kg.scale.export.data import Grid, Statements, every, named, read
from kg.scale.export.duckdb import DuckStatements
from kg.scale.export.lines import Lines, Run
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.spark_sql import SparkSQL, errors, inlined

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PART = 1_000_000
"""Rows of a part, about, if there are many."""
SLICE = 100_000
"""Rows for which a core of their own pays."""
_FILE = re.compile(r"part-(\d+)-")
"""How Spark names the file of a task."""
_SPECIAL = '[",#\\r\\n]'
"""What puts a cell of CSV into quotation marks, as DuckDB writes it."""


class SparkStatements(SparkSQL, Statements):
    """Statements of tables on Spark.

    A document ``x.nq`` becomes ``x-00000.nq``, ``x-00001.nq`` …, and a table ``x.csv`` a folder
    ``x`` with ``part-00000.csv`` ….

    :param session: see :func:`kg.shacl.sql.spark_session.session`.
    :param tables: in a folder that every worker reaches under the same path.
    :param spill: an existing folder for what this process works out by itself.
    """

    def __init__(self, session: SparkSession, tables: Sequence[Table], spill: Path) -> None:
        SparkSQL.__init__(self, session)
        Statements.__init__(self)
        self.functions()
        self._tables, self._spill = tables, spill
        self._texts: dict[str, dict[str, int]] = {}
        self._keys: dict[int, list[int]] = {}
        self._statements = sum(table.statements for table in tables)
        parts = []
        for number, table in enumerate(tables):
            if table.parts:
                files = [Path(file).resolve().as_uri() for file in table.files]
                with errors():
                    reader = self.session.read.schema("g STRING, s STRING, p STRING, o STRING")
                    reader.parquet(*files).createOrReplaceTempView(f"file{number}")
                parts.append(read(number, table, len(tables) > 1, f"file{number}"))
        self.view("stored", every(parts))
        self.choose("SELECT g, s, p, o FROM stored")

    def in_process(self) -> AbstractContextManager[Statements]:
        """Give the stored statements in DuckDB."""
        return DuckStatements(self._tables, self._spill)

    @contextmanager
    def chosen_in_process(self) -> Iterator[Statements]:
        """Give the statements to write in DuckDB: workers write them to files, which it reads."""
        with TemporaryDirectory(dir=self._spill) as name:
            folder = Path(name).resolve() / "chosen"
            with errors():
                rows = self._frame("SELECT g, s, p, o FROM q")
                rows.write.parquet(folder.as_uri(), compression="zstd")
            with DuckStatements([], Path(name)) as local:
                files = quoted(f"{folder}/*.parquet")
                local.choose(f"SELECT g, s, p, o FROM read_parquet({files})")
                local.caveats, local.base = self.caveats, self.base
                yield local

    # -- queries -----------------------------------------------------------------------------

    def table(self, name: str, sql: str) -> None:
        """Keep the answer to a query on the workers.

        What uses it is planned from its rows: how they were made would be in each plan again.
        """
        from pyspark.sql import DataFrame

        with errors():
            made = self._frame(sql)._jdf
            java = self.session._jsparkSession.createDataFrame(made.toJavaRDD(), made.schema())
            kept = self._cache(DataFrame(java, self.session))
            kept.count()  # so that its size is known
            kept.createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        """Give a name to a query; an earlier query of that name is replaced."""
        with errors():
            self._view(sql, name)

    def reached(self, name: str, columns: str, start: str, step: str) -> None:
        """Repeat a step until nothing new is reached, from the new rows alone each time."""
        found = [f"{name}_0"]
        self.table(found[0], f"SELECT DISTINCT {columns} FROM ({start})")
        while self.value(f"SELECT count(*) FROM {found[-1]}"):
            self.view(name, " UNION ALL ".join(f"SELECT * FROM {one}" for one in found))
            fresh = f"({step.format(reached=found[-1])}) ANTI JOIN {name} USING ({columns})"
            found.append(f"{name}_{len(found)}")
            self.table(found[-1], f"SELECT DISTINCT {columns} FROM {fresh}")
        self.view(name, " UNION ALL ".join(f"SELECT * FROM {one}" for one in found))

    def labels(self, name: str, texts: Sequence[str]) -> None:
        """Make a type whose values are some texts: their numbers."""
        self._texts[name] = {text: number for number, text in enumerate(texts)}

    def label(self, name: str, column: str) -> str:
        """Return SQL for the text of a column of numbers."""
        return f"array({', '.join(map(quoted, self._texts[name])) or quoted('')})[{column}]"

    def keep(self, name: str, columns: str, rows: Iterable[Sequence[str | int]]) -> None:
        """Write some rows into the plans of what uses them."""
        pairs = [(column.split()[0], column.split()[1]) for column in columns.split(", ")]
        texts = [self._texts.get(kind) for _, kind in pairs]
        types = [(column, "INTEGER" if kind in self._texts else kind) for column, kind in pairs]
        found = [
            [known[str(v)] if known else v for v, known in zip(row, texts, strict=True)]
            for row in rows
        ]
        self.view(name, inlined(types, found))

    # -- files -------------------------------------------------------------------------------

    def write(self, lines: Lines, path: Path) -> None:
        """Write a document of text in parts, each with its beginning and its end."""
        number = self._number(self._statements)
        self._spread(f"SELECT *, {self._part(number)} AS part FROM ({lines.sql})", number, "line")
        marked = lines.marked(Run("line", f"PARTITION BY part ORDER BY {lines.order}"))
        sql = f"SELECT part, g, s, {lines.first} AS first, last, {lines.text} AS text FROM {marked}"
        if lines.joined:  # the rows of a group come as they are sorted
            sql = (
                "SELECT part, max(first) AS first, max(last) AS last, "
                f"array_join(collect_list(text), '') AS text FROM ({sql}) GROUP BY part, g, s"
            )
        self._write_text(sql, number, lines.head, lines.foot, path)

    def write_grid(self, grid: Grid, path: Path, number: int) -> str:
        """Write a table in parts, into a folder."""
        folder, number = path.with_suffix(""), self._number(number)
        folder.mkdir()
        order = dict(enumerate(grid.order.split(", ") if grid.order else ["s"], 1))
        ranks = ", ".join(f'{column} AS "{n}"' for n, column in order.items())
        gathered = "" if grid.order else " GROUP BY s"
        own = f'{self._part(number)} AS "0", {ranks}, {named(grid.columns)}'
        self._spread(f"SELECT {own} FROM ({grid.rows}){gathered}", number, "grid", '"0"')
        ranks = ", ".join(f'"{n}"' for n in order)
        if path.suffix == ".csv":
            cells = ", ".join(_cell(_name(column)) for column in grid.columns)
            first = f'lag(false, 1, true) OVER (PARTITION BY "0" ORDER BY {ranks})'
            sql = (
                f"SELECT \"0\" AS part, {first} AS first, false AS last, concat_ws(',', {cells}) "
                "AS text FROM grid"
            )
            header = ",".join(map(_csv, grid.columns)) + "\n"
            self._write_text(sql, number, header, "", folder / "part.csv")
        else:
            columns = ", ".join(map(_name, grid.columns))
            sql = f'SELECT "0" AS " part", {columns} FROM grid SORT BY "0", {ranks}'
            self._write_parts(sql, number, folder / "part.parquet")
        return folder.name

    def _write_text(self, sql: str, number: int, head: str, foot: str, path: Path) -> None:
        """Write parts of text, at least one.

        :param sql: a query, in order within each part, for its number, whether a row is the first
            or the last of it, and the text.
        """
        end = f"\n{foot.rstrip()}" if foot else ""
        text = (
            f"CASE WHEN first THEN {quoted(head)} ELSE '' END || text || "
            f"CASE WHEN last THEN {quoted(end)} ELSE '' END"
        )
        parts = f'SELECT part AS " part", {text} AS text FROM ({sql})'
        if not self._write_parts(parts, number, path):
            _numbered(path, 0).write_text(head + foot, encoding="utf-8", newline="\n")

    def _write_parts(self, sql: str, number: int, path: Path) -> int:
        """Write what a query gives except the keys of parts, and return how many have rows.

        :raises InputError: if workers wrote parts that are not to be seen from here.
        """
        from pyspark.sql import Observation
        from pyspark.sql.functions import collect_set

        kind = "parquet" if path.suffix == ".parquet" else "text"
        folder, seen = path.with_name(".parts"), Observation()
        options = {"compression": "zstd" if kind == "parquet" else "none"}
        with errors():
            rows = self._frame(sql).observe(seen, collect_set("` part`").alias("keys"))
            rows.drop(" part").write.format(kind).options(**options).save(folder.resolve().as_uri())
            tasks = sorted(map(self._keys_of(number).index, seen.get["keys"]))
        files = {int(match[1]): f for f in folder.iterdir() if (match := _FILE.match(f.name))}
        if not files.keys() >= set(tasks):
            raise InputError(
                f"{len(set(tasks) - files.keys())} of {len(tasks)} parts that the workers wrote "
                f"are not in {path.parent}",
                hint="every worker must reach the folder of the output under the same path",
            )
        if not tasks and kind == "parquet":  # a table without rows has columns all the same
            files[min(files)].rename(_numbered(path, 0))
        for n, task in enumerate(tasks):
            files[task].rename(_numbered(path, n))
        shutil.rmtree(folder)
        return len(tasks)

    # -- parts -------------------------------------------------------------------------------

    def _number(self, rows: int) -> int:
        """Return how many parts some rows are written in."""
        with errors():
            cores = int(self.session.sparkContext.defaultParallelism)
        return max(-(-rows // PART), min(cores, rows // SLICE + 1))

    def _part(self, number: int) -> str:
        """Return SQL for the key of the part that an entity belongs to, by its subject ``s``."""
        return f"array({', '.join(map(str, self._keys_of(number)))})[pmod(hash(s), {number})]"

    def _keys_of(self, number: int) -> list[int]:
        """Return numbers of which Spark gives each to another task: the first to the first one."""
        if number not in self._keys:
            tries = 40 * number + 100  # that one is missed is less likely than 1 in 10^12
            some = f"SELECT explode(sequence(0, {tries})) AS key"
            sql = f"SELECT pmod(hash(key), {number}) AS task, min(key) AS key FROM ({some})"
            with errors():
                found = dict(self.session.sql(f"{sql} GROUP BY task").collect())
            self._keys[number] = [found[task] for task in range(number)]
        return self._keys[number]

    def _spread(self, sql: str, number: int, name: str, part: str = "part") -> None:
        """Give a name to the rows of a query, those of each part in a task of their own."""
        with errors():
            self._view(f"SELECT /*+ REPARTITION({number}, {part}) */ * FROM ({sql})", name)


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}-{number:05}{path.suffix}")


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _cell(column: str) -> str:
    """Return SQL for a text as a cell of CSV; null is nothing, an empty text is in quotes."""
    safe = f"""'"' || replace({column}, '"', '""') || '"'"""
    special = f"{column} = '' OR regexp_matches({column}, {quoted(_SPECIAL)})"
    return f"CASE WHEN {column} IS NULL THEN '' WHEN {special} THEN {safe} ELSE {column} END"


def _csv(text: str) -> str:
    safe = text.replace('"', '""')
    return f'"{safe}"' if re.search(_SPECIAL, text) else text
