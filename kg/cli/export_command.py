"""``kg export``."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli.common import (
    force_option,
    is_file,
    master_option,
    memory_option,
    note,
    source_argument,
    stdout,
    unreviewed_option,
)
from kg.cli.progress import Reading
from kg.exporters import EXPORTERS, FOLDERS
from kg.scale.export import BULK
from kg.scale.export.write import ENGINES

_DROPS = {
    **{n: (e.summary, e.drops) for n, e in EXPORTERS.items()},
    **{n: (e.summary, e.drops) for n, e in FOLDERS.items()},
    **{n: (b.summary, b.drops) for n, b in BULK.items() if n not in EXPORTERS},
}
_FORMATS = "\b\n" + "\n".join(
    f"  {name:<11} {summary}\n{'':<14}drops: {drops}" for name, (summary, drops) in _DROPS.items()
)
_LARGE = (
    "\b\nThe engines duckdb and spark write a graph file without loading it: nothing is\n"
    f"derived from it. Their formats (extra 'scale'):\n  {', '.join(BULK)}"
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
    help="File to write (for site, csv, parquet and --engine spark: folder); default and -: "
    "stdout.",
)
@click.option("--width-mm", type=float, metavar="MM", help="Width of a picture in millimetres.")
@click.option("--font-size", type=float, metavar="PT", help="Size of a picture's labels in points.")
@click.option("--greyscale", is_flag=True, help="Draw a picture in greys.")
@memory_option
@click.option(
    "--engine",
    type=click.Choice(["auto", *ENGINES]),
    default="auto",
    show_default=True,
    help="'auto' loads the source. 'duckdb' (extra 'scale') and 'spark' (extra 'spark') export a "
    "graph file without loading it; 'spark' writes a folder of parts, each a document of its own.",
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

    SOURCE is a project folder or a graph file; without it the nearest project upward. Only
    approved statements are exported unless you or kg.toml say otherwise.
    """
    written = is_file(output)
    with Reading() as progress, stdout() as stream:
        done = kg.export_file(
            source,
            format,
            output if is_file(output) else stream,
            include_unreviewed=include_unreviewed,
            look=kg.Look(width_mm, font_size, greyscale),
            engine=kg.Engine(engine, memory, master),
            force=force,
            progress=progress,
        )
    if written:
        note(f"wrote {output}" + (f" ({done.files} files)" if done.files > 1 else ""))
    if done.note:
        note(done.note)
    note(f"{format}: {done.review}. Dropped by the format: {done.drops}.")
