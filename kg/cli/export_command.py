"""``kg export``."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.api import find
from kg.cli.common import emit, force_option, note, source_argument, unreviewed_option
from kg.exporters import EXPORTERS, exporter
from kg.project import Project
from kg.select import select

_FORMATS = "\b\n" + "\n".join(
    f"  {name:<9} {e.summary}\n{'':<12}drops: {e.drops}" for name, e in EXPORTERS.items()
)


@click.command("export", epilog="\b\nFormats:\n" + _FORMATS.removeprefix("\b\n"))
@click.argument("format", metavar="FORMAT")
@source_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write; - or nothing is stdout."
)
@unreviewed_option
@force_option
def command(
    format: str,
    source: Path | None,
    output: Path | None,
    include_unreviewed: bool | None,
    force: bool,
) -> None:
    """Write a graph in another format.

    SOURCE is a project folder or a graph file; without it the nearest project upward, else the
    bundled dataset. Only approved statements leave unless you or kg.toml say otherwise.
    """
    chosen = exporter(format)
    found = find(source)
    graph = kg.load(found)
    if include_unreviewed is None:
        include_unreviewed = isinstance(found, Project) and found.settings.include_unreviewed
    part, review = select(graph, include_unreviewed)
    data = chosen.write(part)
    emit(data, output, force=force)
    note(f"{format}: {review}. Dropped by the format: {chosen.drops}.")
