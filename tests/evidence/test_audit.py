"""The audit of an article: planted pages for each verdict, and the dataset's page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.evidence.audit_json import document
from kg.evidence.audit_rules import AUDIT_RULES, VERDICTS
from kg.evidence.judgement import PERSON, RULE

Write = Callable[..., Path]
Judge = Callable[..., kg.AuditedStatement]

PAGE = """
- {id: article/page, title: A page, textFile: page.md, modified: 2026-01-01}
- {id: section/care, prefLabel: Care, sectionOf: article/page, order: 1, articlePart: researchPart}
- {id: section/foot, prefLabel: Foot, sectionOf: article/page, order: 2, articlePart: pageMatter}
- {id: intervention/play, prefLabel: play}
- {id: intervention/song, prefLabel: song, partOfGroup: intervention/play}
- {id: outcome/trust, prefLabel: trust, outcomeOf: child, desirability: desirable}
- {id: outcome/trust-at-home, prefLabel: trust at home, outcomeOf: child, desirability: desirable,
   partOfGroup: outcome/trust}
- {id: population/all, prefLabel: young children, ageDescription: young}
- {id: population/not-stated, prefLabel: not stated}
- {id: population/toddlers, prefLabel: toddlers,
   ageRange: {verbatim: 1-2, minAge: 1, maxAge: 2, unit: a, ageOf: child}}
- {id: population/pupils, prefLabel: pupils,
   ageRange: {verbatim: 6-9, minAge: 6, maxAge: 9, unit: a, ageOf: child}}
- {id: condition/loss, prefLabel: loss}
- {id: population/bereaved, prefLabel: bereaved children, condition: condition/loss}
- {id: source/cited, title: Cited, doi: 10.1000/1, confirmation: verified}
- {id: source/lost, title: Lost, unresolved: true}
- {id: source/likely, title: Likely, doi: 10.1000/2, confirmation: probable}
- {id: source/trial, title: Trial, doi: 10.1000/3}
- {id: citation/1, marker: 1, citedSource: source/cited, citingArticle: article/page}
"""
LINE = "{quoteRole: secondaryReport, stance: supports, directness: unknown, source: source/%s}"


def claim(
    number: int = 1,
    source: str = "cited",
    population: str = "all",
    strength: str = "shown",
    more: str = "",
) -> str:
    line = f"evidenceLine: {LINE % source}" if source else ""
    return f"""
- id: statement/s{number}
  type: Claim
  section: section/care
  intervention: intervention/play
  population: population/{population}
  outcome: outcome/trust
  effectDirection: increase
  contrast: notStated
  claimedStrength: {strength}
  quote: {{quotedFrom: article/page, exact: x, start: {number * 10}, end: {number * 10 + 5}}}
  {line}
  {more}
"""


def finding(
    direction: str = "increase",
    number: int = 1,
    intervention: str = "play",
    outcome: str = "trust",
    population: str = "all",
    contrast: str = "betweenGroup",
    rating: str = "",
    role: str = "primaryResult",
    source: str = "trial",
) -> str:
    rated = f"{{rating: {rating}, ratingSystem: GRADE, certaintyOrigin: source}}"
    return f"""
- id: finding/f{number}
  intervention: intervention/{intervention}
  population: population/{population}
  outcome: outcome/{outcome}
  effectDirection: {direction}
  contrast: {contrast}
  evidenceLine:
    {{quoteRole: {role}, stance: supports, directness: direct, source: source/{source}}}
  {f"certainty: {rated}" if rating else ""}
"""


def description(kind: str = "classification", section: str = "care", more: str = "") -> str:
    return f"""
- id: statement/s1
  type: Description
  section: section/{section}
  descriptionKind: {kind}
  describes: intervention/play
  evidenceLine: {LINE % "cited"}
  {more}
"""


def compared(fidelity: str) -> str:
    return f"""
- id: statement/judgement
  type: Description
  descriptionKind: fidelity
  describes: citation/1
  fidelity: {fidelity}
  comparesStatement: statement/s1
  wording: {{audience: clinician, text: Somebody compared them.}}
"""


@pytest.fixture
def judged(project: Write) -> Judge:
    """Audit a page on which a first statement is planted, and return that statement."""

    def run(*records: str) -> kg.AuditedStatement:
        graph = kg.load(project(PAGE + "".join(records)))
        return kg.audit(graph).statements[0]

    return run


def codes(said: kg.AuditedStatement) -> set[str]:
    return {j.code for j in said.judgements}


PLANTED = {
    "AUD-001": [claim(), finding(rating="moderate")],
    "AUD-002": [claim(), finding("decrease")],
    "AUD-003": [
        description("reviewProcess", "foot", "claimedReview: reviewed"),
        description("reviewProcess", "foot", "claimedReview: pendingReview").replace("/s1", "/s2"),
    ],
    "AUD-010": [claim(), compared("overstated")],
    "AUD-011": [claim(), finding(rating="low")],
    "AUD-012": [claim(), finding(population="bereaved")],
    "AUD-013": [claim(population="toddlers"), finding(population="pupils")],
    "AUD-014": [claim(), finding(outcome="trust-at-home", source="cited")],
    "AUD-015": [claim(), finding(contrast="withinGroup")],
    "AUD-020": [claim(source="lost")],
    "AUD-021": [claim(source="likely")],
    "AUD-022": [claim(source="")],
    "AUD-030": [claim(), compared("notCheckable")],
    "AUD-031": [description("listIntroduction")],
    "AUD-040": [claim()],
    "AUD-041": [claim(population="not-stated"), finding()],
    "AUD-042": [claim(population="not-stated"), finding("noDifference")],
    "AUD-043": [description()],
    "AUD-050": [claim(), compared("faithful")],
    "AUD-060": [description("pageFeature", "foot")],
}


@pytest.mark.parametrize("code", AUDIT_RULES)
def test_a_planted_page_gets_the_verdict_of_each_rule(judged: Judge, code: str) -> None:
    said = judged(*PLANTED[code])
    assert code in codes(said)
    assert said.verdict == AUDIT_RULES[code].verdict


@pytest.mark.parametrize(
    ("records", "instead"),
    [
        ([claim(), finding(contrast="withinGroup")], "stronger"),
        ([claim(), finding(contrast="notStated")], "notChecked"),
        ([claim(), finding(role="secondaryReport")], "notChecked"),
        ([claim(), finding(role="background")], "notChecked"),
        ([claim(), finding(intervention="song")], "notChecked"),
        ([claim(), finding(outcome="trust-at-home")], "notChecked"),
        ([claim(population="not-stated"), finding(population="not-stated")], "notChecked"),
        ([claim(population="toddlers"), finding(population="all")], "notChecked"),
        ([claim(), finding(rating="veryLow")], "stronger"),
        ([claim(), finding("mixed")], "stronger"),
        ([claim(), finding(), finding("noDifference", 2)], "contradicted"),
        ([claim(source="lost"), finding()], "sourceNotFound"),
    ],
    ids=[
        "change within one group",
        "comparison not stated",
        "read at second hand",
        "background",
        "a member of the practice",
        "a part of the outcome",
        "people of whom nothing is known",
        "an age that is not told",
        "very low certainty",
        "mixed results",
        "one finding agrees and one does not",
        "a source that was not found",
    ],
)
def test_nothing_less_than_the_same_between_groups_is_support(
    judged: Judge, records: list[str], instead: str
) -> None:
    assert judged(*records).verdict == instead


def test_a_hedged_claim_is_not_stronger_than_weak_research(judged: Judge) -> None:
    assert judged(claim(strength="possible"), finding(rating="low")).verdict == "supported"


def test_a_claim_and_its_finding_on_ages_that_overlap_are_about_the_same_people(
    judged: Judge,
) -> None:
    ages = "- {id: population/two, ageRange: {verbatim: 1-3, minAge: 1, maxAge: 3, unit: a}}\n"
    assert judged(ages, claim(population="toddlers"), finding(population="two")).verdict == (
        "supported"
    )


def test_research_that_may_contradict_is_no_contradiction(judged: Judge) -> None:
    said = judged(claim(), finding("noDifference", intervention="song"))
    assert said.verdict == "notChecked"
    assert codes(said) == {"AUD-042"}


def test_human_judgements_are_distinguished_from_computed_ones(judged: Judge) -> None:
    said = judged(claim(), compared("overstated"), finding(rating="low"))
    assert {j.code: j.judged_by for j in said.judgements} == {"AUD-010": PERSON, "AUD-011": RULE}
    person, rule = said.judgements
    assert person.words == "Somebody compared them."
    assert [iri.rpartition("/t/")[2] for iri in person.rests_on] == [
        "statement/judgement",
        "source/cited",
    ]
    assert rule.rests_on[0].endswith("finding/f1") and rule.rule.how == "certainty"


def test_a_source_of_several_that_was_not_found_is_counted(judged: Judge) -> None:
    more = f"evidenceLine: [{LINE % 'lost'}, {LINE % 'cited'}]"
    (lost,) = (j for j in judged(claim(source="", more=more)).judgements if j.code == "AUD-020")
    assert "1 of 2 sources" in lost.words


def test_a_claim_on_several_practices_is_judged_on_each(judged: Judge) -> None:
    both = claim().replace("intervention/play", "[intervention/play, intervention/song]", 1)
    said = judged(both, finding())
    assert codes(said) == {"AUD-001", "AUD-040"}
    assert said.verdict == "notChecked"
    assert [j.about for j in said.judgements] == ["song and trust", "play and trust"]


def test_statements_stand_in_reading_order_and_the_worst_come_first(project: Write) -> None:
    graph = kg.load(project(PAGE + claim(3, source="lost") + claim(1) + claim(2, source="")))
    found = kg.audit(graph)
    assert [s.id for s in found.statements] == ["statement/s1", "statement/s2", "statement/s3"]
    assert [s.id for s in found.worst] == ["statement/s3", "statement/s2", "statement/s1"]
    first = found.statements[0].span
    assert (first.start, first.end, first.section, first.exact) == (10, 15, "Care", "x")
    assert found.totals == {"sourceNotFound": 1, "noSource": 1, "notChecked": 1}


def test_an_article_must_exist_and_be_named_where_there_are_several(project: Write) -> None:
    other = """
- {id: article/other, title: Other, textFile: o.md, modified: 2026-01-01}
- {id: section/other, sectionOf: article/other, order: 1}
"""
    graph = kg.load(project(PAGE + other + claim()))
    with pytest.raises(kg.UsageError, match="name the article"):
        kg.audit(graph)
    assert kg.audit(graph, "article/page").id == "article/page"
    with pytest.raises(kg.UsageError, match="'article/none' is not an article") as caught:
        kg.audit(graph, "article/none")
    assert "article/other, article/page" in caught.value.hint


# -- the dataset ---------------------------------------------------------------------------------


def test_every_statement_of_the_page_is_audited_once_in_reading_order(dataset: kg.Graph) -> None:
    found = kg.audit(dataset)
    assert found.id == "article/own"
    starts = [s.span.start for s in found.statements]
    assert None not in starts and starts == sorted(starts, key=lambda s: s or 0)
    assert {f"S{n:02}" for n in range(1, 83)} <= {s.identifier for s in found.statements}
    assert sum(found.totals.values()) == len(found.statements)
    assert list(found.totals) == [v for v in VERDICTS if v in found.totals]


def test_every_verdict_names_its_rule_and_what_it_rests_on(dataset: kg.Graph) -> None:
    nothing_to_rest_on = {"AUD-022", "AUD-031", "AUD-040", "AUD-043", "AUD-060"}
    for said in kg.audit(dataset).statements:
        assert said.judgements, said.id
        for j in said.judgements:
            assert j.code in AUDIT_RULES and j.words
            assert j.rests_on or j.code in nothing_to_rest_on, (said.id, j.code)


@pytest.mark.parametrize(
    ("name", "verdict", "given"),
    [
        ("S02", "selfContradicted", {"AUD-003"}),  # X14: reviewed, and review is pending
        ("S15", "sourceUnconfirmed", {"AUD-021", "AUD-030"}),
        ("S24", "noSource", {"AUD-022", "AUD-040"}),
        ("S43", "stronger", {"AUD-010", "AUD-040"}),  # an aim in the source
        ("S50", "faithful", {"AUD-040", "AUD-050"}),
        ("S57", "sourceNotFound", {"AUD-020", "AUD-030", "AUD-040"}),
        ("S79", "noClaim", {"AUD-060"}),
    ],
)
def test_statements_of_the_page_have_the_verdicts_that_the_facts_ask_for(
    dataset: kg.Graph, name: str, verdict: str, given: set[str]
) -> None:
    (said,) = (s for s in kg.audit(dataset).statements if s.identifier == name)
    assert (said.verdict, codes(said)) == (verdict, given)


def test_the_page_on_attachment_based_interventions_is_stronger_in_three_ways(
    dataset: kg.Graph,
) -> None:
    (said,) = (s for s in kg.audit(dataset).statements if s.identifier == "S42")
    stronger = [j for j in said.judgements if j.verdict == "stronger"]
    assert [(j.judged_by, j.rule.how) for j in stronger] == [
        (PERSON, ""),
        (RULE, "certainty"),  # low in its only rating
        (RULE, "population"),  # maltreated or neglected children
    ]


def test_no_claim_of_the_page_is_called_supported(dataset: kg.Graph) -> None:
    """None is on the same question and people as a finding that was read, between groups."""
    assert "supported" not in kg.audit(dataset).totals


def test_the_json_of_an_audit_has_ids_and_agrees_with_the_library(dataset: kg.Graph) -> None:
    found = kg.audit(dataset)
    made = json.loads(json.dumps(document(found, dataset)))
    assert made["schemaVersion"] == 1
    assert made["totals"] == dict(found.totals)
    assert made["worstFirst"][0] == found.worst[0].id
    assert [s["verdict"] for s in made["statements"]] == [s.verdict for s in found.statements]
    (s42,) = (s for s in made["statements"] if s["identifier"] == "S42")
    assert s42["judgements"][0]["judgedBy"] == "person"
    assert s42["judgements"][0]["restsOn"] == ["statement/fidelity-2", "source/citation-2"]
