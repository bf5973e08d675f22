"""Counts: findings and claims apart, the same for the library, the command line and the pages."""

from __future__ import annotations

import json
import subprocess
import sys

import kg
from kg.counts import VALENCES, overview, tallies
from kg.evidence.findings import Findings
from kg.evidence.index import Index

PROGRAM = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"


def test_a_practice_has_its_claims_apart(dataset: kg.Graph) -> None:
    found = {t.practice: t for t in tallies(dataset)}
    assert found["intervention/pcit-t"].claims == 5  # S51, S54 to S57
    assert list(found) == sorted(found)


def test_valences_add_up_to_the_findings(dataset: kg.Graph) -> None:
    sections = {s.title: dict(s.rows) for s in overview(dataset)}
    findings = Findings(Index(dataset))
    assert sum(sections["Findings by valence"].values()) == len(findings.all)
    assert len(findings.all) == len(dataset.instances("Finding"))
    assert len(findings.claims) == len(dataset.instances("Claim"))


def test_kg_stats_shows_the_counts(dataset: kg.Graph) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", PROGRAM, "stats", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    steep = {t.practice: t for t in tallies(dataset)}["intervention/steep"]
    counts = json.loads(shown)["Findings by intervention"]["intervention/steep"]
    assert counts == {**dict(zip(VALENCES, steep.counts, strict=True)), "claimed": steep.claims}
