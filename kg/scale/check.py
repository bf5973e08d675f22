"""Graph files that are checked without being loaded: which they are, and their report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import RdfFormat

from kg import resources
from kg.derive import OF_CLASSES, LookedAt, may_derive
from kg.errors import shacl_errors
from kg.graph_files import COMPRESSED, GRAPH_FORMATS, local_note, parts, source, text_size
from kg.graph_limits import within_limits
from kg.ontology import Ontology
from kg.project import Project
from kg.resources import CONFIG
from kg.scale.cache import Cache, Table
from kg.scale.engine import LARGE, Engine, Progress
from kg.shacl.plan import reader
from kg.shacl.plan.nested import queries
from kg.validation.looks import looked_at
from kg.validation.report import Report
from kg.validation.shapes import Shapes
from kg.validation.skipped import refuse

_LINES = (".nt", ".nq")
LEAST = {
    **dict.fromkeys((".ttl", ".trig"), 4_000_000),
    **dict.fromkeys((".rdf", ".owl"), 8_000_000),
    **dict.fromkeys((".jsonld", *_LINES), 12_000_000),
}
"""Suffix → bytes from which on a file is checked sooner by a database than in memory, on two cores
and against few shapes."""
_OF_SHAPES = 30_000
"""Statements about shapes that double :data:`LEAST`, since a database has to plan each shape."""
_OF_ABSENCE = 0.55
"""What :data:`LEAST` is multiplied by if a query asks for what is absent, slow work for a store."""
SPARK = 1 << 30
"""Bytes from which on a file may be worth the time that Spark takes to plan."""


class Inputs(NamedTuple):
    """What a file is checked against, and the ontology that its classes are taken from.

    ``complete`` says that nothing which the shapes look at can be derived from the file.
    """

    ontology: Ontology
    shapes: Shapes
    complete: bool = False

    @staticmethod
    def of(path: Path, files: Sequence[Path], base: str = "") -> Inputs:
        """Read them for a graph file.

        :param files: SHACL files; without any the ontology's own.
        :raises InputError: if one cannot be read.
        """
        project = Project.above(path.parent)
        ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
        shapes = Shapes.read(files or resources.shape_files(*ontology.folders), base)
        return Inputs(ontology, shapes)


def installed() -> bool:
    """Tell whether the extra ``scale`` is there, without importing it."""
    return all(find_spec(name) for name in ("blake3", "duckdb", "polars"))


def unloaded(source: object, engine: str) -> Path | None:
    """Return the path of what is checked without being loaded, else ``None``.

    That is a graph file that is large or compressed, or a folder with a graph in parts.
    """
    if engine not in ("auto", "duckdb", "spark") or not isinstance(source, str | Path):
        return None
    path = Path(source)
    if path.is_dir() and not (path / CONFIG).exists():
        return path if parts(path) else None
    if not path.is_file() or path.name == CONFIG:
        return None
    if path.suffix in COMPRESSED:
        return path
    large = path.stat().st_size >= LARGE
    return path if large and (engine != "auto" or installed()) else None


def complete(source: object, engine: str, files: Sequence[Path], base: str) -> Inputs | None:
    """Return what a smaller file is checked against if it need not be loaded, else ``None``.

    That is a file of which nothing follows that the shapes look at.
    """
    if engine not in ("auto", "duckdb") or not isinstance(source, str | Path) or not installed():
        return None
    path = Path(source)
    if path.suffix not in GRAPH_FORMATS or not path.is_file():
        return None
    share = math.inf
    if engine == "auto":
        share = path.stat().st_size / LEAST[path.suffix]
        if share < _OF_ABSENCE or not Cache().usable():
            return None
    inputs = Inputs.of(path, files, base)
    if share < _worth(inputs.shapes):
        return None
    looked, text = partial(looked_at, inputs.shapes), path.read_bytes()
    if may_derive(inputs.ontology, text, looked):
        return None
    if path.suffix not in _LINES and _may_derive_after_all(path, text, base, inputs, looked):
        return None
    return inputs._replace(complete=True)


def _worth(shapes: Shapes) -> float:
    """Return the part of :data:`LEAST` from which on a database is quicker."""
    with shacl_errors():
        texts = [query.text.upper() for query, _ in queries(reader.read(shapes))]
    absence = _OF_ABSENCE if any("EXISTS" in text or "MINUS" in text for text in texts) else 1
    return absence * (1 + len(shapes.triples) / _OF_SHAPES)


def _may_derive_after_all(
    path: Path, text: bytes, base: str, inputs: Inputs, looked: LookedAt
) -> bool:
    """Tell whether prefixes or contexts have hidden from :func:`may_derive` what decides."""
    from kg.scale.ingest import ingest

    syntax = GRAPH_FORMATS[path.suffix]
    if syntax not in (RdfFormat.TURTLE, RdfFormat.TRIG):  # those are read in linear time
        within_limits(path.name, text, syntax)
    (table,) = ingest([path], base=base)
    return may_derive(inputs.ontology, _deciding(table), looked)


def _deciding(table: Table) -> bytes:
    """Return what :func:`kg.derive.may_derive` looks at of a table."""
    import polars as pl

    if not table.files:
        return b""
    rows = pl.scan_parquet(table.files)
    kinds = pl.col("o").filter(pl.col("p").is_in(list(map(str, OF_CLASSES))))
    wanted = [pl.col("p"), kinds, pl.col("g").cast(pl.String)]
    found = pl.collect_all([rows.select(column.unique()) for column in wanted])
    return "\n".join(text for frame in found for text in frame.to_series()).encode()


def without(source: object, engine: str) -> str:
    """Return what is to be said of a large file that was loaded after all, or ``""``."""
    if engine != "auto" or installed() or not isinstance(source, str | Path):
        return ""
    path = Path(source)
    if not path.is_file() or path.stat().st_size < LARGE:
        return ""
    return (
        f"{path.name} was loaded into memory; with the extra 'scale' it would be checked in a "
        "fraction of the time and memory (pip install 'clinical-evidence-kg[scale]')"
    )


def sooner(engine: str, size: int) -> str:
    """Return that another engine is meant for data of a size in bytes, or ``""``."""
    if engine != "spark" or size >= SPARK:
        return ""
    return (
        "the engine 'spark' is for data that outgrow one machine; 'duckdb' checks so little "
        "in a fraction of the time, with the same results"
    )


def validate(
    path: Path,
    inputs: Inputs,
    progress: Progress,
    engine: Engine,
    limit: int = 1_000,
    *,
    strict: bool = False,
    base: str = "",
) -> Report:
    """Check a file, or a folder of parts, as it is, with the engine ``duckdb`` or ``spark``.

    :param limit: how many results of each constraint to keep, the others are counted; 0 for all.
    :param strict: refuse shapes of which a part would be skipped, rather than note it.
    :param base: what relative IRIs of the file and the shapes are resolved against.
    :raises InputError: if the file or the shapes cannot be read, or space runs out.
    :raises UsageError: if an extra is missing.
    """
    from kg.scale.ingest import ingest
    from kg.scale.workers import read_files
    from kg.validation import duckdb_engine, spark_engine

    running, memory = engine.session(), engine.database_limit
    ontology, shapes, complete = inputs
    if strict:
        with shacl_errors():
            refuse(reader.read(shapes))
    cache = Cache()
    graph = parts(path) if path.is_dir() else [path]
    if engine.name == "spark":
        origins = [source(file, base) for file in graph]
        with running as session, cache.fresh() as folder:
            assert session is not None
            tables = [read_files(session, origins, folder)]
            report = spark_engine.check_files(tables, shapes, ontology, limit)
    else:
        tables = ingest(graph, cache, progress, base)
        with cache.fresh() as spill:
            report = duckdb_engine.check_files(tables, shapes, ontology, memory, spill, limit)
    local = next((table.local for table in tables if table.local), "")
    note = (
        f"{path.name} ({_size(graph)}) was checked by the engine '{report.engine}', which is "
        "exact, without being loaded; "
    )
    derived = [t.iri for t in ontology.properties.values() if t.derived]
    if complete:
        note += "nothing is derived from it that the rules look at"
    elif codes := shapes.naming(derived):
        note += (
            "nothing was derived from it, so that "
            f"{', '.join(codes)} look at derived statements of the file alone"
        )
    else:
        note += "nothing was derived from it"
    notes = (note, sooner(engine.name, _text(graph)), local_note(path.name, local), report.note)
    return replace(report, source=path.as_posix(), note="\n".join(filter(None, notes)))


def _text(files: Sequence[Path]) -> int:
    """Return how many bytes of text there are, about, in files of which some are compressed."""
    return sum(map(text_size, files))


def _size(files: Sequence[Path]) -> str:
    kilobytes = -(-sum(file.stat().st_size for file in files) // 1024)
    size = f"{kilobytes >> 10:,} MB" if kilobytes >> 10 else f"{kilobytes} kB"
    return size if len(files) == 1 else f"{len(files):,} files, {size}"
