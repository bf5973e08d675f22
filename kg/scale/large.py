"""Graph files that are not loaded: which they are, and how they are checked and exported."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
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
from kg.scale.export import BULK, BulkFormat
from kg.validation.errors import shacl_errors
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
Progress = Callable[[str, int, int], None]
"""``(name of the file, bytes of it that are read, bytes it has)``."""
_COMPRESSED = (".gz", ".zst")
_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_OUTSIDE = 340 << 20
"""Bytes that the interpreter and its libraries use beside the database."""
_LEAST = 150 << 20


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
    engine: str = "duckdb",
    most: int = 1_000,
    memory: str = "",
    master: str = "",
) -> Report:
    """Check a file as it stands, with the engine ``duckdb`` or ``spark``.

    :param files: SHACL files; without any the ontology's own.
    :param most: how many results of each constraint to keep, the others are counted; 0 for all.
    :param memory: how much may be used, such as ``700MB``.
    :param master: see :func:`session`, as of what memory means to Spark.
    :raises InputError: if the file or the shapes cannot be read, or space runs out.
    :raises UsageError: if the extra ``scale`` is missing, or the amount cannot be read.
    """
    from kg.scale.cache import Cache
    from kg.scale.ingest import ingest
    from kg.validation import duckdb_engine, spark_engine

    spark, limit = session(engine, master, memory), _database_limit(memory)
    project = Project.above(path.parent)
    ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
    shapes = Shapes.read(files or resources.shape_files(*ontology.folders))
    cache = Cache()
    tables = ingest([path], cache, progress)
    if engine == "spark":
        with spark:
            report = spark_engine.check_files(tables, shapes, ontology, most)
    else:
        with cache.fresh() as spill:
            report = duckdb_engine.check_files(tables, shapes, ontology, limit, spill, most)
    return replace(
        report,
        source=path.as_posix(),
        note=f"{path.name} ({_size(path)}) was checked by the engine '{report.engine}', which is "
        "exact, without being loaded: as it stands, and with nothing derived from it",
    )


def _size(path: Path) -> str:
    kilobytes = -(-path.stat().st_size // 1024)
    return f"{kilobytes >> 10:,} MB" if kilobytes >> 10 else f"{kilobytes} kB"


def session(engine: str, master: str, memory: str) -> AbstractContextManager[SparkSession | None]:
    """Return what an engine runs in: for ``spark`` a session of Spark, to be started.

    :param master: where Spark runs, such as ``local[2]`` or ``spark://host:7077``.
    :param memory: how much it may use, such as ``700MB``: each worker of a cluster, or Spark as a
        whole on this machine.
    :raises UsageError: if a master is given for another engine, the amount cannot be read, or the
        extra ``spark`` or Java is missing.
    """
    if engine != "spark":
        if master:
            raise UsageError(
                f"the engine '{engine}' has no master", hint="a master is for the engine 'spark'"
            )
        return nullcontext()
    from kg.shacl.sql.spark_session import check

    with shacl_errors():
        check()  # before files are read for minutes
    return _spark(master, f"{_amount(memory) >> 20}m" if memory else "")


@contextmanager
def _spark(master: str, memory: str) -> Iterator[SparkSession]:
    from kg.shacl.sql.spark_session import session

    with shacl_errors(), session(master, memory) as running:
        yield running


def bulk_format(name: str) -> BulkFormat:
    """Return a format that large graphs are written in.

    :raises UsageError: if there is no such format.
    """
    if name not in BULK:
        known = f"formats for large files: {', '.join(BULK)}"
        raise UsageError(f"no bulk format '{name}'", hint=did_you_mean(name, BULK) or known)
    return BULK[name]


@dataclass(frozen=True, slots=True)
class Exported:
    """How many statements a bulk export shows, and what it did not keep."""

    review: ReviewCount
    drops: str


def export(
    source: Graph | Path,
    format: str,
    output: Path | BinaryIO,
    *,
    include_unreviewed: bool = False,
    engine: str = "duckdb",
    memory: str = "",
    master: str = "",
    force: bool = False,
    progress: Progress = lambda name, done, size: None,
) -> Exported:
    """Write a graph in one of the formats of :data:`kg.scale.export.BULK`, as a stream.

    A file is exported as it stands, without being loaded: nothing is derived, but statements are
    left out or stamped by the same rules, and approvals are checked against their digests.

    :param output: a file or, for a format of many files, a folder; or a stream of bytes. It is
        written whole or not at all (to a stream: only once everything has been made). The engine
        ``spark`` writes a folder in every format, in parts that are documents of their own.
    :param engine: ``duckdb``, or ``spark`` for what outgrows a machine (extra ``spark``).
    :param memory: how much may be used, such as ``700MB``; the rest goes to disk.
    :param master: see :func:`session`, as of what memory means to Spark.
    :param force: overwrite a file that does not look like one of ours.
    :raises InputError: if something cannot be read or written, or Spark fails for good.
    :raises UsageError: if there is no such format or engine, a folder is wanted and not given,
        something stands in the way, a master is given for another engine, or an extra is missing.
    """
    from kg.scale.cache import Cache
    from kg.scale.ingest import ingest
    from kg.scale.review import select

    if engine not in ENGINES:
        hint = did_you_mean(engine, ENGINES) or f"engines that export: {', '.join(ENGINES)}"
        raise UsageError(f"no engine '{engine}' for an export", hint=hint)
    chosen, limit, cache = bulk_format(format), _database_limit(memory), Cache()
    running = session(engine, master, memory)
    if (folder := chosen.folder or engine == "spark") and not isinstance(output, Path):
        what = (
            f"{format} is a folder of files" if chosen.folder else "spark writes a folder of parts"
        )
        raise UsageError(what, hint=f"kg export {format} -o FOLDER")
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
        with _statements(tables, spark, spill, limit) as data:
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
    return Exported(review, chosen.drops)


def _statements(
    tables: Sequence[Table], spark: SparkSession | None, spill: Path, limit: str
) -> Statements:
    """Return the statements of some tables, on Spark where it runs."""
    if spark is not None:
        from kg.scale.export.spark import SparkStatements

        return SparkStatements(spark, tables)
    from kg.scale.export.duckdb import DuckStatements

    return DuckStatements(tables, spill, limit)


def _database_limit(memory: str) -> str:
    """Return what remains for the database of an amount for the whole process."""
    if not memory:
        return ""
    return f"{max(_amount(memory) - _OUTSIDE, _LEAST) >> 20}MiB"


def _amount(memory: str) -> int:
    """Return an amount such as ``700MB`` in bytes."""
    match = re.fullmatch(r"(\d+) ?(KB|MB|GB)", memory.upper())
    if not match:
        raise UsageError(f"'{memory}' is not an amount of memory", hint="write it as 700MB or 2GB")
    return int(match[1]) * _UNITS[match[2]]
