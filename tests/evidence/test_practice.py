"""What is known of a practice, outcome by outcome: findings and claims apart, nothing pooled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import kg
from kg.evidence.findings import SIDES
from kg.evidence.gaps import GAPS
from kg.evidence.practice import Evidence, OutcomeEvidence, evidence

Write = Callable[..., Path]


def on(graph: kg.Graph, practice: str) -> Evidence:
    return evidence(graph, graph.node(practice).value)


def outcome(found: Evidence, name: str) -> OutcomeEvidence:
    (one,) = (o for o in found.outcomes if found.index.short(o.outcome) == f"outcome/{name}")
    return one


def sides(found: Evidence, one: OutcomeEvidence) -> dict[str, list[str]]:
    short = found.index.short
    by_side = {s: [short(f.iri) for f in one.findings if f.side == s] for s in SIDES.values()}
    by_side["claimed"] = [short(f.iri) for f in one.claims]
    return {side: names for side, names in by_side.items() if names}


def test_findings_on_pcit_and_its_phases_by_outcome(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit")
    security = outcome(found, "secure-attachment")
    # Changes within one group, also those of the phase CDI (F11, F12).
    assert sides(found, security) == {
        "insufficient": ["finding/f12-1"],
        "unknown": [f"finding/f{n}" for n in ("11-1", "11-2", "12-2")],
        "claimed": ["statement/s41-extra-1", "statement/s51-b"],
    }
    assert security.gaps == ("within", "unrated")


def test_a_claim_is_no_finding(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit-t")
    for name, statement in (("secure-attachment", "s51"), ("attachment-quality", "s57")):
        one = outcome(found, name)
        assert sides(found, one) == {"claimed": [f"statement/{statement}"]}
        assert one.gaps == ("claimed",)
    availability = outcome(found, "emotional-availability")  # F09.2 is on its first phase
    assert sides(found, availability) == {
        "favours": ["finding/f09-2"],
        "claimed": ["statement/s55"],
    }
    assert availability.gaps == ("single", "unrated")


def test_a_claim_says_what_is_known_of_its_source(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit-t")
    (claim,) = outcome(found, "attachment-quality").claims  # S57: its source was never found
    assert claim.doubts == ("source not found",)


def test_certainty_keeps_all_ratings(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/video-feedback")
    (finding,) = outcome(found, "parental-sensitivity").findings
    assert finding.certainty == "high (GRADE) / moderate (GRADE)"  # X6: both, none preferred


def test_what_is_insufficient_or_mixed_keeps_its_own_side(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/video-feedback")
    behaviour, quality = outcome(found, "child-behaviour"), outcome(found, "attachment-quality")
    assert sides(found, behaviour) == {"insufficient": ["finding/f05-4"]}
    assert sides(found, quality) == {"mixed": ["finding/f05-3"]}


def test_one_study_under_two_papers_is_one(dataset: kg.Graph) -> None:
    cpp, tpp = on(dataset, "intervention/cpp"), on(dataset, "intervention/tpp")
    assert "single" in outcome(cpp, "secure-attachment").gaps
    assert "single" not in outcome(tpp, "secure-attachment").gaps


def test_an_aim_without_a_finding_is_a_gap(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit")
    relationship = outcome(found, "parent-child-relationship")  # S45: an aim, and nothing on it
    assert relationship.findings == ()
    assert relationship.gaps == ("aim",)


def test_an_effect_against_the_intervention(project: Write) -> None:
    records = """
- id: outcome/trust
  desirability: desirable
- id: intervention/a
- id: finding/worse
  intervention: intervention/a
  outcome: outcome/trust
  effectDirection: decrease
  contrast: betweenGroup
"""
    found = on(kg.load(project(records)), "intervention/a")
    assert sides(found, outcome(found, "trust")) == {"against": ["finding/worse"]}


def test_a_comparison_that_is_not_stated_favours_nobody(project: Write) -> None:
    records = """
- id: outcome/trust
  desirability: desirable
- id: intervention/a
- id: finding/better
  intervention: intervention/a
  outcome: outcome/trust
  effectDirection: increase
  contrast: notStated
"""
    found = on(kg.load(project(records)), "intervention/a")
    assert sides(found, outcome(found, "trust")) == {"unknown": ["finding/better"]}


def test_a_practice_without_findings(dataset: kg.Graph) -> None:
    assert on(dataset, "intervention/adult-relationship-advice").outcomes == ()


def test_every_gap_is_found_somewhere(dataset: kg.Graph) -> None:
    found = {
        gap
        for practice in dataset.instances("Practice")
        for one in evidence(dataset, practice.value).outcomes
        for gap in one.gaps
    }
    assert found == set(GAPS)
