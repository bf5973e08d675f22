"""Exports: which way a graph takes to a format, in memory or through a database on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from kg import contract as declared
from kg import parts, resources
from kg.contract import Fidelity, Loss, Overview
from kg.errors import UsageError, did_you_mean
from kg.exporters import (
    EXPORTERS,
    FOLDERS,
    GROUPS,
    Exporter,
    FolderExporter,
    exporter,
    jsonld,
    refuse_form,
    refuse_look,
)
from kg.figure.look import Look
from kg.graph import Graph
from kg.graph_files import absolute, text_size
from kg.jsonld import framing
from kg.jsonld.context import Form
from kg.loading import find, keep_inputs, load
from kg.ontology import Ontology
from kg.outputs import write_all, write_folder
from kg.project import Project
from kg.review import ReviewCount, count_of, select
from kg.scale.engine import LARGE, Engine, Progress
from kg.scale.export import BULK, STORED, BulkFormat, write
from kg.scale.export.write import Exported, named_note

FORMATS: Mapping[str, Exporter | FolderExporter | BulkFormat] = {
    **EXPORTERS,
    **FOLDERS,
    **{name: known for name, known in BULK.items() if name not in (*EXPORTERS, *FOLDERS)},
}
"""Every format, however it is written."""
BY_GROUP: Mapping[str, Mapping[str, str]] = {
    group: {name: known.summary for name, known in FORMATS.items() if known.group == group}
    for group in GROUPS
}
"""What formats are for → their names, each with its summary."""
Source = Graph | Project | str | Path | None
RDF = ("jsonld", "turtle", "nquads", "trig", "rdfxml")
"""The formats that can have derived statements in the default graph."""
NAMED = ("jsonld", "nquads", "trig")
"""The formats that can have the ontology in a graph of its own."""
SPLIT = "jsonld"
"""The format of one file that can also be a folder with a document for each entity."""
SITE = "site"
"""The folder of pages that a build writes beside its files."""


def export(
    graph: Graph,
    format: str,
    *,
    include_unreviewed: bool | None = None,
    look: Look | None = None,
    only: Sequence[str] = (),
    merge_derived: bool = False,
    with_ontology: bool = False,
    form: Form | None = None,
) -> bytes:
    """Return a graph in one of the formats of :data:`kg.exporters.EXPORTERS`.

    :param include_unreviewed: keep statements that are not approved, each with a stamp, or leave
        them out (caveats and disclaimers always stay); ``None`` takes the setting of the project
        that the graph was loaded from, and leaves them out if there is none.
    :param look: width, size of type and greys of a picture.
    :param only: ids of entities; what they need is exported, with caveats and disclaimers.
    :param merge_derived: put derived statements into the default graph, for stores that query it
        alone; for the formats of :data:`RDF`.
    :param with_ontology: add the ontology as a named graph, so that values of lists have labels
        everywhere; for the formats of :data:`NAMED`.
    :param form: frame and context of a JSON-LD document.
    :raises UsageError: if there is no such format of one file (see :func:`export_folder`), an
        option does not fit the format, or there is no entity of an id.
    """
    chosen = exporter(format)
    part = leaving(graph, include_unreviewed)[0]
    return chosen.write(_part(part, format, only, merge_derived, with_ontology), look, form)


def export_folder(
    graph: Graph,
    format: str = SITE,
    *,
    include_unreviewed: bool | None = None,
    form: Form | None = None,
) -> dict[str, bytes]:
    """Return the files of a format of :data:`kg.exporters.FOLDERS`, by path within the folder.

    The format ``jsonld`` gives a document for each entity.

    :param include_unreviewed: see :func:`export`.
    :param form: frame and context of JSON-LD documents.
    :raises UsageError: if there is no such format.
    """
    if format == SPLIT:
        return jsonld.documents(leaving(graph, include_unreviewed)[0], form or Form())
    refuse_form(form)
    if format not in FOLDERS:
        hint = did_you_mean(format, FOLDERS) or f"known: {', '.join(FOLDERS)}"
        raise UsageError(f"no folder format '{format}'", hint=hint)
    return FOLDERS[format].files(leaving(graph, include_unreviewed)[0])


def export_file(
    source: Graph | Project | str | Path | None,
    format: str,
    output: str | Path | BinaryIO,
    *,
    include_unreviewed: bool | None = None,
    look: Look | None = None,
    only: Sequence[str] = (),
    merge_derived: bool = False,
    with_ontology: bool = False,
    base: str = "",
    form: Form | None = None,
    split: bool = False,
    engine: str | Engine = "auto",
    force: bool = False,
    progress: Progress = lambda name, done, size: None,
) -> Exported:
    """Write a graph in any format to a file, a folder or a stream, whole or not at all.

    What is written depends on the source, the format and the engine, never on how large a file is,
    whether it is compressed or which extras are installed. The engine ``auto`` loads the source,
    as :func:`load` does. ``duckdb`` and ``spark`` export a graph file without loading it: nothing
    is derived from it. A file below 50 MB is loaded if statements are left out, so that what
    follows from the others can be derived again.

    :param output: a file or a stream of bytes; a folder for the formats ``site``, ``csv`` and
        ``parquet``, and for everything that the engine ``spark`` writes: in parts, each a document
        of its own.
    :param include_unreviewed: see :func:`export`.
    :param look: see :func:`export`.
    :param only: see :func:`export`; not with an engine.
    :param merge_derived: see :func:`export`; not with an engine.
    :param with_ontology: see :func:`export`; not with an engine.
    :param base: see :func:`load`.
    :param form: see :func:`export`; not with an engine.
    :param split: write a folder with a document for each entity, in the format ``jsonld``.
    :param engine: the name of an engine, or an :class:`Engine` with its settings. ``duckdb`` and
        ``spark`` write the formats of :data:`kg.scale.export.STORED` (extra ``scale``).
    :param force: overwrite a file that kg did not write.
    :param progress: called while a large file is read, with its name, the bytes done and its size.
    :raises InputError: if something cannot be read or written.
    :raises UsageError: if there is no such format or engine, the engine cannot run here, a folder
        format is to be written to a stream, a file is in the way, the output is an input, or a
        file of 50 MB or more would be loaded although an engine can export it as it is.
    """
    _known(format)
    absolute(base)
    if split and format != SPLIT:
        raise UsageError(f"a document for each entity is made in the format {SPLIT}")
    if format != SPLIT:
        refuse_form(form)
    chosen, target = Engine.of(engine), Path(output) if isinstance(output, str) else output
    if isinstance(target, Path) and not isinstance(source, Graph):
        keep_inputs(source, target)
    file = _graph_file(source)
    if chosen.name == "auto":
        _small(file, format)
        if format not in BULK or format in EXPORTERS or format in FOLDERS:
            asked = _Asked(tuple(only), merge_derived, with_ontology, form, split, look)
            loaded = _loaded(source, base)
            return _in_memory(loaded, format, target, include_unreviewed, force, asked)
        chosen, file = Engine("duckdb", chosen.memory), None
    refuse_look(look)
    if only or merge_derived or with_ontology:
        raise UsageError(
            f"an engine writes {format} from the whole graph only",
            hint="parts and merged graphs are exported without an engine: jsonld, turtle, nquads",
        )
    write.checked(format, target, chosen)  # before anything is read
    graph = file or _loaded(source, base)
    small = file is not None and text_size(file) < LARGE
    return write.export(
        graph,
        format,
        target,
        include_unreviewed=_included(graph, include_unreviewed),
        engine=chosen,
        force=force,
        progress=progress,
        base=base,
        loaded=partial(load, file, base=base) if small else None,
    )


def fidelity(format: str) -> Fidelity:
    """Return what a format keeps, changes and drops, as its exporter declares it.

    :raises UsageError: if there is no such format.
    """
    return _known(format).fidelity


def losses(format: str, ontology: Ontology | None = None, frame: str = "") -> list[Loss]:
    """Return each class, property and distinction that a format changes or drops, and how or why.

    :param ontology: the terms of a project (``graph.ontology``); without it those of kg.
    :param frame: the name of a frame of JSON-LD, whose contract follows from the frame itself.
    :raises UsageError: if there is no such format or frame, or the format has no frames.
    """
    terms = ontology or _terms()
    if not frame:
        return declared.losses(format, fidelity(format), terms)
    if format != SPLIT:
        refuse_form(Form(frame))
    return declared.losses(format, framing.fidelity(frame, terms), terms)


def overview(format: str, ontology: Ontology | None = None) -> Overview:
    """Return how many classes and properties a format keeps, and what else it loses.

    :raises UsageError: if there is no such format.
    """
    return declared.overview(format, fidelity(format), ontology or _terms())


def _terms() -> Ontology:
    return Ontology.read(resources.ontology_files())


def _known(format: str) -> Exporter | FolderExporter | BulkFormat:
    if format not in FORMATS:
        hint = did_you_mean(format, FORMATS) or f"known: {', '.join(FORMATS)}"
        raise UsageError(f"no format '{format}'", hint=hint)
    return FORMATS[format]


def leaving(graph: Graph, include_unreviewed: bool | None) -> tuple[Graph, ReviewCount]:
    """Return what may be exported of a graph, and the count of what that is; see :func:`export`."""
    return select(graph, _included(graph, include_unreviewed))


class _Asked(NamedTuple):
    only: tuple[str, ...]
    merge_derived: bool
    with_ontology: bool
    form: Form | None
    split: bool
    look: Look | None


def _part(
    graph: Graph, format: str, only: Sequence[str], merge_derived: bool, with_ontology: bool
) -> Graph:
    """Return what was asked for of a graph."""
    if with_ontology and format not in NAMED:
        raise UsageError(
            f"{format} has no named graph for the ontology",
            hint=f"take one of {', '.join(NAMED)}, or kg export ontology",
        )
    if merge_derived and format not in RDF:
        raise UsageError(
            f"{format} has no default graph to put derived statements into",
            hint=f"leave out --merge-derived, or take one of {', '.join(RDF)}",
        )
    found = parts.only(graph, only) if only else graph
    found = parts.merged(found) if merge_derived else found
    return parts.with_ontology(found) if with_ontology else found


def _included(source: Graph | Path, include_unreviewed: bool | None) -> bool:
    if include_unreviewed is None:
        return isinstance(source, Graph) and source.include_unreviewed
    return include_unreviewed


def _small(file: Path | None, format: str) -> None:
    """Refuse to load a large file where that is not needed: the machine may not have the memory."""
    if not file or format not in STORED:
        return
    size = text_size(file)
    if size >= LARGE:
        raise UsageError(
            f"{file.name} ({size >> 20} MB of text) is not loaded to write {format}",
            hint="--engine duckdb writes it without loading, and derives nothing from it",
        )


def _in_memory(
    graph: Graph,
    format: str,
    output: Path | BinaryIO,
    include_unreviewed: bool | None,
    force: bool,
    asked: _Asked,
) -> Exported:
    """Write a format that is made of a loaded graph."""
    folder = FOLDERS.get(format)
    if (folder or asked.split) and not isinstance(output, Path):
        what = f"{format} --split" if asked.split else format
        raise UsageError(f"{what} is a folder of files", hint=f"kg export {what} -o FOLDER")
    part, review = leaving(graph, include_unreviewed)
    part = _part(part, format, asked.only, asked.merge_derived, asked.with_ontology)
    if asked.only:
        review = count_of(part, parts.only(graph, asked.only))
    form = asked.form or Form()
    declared = framing.fidelity(form.frame, graph.ontology) if form.frame else fidelity(format)
    if (folder or asked.split) and isinstance(output, Path):
        refuse_look(asked.look)
        files = folder.files(part) if folder else jsonld.documents(part, form)
        write_folder(output, files, force=force)
        return Exported(review, declared.lost(), len(files), _note(graph.note, part, declared))
    data = exporter(format).write(part, asked.look, form)
    if isinstance(output, Path):
        write_all({output: data}, force=force)
    else:
        output.write(data)
    return Exported(review, declared.lost(), note=_note(graph.note, part, declared))


def _note(read: str, part: Graph, declared: Fidelity) -> str:
    """Return what is to be said of what was written of a graph.

    :param read: what is to be said of the file that it was read from.
    """
    dropped = declared.fate("named-graphs", part.ontology).kind == "dropped"
    left = named_note(len(part.elsewhere())) if dropped else ""
    return "\n".join(filter(None, (read, left)))


def _loaded(source: Source, base: str) -> Graph:
    return source if isinstance(source, Graph) else load(source, base=base)


def _graph_file(source: Source) -> Path | None:
    """Return the path of a source that is a graph file, else ``None``."""
    if isinstance(source, Graph | Project) or source is None:
        return None
    found = find(source)
    return found if isinstance(found, Path) else None
