"""Apache Spark that understands the SQL of DuckDB, as it is written here.

The same queries run on both databases. Where words differ they are translated, where a function is
missing it is defined in SQL; so workers need no Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.shacl.errors import ShaclError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_NAMES = {
    "array_to_string": "array_join",
    "ends_with": "endswith",
    "hash": "xxhash64",
    "json_extract_string": "get_json_object",
    "list": "collect_list",
    "regexp_matches": "regexp_like",
    "starts_with": "startswith",
    "VARCHAR": "STRING",
}
"""What DuckDB and Spark call by different names."""
_TOKEN = re.compile(rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:{"|".join(_NAMES)})\b""")
_FUNCTIONS = (
    "list_sort(x ARRAY<STRING>) RETURNS ARRAY<STRING> "
    "RETURN CASE WHEN size(x) > 0 THEN sort_array(x) END",
    "sha256(x STRING) RETURNS STRING RETURN sha2(x, 256)",
)
"""What Spark lacks; a list of nothing is null in DuckDB."""
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
}
_ROWS = 10_000
"""Rows of one text of JSON."""


def translated(sql: str) -> str:
    r"""Return SQL of DuckDB, as it is written here, as that of Spark.

    >>> translated("SELECT starts_with(s, 'it''s a \\')")
    "SELECT startswith(s, 'it\\'s a \\\\')"
    >>> translated('SELECT s AS "title@en"')
    'SELECT s AS `title@en`'
    """
    return _TOKEN.sub(_token, sql)


def _token(match: re.Match[str]) -> str:
    token = match[0]
    if token[0] == '"':
        return "`" + token[1:-1].replace('""', '"').replace("`", "``") + "`"
    if token[0] != "'":
        return _NAMES[token]
    content = token[1:-1].replace("''", "'").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{content}'"


class SparkSQL:
    """A session of Spark, which stays; the names and what was cached here go.

    :param session: see :func:`kg.shacl.sql.spark_session.session`.
    """

    def __init__(self, session: SparkSession) -> None:
        with errors():
            self.session = session.newSession()
            for name, value in _SETTINGS.items():
                self.session.conf.set(name, value)
        self._cached: list[DataFrame] = []

    def __exit__(self, *error: object) -> None:
        if error[0] is None:  # else Spark may be gone, and what it cached with it
            for frame in self._cached:
                frame.unpersist()

    def functions(self) -> None:
        """Define the functions of DuckDB that Spark lacks."""
        with errors():
            for function in _FUNCTIONS:
                self.session.sql(f"CREATE TEMPORARY FUNCTION {function}")

    def rows(self, sql: str) -> list[Any]:
        """Return all rows of a query.

        :raises ShaclError: if it fails for good, or Spark is gone.
        """
        with errors():
            return list(self._frame(sql).collect())

    def _frame(self, sql: str) -> DataFrame:
        return self.session.sql(translated(sql))

    def _view(self, sql: str, name: str) -> DataFrame:
        frame = self._frame(sql)
        frame.createOrReplaceTempView(name)
        return frame

    def _cache(self, frame: DataFrame) -> DataFrame:
        """Let workers keep the rows once they are computed, in memory and then on disk."""
        from pyspark import StorageLevel

        cached = frame.persist(StorageLevel.MEMORY_AND_DISK)
        self._cached.append(cached)
        return cached


def inlined(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | int]]) -> str:
    """Return a query for a few rows, which no worker needs Python for.

    :param columns: name and type of each.
    """
    names = [name for name, _ in columns]
    kind = translated(", ".join(f"{name} {type_}" for name, type_ in columns))
    cuts = (rows[start : start + _ROWS] for start in range(0, len(rows) or 1, _ROWS))
    return " UNION ALL ".join(
        f"SELECT inline(from_json('{_quoted(_json(names, some))}', 'ARRAY<STRUCT<{kind}>>'))"
        for some in cuts
    )


def _json(names: list[str], rows: Sequence[Sequence[str | int]]) -> str:
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@contextmanager
def errors() -> Iterator[None]:
    """Turn what Spark reports into an error of one sentence.

    :raises ShaclError: if a query fails for good, or Spark is gone.
    :raises KeyboardInterrupt: if somebody pressed Ctrl-C, and what Spark did about it failed.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError, EOFError) as error:
        if any(isinstance(before, KeyboardInterrupt) for before in _befores(error)):
            raise KeyboardInterrupt from error
        raise ShaclError(
            f"Spark could not finish: {_reason(error)}",
            hint="check that its workers run, share folders, and have enough memory and disk",
        ) from error


def _befores(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors that were being handled when others were raised, up to this one."""
    while error.__context__:
        error = error.__context__
        yield error


def _reason(error: BaseException) -> str:
    """Return the line of an error that says most, also where Java, which has the text, is gone."""
    try:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    except Exception:
        lines = ["its Java process does not answer"]
    cause = next((line for line in lines if re.match("Caused by.*: .", line)), "")
    return (cause or (lines[0] if lines else type(error).__name__))[:300]
