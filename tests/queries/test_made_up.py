"""Questions that find nothing in the dataset, asked of small made-up graphs in which they do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode
from test_questions import first, rows

import kg
from kg.graph import Graph
from kg.ontology import XSD
from kg.queries import run

Write = Callable[..., Path]

PRACTICES = """
- id: intervention/a
- id: intervention/b
- id: component/a-part
  type: Phase
  componentOf: intervention/a
  phaseOrder: 1
- id: technique/shared
  componentOf: [component/a-part, intervention/b]
  performedBy: caregiver
  directedAt: child
- id: technique/of-a
  componentOf: component/a-part
- id: technique/of-b
  componentOf: intervention/b
- id: technique/of-neither
- id: outcome/trust
  desirability: desirable
"""


def effect(slug: str, direction: str, comparator: str, contrast: str = "betweenGroup") -> str:
    return (
        f"- id: finding/{slug}\n  intervention: intervention/a\n  comparator: {comparator}\n"
        f"  outcome: outcome/trust\n  effectDirection: {direction}\n  contrast: {contrast}\n"
    )


def test_3_a_technique_of_both(project: Write) -> None:
    graph = kg.load(project(PRACTICES))
    found = rows(
        *(graph, "shared-techniques", "technique", "found"),
        one="intervention/a",
        other="intervention/b",
    )
    assert found == [
        ("technique/shared", "both"),
        ("technique/of-a", "only the first"),
        ("technique/of-b", "only the other"),
    ]


def test_6_a_control_condition_beside_an_active_comparator_is_left_out(project: Write) -> None:
    records = PRACTICES + effect("one", "increase", "intervention/b")
    records += effect("two", "increase", "[intervention/b, waitList]")
    records += effect("three", "decrease", "intervention/b")
    graph = kg.load(project(records))
    assert first(graph, "favoured-over-active", "finding") == ["finding/one"]
    assert first(graph, "favoured-outcomes", "finding") == ["finding/one", "finding/two"]


def test_11_opposite_findings_come_first(project: Write) -> None:
    records = PRACTICES + effect("up", "increase", "waitList")
    records += effect("down", "decrease", "waitList") + effect("same", "noDifference", "waitList")
    graph = kg.load(project(records))
    assert rows(graph, "contradictions", "kind", "finding", "other") == [
        ("opposite", "finding/up", "finding/down"),
        ("effect against none", "finding/down", "finding/same"),
        ("effect against none", "finding/up", "finding/same"),
    ]
    assert ("finding/up", "decrease (unfavourable)") in rows(
        graph, "disagreements", "one", "otherSays"
    )


@pytest.mark.parametrize(
    ("kind", "lower", "upper", "crosses"),
    [
        ("OR", "0.8", "1.2", True),
        ("OR", "1.0", "1.2", True),
        ("OR", "1.01", "1.2", False),
        ("RR", "0.1", "0.99", False),
        ("SMD", "0.00", "1.2", True),
        ("SMD", "0.01", "1.2", False),
        ("correlation", "-0.2", "-0.1", False),
        ("unspecified", "-1", "1", False),
    ],
)
def test_12_the_line_of_no_effect(
    project: Write, kind: str, lower: str, upper: str, crosses: bool
) -> None:
    estimate = f"{{estimateType: {kind}, ciLower: {lower}, ciUpper: {upper}}}"
    records = PRACTICES + effect("one", "increase", "waitList") + f"  estimate: {estimate}\n"
    found = rows(kg.load(project(records)), "crosses-no-effect", "lower", "upper")
    assert found == ([(lower, upper)] if crosses else [])


def test_14_a_second_study_or_a_review_ends_it(project: Write) -> None:
    line = "  evidenceLine: {source: source/%s, quoteRole: %s}\n"
    records = PRACTICES + "- id: source/p\n- id: source/q\n"
    records += effect("one", "increase", "waitList") + line % ("p", "primaryResult")
    alone = kg.load(project(records))
    assert rows(alone, "single-study", "restsOn", "findings") == [("source/p", "finding/one")]
    second = records + effect("two", "increase", "waitList") + line % ("q", "primaryResult")
    assert first(kg.load(project(second)), "single-study", "restsOn") == []
    review = records + effect("two", "increase", "waitList") + "  studyDesign: metaAnalysis\n"
    review += line % ("q", "reviewSynthesis")
    assert first(kg.load(project(review)), "single-study", "restsOn") == []
    of_one = records.replace("primaryResult", "reviewSynthesis") + "  studies: 1\n"
    assert first(kg.load(project(of_one)), "single-study", "restsOn") == ["source/p"]


DRAFT = """
- id: agent/author
- id: agent/reviewer
  prefLabel: a reviewer
  reviewRole: reviewer
  conflictOfInterest: None declared.
- id: description/d
  reviewStatus: approved
  creator: agent/author
  wording: {audience: clinician, text: A claim.}
"""
APPROVAL = """
- id: review-event/e
  reviewed: description/d
  toStatus: approved
  agent: agent/reviewer
  time: 2020-02-01T00:00:00Z
  assertionDigest: %s
"""


def approved(project: Write, draft: str = DRAFT) -> str:
    """Return the records of a statement with an approval that holds."""
    graph = kg.load(project(draft))
    digest = graph.value(graph.node("description/d"), "assertionDigest")
    assert digest
    return draft + APPROVAL % digest.value


def test_18_an_approval_that_holds(project: Write) -> None:
    graph = kg.load(project(approved(project)))
    columns = ("statement", "approvedBy", "name", "unchanged", "standsNow")
    assert rows(graph, "approvals", *columns) == [
        ("description/d", "agent/reviewer", "a reviewer", "true", "approved")
    ]
    assert first(graph, "not-approved", "statement") == []


def test_17_and_18_a_statement_that_changed_after_its_approval(project: Write) -> None:
    changed = approved(project).replace("A claim.", "Another claim.")
    graph = kg.load(project(changed))
    assert rows(graph, "approvals", "unchanged", "standsNow") == [("false", "submitted")]
    assert rows(graph, "not-approved", "statement", "current", "since", "changed") == [
        ("description/d", "submitted", "2020-02-01T00:00:00Z", "true")
    ]


def test_17_the_last_event_counts_and_none_is_said(project: Write) -> None:
    records = "- id: description/d\n  reviewStatus: submitted\n- id: description/e\n"
    records += "  reviewStatus: draft\n"
    for slug, year in (("one", 2019), ("two", 2021)):
        records += (
            f"- id: review-event/{slug}\n  reviewed: description/d\n  toStatus: submitted\n"
            f"  time: {year}-01-01T00:00:00Z\n"
        )
    graph = kg.load(project(records))
    assert rows(graph, "not-approved", "statement", "current", "since") == [
        ("description/e", "draft", ""),
        ("description/d", "submitted", "2021-01-01T00:00:00Z"),
    ]


def test_19_each_kind_of_problem_and_none(project: Write) -> None:
    sources = {
        "bad": "{retractionStatus: retracted, checkedOn: 2024-05-05}",
        "doubted": "{retractionStatus: concern, checkedOn: 2024-05-05}",
        "fine": "{retractionStatus: notRetracted, checkedOn: 2024-05-05}",
        "old": "{retractionStatus: notRetracted, checkedOn: 2019-05-05}",
        "unknown": "{retractionStatus: unknown, checkedOn: 2024-05-05}",
        "untold": "{retractionStatus: notRetracted}",
    }
    records = ""
    for slug, keys in sources.items():
        records += f"- {{id: source/{slug}, {keys[1:]}\n"
        records += f"- id: finding/on-{slug}\n  evidenceLine: {{source: source/{slug}}}\n"
    graph = kg.load(project(records))
    found = rows(
        graph, "retracted-or-unchecked", "what", "source", "statements", before="2022-01-01"
    )
    assert sorted(found) == [
        ("checked long ago", "source/old", "finding/on-old"),
        ("concern", "source/doubted", "finding/on-doubted"),
        ("never checked", "source/unknown", "finding/on-unknown"),
        ("never checked", "source/untold", "finding/on-untold"),
        ("retracted", "source/bad", "finding/on-bad"),
    ]
    assert found[0][0] == "retracted"
    problem = {"problem": "checked long ago", "before": "2019-05-05"}
    assert first(graph, "retracted-or-unchecked", "source", **problem) == []


def test_22_a_quote_that_no_longer_matches(project: Write) -> None:
    records = """
- id: article/a
  textFile: text.md
- id: description/right
  quote: {quotedFrom: article/a, exact: as it stands}
- id: description/wrong
  quote: {quotedFrom: article/a, exact: as it stood}
"""
    folder = project(records)
    (folder / "text.md").write_text("The words as it stands now.", encoding="utf-8")
    graph = kg.load(folder)
    assert rows(graph, "stale-quotes", "statement", "words") == [
        ("description/wrong", "as it stood")
    ]


def test_23_limits_are_inherited_from_what_it_is_part_of(project: Write) -> None:
    records = """
- id: intervention/whole
- id: intervention/variant
  variantOf: intervention/whole
- id: component/part
  componentOf: intervention/variant
- id: caveat/c
  appliesTo: intervention/whole
  caveatKind: adverseEffect
  wording: {audience: clinician, text: Mind this.}
- id: recommendation/r
  recommends: intervention/variant
  direction: onlyInResearch
"""
    graph = kg.load(project(records))
    columns = ("what", "statement", "text", "because")
    assert rows(graph, "must-show", *columns, intervention="component/part") == [
        ("adverseEffect", "caveat/c", "Mind this.", "intervention/whole"),
        ("recommendation for research only", "recommendation/r", "", "intervention/variant"),
    ]
    # What holds for a part need not hold for the whole.
    found = first(graph, "must-show", "statement", intervention="intervention/whole")
    assert found == ["caveat/c"]


def age(low: float, high: float, unit: str, bound: str = "inclusive") -> str:
    return (
        f"{{verbatim: {low}-{high} {unit}, minAge: {low}, maxAge: {high}, unit: {unit}, "
        f"minBound: {bound}, maxBound: {bound}, ageOf: child, ageBasis: recommendationScope}}"
    )


def test_24_approved_advice_for_the_age(project: Write) -> None:
    ages = {
        "months": age(6, 12, "mo"),
        "open": age(6, 12, "mo", "notStated"),
        "outside": age(6, 12, "mo", "exclusive"),
        "years": age(2, 7, "a"),
        "older": age(3, 7, "a"),
    }
    records = "- id: intervention/a\n"
    for slug, written in ages.items():
        records += (
            f"- id: population/{slug}\n  ageRange: {written}\n- id: recommendation/{slug}\n"
            f"  recommends: intervention/a\n  direction: for\n  population: population/{slug}\n"
            f"  reviewStatus: submitted\n"
            f"  wording:\n    - {{audience: caregiver, text: Advice {slug}.}}\n"
            f"    - {{audience: clinician, text: Not for caregivers.}}\n"
        )
    graph = kg.load(project(records))
    found = rows(
        *(graph, "caregiver-recommendations", "recommendation", "answer", "text"),
        status="submitted",
    )
    assert found == [
        ("recommendation/months", "overlaps", "Advice months."),
        ("recommendation/years", "overlaps", "Advice years."),
        ("recommendation/open", "cannot be determined", "Advice open."),
    ]
    assert first(graph, "caregiver-recommendations", "recommendation") == []


def test_24_the_target_of_the_practice_is_used_instead(project: Write) -> None:
    draft = DRAFT.replace("description/d", "recommendation/d").replace(
        "audience: clinician", "audience: caregiver"
    )
    draft += "  recommends: intervention/a\n  direction: for\n- id: intervention/a\n"
    draft += f"  targetPopulation: population/p\n- id: population/p\n  ageRange: {age(1, 2, 'a')}\n"
    graph = kg.load(project(draft))
    digest = graph.value(graph.node("recommendation/d"), "assertionDigest")
    assert digest
    approval = APPROVAL.replace("description/d", "recommendation/d") % digest.value
    graph = kg.load(project(draft + approval))
    found = rows(graph, "caregiver-recommendations", "recommendation", "answer", "ageAsWritten")
    assert found == [("recommendation/d", "overlaps", "1-2 a")]


def test_numbers_stand_as_written_whatever_their_noughts(project: Write) -> None:
    estimate = "{estimateType: SMD, value: 0.10, ciLower: -.20, ciUpper: 0.400, ciLevel: 0.950}"
    records = PRACTICES + effect("one", "increase", "waitList") + f"  estimate: {estimate}\n"
    graph = kg.load(project(records))
    columns = ("value", "lower", "upper", "level")
    expected = [("0.10", "-.20", "0.400", "0.950")]
    assert rows(graph, "crosses-no-effect", *columns) == expected
    assert rows(graph, "sensitivity-effects", *columns, outcome="outcome/trust") == expected


def test_a_graph_without_records_has_no_answers_and_no_errors() -> None:
    ontology = kg.load(kg.demo()).ontology
    graph = Graph(ontology, "https://example.org/none/")
    graph.add(
        NamedNode("https://example.org/none/a"),
        NamedNode("https://example.org/none/p"),
        Literal("1.50", datatype=NamedNode(XSD + "decimal")),
    )
    assert run(graph, "SELECT ?o { ?s ?p ?o }").texts() == [["1.5"]]
    for name, query in kg.questions(graph).items():
        defaults = {p.name: "" for p in query.parameters if p.kind == "iri"}
        assert query.ask(graph, defaults).rows == (), name
