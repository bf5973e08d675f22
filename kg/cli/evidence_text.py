"""What was found, claimed and is missing, as text: the part of ``kg explain`` on practices."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import click

from kg.evidence.findings import Finding
from kg.evidence.gaps import GAPS
from kg.evidence.index import Index
from kg.evidence.practice import Evidence, OutcomeEvidence
from kg.explanations.entities import DisagreementText

_WIDTH = 80


def lines(evidence: Evidence) -> Iterator[str]:
    """Yield the evidence on a practice, outcome by outcome, one line for each finding."""
    if not evidence.outcomes:
        return
    yield from ("", click.style("Evidence by outcome", bold=True))
    yield "  Nothing is pooled: each entry is one finding. A claim is what an article"
    yield "  reports about other work; it is not evidence."
    for outcome in evidence.outcomes:
        yield from _outcome(evidence.index, outcome)


def disagreements(found: Sequence[DisagreementText]) -> Iterator[str]:
    """Yield what does not fit together about an entity, each pair with what else differs."""
    if not found:
        return
    yield from ("", click.style(f"Disagreements: {len(found)}", bold=True))
    for d in found:
        sides = f"{d.one} ({d.one_says}) / {d.other} ({d.other_says})"
        yield from textwrap.wrap(sides, _WIDTH, initial_indent="  ", subsequent_indent="    ")
        yield from textwrap.wrap(
            d.verdict,
            _WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )


def _outcome(index: Index, outcome: OutcomeEvidence) -> Iterator[str]:
    name = f"{index.short(outcome.outcome)} ({index.label(outcome.outcome)})"
    yield from textwrap.wrap(name, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    for finding in outcome.findings:
        facts = "; ".join(_facts(index, finding))
        yield from _row(finding.side, f"{index.short(finding.iri)}: {facts}")
    for claim in outcome.claims:
        said = [f"says: {claim.direction_words}", *claim.doubts, *map(index.short, claim.sources)]
        yield from _row("claimed", f"{index.short(claim.iri)}: {'; '.join(said)}{_status(claim)}")
    for gap in outcome.gaps:
        yield from _row("missing", GAPS[gap])


def _row(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"    {name:<13} ",
        subsequent_indent=" " * 20,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _facts(index: Index, finding: Finding) -> Iterator[str]:
    yield f"certainty {finding.certainty}" if finding.ratings else "not rated"
    if finding.designs:
        yield finding.designs
    if finding.counts:
        yield finding.counts
    if finding.follow_up:
        yield f"follow-up {finding.follow_up}"
    yield ", ".join(map(index.short, finding.sources)) + _status(finding)


def _status(finding: Finding) -> str:
    return "" if finding.status == "approved" else f" [{finding.status}]"
