"""What supports, disputes and is missing, as text: the part of ``kg explain`` on practices."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kg.evidence.summary import GAPS, SIDES, Evidence, Item, OutcomeEvidence


def lines(evidence: Evidence) -> Iterator[str]:
    """Yield the evidence on a practice, outcome by outcome, one line a finding."""
    if not evidence.outcomes:
        return
    yield from ("", click.style("Evidence by outcome", bold=True))
    yield "  Nothing is pooled: each line is one finding, and findings of one study stand apart."
    for outcome in evidence.outcomes:
        yield from _outcome(outcome)


def _outcome(outcome: OutcomeEvidence) -> Iterator[str]:
    yield f"  {outcome.outcome} ({outcome.label})"
    for side in SIDES:
        for item in outcome.side(side):
            yield f"    {side:<13} {item.finding}: {'; '.join(_facts(item))}"
    for gap in outcome.gaps:
        yield f"    {'missing':<13} {GAPS[gap]}"


def _facts(item: Item) -> Iterator[str]:
    yield f"certainty {item.certainty}" if item.certainty != "not rated" else "not rated"
    if item.designs:
        yield ", ".join(item.designs)
    if item.participants:
        yield item.participants
    if item.follow_up:
        yield f"follow-up {item.follow_up}"
    yield from item.sources
    if item.status != "approved":
        yield f"[{item.status}]"
