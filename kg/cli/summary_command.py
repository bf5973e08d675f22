"""``kg summary``."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
from pyoxigraph import NamedNode

import kg
from kg.cells import safe
from kg.cli.common import PATH, demo_option, emit, force_option
from kg.errors import UsageError, did_you_mean
from kg.evidence.grade import COMPARATOR, INTERVENTION, LOWERING, RAISING
from kg.evidence.summary_of_findings import Row, Summary
from kg.xmltext import visible

_WIDTH = 80
_NAMES = {
    "riskOfBias": "risk of bias",
    "publicationBias": "publication bias",
}


@click.command("summary")
@click.argument("intervention", default="")
@click.option(
    "--comparator",
    default="",
    metavar="ID",
    help="Only against this practice or control condition (usualCare), or a group that has it.",
)
@click.option("--profile", is_flag=True, help="Add the judgement on each GRADE domain.")
@click.option(
    "--on",
    "source",
    type=PATH,
    help="Project folder or graph file to look in; default: the nearest project upward.",
)
@demo_option("source")
@click.option(
    "--format",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="Output format; json and csv include the domains always.",
)
@click.option("-o", "--output", type=PATH, help="File for the tables; - is stdout.")
@force_option
def command(
    intervention: str,
    comparator: str,
    profile: bool,
    source: Path | None,
    format: str,
    output: Path | None,
    force: bool,
) -> None:
    """Print summary of findings tables: outcome by outcome, effect, certainty, what happens.

    INTERVENTION is an id such as intervention/video-feedback; without it all are shown. There is
    a table for each comparator, with findings reviewed or not. Numbers are those of the sources.
    """
    graph = kg.load(source)
    found = kg.summary_of_findings(graph, intervention, comparator)
    if not found:
        pair = " with ".join(filter(None, (intervention or "anything", comparator)))
        known = {graph.short(NamedNode(s.intervention)) for s in kg.summary_of_findings(graph)}
        raise UsageError(
            f"no finding compares {pair}",
            hint=did_you_mean(intervention, known)
            or "'kg summary' shows every pair that is compared",
        )
    if format == "json":
        text = json.dumps([s.data() for s in found], ensure_ascii=False, indent=2) + "\n"
    elif format == "csv":
        text = _csv(found)
    else:
        text = visible("\n".join(line for s in found for line in _text(s, profile)) + "\n")
    emit(text.encode(), output, force=force, inputs=[source])


def _csv(found: tuple[Summary, ...]) -> str:
    """Return the rows as CSV, formulas made harmless (:mod:`kg.cells`)."""
    rows = [row for s in found for row in s.table()]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows({key: safe(str(cell)) for key, cell in row.items()} for row in rows)
    return out.getvalue()


def _text(summary: Summary, profile: bool) -> Iterator[str]:
    yield from textwrap.wrap(summary.title().upper(), _WIDTH)
    for row in summary.rows:
        yield ""
        yield from _row(row, profile)
    yield ""


def _row(row: Row, profile: bool) -> Iterator[str]:
    about = ", ".join(part for part in (row.outcome_label, row.subgroup, row.follow_up) if part)
    yield from textwrap.wrap(f"{about} [{row.identifier}, {row.status}]", _WIDTH)
    size = [f"{row.participants} {row.participant_unit}".strip() if row.participants else ""]
    size.append(f"{row.studies} {'study' if row.studies == '1' else 'studies'}" * bool(row.studies))
    facts = {
        "size": ", ".join(filter(None, size)) or "not given",
        "design": row.designs or "not given",
        "risk without": row.risk(COMPARATOR) or "not given",
        "risk with": row.risk(INTERVENTION) or "not given",
        "effect": "; ".join(row.relative()) or "not given",
        "certainty": row.certainty(),
    }
    if profile:
        facts |= {_NAMES.get(d, d): row.judged(d) or "not given" for d in LOWERING}
        facts["raised by"] = row.judged(*RAISING) or "not given"
    facts["what happens"] = row.words.get("clinician", "no wording in this graph")
    for name, value in facts.items():
        yield from textwrap.wrap(
            f"  {name:<17}{value}", _WIDTH, subsequent_indent=" " * 19, break_on_hyphens=False
        )
