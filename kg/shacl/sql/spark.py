"""A :class:`~kg.shacl.sql.database.Database` on Apache Spark: the same SQL, on many machines.

Parquet is read by each query, for the columns that it needs; tables made from it are cached, and
what a lost worker held is computed again. Planning dominates, so results are asked for together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from pyoxigraph import Triple

from kg.shacl.sql.database import SMALL_DATA, Database
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.spark_sql import SparkSQL, errors, inlined, spread
from kg.shacl.sql.table import Table, own_label

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SMALL = 10_000
"""Rows up to which a table is part of the plans that use it, and not kept on the workers."""
_INLINE = 500
"""Rows up to which texts are written into a query."""
_FOR_SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.shuffle.partitions": "1",
}
"""Settings for small data: compiling a plan, or splitting it, takes longer than running it."""


class Spark(SparkSQL, Database):
    """Statements in a session of Spark, which stays; what was made here goes.

    :param session: see :func:`kg.shacl.sql.spark_session.session`.
    """

    numbered = False
    sees_far = False

    def __init__(self, session: SparkSession) -> None:
        SparkSQL.__init__(self, session)
        Database.__init__(self)
        self._is_small = False

    # -- statements --------------------------------------------------------------------------

    def load(self, tables: Sequence[Table], extra: Iterable[Triple] = ()) -> None:
        """Let ``t`` be a view of the Parquet files; properties are numbered by a small table."""
        rows = [(str(s), str(p), str(o)) for s, p, o in extra]
        self._is_small = sum(table.statements for table in tables) + len(rows) <= SMALL_DATA
        for name, value in _FOR_SMALL.items() if self._is_small else ():
            self.session.conf.set(name, value)
        parts = []
        for number, table in enumerate(tables):
            if table.files:
                name = self._name()
                with errors():
                    reader = self.session.read.schema("s STRING, p STRING, o STRING")
                    reader.parquet(*table.files).createOrReplaceTempView(name)
                s, o = (own_label(c, number, table, len(tables) > 1) for c in "so")
                parts.append(f"SELECT {s}, p, {o} FROM {name}")
        every = " UNION ALL ".join(parts)
        self._given = every or "SELECT '' AS s WHERE false"
        named = self.rows(f"SELECT DISTINCT p FROM ({every})") if every else []
        properties = sorted({row[0] for row in named} | {p for _, p, _ in rows})
        self._codes = {term: number for number, term in enumerate(properties)}
        own = self.filled("s, p, o", [[(s, str(self._codes[p]), o) for s, p, o in rows]])
        own = self.table(f"SELECT s, p::INTEGER AS p, o FROM {own}")
        statements = f"SELECT s, p, o FROM {own}"
        if every:
            lines = ", ".join(f"({quoted(term)}, {code})" for term, code in self._codes.items())
            statements += (
                f" UNION ALL SELECT /*+ BROADCAST(k) */ e.s, k.code AS p, e.o FROM ({every}) e "
                f"JOIN (VALUES {lines}) k(name, code) ON e.p = k.name"
            )
        with errors():
            if self._is_small:
                self.table(statements, "t")
            else:
                self._view(statements, "t")
            self._view("SELECT s AS k, p, o FROM t", "fact")

    def named(self, rows: str) -> str:
        """Return rows with their subject, which is its own key: numbers would be shuffled too."""
        return f"SELECT *, k AS s FROM ({rows})"

    def about(self, nodes: str) -> str:
        """Return a query for the terms of a table ``n``, which are their own keys."""
        return f"SELECT n FROM {nodes}"

    def entities(self) -> int:
        """Count the subjects of the tables, of which ``a#part`` is one with ``a``."""
        whole = "CASE WHEN s LIKE '%#%' THEN split_part(s, '#', 1) || '>' ELSE s END"
        return int(self.rows(f"SELECT count(DISTINCT {whole}) FROM ({self._given})")[0][0])

    @property
    def codes(self) -> dict[str, int]:
        """Property as a term → its number in ``t``."""
        return self._codes

    # -- SQL ---------------------------------------------------------------------------------

    def batches(self, sql: str, size: int = 10_000) -> Iterator[list[Any]]:
        """Yield the rows of a query, of which one partition at a time is held here.

        Of small data all rows are: what needs no worker then needs no job.
        """
        with errors():
            frame = self._frame(sql)
            rows = iter(frame.collect()) if self._is_small else frame.toLocalIterator()
            while batch := list(islice(rows, size)):
                yield batch

    def table(self, sql: str, name: str = "") -> str:
        """Keep the answer to a query: a small one as rows in the plan, a large one on the workers.

        What is small, and above all what is empty, makes the plans of what uses it short.
        """
        name = name or self._name()
        with errors():
            self._keep(self._frame(sql), name)
        return name

    def _keep(self, frame: DataFrame, name: str) -> None:
        from pyspark import StorageLevel

        if self._is_small and self._embed(frame.limit(_SMALL + 1), name):
            return
        cached = frame.persist(StorageLevel.MEMORY_AND_DISK)
        number = cached.count()
        if number <= _SMALL and self._embed(cached, name):
            cached.unpersist()
            return
        self._sizes[name] = number
        self._cached.append(cached)
        cached.createOrReplaceTempView(name)

    def _embed(self, frame: DataFrame, name: str) -> bool:
        """Create a view of rows, if they are few; they stay in Java."""
        from pyspark.sql import DataFrame

        rows = frame._jdf.collectAsList()
        number = self._sizes[name] = rows.size()
        if number > _SMALL:
            return False
        java = self.session._jsparkSession.createDataFrame(rows, frame._jdf.schema())
        DataFrame(java, self.session).createOrReplaceTempView(name)
        return True

    def shared(self, sql: str, name: str) -> None:
        """Keep the rows of a query: each reading would be a scan of Parquet."""
        self.table(sql, name)

    def append(self, table: str, sql: str) -> None:
        """Add the rows of a query to a view."""
        with errors():
            self._view(f"SELECT * FROM {table} UNION ALL {sql}", table)
        self._sizes.pop(table, None)

    def filled(self, columns: str, batches: Iterable[Sequence[Sequence[str]]]) -> str:
        """Hand rows of texts to Spark, all at once, and return the name of their view."""
        rows = [tuple(row) for batch in batches for row in batch]
        name, names = self._name(), columns.split(", ")
        self._sizes[name] = len(rows)
        with errors():
            if not rows:
                empty = ", ".join(f"NULL::VARCHAR AS {n}" for n in names)
                self._view(f"SELECT {empty} WHERE false", name)
            elif len(rows) <= _INLINE:
                lines = ", ".join(f"({', '.join(map(quoted, row))})" for row in rows)
                self._view(f"SELECT * FROM (VALUES {lines}) k({columns})", name)
            else:
                texts = [(n, "STRING") for n in names]
                few = len(rows) <= _SMALL
                made = (
                    self._frame(inlined(texts, rows)) if few else spread(self.session, texts, rows)
                )
                self._keep(made, name)
        return name
