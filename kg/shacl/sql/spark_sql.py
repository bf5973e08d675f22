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
_FIX = "check that its workers run, share folders, and have enough memory and disk"
_FIXES = {
    "OutOfMemoryError": "give it more memory, such as --memory 4GB",
    "exceeds the limit": "give it more memory, such as --memory 4GB",
    "No space left": "free disk space where Spark keeps its files",
    "does not answer": "it may have wanted more memory, such as --memory 4GB",
    "No module named": "install 'clinical-evidence-kg[spark]' in the Python of every worker",
    "PYTHON_VERSION_MISMATCH": "let the workers use the same version of Python (PYSPARK_PYTHON)",
    "Cannot run program": "let PYSPARK_PYTHON name a Python that every worker has",
    "FileNotFound": "let all workers reach the files under the same path",
}
"""What a cause of Java says → what to do about it."""
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
}
_ROWS = 10_000
"""Rows of one text of JSON."""
_PART = 20_000
"""Rows of one text of JSON that a worker takes."""


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

        :raises ShaclError: if it fails permanently, or Spark is gone.
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


def spread(
    session: SparkSession, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | int]]
) -> DataFrame:
    """Hand rows to the workers, a part to each; no plan holds them, and no worker needs Python.

    :param columns: see :func:`inlined`.
    """
    from pyspark.sql import DataFrame

    java, names = session._jvm, [name for name, _ in columns]
    texts = java.java.util.ArrayList()
    for start in range(0, len(rows), _PART):
        texts.add(_json(names, rows[start : start + _PART]))
    spread_out = session.sparkContext._jsc.parallelize(texts, len(texts)).rdd()
    strings = java.org.apache.spark.sql.Encoders.STRING()
    held = DataFrame(session._jsparkSession.createDataset(spread_out, strings), session)
    kind = translated(", ".join(f"{name} {type_}" for name, type_ in columns))
    return held.selectExpr(f"inline(from_json(value, 'ARRAY<STRUCT<{kind}>>'))")


def _json(names: list[str], rows: Sequence[Sequence[str | int]]) -> str:
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@contextmanager
def errors() -> Iterator[None]:
    """Turn what Spark reports into an error of one sentence.

    :raises ShaclError: if a query fails permanently, or Spark is gone.
    :raises KeyboardInterrupt: if somebody pressed Ctrl-C, and what Spark did about it failed.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError, EOFError) as error:
        if any(isinstance(before, KeyboardInterrupt) for before in _befores(error)):
            raise KeyboardInterrupt from error
        reason = _reason(error)
        hint = next((fix for sign, fix in _FIXES.items() if sign in reason), _FIX)
        raise ShaclError(f"Spark could not finish: {reason}", hint=hint) from error


def _befores(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors that were being handled when others were raised, up to this one."""
    while error.__context__:
        error = error.__context__
        yield error


def _reason(error: BaseException) -> str:
    """Return the line of an error that says most, also if Java, which has the text, is gone."""
    try:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    except Exception:
        lines = ["its Java process does not answer"]
    return cause_of(lines) or type(error).__name__


def cause_of(lines: Sequence[str]) -> str:
    """Return the first cause that a trace of Java names, else what it begins with.

    >>> cause_of(["An error occurred while calling o1.count.", ": java.lang.Error: why"])
    'java.lang.Error: why'
    """
    causes = [line for line in lines if re.match("Caused by: .", line) and line[-1] != ":"]
    python = [line for line in lines if re.match(r"\w+(\.\w+)*(Error|Exception): ", line)]
    thrown = [line for line in lines if re.match(r": [\w.$]+(Error|Exception)\b", line)]
    found = [*python, *reversed(causes), *thrown, *lines, ""][0]
    return found.removeprefix("Caused by: ").removeprefix(": ")[:300]
