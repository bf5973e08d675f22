"""``kg stats``."""

from __future__ import annotations

import json
from pathlib import Path

import click

import kg
from kg.cli.common import source_argument
from kg.select import select
from kg.summary import Section, overview


@click.command("stats")
@source_argument
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the counts.",
)
def command(source: Path | None, format: str) -> None:
    """Count what a graph says, and how much of it is reviewed.

    SOURCE is a project folder or a graph file; without it the nearest project upward, else the
    bundled dataset. Everything is counted, reviewed or not.
    """
    graph = kg.load(source)
    sections = overview(graph)
    if format == "json":
        counts = {section.title: dict(section.rows) for section in sections}
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    click.echo(graph.label(graph.root()))
    click.echo(f"{select(graph, include_unreviewed=True)[1]}\n{graph.digest()}")
    for section in sections:
        click.echo(_text(section))


def _text(section: Section) -> str:
    width = max(len(name) for name, _ in section.rows)
    rows = "\n".join(f"  {name:<{width}}  {count:>5}" for name, count in section.rows)
    return f"\n{click.style(section.title, bold=True)}\n{rows}"
