"""The verbs of the library; :mod:`kg` exports them and the command line calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import queries, reports, resources
from kg.derive import derive
from kg.errors import RecordsError, UsageError, did_you_mean
from kg.exporters import EXPORTERS, FOLDERS, exporter
from kg.figure.look import Look
from kg.files import folder_files, remove, stale_files, write_all
from kg.graph import Graph, skolemised, stored
from kg.loading import load, load_asserted
from kg.ontology import Ontology
from kg.project import Project
from kg.queries.named import NAME, NamedQuery, ask, library
from kg.review import ReviewCount, select
from kg.scale import large
from kg.scale.large import Exported, Progress
from kg.validation import run, validate_records
from kg.validation.report import Report

if TYPE_CHECKING:
    import rdflib

BUILD_FORMATS: Mapping[str, str] = {
    "graph.jsonld": "jsonld",
    "graph.ttl": "turtle",
    "graph.nq": "nquads",
    "figure.svg": "svg",
}
"""File → format of everything that a build writes beside its report."""
REPORT = "report.json"
SITE = "site"
"""The folder of pages that a build writes beside its files."""

Step = Callable[[str, str], None]
"""``(name of the step, what it found)``; called after each step of a build."""


@dataclass(frozen=True)
class Build:
    """What a build made: the whole graph, its report, the files, and what leaves of it."""

    graph: Graph
    report: Report
    files: tuple[Path, ...]
    review: ReviewCount


def validate(
    source: Graph | Project | str | Path | None = None,
    *,
    shapes: Iterable[str | Path] = (),
    engine: str = "auto",
    copies: Mapping[str, str | Path] | None = None,
    memory: str = "",
    most: int = 1_000,
    master: str = "",
    progress: Progress = lambda name, done, size: None,
) -> Report:
    """Check a graph, a project or a graph file against its shapes.

    Records that cannot become a graph are reported too: the report then has their diagnostics
    only, since the shapes would complain of what the mistakes left out.

    A graph file of 50 MB or more, or one that is compressed (``.gz``, ``.zst``), is checked by the
    engine ``duckdb`` without being loaded, as it stands: statements that kg would derive are not
    added. The report's ``note`` says so.

    :param shapes: SHACL files (Turtle) to check against instead of the ontology's own shapes.
    :param engine: ``auto``, ``duckdb`` for large graphs (extra ``scale``),
        ``spark`` for those that outgrow a machine (extra ``spark``), or ``pyshacl`` for the
        reference engine alone.
    :param copies: see :func:`load`; for a source that is not loaded yet.
    :param memory: how much a large file may use, such as ``700MB``; the rest goes to disk. Also
        how much each worker of ``spark`` may use, or Spark as a whole on this machine.
    :param most: how many results of each constraint the report on a large file holds; the others
        are counted. 0 holds all: they wait on disk, and are read as they are wanted.
    :param master: where the engine ``spark`` runs: ``local[2]`` for two cores of this machine (it
        takes all without), ``spark://host:7077`` for a cluster.
    :param progress: called while a large file is read, with its name, the bytes done and its size.
    :raises InputError: if something cannot be read.
    :raises UsageError: if there is no such engine, or it has no master.
    """
    given = tuple(Path(s) for s in shapes)
    running = large.session(engine, master, memory)
    file = large.unloaded(source, engine)
    if file:
        return large.validate(file, given, progress, engine, most, memory, master)
    try:
        graph = source if isinstance(source, Graph) else load(source, copies=copies)
    except RecordsError as error:
        report = validate_records(error.diagnostics, error.folder)
    else:
        files = given or resources.shape_files(*graph.ontology.folders)
        with running:
            report = replace(run(graph, files, engine), note=large.without(source, engine))
    return replace(report, source=_name(source))


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

    :param limit: how many results of each report to write out, the gravest first, 0 for all; the
        counts stay whole. Without it 20 for ``text``, all for the others. ``html`` shows 200 of
        each rule at most.
    :param infos: write out infos too. Without it not in ``text``, else yes.
    :raises UsageError: if there is no such format.
    """
    several = [report] if isinstance(report, Report) else list(report)
    return reports.write(several, format, limit=limit, infos=infos)


def export(
    graph: Graph, format: str, *, include_unreviewed: bool = False, look: Look | None = None
) -> bytes:
    """Return a graph in one of the formats of :data:`kg.exporters.EXPORTERS`.

    :param include_unreviewed: keep statements that are not approved, each with a stamp; without
        it they are left out (caveats and disclaimers always stay).
    :param look: width, size of type and greys of a picture.
    :raises UsageError: if there is no such format of one file (see :func:`export_folder`), or a
        look is given for a format that is no picture.
    """
    chosen = exporter(format)
    return chosen.write(select(graph, include_unreviewed)[0], look)


def export_file(
    source: Graph | Project | str | Path | None,
    format: str,
    output: str | Path,
    *,
    include_unreviewed: bool = False,
    engine: str = "duckdb",
    memory: str = "",
    master: str = "",
    force: bool = False,
    progress: Progress = lambda name, done, size: None,
) -> Exported:
    """Write a graph in a bulk format: ``jsonld``, ``jsonl``, ``nquads``, ``turtle``, ``csv``…

    For graphs that outgrow memory (extra ``scale``). A graph file of 50 MB or more, or one that is
    compressed (``.gz``, ``.zst``), is exported as it stands, without being loaded: nothing is
    derived from it. Everything else is loaded first, as by :func:`load`.

    :param format: a name of :data:`kg.scale.export.BULK`.
    :param output: file to write; a folder for ``csv`` and ``parquet``, and for all that the engine
        ``spark`` writes: in parts, each a document of its own. Whole or not at all.
    :param include_unreviewed: see :func:`export`; approvals are checked by their digests here too.
    :param engine: ``duckdb``, or ``spark`` for what outgrows a machine (extra ``spark``).
    :param memory: how much may be used, such as ``700MB``; the rest goes to disk. Of ``spark``:
        how much each worker may use, or Spark as a whole on this machine.
    :param master: where the engine ``spark`` runs; see :func:`validate`.
    :param force: overwrite a file that kg did not write.
    :param progress: called while a large file is read, with its name, the bytes done and its size.
    :raises InputError: if something cannot be read or written.
    :raises UsageError: if there is no such format or engine, it has no master, or something stands
        in the way.
    """
    return large.export(
        _graph_or_large(source),
        format,
        Path(output),
        include_unreviewed=include_unreviewed,
        engine=engine,
        memory=memory,
        master=master,
        force=force,
        progress=progress,
    )


def _graph_or_large(source: Graph | Project | str | Path | None) -> Graph | Path:
    """Return the path of a file that is not to be loaded, else the graph."""
    return large.unloaded(source, "auto") or (source if isinstance(source, Graph) else load(source))


def export_folder(
    graph: Graph, format: str = SITE, *, include_unreviewed: bool = False
) -> dict[str, bytes]:
    """Return the files of a format of :data:`kg.exporters.FOLDERS`, by path within the folder.

    :param include_unreviewed: see :func:`export`.
    :raises UsageError: if there is no such format.
    """
    if format not in FOLDERS:
        hint = did_you_mean(format, FOLDERS) or f"known: {', '.join(FOLDERS)}"
        raise UsageError(f"no format of many files '{format}'", hint=hint)
    return FOLDERS[format].files(select(graph, include_unreviewed)[0])


def query(
    graph: Graph,
    question: str,
    /,
    params: Mapping[str, object] | None = None,
    **parameters: object,
) -> queries.Table:
    """Put a named question to a graph, or run a SPARQL query; see :func:`kg.queries.run`.

    :param question: a name of :func:`questions`, in small letters, digits and hyphens; everything
        else is the text of a SPARQL query.
    :param params: values of a named question's parameters, as text; they can be given as keywords
        as well. What is missing has its default.
    :raises UsageError: if there is no such question or parameter, a value is not of its type, or
        the text is not a SPARQL query.
    """
    values = {**(params or {}), **parameters}
    if NAME.fullmatch(question):
        return ask(graph, question, values)
    if values:
        raise UsageError(
            f"'{min(values)}' was given, but only a named question has parameters",
            hint="kg.questions() lists them",
        )
    return queries.run(graph, question)


def open_store(folder: str | Path, sources: Iterable[str | Path] = ()) -> Graph:
    """Open a graph that is too large for memory in a store on disk, to put questions to it.

    The first call fills the store from the files, later ones reuse it as long as the contents of
    the files are the same. Statements are those of the files: nothing is derived anew.

    :param folder: where the store is, or is to be: absent, empty, or made by an earlier call.
    :param sources: graph files, also gzip-compressed (``.nq.gz``); without any the store is opened
        as it is.
    :raises UsageError: if the folder holds something else, or another process fills the store.
    :raises InputError: if a file cannot be read, or there is no store and nothing to fill it from.
    """
    files = [Path(source) for source in sources]
    project = Project.above(files[0].parent if files else Path(folder))
    ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
    return stored.open_store(Path(folder), files, ontology)


def questions(graph: Graph | None = None) -> Mapping[str, NamedQuery]:
    """Return the named questions by name, the 25 competency questions first.

    :param graph: a graph whose project may have questions of its own, in its folder ``queries/``;
        without it the bundled ones.
    :raises InputError: if a file is not a question, or a name is there twice.
    """
    return library(graph.ontology if graph else Ontology.read(resources.ontology_files()))


def from_rdflib(source: rdflib.Graph | rdflib.Dataset, base: str) -> Graph:
    """Return a graph with the content of an rdflib Graph or Dataset, and derive from it.

    :param base: the IRI before the ids of the graph; ends in ``/`` or ``#``.
    """
    from kg.graph.bridges import from_rdflib as quads

    graph = Graph(Ontology.read(resources.ontology_files()), base)
    found = skolemised(quads(source), base)
    graph.extend(q for q in found if q.graph_name != graph.derived_name)
    return derive(graph)


def build(
    source: str | Path | Project | None = None,
    output: str | Path = "build",
    *,
    include_unreviewed: bool | None = None,
    force: bool = False,
    step: Step = lambda name, found: None,
) -> Build:
    """Read, build, derive, validate and write a project.

    Writes ``graph.jsonld``, ``graph.ttl``, ``graph.nq``, ``figure.svg``, ``report.json`` and the
    pages of ``site/`` into the output folder, all or none; with violations, only the report.

    :param include_unreviewed: see :func:`export`; ``None`` takes the project's own setting.
    :param force: overwrite files that an earlier build did not write.
    :param step: called with the name of each step and what it found.
    :raises InputError: if something cannot be read or written.
    :raises UsageError: if a file in the way was not written by a build.
    """
    project = source if isinstance(source, Project) else Project.read_or_find(source)
    folder = Path(output)
    try:
        asserted = load_asserted(project)
    except RecordsError as error:
        report = validate_records(error.diagnostics, error.folder)
        return _failed(project, report, folder, force)
    entities = sum(1 for place in asserted.places if len(place) == 1)
    files = {place.file for place in asserted.places.values()}
    step("read", f"{len(files)} files, {entities} things")
    graph = derive(asserted)
    derived = sum(1 for quad in graph if quad.graph_name == graph.derived_name)
    step("derive", f"{derived} statements")
    report = validate(graph)
    step("validate", report.summary())
    if not report.conforms:
        return _failed(project, report, folder, force, graph)
    unreviewed = project.settings.include_unreviewed
    chosen, review = select(graph, unreviewed if include_unreviewed is None else include_unreviewed)
    made = {f: EXPORTERS[f].write(chosen) for f in BUILD_FORMATS.values()}
    written = {folder / n: made[f] for n, f in BUILD_FORMATS.items()}
    written[folder / REPORT] = "".join(reports.write([report], "json")).encode()
    names = sorted(p.name for p in written)
    site = FOLDERS[SITE].files(chosen, made)
    written |= folder_files(folder / SITE, site)
    gone = stale_files(folder / SITE, site)
    write_all(written, force=force)
    remove(gone)
    step("write", f"{folder}/ {' '.join(names)} {SITE}/ ({len(site)} files)")
    return Build(graph, report, tuple(written), review)


def _failed(
    project: Project, report: Report, folder: Path, force: bool, graph: Graph | None = None
) -> Build:
    """Write the report alone."""
    path = folder / REPORT
    write_all({path: "".join(reports.write([report], "json")).encode()}, force=force)
    empty = graph or Graph(project.ontology(), project.settings.base)
    return Build(empty, report, (path,), ReviewCount(0, 0, 0))
