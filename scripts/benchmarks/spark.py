"""The same plan on DuckDB and on Spark, from the same Parquet tables, one after the other.

Run it with ``python scripts/benchmarks/spark.py [TRIPLES …] [--master URL] [--rounds N]``; without
sizes it takes 1,000,000 and 10,000,000 triples, and for Spark ``local-cluster[2,1,1024]``: two
workers of one core and 1 GB. Both must find what was planted (:mod:`planted`). Starting
Spark is measured apart, and so is its first run, in which Java compiles what it will repeat.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from planted import SHAPES, write

from kg import resources
from kg.ontology import Ontology
from kg.scale.cache import Cache
from kg.scale.ingest import ingest
from kg.shacl.sql.spark_session import session
from kg.validation import duckdb_engine, spark_engine
from kg.validation.report import Report
from kg.validation.shapes import Shapes


def timed(run: Callable[[], Report], planted: int) -> float:
    """Return the seconds that a run takes, which must find what was planted."""
    started = time.perf_counter()
    found = sum(run().codes().values())
    if found != planted:
        raise SystemExit(f"found {found}, planted {planted}")
    return time.perf_counter() - started


def measure(triples: int, rounds: int) -> None:
    """Print a row for one size, while Spark runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph, faults = write(folder, triples)
        rules = folder / "core.ttl"
        rules.write_text(SHAPES, encoding="utf-8")
        shapes, ontology = Shapes.read([rules]), Ontology.read(resources.ontology_files())
        tables = ingest([graph], Cache(folder / "cache"))
        planted = sum(faults.values()) - faults["interval"]

        def duck() -> Report:
            with tempfile.TemporaryDirectory(dir=folder) as spill:
                return duckdb_engine.check_files(tables, shapes, ontology, "", Path(spill))

        def spark() -> Report:
            return spark_engine.check_files(tables, shapes, ontology)

        first = timed(spark, planted)
        ours = [(timed(duck, planted), timed(spark, planted)) for _ in range(rounds)]
        one, two = (statistics.median(column) for column in zip(*ours, strict=True))
        load = os.getloadavg()[0]
        print(
            f"| {triples:,} | {one:.2f} | {first:.1f} | {two:.1f} | {two / one:.1f} | {load:.1f} |",
            flush=True,
        )


def main() -> None:
    """Measure all sizes in one session of Spark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    names = ("duckdb", "pyspark")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {versions}")
    started = time.perf_counter()
    with session(options.master):
        print(f"{options.master}: started in {time.perf_counter() - started:.1f} s\n")
        print("| triples | DuckDB s | Spark, first s | Spark s | Spark × | load |")
        print("|--:|--:|--:|--:|--:|--:|")
        for triples in options.sizes:
            measure(triples, options.rounds)


if __name__ == "__main__":
    main()
