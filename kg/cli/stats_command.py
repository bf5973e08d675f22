"""``kg stats``."""

from __future__ import annotations

import json
from pathlib import Path

import click

import kg
from kg.cli.common import source_argument
from kg.evidence.counts import VALENCES, Section, Tally, overview, tallies
from kg.review import select

_PRACTICES = "Findings by intervention"


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
    sections, practices = overview(graph), tallies(graph)
    if format == "json":
        counts: dict[str, object] = {section.title: dict(section.rows) for section in sections}
        if practices:
            counts[_PRACTICES] = {
                tally.practice: {
                    **dict(zip(VALENCES, tally.counts, strict=True)),
                    "claimed": tally.claims,
                }
                for tally in practices
            }
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    click.echo(graph.label(graph.root()))
    click.echo(f"{select(graph, include_unreviewed=True)[1]}\n{graph.digest()}")
    for section in sections:
        click.echo(_text(section))
    if practices:
        click.echo(_table(practices))


def _text(section: Section) -> str:
    width = max(len(name) for name, _ in section.rows)
    rows = "\n".join(f"  {name:<{width}}  {count:>5}" for name, count in section.rows)
    return f"\n{click.style(section.title, bold=True)}\n{rows}"


def _table(practices: tuple[Tally, ...]) -> str:
    """Return the findings of each practice by valence, and its claims, within 80 columns."""
    lines = [f"\n{click.style(_PRACTICES, bold=True)}"]
    for tally in practices:
        counts = [f"{n} {name}" for name, n in zip(VALENCES, tally.counts, strict=True) if n]
        if tally.claims:
            counts.append(f"{tally.claims} claimed")
        lines += [f"  {tally.practice}", f"    {', '.join(counts)}"]
    lines.append("  'claimed' is what an article says of other work, and no evidence.")
    lines.append("  Counts do not weigh evidence.")
    return "\n".join(lines)
