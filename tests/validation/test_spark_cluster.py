"""Spark with real workers, processes of their own: the rows of DuckDB, also when one is killed."""

from __future__ import annotations

import gzip
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from peers import triples
from spark_help import MARKS, SMALL, check_parts
from test_duckdb_engine import HARD, rows

import kg
from kg import exporting
from kg.errors import InputError
from kg.scale.export import spark as spark_export
from kg.scale.export.spark import SparkStatements
from kg.shacl.sql import spark as spark_database
from kg.shacl.sql.spark_session import session
from kg.validation import duckdb_engine, spark_engine
from kg.validation.shapes import Shapes

pytestmark = MARKS
MASTER = "local-cluster[2,1,1024]"
SPARK = kg.Engine("spark", master=MASTER)
"""Two workers of one core and 1 GB each."""


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    options = {"executor_extraJavaOptions": SMALL["driver_extraJavaOptions"]}
    with session(MASTER, **SMALL, **options):
        yield


def test_the_dataset(dataset: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compressed file, so that it is not loaded: a worker reads it."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "graph.nt.gz"
    text = "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in dataset)
    file.write_bytes(gzip.compress(text.encode()))
    ours = kg.validate(file, engine="duckdb")
    theirs = kg.validate(file, engine=SPARK)
    assert list(ours.results) == list(theirs.results) and ours.results
    assert (theirs.engine, theirs.more, theirs.entities) == ("spark", ours.more, ours.entities)


def test_a_graph_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_parts(tmp_path, SPARK, monkeypatch)


def test_workers_export_what_this_process_exports(
    dataset: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in parts of its own, which the driver only gives their names."""
    export_both(dataset, tmp_path, monkeypatch)


def export_both(dataset: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare the parts of a compressed file, which is not loaded, with the file of DuckDB."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(spark_export, "PART", 5_000)
    monkeypatch.setattr(exporting, "LARGE", 0)  # no file is loaded, though statements are left out
    file, out, parts = tmp_path / "graph.nq.gz", tmp_path / "graph.nq", tmp_path / "parts"
    file.write_bytes(gzip.compress(kg.export(dataset, "nquads", include_unreviewed=True)))
    ours = kg.export_file(file, "nquads", out, engine="duckdb")
    assert kg.export_file(file, "nquads", parts, engine=SPARK) == ours
    texts = [part.read_text(encoding="utf-8") for part in sorted(parts.glob("part-*.nq"))]
    assert len(texts) > 2 and all(texts)
    assert statements("".join(texts)) == statements(out.read_text(encoding="utf-8"))


def statements(text: str) -> list[str]:
    """Return the lines without the mark, which each part has."""
    return sorted(line for line in text.splitlines() if not line.startswith("#"))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_worker_that_is_killed_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data, shapes, _ = HARD[3]
    wanted = Shapes(tuple(triples(shapes)))
    before = executors()
    assert len(before) == 2
    monkeypatch.setattr(spark_database, "_SMALL", -1)  # all tables stay on the workers
    strike(monkeypatch, before[0])
    found = list(spark_engine.results(triples(data), wanted))
    assert before[0] not in executors()
    assert rows(found) == rows(list(duckdb_engine.results(triples(data), wanted)))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_worker_that_is_killed_changes_no_part(
    dataset: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it held is gone before the parts are written."""
    write, victim = SparkStatements._write_parts, executors()[0]

    def struck(self: SparkStatements, sql: str, number: int, path: Path) -> int:
        os.kill(victim, signal.SIGKILL)
        return write(self, sql, number, path)

    monkeypatch.setattr(SparkStatements, "_write_parts", struck)
    export_both(dataset, tmp_path, monkeypatch)
    assert victim not in executors()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_driver_that_is_killed_is_an_error_and_nothing_stays(  # the last: Spark is gone
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "graph.nt.gz"
    file.write_bytes(gzip.compress(b"<urn:a:b> <urn:a:c> <urn:a:d> .\n"))
    strike(monkeypatch, driver())
    with pytest.raises(InputError, match="Spark could not finish"):
        kg.validate(file, engine="spark")
    assert list((tmp_path / "cache").iterdir()) == []
    assert kg.validate(file, engine="duckdb").passes


def driver() -> int:
    from pyspark import SparkContext

    return int(SparkContext._gateway.proc.pid)


def executors() -> list[int]:
    children = Path(f"/proc/{driver()}/task").glob("*/children")
    numbers = [int(number) for threads in children for number in threads.read_text().split()]
    return [n for n in numbers if b"ExecutorBackend" in Path(f"/proc/{n}/cmdline").read_bytes()]


def strike(monkeypatch: pytest.MonkeyPatch, process: int) -> None:
    """Let a process be killed when the third table is made."""
    keep, made = spark_database.Spark._keep, [0]

    def struck(self: spark_database.Spark, frame: object, name: str) -> None:
        made[0] += 1
        if made[0] == 3:
            os.kill(process, signal.SIGKILL)
        keep(self, frame, name)

    monkeypatch.setattr(spark_database.Spark, "_keep", struck)
