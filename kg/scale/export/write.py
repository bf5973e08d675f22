"""Writing a graph in a format for large ones: a loaded graph, or a file that is not loaded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg import resources
from kg.errors import UsageError, did_you_mean, shacl_errors
from kg.exporters import EXPORTERS, FOLDERS, nquads
from kg.graph import Graph
from kg.graph.quads import DEFAULT
from kg.graph_files import local_note
from kg.ontology import Ontology
from kg.outputs import whole_file, whole_folder
from kg.project import Project
from kg.review import ReviewCount
from kg.review import select as select_loaded
from kg.scale.engine import Engine, Progress
from kg.scale.export import ENGINES, PIECES, STORED, BulkFormat, PieceFormat
from kg.shacl.sql.expressions import quoted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from kg.scale.cache import Cache, Table
    from kg.scale.export.data import Statements

_DUCKDB = Engine("duckdb")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: how many statements it shows, and what the format dropped.

    ``files`` counts the files of a folder format; ``note`` says what else a reader should know.
    """

    review: ReviewCount
    drops: str
    files: int = 1
    note: str = ""


def checked(format: str, output: Path | BinaryIO, engine: Engine) -> BulkFormat | PieceFormat:
    """Return a format of :data:`kg.scale.export.STORED`, if an engine can write it there.

    :raises UsageError: if there is no such format or engine, the engine cannot run here, or a
        folder is wanted and not given.
    """
    if engine.name not in ENGINES:
        hint = did_you_mean(engine.name, ENGINES) or f"engines that export: {', '.join(ENGINES)}"
        raise UsageError(f"no engine '{engine.name}' for an export", hint=hint)
    if format not in STORED:
        known = f"formats of the engines: {', '.join(STORED)}"
        whole = EXPORTERS.get(format) or FOLDERS.get(format)
        if whole:
            raise UsageError(
                f"{format} needs a loaded graph: {whole.whole}",
                hint=f"leave out the engine, or take another format; {known}",
            )
        raise UsageError(f"no format '{format}'", hint=did_you_mean(format, STORED) or known)
    engine.session()
    chosen = STORED[format]
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
    base: str = "",
    loaded: Callable[[], Graph] | None = None,
) -> Exported:
    """Write a graph in one of the formats of :data:`kg.scale.export.STORED`, as a stream.

    A file is exported without being loaded: nothing is derived from it, but statements are
    left out or stamped by the same rules, and approvals are checked against their digests. A graph
    gives the bytes that the exporter of that name gives in memory.

    :param output: a file or, for a format of many files, a folder; or a stream of bytes. It is
        written whole or not at all (to a stream: only once everything has been made). The engine
        ``spark`` writes a folder in every format, in parts that are documents of their own.
    :param engine: ``duckdb``, or ``spark`` for graphs that outgrow one machine.
    :param force: overwrite a file that kg did not write.
    :param base: what relative IRIs of a file are resolved against.
    :param loaded: loads the file, where a part of it is left out: what follows from the rest can
        only be derived again in memory. Without it, what is derived is left out as well.
    :raises InputError: if something cannot be read or written, or Spark fails permanently.
    :raises UsageError: if there is no such format or engine, a folder is wanted and not given,
        something is in the way, or an extra is missing.
    """
    from kg.scale.cache import Cache
    from kg.scale.ingest import ingest
    from kg.scale.review import select

    chosen, cache, running = checked(format, output, engine), Cache(), engine.session()
    folder = chosen.folder or engine.name == "spark"
    with ExitStack() as stack:
        stack.enter_context(shacl_errors())
        spill = stack.enter_context(cache.fresh())
        if not isinstance(output, Path):
            target = spill / "output"
        elif folder:
            target = stack.enter_context(whole_folder(output))
        else:
            target = stack.enter_context(whole_file(output, force=force))
        again = ""
        if isinstance(source, Path) and loaded and not include_unreviewed:
            tables = ingest([source], cache, progress, base)
            if _leaves_out(tables, _ontology(source), cache, engine):
                again = (
                    f"{source.name} was loaded: statements are left out, and what follows from the "
                    "others is derived again"
                )
                source = loaded()
        if isinstance(source, Graph):
            part, review = select_loaded(source, include_unreviewed)
            ontology = source.ontology
            tables = _tables(part, spill) if engine.name == "spark" else []
        else:
            ontology = _ontology(source)
            tables = ingest([source], cache, progress, base)
        spark = stack.enter_context(running)
        with _statements(tables, spark, spill, engine.database_limit) as data:
            if isinstance(source, Graph):
                data.caveats, data.base = tuple(part.caveats()), part.base
                if not tables:
                    data.keep("loaded", "g VARCHAR, s VARCHAR, p VARCHAR, o VARCHAR", _rows(part))
                    data.view("stored", "SELECT g, s, p, o FROM loaded")
            else:
                found = select(data, ontology, include_unreviewed)
                data.caveats = found.caveats
                review = ReviewCount(found.statements, found.approved, found.shown)
            fate = chosen.fidelity.fate("named-graphs", ontology)
            left = _left_out(data) if fate.kind == "dropped" else 0
            if spark and not chosen.folder:  # what is written in SQL has parts with numbers
                target /= f"{'part-00000' if format in PIECES else 'part'}{chosen.suffix}"
            with nullcontext() if isinstance(output, Path) else cache.writing():
                chosen.write(data, ontology, target)
        if not isinstance(output, Path):
            with target.open("rb") as made:
                shutil.copyfileobj(made, output)
    local = tables[0].local if tables else ""
    note = "\n".join(filter(None, (again, _note(source, review, local, left))))
    return Exported(review, chosen.fidelity.lost(), note=note)


def _leaves_out(tables: Sequence[Table], ontology: Ontology, cache: Cache, engine: Engine) -> bool:
    """Tell whether an export of approved statements leaves out a part of what is in tables."""
    from kg.scale.review import select

    with cache.fresh() as spill, _statements(tables, None, spill, engine.database_limit) as data:
        return not select(data, ontology).complete


def _ontology(source: Path) -> Ontology:
    """Return the ontology of the project that a file lies in, else the bundled one."""
    project = Project.above(source.parent)
    return project.ontology() if project else Ontology.read(resources.ontology_files())


def _rows(graph: Graph) -> Iterator[tuple[str, str, str, str]]:
    """Yield graph, subject, predicate and value of each statement as canonical N-Triples terms."""
    for subject, predicate, value, name in graph.quads():
        place = "" if name == DEFAULT else str(name)
        yield place, str(subject), str(predicate), str(value)


def _tables(graph: Graph, folder: Path) -> list[Table]:
    """Write a graph into a folder, as workers read it."""
    from kg.scale.cache import Cache
    from kg.scale.ingest import ingest

    file = folder / "graph.nq"
    with Cache().writing():
        file.write_bytes(nquads.write(graph))
    return ingest([file], Cache(folder / "tables"))


def named_note(left: int) -> str:
    """Return what is to be said of statements of named graphs that a format leaves out."""
    return f"left out: {left} statements of named graphs (nquads, trig and jsonld keep them)" * (
        left > 0
    )


def _left_out(data: Statements) -> int:
    """Count what only named graphs say, apart from what was derived."""
    others = f"g NOT IN ('', {quoted(f'<{data.base}graph/derived>')})"
    named = f"SELECT DISTINCT s, p, o FROM q WHERE {others}"
    return int(
        data.value(
            f"SELECT count(*) FROM ({named}) AS named "
            "ANTI JOIN (SELECT s, p, o FROM q WHERE g = '') AS stated USING (s, p, o)"
        )
    )


def _note(source: Graph | Path, review: ReviewCount, local: str, left: int) -> str:
    if isinstance(source, Graph):
        return "\n".join(filter(None, (source.note, named_note(left))))
    note = f"{source.name} was exported without being loaded: nothing was derived from it"
    if review.shown < review.statements:
        note += "; statements are left out, and with them what is derived in the file, except facts"
        note += " that the others set (of files below 50 MB it is derived again)"
    return "\n".join(filter(None, (note, local_note(source.name, local), named_note(left))))


def _statements(
    tables: Sequence[Table], spark: SparkSession | None, spill: Path, limit: str
) -> Statements:
    """Return the statements of some tables, on Spark if it runs."""
    if spark is not None:
        from kg.scale.export.spark import SparkStatements

        return SparkStatements(spark, tables, spill)
    from kg.scale.export.duckdb import DuckStatements

    return DuckStatements(tables, spill, limit)
