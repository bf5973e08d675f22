"""From files to a graph: a project is read, built and derived; a graph file is read and derived."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.builder import build
from kg.derive import derive
from kg.diagnostics import Diagnostic, RecordsError
from kg.errors import InputError, UsageError, did_you_mean
from kg.files import read_graph
from kg.graph import Graph
from kg.graph_files import COMPRESSED, GRAPH_FORMATS
from kg.ontology import TYPE, Ontology
from kg.project import CONFIG, Project
from kg.readers import read_file, read_text
from kg.records import Record

_PARTS = ("ontology", "shapes", "cases", "queries")
"""Folders of a project beside its records."""


def find(path: str | Path | None = None) -> Project | Path:
    """Return the project or the graph file that a path means.

    Without a path: the project of the nearest ``kg.toml`` upward, else the bundled dataset.

    :raises InputError: if the path is neither a project nor a graph file.
    """
    if path is None:
        return Project.find(Path.cwd())
    path = Path(path)
    if path.is_dir() or path.name == CONFIG:
        return Project.read(path)
    if not path.exists():
        raise InputError(f"no such file or folder: {path}")
    suffixes = path.suffixes[:-1] if path.suffix in COMPRESSED else path.suffixes
    if not suffixes or suffixes[-1] not in GRAPH_FORMATS:
        known = ", ".join(GRAPH_FORMATS)
        raise InputError(
            f"{path.name} is neither a project folder nor a graph file",
            hint=f"graph files: {known}",
        )
    return path


def keep_inputs(source: str | Path | Project | None, output: Path) -> None:
    """Refuse an output that would replace what it is made from, whatever else is asked for.

    :raises UsageError: if the output is the source, or lies among the files of the project.
    """
    try:
        place = source if isinstance(source, Project) else find(source)
    except (InputError, UsageError):
        return  # whoever reads the source says what is wrong with it
    written = output.resolve()
    if isinstance(place, Project):
        inputs = [place.folder / name for name in (CONFIG, *_PARTS, *place.settings.records)]
    else:
        inputs = [place]
    for path in inputs:
        if written == path.resolve() or (path.is_dir() and written.is_relative_to(path.resolve())):
            raise UsageError(
                f"{output} is among the inputs, and nothing was written",
                hint="name another file or folder",
            )


def load(
    path: str | Path | Project | None = None, *, copies: Mapping[str, str | Path] | None = None
) -> Graph:
    """Load a project or a graph file into a graph with its derived statements.

    :param path: a project folder, its ``kg.toml``, or a graph file (``.jsonld``, ``.ttl``,
        ``.trig``, ``.nt``, ``.nq``, ``.rdf``; also with ``.gz``, ``.zst``); without it the nearest
        project upward, else the bundled dataset. A graph file that lies in a project is read with
        the terms and rules of that project.
    :param copies: id of a document → a file with its whole text, for documents that the project
        itself may not hold: quotes are checked against the reader's own copy.
    :raises InputError: if something cannot be read.
    :raises UsageError: if a copy is given for something that is not a document of the graph.
    :raises RecordsError: if records are wrong; all their diagnostics are in the error.
    """
    source = path if isinstance(path, Project) else find(path)
    if isinstance(source, Project):
        graph = load_asserted(source)
    else:
        project = Project.above(source.parent)
        ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
        graph = read_graph(source, ontology)
    return derive(graph, _copies(graph, copies or {}))


def _copies(graph: Graph, files: Mapping[str, str | Path]) -> dict[str, str]:
    documents = [graph.short(node) for node in graph.instances("Document")]
    for name in files:
        if name not in documents:
            raise UsageError(f"no document '{name}'", hint=did_you_mean(name, documents))
    return {name: read_text(Path(file), str(file)) for name, file in files.items()}


def read_records(project: Project) -> tuple[list[Record], list[Diagnostic]]:
    """Read every record of a project, and what is wrong with its files."""
    records: list[Record] = []
    found: list[Diagnostic] = []
    for path, name in project.record_files():
        some, wrong = read_file(path, name)
        records += some
        found += wrong
    return records, found


def load_asserted(project: Project) -> Graph:
    """Read and build a project without deriving anything yet.

    :raises RecordsError: with the mistakes of the files and, as far as those could be read, of
        the records in them.
    """
    records, found = read_records(project)
    settings = project.settings
    graph = Graph(project.ontology(), settings.base)
    try:
        graph = build(records, graph.ontology, settings.base, settings.language)
    except RecordsError as error:
        found += error.diagnostics
    if found:
        raise RecordsError(sorted(found, key=Diagnostic.sort_key), project.folder)
    graph.include_unreviewed = settings.include_unreviewed
    _describe(graph, project)
    return graph


def _describe(graph: Graph, project: Project) -> None:
    """Say in the graph what the graph is."""
    root, settings = graph.root(), project.settings
    graph.add(root, TYPE, NamedNode(graph.ontology.classes["KnowledgeGraph"].iri))
    texts = {"title": settings.title, "definition": settings.description}
    for key, text in texts.items():
        if text:
            graph.add(root, graph.property_iri(key), Literal(text, language=settings.language))
    plain = {"versionInfo": settings.version, "language": settings.language}
    for key, text in plain.items():
        if text:
            graph.add(root, graph.property_iri(key), Literal(text))
    if settings.license:
        uri = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
        graph.add(root, graph.property_iri("license"), Literal(settings.license, datatype=uri))
