"""Verbs of the library: validation of any source, and reports as texts.

They stand apart from :mod:`kg.api`, so that ``kg validate`` imports nothing that exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from kg import reports, resources
from kg.derive import deciding, derive, may_derive
from kg.diagnostics import RecordsError
from kg.files import as_written, named
from kg.graph import Graph
from kg.graph_files import absolute
from kg.loading import find, read, read_copies, records_file
from kg.project import Project
from kg.scale import check
from kg.scale.engine import Engine, Progress
from kg.validation import run, run_as_written, validate_records
from kg.validation.looks import looked_at
from kg.validation.report import Report
from kg.validation.shapes import Shapes


def validate(
    source: Graph | Project | str | Path | None = None,
    *,
    shapes: Iterable[str | Path] = (),
    engine: str | Engine = "auto",
    copies: Mapping[str, str | Path] | None = None,
    limit: int = 1_000,
    strict: bool = False,
    base: str = "",
    progress: Progress = lambda name, done, size: None,
) -> Report:
    """Check a graph, a project, a file of records or a graph file against its shapes.

    A file of records is checked with the whole of its project; the report has what is wrong with
    that file. Records that cannot become a graph are reported too: the report then has their
    diagnostics only, since the shapes would complain of what the mistakes left out.

    A graph file of 50 MB or more, one that is compressed (``.gz``, ``.zst``), and a folder with a
    graph in parts are checked by the engine ``duckdb`` without being loaded: statements that kg
    would derive are not added. The report's ``note`` says so. So are Turtle of 4 MB, RDF/XML of
    8 MB, JSON-LD, N-Triples and N-Quads of 12 MB and more, if nothing that the shapes look at can
    be derived from them; against many shapes, larger ones, and against queries for what is absent,
    smaller ones. A closed shape does not refuse what was derived.

    :param shapes: SHACL files, of any syntax of RDF, to check against instead of the ontology's own
        shapes.
    :param engine: the name of an engine, or an :class:`Engine` with its settings.
    :param copies: see :func:`load`; for a source that is not loaded yet.
    :param limit: how many results of each constraint the report on a large file holds; the others
        are counted. 0 holds all: they are kept on disk and read when they are needed.
    :param strict: refuse shapes of which a part would be skipped (SHACL Advanced Features, except
        SPARQL targets; names that SHACL does not know), or of which none has a target; without it
        the report's ``note`` says so.
    :param base: what relative IRIs of graph files and shapes are resolved against; without it the
        address of each file.
    :param progress: called while a large file is read, with its name, the bytes done and its size.
    :raises InputError: if something cannot be read.
    :raises UsageError: if there is no such engine, it cannot run here, or the base is not an
        absolute IRI.
    """
    (report,) = validate_each(
        [source],
        shapes=shapes,
        engine=engine,
        copies=copies,
        limit=limit,
        strict=strict,
        base=base,
        progress=progress,
    )
    return report


def validate_each(
    sources: Iterable[Graph | Project | str | Path | None],
    *,
    shapes: Iterable[str | Path] = (),
    engine: str | Engine = "auto",
    copies: Mapping[str, str | Path] | None = None,
    limit: int = 1_000,
    strict: bool = False,
    base: str = "",
    progress: Progress = lambda name, done, size: None,
) -> list[Report]:
    """Check several sources, see :func:`validate`; a project is loaded once for all its files."""
    given, chosen = tuple(Path(s) for s in shapes), Engine.of(engine)
    absolute(base)
    whole: dict[Path, Report] = {}
    reports = []
    for source in sources:
        if file := check.unloaded(source, chosen.name):
            chosen.session()
            inputs = check.Inputs.of(file, given, base)
            report = check.validate(file, inputs, progress, chosen, limit, strict=strict, base=base)
        elif not copies and (known := check.complete(source, chosen.name, given, base)):
            file = Path(str(source))
            report = check.validate(file, known, progress, chosen, 0, strict=strict, base=base)
        elif found := records_file(source):
            project, name = found
            if project.folder not in whole:
                whole[project.folder] = _validate(project, given, chosen, copies, strict, base)
            report = whole[project.folder].on_file(name)
        else:
            report = _validate(source, given, chosen, copies, strict, base)
        reports.append(replace(report, source=_name(source)))
    return reports


def _validate(
    source: Graph | Project | str | Path | None,
    shapes: Sequence[Path],
    engine: Engine,
    copies: Mapping[str, str | Path] | None,
    strict: bool,
    base: str,
) -> Report:
    running = engine.session()
    place = source if isinstance(source, Graph | Project) else find(source)
    if isinstance(place, Path) and engine.name == "auto" and not copies:
        graph, report = _file(place, shapes, strict, base)
    else:
        try:
            graph = place if isinstance(place, Graph) else read(place, base)
        except RecordsError as error:
            return unbuilt(error, shapes)
        known = Shapes.read(shapes or resources.shape_files(*graph.ontology.folders), base)
        if graph is not source:
            looked = None if engine.name == "pyshacl" else looked_at(known)
            derive(graph, read_copies(graph, copies or {}), looked)
        with running:
            report = run(graph, known, engine.name, strict=strict)
    slower = check.sooner(engine.name, 0) or check.without(source, engine.name)
    notes = "\n".join(filter(None, (graph.note, report.note, slower)))
    return replace(report, note=notes)


def _file(path: Path, shapes: Sequence[Path], strict: bool, base: str) -> tuple[Graph, Report]:
    """Check a graph file in memory, without naming blank nodes that no result mentions."""
    inputs = check.Inputs.of(path, shapes, base)
    file, looked = as_written(path, base), partial(looked_at, inputs.shapes)
    if not may_derive(inputs.ontology, deciding(file.quads), looked):
        graph = Graph(inputs.ontology, file.base)
        graph.extend(file.quads)
        graph.note = file.note
        if report := run_as_written(graph, inputs.shapes, strict=strict):
            return graph, report
        derived = named(file, inputs.ontology)
    else:
        derived = derive(named(file, inputs.ontology), looked=looked())
    return derived, run(derived, inputs.shapes, strict=strict)


def unbuilt(error: RecordsError, shapes: Sequence[Path] = ()) -> Report:
    """Return the report on records that could not become a graph."""
    own = [error.folder] if error.folder else []
    waiting = Shapes.read(shapes or resources.shape_files(*own)).count
    return replace(validate_records(error.diagnostics, error.folder), waiting=waiting)


def _name(source: Graph | Project | str | Path | None) -> str:
    """Return how people call what they validate: as they gave it, else the project's folder."""
    if isinstance(source, Graph):
        return ""
    if isinstance(source, str | Path):
        return Path(source).as_posix()
    return (source or Project.find(Path.cwd())).folder.name


def report_as(
    report: Report | Iterable[Report],
    format: str = "text",
    *,
    limit: int | None = None,
    infos: bool | None = None,
) -> Iterator[str]:
    """Return the text of one report or several in a format, in pieces to write or to join.

    The formats are those of ``kg validate --format``, see :data:`kg.reports.FORMATS`. Several
    reports make one document.

    :param limit: how many results of each report to write out, most severe first, 0 for all;
        the counts are always complete. Without it 20 for ``text``, all for the others. ``html``
        shows at most 200 of each rule.
    :param infos: write out infos too. Without it not in ``text``, else yes.
    :raises UsageError: if there is no such format.
    """
    several = [report] if isinstance(report, Report) else list(report)
    return reports.write(several, format, limit=limit, infos=infos)
