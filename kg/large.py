"""Graph files that are not loaded: which they are, and how they are checked and asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from kg import resources
from kg.errors import UsageError
from kg.project import CONFIG, Project
from kg.terms import Ontology
from kg.validate.report import Report
from kg.validate.shapes import Shapes

LARGE = 50 << 20
"""Bytes from which on a file is checked without being loaded, where the extra is installed."""
Progress = Callable[[str, int, int], None]
"""``(name of the file, bytes of it that are read, bytes it has)``."""
_COMPRESSED = (".gz", ".zst")
_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_OUTSIDE = 250 << 20
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
    memory: str = "",
    master: str = "",
) -> Report:
    """Check a file as it stands, with the engine ``duckdb`` or ``spark``.

    :param files: SHACL files; without any the ontology's own.
    :param memory: how much DuckDB may use, such as ``700MB``.
    :param master: where Spark runs, such as ``local[2]``.
    :raises InputError: if the file or the shapes cannot be read, or space runs out.
    :raises UsageError: if the extra ``scale`` is missing, or the amount cannot be read.
    """
    from kg.bulk.cache import Cache
    from kg.bulk.ingest import ingest
    from kg.validate import duckdb_engine, spark_engine

    limit = _database_limit(memory)
    project = Project.above(path.parent)
    ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
    shapes = Shapes.read(files or resources.shape_files(*ontology.folders))
    cache = Cache()
    tables = ingest([path], cache, progress)
    if engine == "spark":
        report = spark_engine.check_files(tables, shapes, ontology, master)
    else:
        with cache.fresh() as spill:
            report = duckdb_engine.check_files(tables, shapes, ontology, limit, spill)
    size = path.stat().st_size / (1 << 20)
    return replace(
        report,
        note=f"{path.name} ({size:,.0f} MB) was checked by the engine '{report.engine}', which is "
        "exact and needs not load it; it was checked as it stands, without deriving statements "
        "from it",
    )


def _database_limit(memory: str) -> str:
    """Return what remains for the database of an amount for the whole process."""
    if not memory:
        return ""
    match = re.fullmatch(r"(\d+) ?(KB|MB|GB)", memory.upper())
    if not match:
        raise UsageError(f"'{memory}' is not an amount of memory", hint="write it as 700MB or 2GB")
    amount = int(match[1]) * _UNITS[match[2]]
    return f"{max(amount - _OUTSIDE, _LEAST) >> 20}MiB"
