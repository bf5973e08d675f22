"""``kg validate``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import (
    PATH,
    base_option,
    demo_option,
    emit,
    force_option,
    is_file,
    master_option,
    memory_option,
    note,
)
from kg.cli.progress import Reading
from kg.outputs import only_ours
from kg.reports import FORMATS
from kg.scale.engine import Engine
from kg.validating import report_as, validate_each
from kg.validation import ENGINES

_KEPT = 1_000
"""Results of each constraint that are enough to find the most severe few among."""
_FORMATS = "\n".join(f"  {name:<9} {known.summary}" for name, known in FORMATS.items())


@click.command("validate", epilog="\b\nFormats:\n" + _FORMATS)
@click.argument("sources", nargs=-1, type=PATH)
@demo_option("sources")
@click.option(
    "--shapes",
    multiple=True,
    type=PATH,
    help="SHACL file, of any RDF syntax, to check against instead of the built-in shapes; "
    "repeatable.",
)
@base_option
@click.option(
    "--strict",
    is_flag=True,
    envvar="KG_VALIDATE_STRICT",
    help="Refuse shapes that use SHACL Advanced Features, except SPARQL targets, or unknown SHACL "
    "names, and shapes without a target. Otherwise a note names what is skipped.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Report format.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="auto",
    show_default=True,
    help="'pyshacl' is the reference engine; 'duckdb' (extra 'scale') is for large graphs, 'spark' "
    "(extra 'spark') for graphs that outgrow one machine; 'auto' takes the fastest one "
    "available. All give the same results, except that 'pyshacl' checks the forms of fewer "
    "datatypes (xsd:gYear, for example), follows recursive shapes two steps far, and fails two "
    "cases of W3C's test suite.",
)
@memory_option
@master_option
@click.option(
    "--copy",
    "copies",
    envvar="KG_VALIDATE_COPY",
    multiple=True,
    metavar="ID=FILE",
    help="Check the quotes of a document against your own copy of its text; repeatable.",
)
@click.option(
    "--max",
    "limit",
    envvar="KG_VALIDATE_MAX",
    type=click.IntRange(min=0),
    default=None,
    help="Results to write out of each source, the most severe first; 0 for all. Counts are "
    "always complete. Default: 20 for text, all for the other formats (200 of each rule for html).",
)
@click.option(
    "--infos/--no-infos",
    default=None,
    help="Include infos, or leave them out. Default: no for text, yes for the other formats.",
)
@click.option("-o", "--output", type=PATH, help="File for the report; - means stdout.")
@force_option
def command(
    sources: tuple[Path, ...],
    shapes: tuple[Path, ...],
    base: str,
    strict: bool,
    format: str,
    engine: str,
    memory: str,
    master: str,
    copies: tuple[str, ...],
    limit: int | None,
    infos: bool | None,
    output: Path | None,
    force: bool,
) -> None:
    """Check projects, files of records or graph files against their rules.

    SOURCES are project folders, files of records (data/mine.yaml), graph files, or folders with a
    graph in parts (N-Triples or N-Quads); without any, the nearest project upward. A file of
    records is checked with the whole of its project, and what is wrong with that file is reported.
    All sources make one report. The exit code is 1 when there is
    a violation, or a result of a severity that is not SHACL's own. 'kg explain CODE' explains a
    rule.
    """
    known = FORMATS[format]
    wanted = known.limit if limit is None else limit
    kept = max(_KEPT, wanted, known.each) if wanted or known.each else 0
    chosen = Engine(engine, memory, master)
    if is_file(output):
        only_ours([output], force)  # before the work, not after it
    texts = dict(_pair(copy) for copy in copies)
    with Reading() as progress:
        reports = validate_each(
            sources or (None,),
            shapes=shapes,
            engine=chosen,
            copies=texts,
            limit=kept,
            strict=strict,
            base=base,
            progress=progress,
        )
    pieces = report_as(reports, format, limit=limit, infos=infos)
    emit((piece.encode() for piece in pieces), output, force=force, inputs=sources or (None,))
    for line in dict.fromkeys(line for report in reports for line in report.note.splitlines()):
        note(line)
    raise click.exceptions.Exit(0 if all(report.passes for report in reports) else 1)


def _pair(text: str) -> tuple[str, str]:
    name, sign, file = text.partition("=")
    if not sign:
        raise click.BadParameter(f"'{text}' is not ID=FILE", param_hint="--copy")
    return name, file
