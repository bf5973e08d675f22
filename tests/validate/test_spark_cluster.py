"""Spark with real workers, processes of their own: the rows of DuckDB, also when one is killed."""

from __future__ import annotations

import gzip
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from peers import triples
from test_duckdb_engine import HARD, rows
from test_spark_engine import SMALL
from test_spark_engine import pytestmark as pytestmark

import kg
from kg.errors import InputError
from kg.validate import duckdb_engine, spark_engine
from kg.validate.shapes import Shapes
from kg.validate.sql import spark
from kg.validate.sql.spark_session import session

MASTER = "local-cluster[2,1,1024]"
"""Two workers of one core and 1 GB each."""


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    options = {"executor_extraJavaOptions": SMALL["driver_extraJavaOptions"]}
    with session(MASTER, **SMALL, **options):
        yield


def test_the_dataset(
    dataset: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compressed file, so that it is not loaded: the workers read the Parquet tables."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "graph.nt.gz"
    text = "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in dataset)
    file.write_bytes(gzip.compress(text.encode()))
    ours = kg.validate(file, engine="duckdb")
    theirs = kg.validate(file, engine="spark", master=MASTER)
    assert list(ours.results) == list(theirs.results) and ours.results
    assert (theirs.engine, theirs.more, theirs.things) == ("spark", ours.more, ours.things)


def java_children() -> list[int]:
    from pyspark import SparkContext

    java = SparkContext._gateway.proc.pid
    return [int(n) for n in Path(f"/proc/{java}/task/{java}/children").read_text().split()]
