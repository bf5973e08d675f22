"""``kg export``."""

from __future__ import annotations

import textwrap
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import click

import kg
from kg import exporting
from kg.cli.common import (
    PATH,
    base_option,
    force_option,
    is_file,
    master_option,
    memory_option,
    note,
    say,
    source_argument,
    stdout,
    unreviewed_option,
)
from kg.cli.progress import Reading
from kg.contract import Kind
from kg.exporting import BY_GROUP, FORMATS
from kg.jsonld.framing import FRAMES
from kg.scale.export import ENGINES, STORED, BulkFormat

_COLUMN = 23
_WIDTH = 78


def _listed(name: str, summary: str) -> str:
    """Return a format as the help lists it, in lines that fit a terminal of 80 columns."""
    head = f"  {name:<{_COLUMN - 3}} "
    return textwrap.fill(summary, _WIDTH, initial_indent=head, subsequent_indent=" " * _COLUMN)


def _indented(text: str) -> str:
    """Return a paragraph of the help in lines that fit a terminal of 80 columns."""
    return textwrap.fill(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def _whole() -> dict[str, list[str]]:
    """Return why formats need a loaded graph → their names."""
    found: dict[str, list[str]] = {}
    for name, known in FORMATS.items():
        if not isinstance(known, BulkFormat) and known.whole:
            found.setdefault(known.whole, []).append(name)
    return found


_FORMATS = "Formats, by what they are for (--loss prints what each keeps).\n\n" + "\n\n".join(
    "\n".join(["\b", f"{group}:", *(_listed(*item) for item in names.items())])
    for group, names in BY_GROUP.items()
)
_LARGE = (
    "\b\nThe engines duckdb and spark write a graph file without loading it: nothing is\n"
    "derived from it. They load one below 50 MB if statements are left out.\n"
    "Their formats (extra 'scale'):\n\n\b\n"
    + _indented(", ".join(STORED))
    + "\n\n\b\nThe others need a loaded graph:\n"
    + "\n".join(_indented(f"{', '.join(names)}: {why}") for why, names in _whole().items())
)


def _format(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Require a format wherever something is to be exported."""
    if value is None and not context.params.get("loss"):
        raise click.MissingParameter(ctx=context, param=parameter)
    return value


@click.command(
    "export",
    epilog=f"{_FORMATS}\n\n{_LARGE}",
)
@click.argument("format", metavar="FORMAT", callback=_format, required=False)
@source_argument
@click.option(
    "-o",
    "--output",
    type=PATH,
    help="File to write (for site, csv, parquet and --engine spark: folder); default and -: "
    "stdout.",
)
@click.option("--width-mm", type=float, metavar="MM", help="Width of a picture in millimetres.")
@click.option("--font-size", type=float, metavar="PT", help="Size of a picture's labels in points.")
@click.option("--greyscale", is_flag=True, help="Draw a picture in greys.")
@click.option(
    "--focus", default="", metavar="ID", help="Draw an entity and its neighbours (svg, png)."
)
@click.option(
    "--depth", type=int, default=2, show_default=True, help="Steps from the entity, for --focus."
)
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Export an entity with all that it needs, and the caveats; repeatable.",
)
@click.option(
    "--merge-derived",
    is_flag=True,
    help="Put derived statements into the default graph, for stores that query it alone.",
)
@click.option(
    "--with-ontology",
    is_flag=True,
    help="Add the ontology as a named graph, with the labels of all values.",
)
@click.option("--split", is_flag=True, help="Write a folder: a document for each entity (jsonld).")
@click.option(
    "--frame",
    type=click.Choice(list(FRAMES)),
    help="Write the entities of one class, each with its parts and the names of the entities it "
    "refers to (jsonld).",
)
@click.option(
    "--context",
    default="",
    metavar="URL",
    help="Refer to the context at this address, which is not fetched (jsonld).",
)
@click.option(
    "--loss",
    is_flag=True,
    is_eager=True,
    help="Print what FORMAT changes and drops, or an overview of all formats, and export nothing.",
)
@base_option
@memory_option
@click.option(
    "--engine",
    type=click.Choice(["auto", *ENGINES]),
    default="auto",
    show_default=True,
    help="'auto' loads the source. 'duckdb' (extra 'scale') and 'spark' (extra 'spark') export a "
    "graph file without loading it; 'spark' writes a folder of parts, each a complete document.",
)
@master_option
@unreviewed_option
@force_option
def command(
    format: str | None,
    source: Path | None,
    output: Path | None,
    width_mm: float | None,
    font_size: float | None,
    greyscale: bool,
    focus: str,
    depth: int,
    only: tuple[str, ...],
    merge_derived: bool,
    with_ontology: bool,
    split: bool,
    frame: str | None,
    context: str,
    loss: bool,
    base: str,
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
    if loss or format is None:
        _loss(format, source, frame or "")
        return
    written = is_file(output)
    with Reading() as progress, nullcontext(output) if is_file(output) else stdout() as target:
        done = kg.export_file(
            source,
            format,
            target,
            include_unreviewed=include_unreviewed,
            look=kg.Look(width_mm, font_size, greyscale, focus, depth),
            only=only,
            merge_derived=merge_derived,
            with_ontology=with_ontology,
            base=base,
            form=kg.Form(frame or "", context),
            split=split,
            engine=kg.Engine(engine, memory, master),
            force=force,
            progress=progress,
        )
    if written:
        note(f"wrote {output}" + (f" ({done.files} files)" if done.files > 1 else ""))
    if done.note:
        note(done.note)
    note(f"{format}: {done.review}. Dropped by the format: {done.drops}.")


def _loss(format: str | None, source: Path | None, frame: str) -> None:
    """Print what a format loses, or how much of a graph each format keeps."""
    ontology = kg.load(source).ontology if source else None
    if format is None:
        say(f"{'format':<21}{'classes':<17}{'properties':<17}distinctions lost or changed")
        for name in FORMATS:
            found = exporting.overview(name, ontology)
            lost = ", ".join([*found.dropped, *(f"{n} (changed)" for n in found.changed)])
            counts = f"{_count(found.classes):<17}{_count(found.properties):<17}"
            say(f"{name:<21}{counts}{lost or 'none'}")
        return
    losses = kg.losses(format, ontology, frame)
    for loss in losses:
        say(f"{loss.what:<13}{loss.name:<24}{loss.fate:<9}{loss.note}")
    if not losses:
        say(f"{format} keeps everything.")


def _count(fates: Counter[Kind]) -> str:
    """Return how many terms are kept, ``+`` those that are changed."""
    changed = f" + {fates['changed']}" if fates["changed"] else ""
    return f"{fates['kept']}{changed} of {fates.total()}"
