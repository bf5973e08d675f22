"""From files to a graph: a project is read, built and derived; a graph file is read and derived."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import resources
from kg.builder import build
from kg.derive import derive
from kg.diagnostics import Diagnostic, RecordsError
from kg.errors import InputError, UsageError, did_you_mean
from kg.files import read_graph
from kg.graph import Graph
from kg.graph_files import COMPRESSED, GRAPH_FORMATS, absolute, digest
from kg.mentions import places
from kg.ontology import TYPE, Ontology
from kg.project import Project
from kg.readers import read_file, read_text, reader_for
from kg.records import Record
from kg.resources import CONFIG, OUTPUT_FOLDERS, PARTS


def find(path: str | Path | None = None) -> Project | Path:
    """Return the project or the graph file that a path means.

    Without a path: the project of the nearest ``kg.toml`` upward; in a clone of this repository,
    outside of any project, its dataset.

    :raises UsageError: without a path, if there is no project.
    :raises InputError: if the path is neither a project nor a graph file.
    """
    if path is None:
        return Project.find(Path.cwd())
    path = Path(path)
    try:
        is_project = path.is_dir() or path.name == CONFIG
        is_there = path.exists()
    except OSError as error:  # a name that is too long
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    if is_project:
        return Project.read(path)
    if not is_there:
        raise InputError(f"no such file or folder: {path}")
    suffixes = path.suffixes[:-1] if path.suffix in COMPRESSED else path.suffixes
    if not suffixes or suffixes[-1] not in GRAPH_FORMATS:
        known = ", ".join(GRAPH_FORMATS)
        raise InputError(
            f"{path.name} is neither a project folder nor a graph file",
            hint=f"graph files: {known}",
        )
    return path


def records_file(path: object) -> tuple[Project, str] | None:
    """Return the project of a file of records and the file's name in it, else ``None``.

    :raises InputError: if the file is not among the records of a project.
    """
    if not isinstance(path, str | Path) or not Path(path).is_file() or not reader_for(Path(path)):
        return None
    file = Path(path).resolve()
    project = Project.above(file.parent)
    if project is None:
        raise InputError(
            f"{path} belongs to no project: there is no {CONFIG} above it",
            hint="'kg init FOLDER' creates a project",
        )
    for known, name in project.record_files():
        if known.resolve() == file:
            return project, name
    raise InputError(
        f"{path} is not among the records of {project.folder.name}",
        hint=f"'records' in {CONFIG} names the folders and files that are read",
    )


def keep_inputs(source: str | Path | Project | None, output: Path) -> None:
    """Refuse an output that would replace what it is made from, whatever else is asked for.

    :param output: a file or a folder.
    :raises UsageError: if the output is the source or holds it, or lies among the files of the
        project.
    """
    try:
        place = source if isinstance(source, Project) else find(source)
    except (InputError, UsageError):
        if not isinstance(source, str | Path) or not Path(source).is_dir():
            return  # whoever reads the source says what is wrong with it
        place = Path(source)  # a graph in parts
    written = output.resolve()
    if isinstance(place, Project):
        inputs = [place.folder / name for name in (CONFIG, *PARTS, *place.settings.records)]
    else:
        inputs = [place]
    if any(_replaces(written, path) for path in inputs):
        raise UsageError(
            f"{output} is among the inputs or holds one, and nothing was written",
            hint="name another file or folder",
        )


def _replaces(written: Path, path: Path) -> bool:
    """Tell whether an output is a file or folder that is read, lies in it, or holds it."""
    if not path.exists():
        return written == path.resolve()
    real = path.resolve()
    if written.is_relative_to(real) and OUTPUT_FOLDERS & {*written.relative_to(real).parts}:
        return False
    if written.is_relative_to(real) or real.is_relative_to(written):
        return True
    files = path.rglob("*") if path.is_dir() else (path,)
    return written.is_file() and any(f.is_file() and f.samefile(written) for f in files)


def load(
    path: str | Path | Project | None = None,
    *,
    copies: Mapping[str, str | Path] | None = None,
    base: str = "",
) -> Graph:
    """Load a project or a graph file into a graph with its derived statements.

    :param path: a project folder, its ``kg.toml``, or a graph file (``.jsonld``, ``.ttl``,
        ``.trig``, ``.nt``, ``.nq``, ``.rdf``; also with ``.gz``, ``.zst``); without it the nearest
        project upward. A graph file that lies in a project is read with the terms and rules of
        that project. :func:`demo` has the paths of the datasets that come with kg.
    :param copies: id of a document → a file with its whole text, for documents that the project
        itself may not hold: quotes are checked against the reader's own copy.
    :param base: what relative IRIs of a graph file are resolved against; without it the address of
        the file, and the graph's ``note`` says so.
    :raises InputError: if something cannot be read.
    :raises UsageError: if no path is given and there is no project, or a copy is given for
        something that is not a document of the graph, or the base is not an absolute IRI.
    :raises RecordsError: if records are wrong; all their diagnostics are in the error.
    """
    graph = read(path, base)
    return derive(graph, read_copies(graph, copies or {}))


def read(path: str | Path | Project | None = None, base: str = "") -> Graph:
    """Read what :func:`load` loads, without deriving anything yet."""
    source = path if isinstance(path, Project) else find(path)
    if isinstance(source, Project):
        return load_asserted(source)
    project = Project.above(source.parent)
    ontology = project.ontology() if project else Ontology.read(resources.ontology_files())
    return read_graph(source, ontology, absolute(base))


def read_copies(graph: Graph, files: Mapping[str, str | Path]) -> dict[str, str]:
    """Return id → whole text of documents, from files with copies of them.

    :raises InputError: if a file cannot be read.
    :raises UsageError: if a copy is given for something that is not a document of the graph.
    """
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
    for path, name in project.graph_files():
        _include(graph, path, name)
    return graph


def _include(graph: Graph, path: Path, name: str) -> None:
    """Assert what a file of RDF says, and keep it as a named graph too, with its origin.

    The name of that graph is a Document with the file and its digest. Graphs that the file names
    itself are kept beside it. What the file says of itself as a graph stays in its named graph:
    the project is another graph.
    """
    document = graph.node(f"document/{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}")
    kind = NamedNode(graph.ontology.classes["KnowledgeGraph"].iri)
    given = list(read_graph(path, graph.ontology, graph.base).with_blanks())
    own = [q for q in given if not (q.predicate == TYPE and q.object == kind)]
    graph.read([Quad(q.subject, q.predicate, q.object) for q in own], document)
    graph.read([q for q in given if q.graph_name != DefaultGraph()])
    about = dict.fromkeys(fact.subject for fact in graph.facts_in(document))
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    for node, place in places(text, name, graph.base, about).items():
        graph.places.setdefault((node,), place)
    graph.add(document, TYPE, NamedNode(graph.ontology.classes["Document"].iri))
    for key, value in (("textFile", name), ("textDigest", f"sha256:{digest(path)}")):
        graph.add(document, graph.property_iri(key), Literal(value))


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
