"""The verbs of the library; :mod:`kg` exports them and the command line calls them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import queries, reports, resources
from kg.derive import derive
from kg.diagnostics import RecordsError
from kg.errors import UsageError
from kg.exporters import EXPORTERS, FOLDERS, OFFERED, download
from kg.exporting import SITE, leaving
from kg.graph import Graph
from kg.loading import keep_inputs, load_asserted
from kg.ontology import Ontology
from kg.outputs import alone, write_all, write_folder
from kg.processes import beside
from kg.project import Project
from kg.queries.named import NAME, NamedQuery, ask, find, library
from kg.quotes import text_files
from kg.review import ReviewCount
from kg.scale import stored
from kg.validating import unbuilt, validate
from kg.validation.report import Report

if TYPE_CHECKING:
    import rdflib

BUILD_FORMATS: Mapping[str, str] = {Path(download(name)).name: name for name in OFFERED}
"""File → format of everything that a build writes beside its report."""
REPORT = "report.json"

Step = Callable[[str, str], None]
"""``(name of the step, what it found)``; called after each step of a build."""


@dataclass(frozen=True)
class Build:
    """What a build made: the whole graph, its report, the files, and what of it may be exported.

    ``digests`` has the SHA-256 of each file by its path within the output folder.
    """

    graph: Graph
    report: Report
    files: tuple[Path, ...]
    review: ReviewCount
    digests: Mapping[str, str]


def query(
    graph: Graph,
    question: str,
    /,
    params: Mapping[str, object] | None = None,
    *,
    limits: queries.Limits | None = None,
    **parameters: object,
) -> queries.Table:
    """Put a named question to a graph, or run a SPARQL query; see :func:`kg.queries.run`.

    A query only reads, and has a bounded length and depth. The table's ``note`` says why a named
    question has no rows, and which terms of a query the ontology lacks.

    :param question: a name of :func:`questions`, in small letters, digits and hyphens; everything
        else is the text of a SPARQL query.
    :param params: values of a named question's parameters, as text; they can be given as keywords
        as well. What is missing has its default.
    :param limits: how many seconds a query may take, and how many rows its answer may have.
    :raises UsageError: if there is no such question or parameter, a value is not of its type, or
        the text is not a SPARQL query, or one that does more than read.
    :raises InputError: if the time is over.
    """
    values = {**(params or {}), **parameters}
    if NAME.fullmatch(question):
        table = ask(graph, question, values)
        if table.rows:
            return table if limits is None else table.first(limits.rows)
        return replace(table, note=find(graph.ontology, question).why_empty(graph, values))
    if values:
        raise UsageError(
            f"'{min(values)}' is a parameter, and only named questions have parameters",
            hint="kg.questions() lists them",
        )
    return queries.run(graph, question, limits=limits)


def open_store(folder: str | Path, sources: Iterable[str | Path] = ()) -> Graph:
    """Open a graph that is too large for memory in a store on disk, to put questions to it.

    The first call fills the store from the files, later ones reuse it as long as the contents of
    the files are the same. Statements are those of the files: nothing is derived again.

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
    graph.read(quads(source))
    return derive(graph)


def build(
    source: str | Path | Project | None = None,
    output: str | Path = "build",
    *,
    include_unreviewed: bool | None = None,
    force: bool = False,
    step: Step = lambda name, found: None,
    reads: Callable[[Iterable[str]], None] = lambda names: None,
) -> Build:
    """Read, build, derive, validate and write a project.

    Writes ``graph.jsonld``, ``graph.ttl``, ``graph.nq``, ``figure.svg``, ``report.json`` and the
    pages of ``site/`` into the output folder, which changes in one step; with violations, only the
    report is written.

    :param include_unreviewed: see :func:`export`; ``None`` takes the project's own setting.
    :param force: overwrite files that an earlier build did not write.
    :param step: called with the name of each step and what it found.
    :param reads: called with paths of files and folders of the project, before they are read.
    :raises InputError: if something cannot be read or written, or another build writes there.
    :raises UsageError: if a file in the way was not written by a build, or the output folder holds
        an input.
    """
    if source is None:
        source = Project.find(Path.cwd())
    project = source if isinstance(source, Project) else Project.read(Path(source))
    folder = Path(output)
    keep_inputs(project, folder)
    with alone(folder):
        return _built(project, folder, include_unreviewed, force, step, reads)


def _built(
    project: Project,
    folder: Path,
    include_unreviewed: bool | None,
    force: bool,
    step: Step,
    reads: Callable[[Iterable[str]], None],
) -> Build:
    reads([*resources.PARTS, *project.settings.records])
    try:
        asserted = load_asserted(project)
    except RecordsError as error:
        report = replace(unbuilt(error), source=project.folder.name)
        return _failed(project, report, folder, force)
    entities = sum(1 for place in asserted.places if len(place) == 1)
    files = {place.file for place in asserted.places.values()}
    files.update(name for _, name in project.graph_files())
    step("read", f"{len(files)} files, {entities} entities")
    reads(text_files(asserted))
    graph = derive(asserted)
    derived = sum(1 for quad in graph if quad.graph_name == graph.derived_name)
    step("derive", f"{derived} statements")
    with beside(lambda: _checked(graph, project)) as (checked,):
        chosen, review = leaving(graph, include_unreviewed)
        with suppress(Exception):  # due to violations; else the pages raise it again
            FOLDERS[SITE].prepare(chosen)
        report, text = checked()
    step("validate", report.summary())
    if not report.passes:
        return _failed(project, report, folder, force, graph)
    with FOLDERS[SITE].begun(chosen) as pages:
        made = {name: EXPORTERS[name].write(chosen) for name in OFFERED}
        written = {name: made[f] for name, f in BUILD_FORMATS.items()}
        written[REPORT] = text
        names, site = sorted(written), pages(made)
    written |= {f"{SITE}/{name}": data for name, data in site.items()}
    digests = write_folder(folder, written, force=force)
    step("write", f"{folder}/ {' '.join(names)} {SITE}/ ({len(site)} files)")
    return Build(graph, report, tuple(folder / name for name in written), review, digests)


def _checked(graph: Graph, project: Project) -> tuple[Report, bytes]:
    """Validate the graph of a project, and return the report and its file."""
    report = replace(validate(graph), source=project.folder.name)
    return report, _file(report)


def _file(report: Report) -> bytes:
    return "".join(reports.write([report], "json")).encode()


def _failed(
    project: Project, report: Report, folder: Path, force: bool, graph: Graph | None = None
) -> Build:
    """Write the report alone."""
    path, data = folder / REPORT, _file(report)
    write_all({path: data}, force=force)
    empty = graph or Graph(project.ontology(), project.settings.base)
    digests = {REPORT: hashlib.sha256(data).hexdigest()}
    return Build(empty, report, (path,), ReviewCount(0, 0, 0), digests)
