"""``kg validate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import kg
from kg.cli.common import emit, note
from kg.cli.progress import Reading
from kg.validate import ENGINES, FORMATS, to_text


@click.command("validate")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    help="SHACL file to check against, instead of kg's own; may be repeated.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="auto",
    show_default=True,
    help="'pyshacl' is the reference engine; 'duckdb' (extra 'scale') is for large graphs, 'spark' "
    "(extra 'spark') for those that outgrow a machine; 'auto' takes the fastest one of this "
    "machine. All give the same results.",
)
@click.option(
    "--memory",
    default="",
    metavar="AMOUNT",
    help="Memory for a large graph file, such as 700MB; the rest goes to disk.",
)
@click.option(
    "--master",
    default="",
    metavar="URL",
    help="Where the engine 'spark' checks a large graph file: spark://host:7077, or local[2] for "
    "two cores of this machine; without it all of them.",
)
@click.option(
    "--copy",
    "copies",
    envvar="KG_VALIDATE_COPY",
    multiple=True,
    metavar="ID=FILE",
    help="Check the quotes of a document against your own copy of its text; may be repeated.",
)
@click.option(
    "--max",
    "limit",
    envvar="KG_VALIDATE_MAX",
    type=click.IntRange(min=0),
    default=to_text.SHOWN,
    show_default=True,
    help="Results to write out in a text report; 0 for all.",
)
@click.option("--infos", is_flag=True, help="Write out infos too.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File for the report; - is stdout."
)
def command(
    sources: tuple[Path, ...],
    shapes: tuple[Path, ...],
    format: str,
    engine: str,
    memory: str,
    master: str,
    copies: tuple[str, ...],
    limit: int,
    infos: bool,
    output: Path | None,
) -> None:
    """Check projects or graph files against their rules.

    SOURCES are project folders or graph files; without any, the nearest project upward, else the
    bundled dataset. The exit code is 1 when there is a violation. 'kg explain CODE' tells more
    about a rule.
    """
    texts = dict(_pair(copy) for copy in copies)
    worst = 0
    for source in sources or (None,):
        if len(sources) > 1:
            click.echo(f"{source}:", err=True)
        with Reading() as progress:
            report = kg.validate(
                source,
                shapes=shapes,
                engine=engine,
                copies=texts,
                memory=memory,
                master=master,
                progress=progress,
            )
        text = to_text.write(report, limit, infos) if format == "text" else FORMATS[format](report)
        emit(text.encode(), output)
        if report.note:
            note(report.note)
        worst = max(worst, 0 if report.conforms else 1)
    sys.exit(worst)


def _pair(text: str) -> tuple[str, str]:
    name, sign, file = text.partition("=")
    if not sign:
        raise click.BadParameter(f"'{text}' is not ID=FILE", param_hint="--copy")
    return name, file
