"""``kg export``."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.api import find
from kg.cli.common import emit, force_option, note, source_argument, unreviewed_option
from kg.errors import UsageError
from kg.exporters import EXPORTERS, FOLDERS, exporter
from kg.files import write_folder
from kg.project import Project
from kg.select import select
from kg.views.look import Look

_DROPS = {
    **{n: (e.summary, e.drops) for n, e in EXPORTERS.items()},
    **{n: (e.summary, e.drops) for n, e in FOLDERS.items()},
}
_FORMATS = "\b\n" + "\n".join(
    f"  {name:<9} {summary}\n{'':<12}drops: {drops}" for name, (summary, drops) in _DROPS.items()
)


@click.command("export", epilog="\b\nFormats:\n" + _FORMATS.removeprefix("\b\n"))
@click.argument("format", metavar="FORMAT")
@source_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write (for site: folder); - or nothing is stdout.",
)
@click.option("--width-mm", type=float, metavar="MM", help="Width of a picture in millimetres.")
@click.option("--font-size", type=float, metavar="PT", help="Size of a picture's labels in points.")
@click.option("--greyscale", is_flag=True, help="Draw a picture in greys.")
@unreviewed_option
@force_option
def command(
    format: str,
    source: Path | None,
    output: Path | None,
    width_mm: float | None,
    font_size: float | None,
    greyscale: bool,
    include_unreviewed: bool | None,
    force: bool,
) -> None:
    """Write a graph in another format.

    SOURCE is a project folder or a graph file; without it the nearest project upward, else the
    bundled dataset. Only approved statements leave unless you or kg.toml say otherwise.
    """
    look = Look(width_mm, font_size, greyscale)
    folder = FOLDERS.get(format)
    chosen = folder or exporter(format)
    if folder and (output is None or str(output) == "-"):
        raise UsageError(f"{format} is a folder of files", hint=f"kg export {format} -o FOLDER")
    found = find(source)
    graph = kg.load(found)
    if include_unreviewed is None:
        include_unreviewed = isinstance(found, Project) and found.settings.include_unreviewed
    part, review = select(graph, include_unreviewed)
    if folder and output:
        files = folder.files(part)
        write_folder(output, files, force=force)
        note(f"wrote {output} ({len(files)} files)")
    else:
        emit(exporter(format).write(part, look), output, force=force)
    note(f"{format}: {review}. Dropped by the format: {chosen.drops}.")
