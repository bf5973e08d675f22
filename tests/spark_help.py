"""What tests on Spark have in common: where they can run, and settings for small graphs."""

from __future__ import annotations

import gzip
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

import kg
from kg.errors import InputError

MARKS = [
    pytest.mark.spark,
    pytest.mark.skipif(not find_spec("pyspark"), reason="the extra 'spark' is not installed"),
    pytest.mark.skipif(not shutil.which("java"), reason="there is no Java runtime"),
]
SMALL = {
    "default_parallelism": "1",
    "driver_extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "sql_adaptive_enabled": "false",
    "sql_codegen_factoryMode": "NO_CODEGEN",
    "sql_codegen_wholeStage": "false",
    "sql_leafNodeDefaultParallelism": "1",
    "sql_shuffle_partitions": "1",
}
"""Settings for many small graphs: no code is compiled for a query that runs once."""


def check_parts(folder: Path, engine: kg.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare the reports of DuckDB and Spark on a graph in parts, and what they say of a mistake.

    Workers read several slices of the plain part. The parts use the same labels of blank nodes.
    """
    from backports import zstd

    monkeypatch.setenv("KG_CACHE", str(folder / "cache"))
    monkeypatch.setattr("kg.scale.workers.SLICE", 20_000)
    parts, shapes = folder / "parts", folder / "shapes.ttl"
    parts.mkdir()
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:a:> . "
        ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property "
        "[ sh:path :p ; sh:maxCount 20 ; sh:nodeKind sh:IRI ] , [ sh:path :q ; sh:minCount 1 ] ."
    )

    def text(start: int) -> bytes:
        every = range(start, start + 1_000)
        return "".join(f'_:b{n % 50} <urn:a:p> "{n}" . # odd\n<urn:a:{n}> <urn:a:p> <urn:a:b> .\n'
                       for n in every).encode()  # fmt: skip

    (parts / "a.nt").write_bytes(text(0))
    (parts / "b.nq.gz").write_bytes(gzip.compress(text(1_000)))
    (parts / "c.nt.zst").write_bytes(zstd.compress(text(2_000)))
    ours, theirs = (kg.validate(parts, shapes=[shapes], engine=e) for e in ("duckdb", engine))
    assert list(theirs.results) == list(ours.results)
    assert (theirs.codes(), theirs.more) == (ours.codes(), ours.more)
    assert (theirs.engine, theirs.entities) == ("spark", ours.entities)
    assert sum(ours.codes().values()) == 3_000 + 3_000 + 150  # literals, and what has no :q
    assert not list((folder / "cache").glob("new-*"))
    for name, pack in (("a.nt", bytes), ("b.nq.gz", gzip.compress)):
        (parts / name).write_bytes(pack(text(0) + b"<urn:a:b> no\n" + text(0)))
        told = []
        for one in ("duckdb", engine):
            with pytest.raises(InputError, match=rf"^{name}:2001: ") as failed:
                kg.validate(parts, shapes=[shapes], engine=one)
            told.append((str(failed.value), failed.value.hint))
        assert told[0] == told[1]
        (parts / name).write_bytes(pack(text(0)))
