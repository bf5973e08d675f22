"""Summaries: what the evidence on a practice says, by outcome, with nothing pooled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.evidence.summary import GAPS, SIDES, VALENCES, Evidence, OutcomeEvidence, evidence, tallies

Write = Callable[..., Path]
PROGRAM = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"


def on(graph: kg.Graph, practice: str) -> Evidence:
    return evidence(graph, graph.node(practice))


def outcome(found: Evidence, name: str) -> OutcomeEvidence:
    (one,) = (o for o in found.outcomes if o.outcome == f"outcome/{name}")
    return one


def sides(found: OutcomeEvidence) -> dict[str, list[str]]:
    return {s: [i.finding for i in found.side(s)] for s in SIDES if found.side(s)}


def test_findings_on_pcit_and_its_phases_by_outcome(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit")
    security = outcome(found, "secure-attachment")
    assert sides(security) == {
        # Changes within one group, also that of the phase CDI (F11, F12)
        "unclear": [f"finding/f{n}" for n in ("11-1", "11-2", "12-1", "12-2")],
        "claimed": ["statement/s51"],
    }
    assert security.gaps == ("within", "unrated")
    assert {i.practice for i in security.items} == {"intervention/pcit", "component/cdi"}
    compliance = outcome(found, "child-compliance")
    assert sides(compliance) == {"supports": ["finding/f08-6"], "unclear": ["finding/f42-1"]}  # X8


def test_a_claim_supports_nothing(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit-t")
    for name, statement in (("secure-attachment", "s51"), ("attachment-quality", "s57")):
        one = outcome(found, name)
        assert sides(one) == {"claimed": [f"statement/{statement}"]}
        assert one.gaps == ("claimed",)
    availability = outcome(found, "emotional-availability")  # F09.2 is on its first phase
    assert sides(availability) == {"supports": ["finding/f09-2"], "claimed": ["statement/s55"]}
    assert availability.gaps == ("single", "unrated")


def test_one_finding_in_all_its_parts(dataset: kg.Graph) -> None:
    (item,) = outcome(on(dataset, "intervention/video-feedback"), "parental-sensitivity").items
    assert item.side == "supports"
    assert item.certainty == "high (GRADE) / moderate (GRADE)"  # X6: both, and no choice between
    assert (item.studies, item.participants) == ("20", "1757 dyads")
    assert item.follow_up == "post-intervention"
    assert item.designs == ("quasiExperiment", "randomisedTrial", "systematicReview")
    assert item.sources == ("source/f05-ohara-2019",)
    assert item.status == "submitted"


def test_what_is_insufficient_or_mixed_is_unclear(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/video-feedback")
    assert sides(outcome(found, "child-behaviour")) == {"unclear": ["finding/f05-4"]}
    assert sides(outcome(found, "attachment-quality")) == {"unclear": ["finding/f05-3"]}
    assert sides(outcome(found, "parental-stress")) == {"no difference": ["finding/f05-5"]}


def test_one_study_under_two_papers_is_one(dataset: kg.Graph) -> None:
    assert "single" in outcome(on(dataset, "intervention/cpp"), "secure-attachment").gaps
    assert "single" not in outcome(on(dataset, "intervention/tpp"), "secure-attachment").gaps


def test_an_aim_without_a_finding_is_a_gap(dataset: kg.Graph) -> None:
    found = on(dataset, "intervention/pcit")
    relationship = outcome(found, "parent-child-relationship")  # S45: an aim, and nothing on it
    assert relationship.items == ()
    assert relationship.gaps == ("aim",)
    assert found.outcomes[-1] == relationship


def test_an_effect_against_the_intervention_disputes(project: Write) -> None:
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
    graph = kg.load(project(records))
    found = outcome(on(graph, "intervention/a"), "trust")
    assert sides(found) == {"disputes": ["finding/worse"]}
    assert found.gaps == ("unrated",)


def test_a_practice_without_findings(dataset: kg.Graph) -> None:
    assert on(dataset, "intervention/adult-relationship-advice").outcomes == ()


def test_every_gap_is_explained(dataset: kg.Graph) -> None:
    found = {
        gap
        for practice in dataset.instances("Practice")
        for one in evidence(dataset, practice).outcomes
        for gap in one.gaps
    }
    assert found == set(GAPS)


def test_counts_by_intervention(dataset: kg.Graph) -> None:
    found = {t.practice: t for t in tallies(dataset)}
    pcit = dict(zip(VALENCES, found["intervention/pcit"].counts, strict=True))
    # F08 (6) favourable, F42 insufficient, F11.2, F12.2 and F13 within one group
    assert pcit == {
        "favourable": 6,
        "neutral": 0,
        "unfavourable": 0,
        "mixed": 0,
        "insufficient": 1,
        "unknown": 3,
    }
    assert found["intervention/pcit"].claims == 1  # S46
    assert found["intervention/pcit-t"].claims == 5  # S51, S54 to S57
    assert found["intervention/video-feedback"].counts == (2, 1, 0, 1, 1, 0)  # F05
    assert list(found) == sorted(found)


@pytest.mark.parametrize("form", ["text", "json"])
def test_kg_stats_shows_the_counts(form: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", PROGRAM, "stats", "--format", form],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if form == "json":
        counts = json.loads(shown)["Findings by intervention"]["intervention/steep"]
        assert counts == {**dict(zip(VALENCES, (2, 1, 0, 0, 1, 0), strict=True)), "claimed": 0}
    else:
        (line,) = (n for n in shown.splitlines() if n.startswith("  intervention/steep "))
        assert line.split()[1:] == ["2", "1", ".", ".", "1", ".", "."]
