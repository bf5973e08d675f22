"""Exports: which way a graph takes to a format, in memory or through a database on disk."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from kg.errors import UsageError, did_you_mean
from kg.exporters import EXPORTERS, FOLDERS, exporter, refuse_look
from kg.figure.look import Look
from kg.files import write_all, write_folder
from kg.graph import Graph
from kg.loading import find, keep_inputs, load
from kg.project import Project
from kg.review import select
from kg.scale import large
from kg.scale.engine import Engine, Progress
from kg.scale.export import BULK
from kg.scale.large import Exported

Source = Graph | Project | str | Path | None
SITE = "site"
"""The folder of pages that a build writes beside its files."""


def export(
    graph: Graph, format: str, *, include_unreviewed: bool = False, look: Look | None = None
) -> bytes:
    """Return a graph in one of the formats of :data:`kg.exporters.EXPORTERS`.

    :param include_unreviewed: keep statements that are not approved, each with a stamp; without
        it they are left out (caveats and disclaimers always stay).
    :param look: width, size of type and greys of a picture.
    :raises UsageError: if there is no such format of one file (see :func:`export_folder`), or a
        look is given for a format that is not a picture.
    """
    chosen = exporter(format)
    return chosen.write(select(graph, include_unreviewed)[0], look)


def export_folder(
    graph: Graph, format: str = SITE, *, include_unreviewed: bool = False
) -> dict[str, bytes]:
    """Return the files of a format of :data:`kg.exporters.FOLDERS`, by path within the folder.

    :param include_unreviewed: see :func:`export`.
    :raises UsageError: if there is no such format.
    """
    if format not in FOLDERS:
        hint = did_you_mean(format, FOLDERS) or f"known: {', '.join(FOLDERS)}"
        raise UsageError(f"no folder format '{format}'", hint=hint)
    return FOLDERS[format].files(select(graph, include_unreviewed)[0])


def export_file(
    source: Graph | Project | str | Path | None,
    format: str,
    output: str | Path | BinaryIO,
    *,
    include_unreviewed: bool | None = None,
    look: Look | None = None,
    engine: str | Engine = "auto",
    force: bool = False,
    progress: Progress = lambda name, done, size: None,
) -> Exported:
    """Write a graph in any format to a file, a folder or a stream, whole or not at all.

    A graph file of 50 MB or more, or one that is compressed (``.gz``, ``.zst``), is exported
    without being loaded if the format is one of :data:`kg.scale.export.BULK` (extra ``scale``);
    nothing is derived from it. Everything else is loaded first, as by :func:`load`.

    :param output: a file or a stream of bytes; a folder for the formats ``site``, ``csv`` and
        ``parquet``, and for everything that the engine ``spark`` writes: in parts, each a document
        of its own.
    :param include_unreviewed: see :func:`export`; ``None`` takes the project's own setting.
    :param look: see :func:`export`.
    :param engine: the name of an engine, or an :class:`Engine` with its settings. ``duckdb`` and
        ``spark`` write the formats for large files, from small ones too; ``auto`` uses ``duckdb``
        for what is not loaded.
    :param force: overwrite a file that kg did not write.
    :param progress: called while a large file is read, with its name, the bytes done and its size.
    :raises InputError: if something cannot be read or written.
    :raises UsageError: if there is no such format or engine, the engine cannot run here, a folder
        format is to be written to a stream, a file is in the way, or the output is an input.
    """
    known: dict[str, object] = {**EXPORTERS, **FOLDERS, **BULK}
    if format not in known:
        hint = did_you_mean(format, known) or f"known: {', '.join(known)}"
        raise UsageError(f"no format '{format}'", hint=hint)
    chosen, target = Engine.of(engine), Path(output) if isinstance(output, str) else output
    if isinstance(target, Path) and not isinstance(source, Graph):
        keep_inputs(source, target)
    in_memory = chosen.name == "auto" and (format in EXPORTERS or format in FOLDERS)
    file = large.unloaded(source, chosen.name) if format in BULK else None
    if in_memory and not file:
        return _in_memory(source, format, target, include_unreviewed, look, force)
    refuse_look(look)
    engine = Engine("duckdb", chosen.memory) if chosen.name == "auto" else chosen
    large.check(format, target, engine)  # before anything is read
    graph, include = (
        (file, bool(include_unreviewed)) if file else _loaded(source, include_unreviewed)
    )
    return large.export(
        graph,
        format,
        target,
        include_unreviewed=include,
        engine=engine,
        force=force,
        progress=progress,
    )


def _in_memory(
    source: Source,
    format: str,
    output: Path | BinaryIO,
    include_unreviewed: bool | None,
    look: Look | None,
    force: bool,
) -> Exported:
    """Write a format that is made of a loaded graph."""
    folder = FOLDERS.get(format)
    if folder and not isinstance(output, Path):
        raise UsageError(f"{format} is a folder of files", hint=f"kg export {format} -o FOLDER")
    graph, include = _loaded(source, include_unreviewed)
    part, review = select(graph, include)
    if folder and isinstance(output, Path):
        refuse_look(look)
        files = folder.files(part)
        write_folder(output, files, force=force)
        return Exported(review, folder.drops, len(files))
    chosen = exporter(format)
    data = chosen.write(part, look)
    if isinstance(output, Path):
        write_all({output: data}, force=force)
    else:
        output.write(data)
    return Exported(review, chosen.drops)


def _loaded(source: Source, include_unreviewed: bool | None) -> tuple[Graph, bool]:
    """Return the graph of a source, and whether its unreviewed statements are wanted."""
    place = source if isinstance(source, Graph | Project) else find(source)
    if include_unreviewed is None:
        include_unreviewed = isinstance(place, Project) and place.settings.include_unreviewed
    return place if isinstance(place, Graph) else load(place), include_unreviewed
