"""``kg stats``."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg import jsontext
from kg.cli.common import emit, say, source_argument, text_or_json_option
from kg.counts import PRACTICES, VALENCES, Section, Tally


@click.command("stats")
@source_argument
@text_or_json_option
def command(source: Path | None, format: str) -> None:
    """Count what a graph says, and how much of it is reviewed.

    SOURCE is a project folder or a graph file; without it the nearest project upward.
    Everything is counted, reviewed or not.
    """
    stats = kg.stats(kg.load(source))
    if format == "json":
        emit(f"{jsontext.text(stats.as_dict())}\n".encode(), None)
        return
    say(f"{stats.title}\n{stats.review}\n{stats.digest}")
    for section in stats.sections:
        say(_text(section))
    if stats.practices:
        say(_table(stats.practices))


def _text(section: Section) -> str:
    width = max(len(name) for name, _ in section.rows)
    rows = "\n".join(f"  {name:<{width}}  {count:>5}" for name, count in section.rows)
    return f"\n{click.style(section.title, bold=True)}\n{rows}"


def _table(practices: tuple[Tally, ...]) -> str:
    """Return the findings of each practice by valence, and its claims, within 80 columns."""
    lines = [f"\n{click.style(PRACTICES, bold=True)}"]
    for tally in practices:
        counts = [f"{n} {name}" for name, n in zip(VALENCES, tally.counts, strict=True) if n]
        if tally.claims:
            counts.append(f"{tally.claims} claimed")
        lines += [f"  {tally.practice}", f"    {', '.join(counts)}"]
    lines.append("  'claimed' counts what an article reports about other work; it is not evidence.")
    lines.append("  Findings are counted, not studies: one study or review can have several.")
    lines.append("  Counts do not weigh evidence.")
    return "\n".join(lines)
