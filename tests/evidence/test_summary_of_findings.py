"""Tables of findings: what is in them, what stays out, and that nothing is worked out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.evidence.grade import favoured_by_higher
from kg.evidence.summary_of_findings import Row, Summary

Project = Callable[..., Path]
RECORDS = """
- id: intervention/a
  prefLabel: programme A
- id: practice-group/none-or-usual
  prefLabel: no treatment or usual care
  combination: anyOf
  member: [noTreatment, usualCare]
- id: outcome/calm
  prefLabel: calm
  desirability: desirable
- id: population/p
- id: source/s
- id: finding/whole
  identifier: W
  intervention: intervention/a
  comparator: practice-group/none-or-usual
  outcome: outcome/calm
  population: population/p
  contrast: betweenGroup
  effectDirection: increase
  studies: 2
  participants: 166
  participantUnit: dyads
  estimate: {estimateType: OR, value: 3.10, ciLower: 1.39, ciUpper: 6.67}
  absoluteEffect: {riskWithComparator: 341, riskWithIntervention: 612, per: 1000}
  certainty:
    rating: low
    ratingSystem: GRADE
    certaintyOrigin: source
    domainRating:
      - {certaintyDomain: imprecision, judgement: verySerious, footnote: two small studies}
      - {certaintyDomain: riskOfBias, judgement: notSerious}
- id: finding/part
  identifier: P
  subgroup: girls
  intervention: intervention/a
  comparator: practice-group/none-or-usual
  outcome: outcome/calm
  contrast: betweenGroup
  effectDirection: increase
- id: finding/before-after
  intervention: intervention/a
  comparator: noComparator
  outcome: outcome/calm
  contrast: withinGroup
- id: finding/unnamed
  intervention: intervention/a
  outcome: outcome/calm
  contrast: notStated
- id: claim/c
  type: Claim
  intervention: intervention/a
  comparator: usualCare
  outcome: outcome/calm
  contrast: betweenGroup
"""


@pytest.fixture
def graph(project: Project) -> kg.Graph:
    return kg.load(project(RECORDS))


@pytest.fixture
def table(graph: kg.Graph) -> Summary:
    (found,) = kg.summary_of_findings(graph)
    return found


@pytest.fixture
def row(table: Summary) -> Row:
    return table.rows[0]


def test_only_findings_that_compare_are_in_tables(table: Summary) -> None:
    assert [r.identifier for r in table.rows] == ["W", "P"]


def test_a_table_says_what_is_compared(table: Summary) -> None:
    assert table.title() == "programme A compared with no treatment or usual care"


@pytest.mark.parametrize("comparator", ["practice-group/none-or-usual", "usualCare"])
def test_a_group_is_found_by_itself_and_by_its_members(graph: kg.Graph, comparator: str) -> None:
    (found,) = kg.summary_of_findings(graph, "intervention/a", comparator)
    assert found.comparator_label == "no treatment or usual care"


def test_what_nothing_compares_has_no_table(graph: kg.Graph) -> None:
    assert kg.summary_of_findings(graph, "intervention/a", "waitList") == ()


def test_numbers_keep_their_digits(row: Row) -> None:
    assert row.relative() == ("OR 3.10 [1.39, 6.67]",)


def test_both_risks_have_their_denominator(row: Row) -> None:
    assert (row.risk("comparator"), row.risk("intervention")) == ("341 per 1,000", "612 per 1,000")


def test_a_certainty_comes_with_the_reasons_that_changed_it(row: Row) -> None:
    assert row.certainty() == "low (GRADE), imprecision very serious"


def test_a_profile_holds_judgements_that_changed_nothing(row: Row) -> None:
    assert row.cells()["riskOfBias"] == "not serious"


def test_a_domain_that_no_source_judged_is_empty(row: Row) -> None:
    assert row.cells()["inconsistency"] == ""


def test_the_reason_of_a_rater_is_a_footnote(row: Row) -> None:
    assert row.footnotes == ("two small studies",)


def test_a_risk_that_is_not_printed_is_not_worked_out(table: Summary) -> None:
    assert table.rows[1].risk("intervention") == ""


def test_a_side_that_no_source_shows_is_not_shown(row: Row) -> None:
    assert row.favoured() == ("",)


@pytest.mark.parametrize(
    ("means", "desirability", "side"),
    [
        ("moreOutcome", "desirable", "intervention"),
        ("lessOutcome", "desirable", "comparator"),
        ("moreOutcome", "undesirable", "comparator"),
        ("lessOutcome", "undesirable", "intervention"),
        ("notStated", "desirable", ""),
        ("moreOutcome", "depends", ""),
    ],
)
def test_the_favoured_side_follows_from_sign_and_desirability(
    means: str, desirability: str, side: str
) -> None:
    assert favoured_by_higher(means, desirability) == side


def test_a_table_is_plain_data(table: Summary) -> None:
    assert json.loads(json.dumps(table.data()))["rows"][0]["absolutes"][0]["per"] == "1000"
