"""A :class:`~kg.validate.sql.database.Database` on Apache Spark: the same SQL, on many machines.

Parquet is read by each query, for the columns that it needs; tables made from it are cached, and
what a lost worker held is computed again. Planning dominates, so results are asked for together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from pyoxigraph import Triple

from kg.bulk.cache import Table
from kg.errors import InputError
from kg.validate.sql.database import Database
from kg.validate.sql.value_tests import quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NAMES = {
    "ends_with": "endswith",
    "hash": "xxhash64",
    "regexp_matches": "regexp_like",
    "starts_with": "startswith",
    "VARCHAR": "STRING",
}
"""What DuckDB and Spark call by different names."""
_TOKEN = re.compile(rf"'(?:[^']|'')*'|\b(?:{'|'.join(_NAMES)})\b")
_INLINE = 1_000
"""Rows up to which texts are written into a query, whose size Spark then knows."""
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
}


def translated(sql: str) -> str:
    r"""Return SQL of DuckDB, as it is written here, as that of Spark.

    >>> translated("SELECT starts_with(s, 'it''s a \\')")
    "SELECT startswith(s, 'it\\'s a \\\\')"
    """
    return _TOKEN.sub(_token, sql)


def _token(match: re.Match[str]) -> str:
    token = match[0]
    if token[0] != "'":
        return _NAMES[token]
    content = token[1:-1].replace("''", "'").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{content}'"


class Spark(Database):
    """Statements in a session of Spark, which stays; what was made here goes.

    :param session: see :func:`kg.validate.sql.spark_session.session`.
    """

    def __init__(self, session: SparkSession) -> None:
        super().__init__()
        with _errors():
            self.session = session.newSession()
            for name, value in _SETTINGS.items():
                self.session.conf.set(name, value)
        self._cached: list[DataFrame] = []
        self._sizes: dict[str, int] = {}

    def __exit__(self, *error: object) -> None:
        if error[0] is None:  # else Spark may be gone, and what it cached with it
            for frame in self._cached:
                frame.unpersist()

    # -- statements --------------------------------------------------------------------------

    def load(self, tables: Sequence[Table], extra: Iterable[Triple] = ()) -> None:
        """Let ``t`` be a view of the Parquet files; properties are numbered by a small table."""
        parts = []
        for number, table in enumerate(tables):
            if table.parts:
                name = self._name()
                reader = self.session.read.schema("s STRING, p STRING, o STRING")
                reader.parquet(*table.files).createOrReplaceTempView(name)
                parts.append(f"SELECT {self._columns(number, table, len(tables) > 1)} FROM {name}")
        rows = [(str(s), str(p), str(o)) for s, p, o in extra]
        parts.append(f"SELECT s, p, o FROM {self.filled('s, p, o', [rows])}")
        every = " UNION ALL ".join(parts)
        properties = sorted(row[0] for row in self.rows(f"SELECT DISTINCT p FROM ({every})"))
        self._codes = {term: number for number, term in enumerate(properties)}
        lines = ", ".join(f"({quoted(term)}, {code})" for term, code in self._codes.items())
        names = f"(VALUES {lines or '(NULL::VARCHAR, 0)'}) k(name, code)"
        with _errors():
            self._view(
                f"SELECT /*+ BROADCAST(k) */ e.s, k.code AS p, e.o FROM ({every}) e "
                f"JOIN {names} ON e.p = k.name",
                "t",
            )

    @property
    def codes(self) -> dict[str, int]:
        """Property as a term → its number in ``t``."""
        return self._codes

    # -- SQL ---------------------------------------------------------------------------------

    def _frame(self, sql: str) -> DataFrame:
        return self.session.sql(translated(sql))

    def _view(self, sql: str, name: str) -> DataFrame:
        frame = self._frame(sql)
        frame.createOrReplaceTempView(name)
        return frame

    def rows(self, sql: str) -> list[Any]:
        """Return all rows of a query."""
        with _errors():
            return list(self._frame(sql).collect())

    def batches(self, sql: str, size: int = 10_000) -> Iterator[list[Any]]:
        """Yield the rows of a query, of which one partition at a time is held here."""
        with _errors():
            rows = self._frame(sql).toLocalIterator()
            while batch := list(islice(rows, size)):
                yield batch

    def table(self, sql: str, name: str = "") -> str:
        """Let a view stand for the answer to a query, which is cached when it is first needed.

        To the queries that use it, it is data without a plan: plans that contain the plans of all
        that went before would grow without bound. What is lost is still computed again.
        """
        from pyspark import StorageLevel
        from pyspark.sql import DataFrame

        name = name or self._name()
        with _errors():
            answer = self._frame(sql)._jdf
            java = self.session._jsparkSession.createDataFrame(answer.toJavaRDD(), answer.schema())
            frame = DataFrame(java, self.session).persist(StorageLevel.MEMORY_AND_DISK)
            frame.createOrReplaceTempView(name)
            self._cached.append(frame)
        return name

    def append(self, table: str, sql: str) -> None:
        """Let a view stand for what it stood for and the rows of a query."""
        with _errors():
            self._view(f"SELECT * FROM {table} UNION ALL {sql}", table)

    def filled(self, columns: str, batches: Iterable[Sequence[Sequence[str]]]) -> str:
        """Hand rows of texts to Spark, all at once, and return the name of their view."""
        rows = [tuple(row) for batch in batches for row in batch]
        names = columns.split(", ")
        name = self._name()
        self._sizes[name] = len(rows)
        with _errors():
            if not rows:
                empty = ", ".join(f"NULL::VARCHAR AS {n}" for n in names)
                self._view(f"SELECT {empty} WHERE false", name)
            elif len(rows) <= _INLINE:
                lines = ", ".join(f"({', '.join(map(quoted, row))})" for row in rows)
                self._view(f"SELECT * FROM (VALUES {lines}) k({columns})", name)
            else:
                schema = ", ".join(f"{n} STRING" for n in names)
                frame = self.session.createDataFrame(rows, schema, verifySchema=False)
                frame.createOrReplaceTempView(name)
                self._cached.append(frame.persist())
        return name

    def count(self, table: str) -> int:
        """Return the number of rows of a table, which is known of texts from here."""
        known = self._sizes.get(table)
        return super().count(table) if known is None else known


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what Spark reports into an error of one sentence.

    :raises InputError: if a query fails for good, or Spark is gone.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError, EOFError) as error:
        raise InputError(
            f"Spark could not finish: {_reason(error)}",
            hint="see that its workers run, reach the tables' folder, and have memory and disk",
        ) from error


def _reason(error: BaseException) -> str:
    """Return the line of an error that says most, also where Java, which has the text, is gone."""
    try:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    except Exception:
        lines = ["its Java process does not answer"]
    cause = next((line for line in lines if line.startswith("Caused by")), "")
    return (cause or (lines[0] if lines else type(error).__name__))[:300]
