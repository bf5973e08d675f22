"""``kg export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import kg
from kg.cli.common import (
    emit,
    force_option,
    master_option,
    memory_option,
    note,
    source_argument,
    unreviewed_option,
)
from kg.cli.progress import Reading
from kg.errors import UsageError
from kg.exporters import EXPORTERS, FOLDERS, exporter
from kg.figure.look import Look
from kg.files import write_folder
from kg.loading import find
from kg.project import Project
from kg.review import select
from kg.scale import large
from kg.scale.export import BULK

_DROPS = {
    **{n: (e.summary, e.drops) for n, e in EXPORTERS.items()},
    **{n: (e.summary, e.drops) for n, e in FOLDERS.items()},
    **{n: (b.summary, b.drops) for n, b in BULK.items() if n not in EXPORTERS},
}
_FORMATS = "\b\n" + "\n".join(
    f"  {name:<9} {summary}\n{'':<12}drops: {drops}" for name, (summary, drops) in _DROPS.items()
)
_LARGE = (
    "\b\nGraph files of 50 MB or more, or compressed (.gz, .zst), are not loaded, and are\n"
    f"exported as they stand. Formats for them (extra 'scale'):\n  {', '.join(BULK)}"
)


@click.command(
    "export", epilog=f"\b\nFormats:\n{_FORMATS.removeprefix(chr(8) + chr(10))}\n\n{_LARGE}"
)
@click.argument("format", metavar="FORMAT")
@source_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write (for site, csv, parquet and --engine spark: folder); - or nothing is "
    "stdout.",
)
@click.option("--width-mm", type=float, metavar="MM", help="Width of a picture in millimetres.")
@click.option("--font-size", type=float, metavar="PT", help="Size of a picture's labels in points.")
@click.option("--greyscale", is_flag=True, help="Draw a picture in greys.")
@memory_option
@click.option(
    "--engine",
    type=click.Choice(["auto", *large.ENGINES]),
    default="auto",
    show_default=True,
    help="What writes the formats for large graphs: 'duckdb' (extra 'scale') a file, 'spark' "
    "(extra 'spark') a folder of parts, each a document of its own; 'auto' loads what is small.",
)
@master_option
@unreviewed_option
@force_option
def command(
    format: str,
    source: Path | None,
    output: Path | None,
    width_mm: float | None,
    font_size: float | None,
    greyscale: bool,
    memory: str,
    engine: str,
    master: str,
    include_unreviewed: bool | None,
    force: bool,
) -> None:
    """Write a graph in another format.

    SOURCE is a project folder or a graph file; without it the nearest project upward, else the
    bundled dataset. Only approved statements leave unless you or kg.toml say otherwise.
    """
    look = Look(width_mm, font_size, greyscale)
    large.session(engine, master, memory)  # what does not fit is refused before anything is read
    if engine != "auto":
        large.bulk_format(format)
    file = large.unloaded(source, engine) if format in BULK else None
    if file or engine != "auto" or (format in BULK and format not in EXPORTERS):
        named = "duckdb" if engine == "auto" else engine
        _bulk(source, file, format, output, named, master, memory, include_unreviewed, force)
        return
    folder = FOLDERS.get(format)
    chosen = folder or exporter(format)
    if folder and (output is None or str(output) == "-"):
        raise UsageError(f"{format} is a folder of files", hint=f"kg export {format} -o FOLDER")
    found = find(source)
    graph = kg.load(found)
    part, review = select(graph, _wanted(found, include_unreviewed))
    if folder and output:
        files = folder.files(part)
        write_folder(output, files, force=force)
        note(f"wrote {output} ({len(files)} files)")
    else:
        emit(exporter(format).write(part, look), output, force=force)
    note(f"{format}: {review}. Dropped by the format: {chosen.drops}.")


def _wanted(found: Project | Path, include_unreviewed: bool | None) -> bool:
    if include_unreviewed is None:
        return isinstance(found, Project) and found.settings.include_unreviewed
    return include_unreviewed


def _bulk(
    source: Path | None,
    file: Path | None,
    format: str,
    output: Path | None,
    engine: str,
    master: str,
    memory: str,
    include_unreviewed: bool | None,
    force: bool,
) -> None:
    """Write a format for large graphs, from a file that is not loaded or from a loaded graph."""
    found = file or find(source)
    with Reading() as progress:
        done = large.export(
            file or kg.load(found),
            format,
            sys.stdout.buffer if output is None or str(output) == "-" else output,
            include_unreviewed=_wanted(found, include_unreviewed),
            engine=engine,
            memory=memory,
            master=master,
            force=force,
            progress=progress,
        )
    if output is not None and str(output) != "-":
        note(f"wrote {output}")
    if file:
        note(f"{file.name} was exported as it stands: nothing was derived from it")
        if done.review.shown < done.review.statements:
            note("statements are left out, and with them all that was derived in the file")
    note(f"{format}: {done.review}. Dropped by the format: {done.drops}.")
