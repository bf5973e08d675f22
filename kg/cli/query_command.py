"""``kg query``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import kg
from kg.cli.common import emit
from kg.errors import InputError
from kg.query import FORMATS


@click.command("query")
@click.argument("file", default="-", type=click.Path(path_type=Path))
@click.option("--on", "source", type=click.Path(path_type=Path),
              help="Project folder or graph file to ask; default: the nearest project upward, "
              "else the bundled dataset.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="table",
              show_default=True, help="Form of the answer.")
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="File for the answer; - is stdout.")
def command(file: Path, source: Path | None, format_: str, output: Path | None) -> None:
    """Ask a graph in SPARQL.

    FILE holds the query; - or nothing reads it from stdin. The prefixes cekg, skos, dcterms,
    prov, rdf, rdfs and xsd need not be declared, and ids may be written as <intervention/pcit>.
    """
    if str(file) == "-":
        if sys.stdin.isatty():
            click.echo("reading the query from the keyboard; end it with Ctrl-D", err=True)
        text = sys.stdin.read()
    else:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read the query {file}: {error}") from error
    table = kg.query(kg.load(source), text)
    emit(FORMATS[format_](table).encode(), output)
    click.echo(f"{len(table.rows)} row{'' if len(table.rows) == 1 else 's'}", err=True)
