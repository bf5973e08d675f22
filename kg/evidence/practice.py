"""What is known of one practice, outcome by outcome: findings, claims, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from kg.evidence.findings import SIDES, Finding, findings_of
from kg.evidence.gaps import GAPS, Gaps
from kg.evidence.index import Index, natural
from kg.graph import Graph


@dataclass(frozen=True, slots=True)
class OutcomeEvidence:
    """All findings and claims on one outcome, and what is missing (keys of ``GAPS``)."""

    outcome: str
    findings: tuple[Finding, ...]
    claims: tuple[Finding, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a practice and its parts, by outcome; variants are not taken in."""

    practice: str
    index: Index
    outcomes: tuple[OutcomeEvidence, ...]


def evidence(graph: Graph, practice: str) -> Evidence:
    """Return what is found, claimed and missing for an intervention or a part of one.

    :param graph: a graph with its derived statements, as :func:`kg.load` gives it.
    :param practice: the IRI of the intervention, component or technique.
    :return: outcomes by id, those with findings first; a practice without any has no outcomes.
    """
    findings = findings_of(graph)
    index = findings.index
    missing = Gaps.of(findings)
    parts = [practice, *index.nodes(practice, "hasComponent")]
    found: dict[str, dict[str, Finding]] = {}
    gaps: dict[str, set[str]] = {}
    for part in parts:
        for finding in (
            *findings.of(part, "intervention"),
            *findings.claims_of(part, "intervention"),
        ):
            for outcome in finding.outcomes:
                found.setdefault(outcome, {})[finding.iri] = finding
                gaps.setdefault(outcome, set()).update(missing.kinds((part, outcome)))
    for outcome, some in found.items():
        kinds = gaps[outcome]
        research = [f for f in some.values() if not f.is_claim]
        # What holds for one part need not hold for the practice with all its parts.
        if research:
            kinds.discard("claimed")
        if any(f.contrast == "betweenGroup" for f in research):
            kinds.discard("within")
        studies = {missing.single.get((p, outcome)) for p in parts if _any(research, p)}
        if len(studies) != 1:
            kinds.discard("single")
    for part in parts:
        for aim in index.nodes(part, "aimsAt"):
            if aim not in found:
                gaps.setdefault(aim, set()).add("aim")
    ordered = sorted({*found, *gaps}, key=lambda o: (o not in found, o))
    return Evidence(
        practice,
        index,
        tuple(
            OutcomeEvidence(
                outcome,
                tuple(f for f in _sorted(found.get(outcome, {})) if not f.is_claim),
                tuple(f for f in _sorted(found.get(outcome, {})) if f.is_claim),
                tuple(kind for kind in GAPS if kind in gaps.get(outcome, set())),
            )
            for outcome in ordered
        ),
    )


def _any(findings: list[Finding], practice: str) -> bool:
    return any(practice in f.interventions for f in findings)


def _sorted(found: dict[str, Finding]) -> list[Finding]:
    sides = list(SIDES.values())
    return sorted(found.values(), key=lambda f: (sides.index(f.side), natural(f.iri)))
