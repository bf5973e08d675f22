"""The engine on Spark reports, row for row, what the one on DuckDB reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from peers import triples
from spark_help import MARKS, SMALL, check_parts
from test_duckdb_engine import HARD, rows
from test_w3c import CASES, SUITE, read, reported

import kg
from kg.errors import UsageError
from kg.shacl.errors import SetupError
from kg.shacl.sql import spark as spark_database
from kg.shacl.sql.spark_session import session
from kg.shacl.sql.spark_sql import translated
from kg.validation import duckdb_engine, spark_engine
from kg.validation.shapes import Shapes

pytestmark = MARKS


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[None]:
    with session("local[2]", **SMALL):
        yield


@pytest.mark.parametrize(("data", "shapes", "count"), HARD)
def test_hard_cases(data: str, shapes: str, count: int) -> None:
    wanted = Shapes(tuple(triples(shapes)))
    found = list(spark_engine.results(triples(data), wanted))
    assert len(found) == count
    assert rows(found) == rows(list(duckdb_engine.results(triples(data), wanted)))


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C SHACL test suite at {SUITE}")
def test_w3c_suite() -> None:
    """Whole reports, with how often each result is there, as DuckDB must give them, too."""
    cases = [case for file in sorted(SUITE.rglob("*.ttl")) for case in read(file)]
    assert Counter(case.name.split("/")[0] for case in cases) == CASES
    with ThreadPoolExecutor(2) as pool:  # while one is planned, the other runs
        found = list(pool.map(partial(reported, results=spark_engine.results), cases))
    pairs = zip(cases, found, strict=True)
    assert [case.name for case, rows in pairs if rows != case.rows] == []


def test_a_graph_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_parts(tmp_path, kg.Engine("spark"), monkeypatch)


def test_only_words_are_translated_never_what_is_in_quotes() -> None:
    sql = r"SELECT starts_with(s, 'hash(''\') FROM t"
    assert translated(sql) == r"SELECT startswith(s, 'hash(\'\\') FROM t"
    assert re.sub("'.*'", "", translated(sql)) == "SELECT startswith(s, ) FROM t"


def test_a_second_spark_is_refused() -> None:
    with pytest.raises(SetupError, match=r"already running on local\[2\]"), session("local[1]"):
        pass


def test_another_memory_is_refused_while_spark_runs() -> None:
    with pytest.raises(SetupError, match="memory cannot be changed"), session(memory="2048m"):
        pass


def test_rows_are_equal_where_tables_stay_on_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_database, "_SMALL", -1)
    monkeypatch.setattr(spark_database, "_INLINE", -1)  # all rows are handed to workers
    data, shapes, count = HARD[0]
    wanted = Shapes(tuple(triples(shapes)))
    assert len(list(spark_engine.results(triples(data), wanted))) == count


def test_a_master_is_for_spark_alone(dataset: kg.Graph) -> None:
    with pytest.raises(UsageError, match="engine 'auto' takes no master"):
        kg.validate(dataset, engine=kg.Engine(master="local[2]"))


def test_the_master_that_runs_is_the_one_that_is_meant(dataset: kg.Graph) -> None:
    with pytest.raises(UsageError, match=r"already running on local\[2\]"):
        kg.validate(dataset, engine=kg.Engine("spark", master="local[1]"))
