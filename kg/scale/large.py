"""Graph files that are not loaded: which they are, and how they are checked and exported."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg import resources
from kg.errors import UsageError, did_you_mean
from kg.exporters import nquads
from kg.files import whole_file, whole_folder
from kg.graph import Graph
from kg.ontology import Ontology
from kg.project import CONFIG, Project
from kg.review import ReviewCount
from kg.review import select as select_loaded
from kg.scale.engine import Engine, Progress
from kg.scale.export import BULK, BulkFormat
from kg.validation.report import Report
from kg.validation.shapes import Shapes

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from kg.scale.cache import Table
    from kg.scale.export.data import Statements

ENGINES = ("duckdb", "spark")
"""The engines that export graphs which are not loaded."""
LARGE = 50 << 20
"""Bytes from which on a file is checked without being loaded, where the extra is installed."""
_COMPRESSED = (".gz", ".zst")
_DUCKDB = Engine("duckdb")


def installed() -> bool:
    """Tell whether the extra ``scale`` is there, without importing it."""
    return all(find_spec(name) for name in ("duckdb", "polars"))


def unloaded(source: object, engine: str) -> Path | None:
    """Return the path of a graph file that is checked without being loaded, else ``None``."""
    if engine not in ("auto", "duckdb", "spark") or not isinstance(source, str | Path):
        return None
    path = Path(source)
    if not path.is_file() or path.name == CONFIG:
        return None
    if path.suffix in _COMPRESSED:
        return path
    large = path.stat().st_size >= LARGE
    return path if large and (engine != "auto" or installed()) else None


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


def validate(
    path: Path,
    files: Sequence[Path],
    progress: Progress,
    engine: Engine,
    limit: int = 1_000,
) -> Report:
    """Check a file as it is, with the engine ``duckdb`` or ``spark``.

    :param files: SHACL files; without any the ontology's own.
    :param limit: how many results of each constraint to keep, the others are counted; 0 for all.
    :raises InputError: if the file or the shapes cannot be read, or space runs out.
    :raises UsageError: if an extra is missing.
    """
    from kg.scale.cache import Cache
    from kg.scale.ingest import ingest
    from kg.validation import duckdb_engine, spark_engine

    running, memory = engine.session(), engine.database_limit
    project = Project.above(path.parent)
    ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
    shapes = Shapes.read(files or resources.shape_files(*ontology.folders))
    cache = Cache()
    tables = ingest([path], cache, progress)
    if engine.name == "spark":
        with running:
            report = spark_engine.check_files(tables, shapes, ontology, limit)
    else:
        with cache.fresh() as spill:
            report = duckdb_engine.check_files(tables, shapes, ontology, memory, spill, limit)
    return replace(
        report,
        source=path.as_posix(),
        note=f"{path.name} ({_size(path)}) was checked by the engine '{report.engine}', which is "
        "exact, without being loaded; nothing was derived from it",
    )


def _size(path: Path) -> str:
    kilobytes = -(-path.stat().st_size // 1024)
    return f"{kilobytes >> 10:,} MB" if kilobytes >> 10 else f"{kilobytes} kB"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: how many statements it shows, and what the format dropped.

    ``files`` counts the files of a folder format; ``note`` says what else a reader should know.
    """

    review: ReviewCount
    drops: str
    files: int = 1
    note: str = ""


def check(format: str, output: Path | BinaryIO, engine: Engine) -> BulkFormat:
    """Return a format of :data:`kg.scale.export.BULK`, if an engine can write it to an output.

    :raises UsageError: if there is no such format or engine, the engine cannot run here, or a
        folder is wanted and not given.
    """
    if engine.name not in ENGINES:
        hint = did_you_mean(engine.name, ENGINES) or f"engines that export: {', '.join(ENGINES)}"
        raise UsageError(f"no engine '{engine.name}' for an export", hint=hint)
    if format not in BULK:
        known = f"formats for large files: {', '.join(BULK)}"
        raise UsageError(f"no bulk format '{format}'", hint=did_you_mean(format, BULK) or known)
    engine.session()
    chosen = BULK[format]
    if (chosen.folder or engine.name == "spark") and not isinstance(output, Path):
        what = f"{format} is a folder of files"
        if not chosen.folder:
            what = "spark writes a folder of parts"
        raise UsageError(what, hint=f"kg export {format} -o FOLDER")
    return chosen


def export(
    source: Graph | Path,
    format: str,
    output: Path | BinaryIO,
    *,
    include_unreviewed: bool = False,
    engine: Engine = _DUCKDB,
    force: bool = False,
    progress: Progress = lambda name, done, size: None,
) -> Exported:
    """Write a graph in one of the formats of :data:`kg.scale.export.BULK`, as a stream.

    A file is exported without being loaded: nothing is derived from it, but statements are
    left out or stamped by the same rules, and approvals are checked against their digests.

    :param output: a file or, for a format of many files, a folder; or a stream of bytes. It is
        written whole or not at all (to a stream: only once everything has been made). The engine
        ``spark`` writes a folder in every format, in parts that are documents of their own.
    :param engine: ``duckdb``, or ``spark`` for graphs that outgrow one machine.
    :param force: overwrite a file that kg did not write.
    :raises InputError: if something cannot be read or written, or Spark fails for good.
    :raises UsageError: if there is no such format or engine, a folder is wanted and not given,
        something is in the way, or an extra is missing.
    """
    from kg.scale.cache import Cache
    from kg.scale.ingest import ingest
    from kg.scale.review import select

    chosen, cache, running = check(format, output, engine), Cache(), engine.session()
    folder = chosen.folder or engine.name == "spark"
    with ExitStack() as stack:
        spill = stack.enter_context(cache.fresh())
        if not isinstance(output, Path):
            target = spill / "output"
        elif folder:
            target = stack.enter_context(whole_folder(output))
        else:
            target = stack.enter_context(whole_file(output, force=force))
        if isinstance(source, Graph):
            part, review = select_loaded(source, include_unreviewed)
            ontology, file = source.ontology, spill / "graph.nq"
            file.write_bytes(nquads.write(part))
            tables = ingest([file], Cache(spill / "tables"))
        else:
            project = Project.above(source.parent)
            ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
            tables = ingest([source], cache, progress)
        spark = stack.enter_context(running)
        with _statements(tables, spark, spill, engine.database_limit) as data:
            if isinstance(source, Graph):
                data.caveats = tuple(part.caveats())
            else:
                found = select(data, ontology, include_unreviewed)
                data.caveats = found.caveats
                review = ReviewCount(found.statements, found.approved, found.shown)
            parts = spark and not chosen.folder
            chosen.write(data, ontology, target / f"part{chosen.suffix}" if parts else target)
        if not isinstance(output, Path):
            with target.open("rb") as made:
                shutil.copyfileobj(made, output)
    return Exported(review, chosen.drops, note=_note(source, review))


def _note(source: Graph | Path, review: ReviewCount) -> str:
    if isinstance(source, Graph):
        return ""
    note = f"{source.name} was exported without being loaded: nothing was derived from it"
    if review.shown < review.statements:
        note += "; statements are left out, and with them everything derived in the file"
    return note


def _statements(
    tables: Sequence[Table], spark: SparkSession | None, spill: Path, limit: str
) -> Statements:
    """Return the statements of some tables, on Spark where it runs."""
    if spark is not None:
        from kg.scale.export.spark import SparkStatements

        return SparkStatements(spark, tables)
    from kg.scale.export.duckdb import DuckStatements

    return DuckStatements(tables, spill, limit)
