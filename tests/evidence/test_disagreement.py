"""Verdicts on planted conflicts, and on pairs that only look like one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.evidence import disagreement
from kg.evidence.comparison import DIMENSIONS
from kg.evidence.disagreement import Disagreements
from kg.evidence.findings import Findings
from kg.evidence.index import Index
from kg.evidence.verdicts import VERDICTS, Disagreement
from kg.explanations import entity
from kg.exporters import EXPORTERS

Record = dict[str, Any]
Find = Callable[..., list[Disagreement]]

THINGS: tuple[Record, ...] = (
    {"id": "intervention/a"},
    {"id": "intervention/variant", "variantOf": "intervention/a"},
    {"id": "intervention/group"},
    {"id": "intervention/in-group", "partOfGroup": "intervention/group"},
    {"id": "intervention/b"},
    {"id": "component/part", "componentOf": "intervention/a"},
    {"id": "outcome/behaviour", "desirability": "desirable"},
    {"id": "outcome/trust", "desirability": "desirable", "partOfGroup": "outcome/behaviour"},
    {"id": "outcome/fear", "desirability": "undesirable", "partOfGroup": "outcome/behaviour"},
    {"id": "outcome/taste", "desirability": "depends"},
    {"id": "population/p", "ageRange": {"verbatim": "0-12 months", "minAge": 0, "maxAge": 12}},
    {"id": "population/q", "ageRange": {"verbatim": "24-47 months", "minAge": 24, "maxAge": 47}},
    {"id": "population/untold"},
    {"id": "study/s"},
    {"id": "study/t"},
    *({"id": f"source/{name}", "title": f"Work {name}"} for name in "xyz"),
    {"id": "article/page"},
    {"id": "section/top", "sectionOf": "article/page"},
    {"id": "section/end", "sectionOf": "article/page"},
)
FULL: Record = {
    "population": "population/p",
    "intervention": "intervention/a",
    "comparator": "waitList",
    "outcome": "outcome/trust",
    "measure": "measure/m",
    "followUp": "6 months",
    "contrast": "betweenGroup",
    "studyDesign": "randomisedTrial",
}


def finding(slug: str, direction: str, source: str, **keys: Any) -> Record:
    """Return a finding that states every dimension; ``key=None`` leaves one out."""
    line = {"source": f"source/{source}", "quoteRole": "primaryResult"}
    record = {"id": f"finding/{slug}", **FULL, "effectDirection": direction, **keys}
    return {k: v for k, v in record.items() if v is not None} | {"evidenceLine": line}


def claim(slug: str, direction: str, **keys: Any) -> Record:
    record: Record = {"id": f"claim/{slug}", "intervention": "intervention/a"}
    record |= {"outcome": "outcome/trust", "contrast": "notStated", "section": "section/top"}
    return {**record, "effectDirection": direction, **keys}


def advice(slug: str, direction: str, **keys: Any) -> Record:
    record: Record = {"id": f"recommendation/{slug}", "recommends": "intervention/a"}
    return {**record, "direction": direction, "population": "population/p", **keys}


@pytest.fixture
def find(project: Callable[..., Path]) -> Find:
    """Build the records with what they refer to, and return their disagreements."""

    def build(*records: Record) -> list[Disagreement]:
        made = [*THINGS, {"id": "measure/m"}, {"id": "measure/n"}, *records]
        graph = kg.load(project(json.dumps(made)))
        return list(Disagreements(Findings(Index(graph))).all)

    return build


def verdicts(found: list[Disagreement]) -> list[str]:
    return [d.verdict for d in found]


def short(found: list[Disagreement]) -> set[tuple[str, str]]:
    return {(d.one.rpartition("/")[2], d.other.rpartition("/")[2]) for d in found}


# -- contradict, and differ also in ----------------------------------------------------------------


@pytest.mark.parametrize("other", ["decrease", "noDifference", "mixed", "insufficient"])
def test_two_studies_alike_in_everything_but_the_result_contradict(find: Find, other: str) -> None:
    found = find(finding("one", "increase", "x"), finding("two", other, "y"))
    assert [(d.verdict, d.differences) for d in found] == [("contradict", ())]
    assert short(found) == {("one", "two")}


def test_harm_beside_no_difference_contradicts(find: Find) -> None:
    found = find(finding("harm", "decrease", "x"), finding("none", "noDifference", "y"))
    assert verdicts(found) == ["contradict"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("increase", "increase"),
        ("noDifference", "insufficient"),
        ("mixed", "insufficient"),
        ("increase", "notReported"),
    ],
)
def test_results_that_fit_or_say_nothing_are_no_disagreement(
    find: Find, one: str, other: str
) -> None:
    assert find(finding("one", one, "x"), finding("two", other, "y")) == []


def test_a_rise_of_what_is_wished_fits_a_fall_of_what_is_not(find: Find) -> None:
    behaviour = finding("one", "increase", "x", outcome="outcome/behaviour")
    assert find(behaviour, finding("two", "decrease", "y", outcome="outcome/fear")) == []
    found = find(behaviour, finding("two", "increase", "y", outcome="outcome/fear"))
    assert verdicts(found) == ["differAlso"]


def test_up_and_down_clash_where_neither_is_wished(find: Find) -> None:
    taste = {"outcome": "outcome/taste"}
    found = find(finding("one", "increase", "x", **taste), finding("two", "decrease", "y", **taste))
    assert verdicts(found) == ["contradict"]


@pytest.mark.parametrize(
    ("keys", "dimensions", "words"),
    [
        (
            {"population": "population/q"},
            ["population", "age"],
            "age (0-12 months / 24-47 months)",
        ),
        ({"comparator": "usualCare"}, ["comparator"], "comparator (wait list / usual care)"),
        ({"measure": "measure/n"}, ["measure"], "measure (measure/m / measure/n)"),
        ({"followUp": "2 years"}, ["followUp"], "time of follow-up (6 months / 2 years)"),
        ({"subgroup": "girls"}, ["subgroup"], "subgroup (the whole sample / girls)"),
        ({"contrast": "withinGroup"}, ["contrast"], "contrast (between groups / within group)"),
        (
            {"studyDesign": "quasiExperiment"},
            ["design"],
            "design (randomised trial / quasi-experiment)",
        ),
        ({"intervention": "intervention/variant"}, ["intervention"], "variant"),
        ({"intervention": "component/part"}, ["intervention"], "component/part"),
        ({"outcome": "outcome/behaviour"}, ["outcome"], "outcome/behaviour"),
    ],
)
def test_what_differs_is_named_with_both_values(
    find: Find, keys: Record, dimensions: list[str], words: str
) -> None:
    found = find(finding("one", "increase", "x"), finding("two", "noDifference", "y", **keys))
    assert verdicts(found) == ["differAlso"]
    assert [d.dimension for d in found[0].known] == dimensions
    assert found[0].text().startswith("differ, and differ also in: ")
    assert words in found[0].text()


@pytest.mark.parametrize(
    ("keys", "dimension"),
    [
        ({"comparator": None}, "comparator"),
        ({"comparator": "unspecifiedControl"}, "comparator"),
        ({"measure": None}, "measure"),
        ({"followUp": None}, "followUp"),
        ({"contrast": "notStated"}, "contrast"),
        ({"studyDesign": "notStated"}, "design"),
    ],
)
def test_what_is_not_stated_is_unknown_and_never_the_same(
    find: Find, keys: Record, dimension: str
) -> None:
    for both in ({}, keys):
        records = finding("one", "increase", "x", **both), finding("two", "mixed", "y", **keys)
        (found,) = find(*records)
        assert (found.verdict, found.known) == ("differAlso", ())
        assert [d.dimension for d in found.unknown] == [dimension]
        assert found.text().startswith(
            "differ; it cannot be determined whether they also differ in: "
        )


def test_the_ages_of_the_same_people_are_the_same_even_untold(find: Find) -> None:
    untold = {"population": "population/untold"}
    found = find(
        finding("one", "increase", "x", **untold), finding("two", "decrease", "y", **untold)
    )
    assert verdicts(found) == ["contradict"]


def test_another_practice_or_a_remote_outcome_is_no_disagreement(find: Find) -> None:
    one = finding("one", "increase", "x")
    assert find(one, finding("two", "decrease", "y", intervention="intervention/b")) == []
    assert find(one, finding("two", "decrease", "y", outcome="outcome/taste")) == []


def test_what_is_insufficient_says_nothing_of_a_group_or_of_a_neighbouring_outcome(
    find: Find,
) -> None:
    group = finding("one", "increase", "x", intervention="intervention/group")
    member = {"intervention": "intervention/in-group"}
    assert find(group, finding("two", "insufficient", "y", **member)) == []
    assert verdicts(find(group, finding("two", "noDifference", "y", **member))) == ["differAlso"]
    one, fear = finding("one", "increase", "x"), {"outcome": "outcome/fear"}
    assert find(one, finding("two", "insufficient", "y", **fear)) == []
    assert verdicts(find(one, finding("two", "noDifference", "y", **fear))) == ["differAlso"]


def test_a_result_on_a_group_of_practices_is_compared_with_those_on_its_members(find: Find) -> None:
    members = ["intervention/a", "intervention/b"]
    group = {"id": "practice-group/ab", "combination": "anyOf", "member": members}
    pooled = finding("one", "increase", "x", intervention="practice-group/ab")
    (found,) = find(group, pooled, finding("two", "noDifference", "y"))
    assert [d.dimension for d in found.known] == ["intervention"]
    other = finding("two", "noDifference", "y", intervention="intervention/in-group")
    assert find(group, pooled, other) == []


def test_neighbouring_outcomes_of_one_work_need_not_change_together(find: Find) -> None:
    fear = finding("two", "noDifference", "x", outcome="outcome/fear")
    assert find(finding("one", "increase", "x"), fear) == []


def test_a_question_with_many_findings_says_how_many_pairs_were_not_compared(
    find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disagreement, "MOST_PAIRS", 5)
    records = [finding(f"up-{n}", "increase", "x") for n in range(4)]
    records += [finding(f"none-{n}", "noDifference", "y") for n in range(3)]
    found = find(*records)
    assert verdicts(found) == ["contradict"] * 5 + ["notCompared"]
    assert found[-1].one_says == "7 pairs of results that do not fit"


# -- same data, and record against record ----------------------------------------------------------


def test_one_study_read_by_two_is_the_same_data(find: Find) -> None:
    study = {"study": "study/s"}
    found = find(
        finding("one", "increase", "x", **study),
        finding("two", "insufficient", "y", **study, followUp=None, population="population/q"),
    )
    assert verdicts(found) == ["sameData"]
    assert "who analysed or rated it (Work x / Work y)" in found[0].text()
    assert [d.dimension for d in found[0].unknown] == ["followUp"]


def test_one_study_significant_for_one_and_not_for_another_is_the_same_data(find: Find) -> None:
    study = {"study": "study/s"}
    found = find(
        finding("one", "increase", "x", **study, significance="significant"),
        finding("two", "increase", "y", **study, significance="notSignificant"),
    )
    assert [(d.verdict, d.one_says) for d in found] == [
        ("sameData", "increase (favourable), significant")
    ]


@pytest.mark.parametrize("rater", [{"ratedBy": "source/y"}, {}])
def test_two_ratings_of_one_finding_are_the_same_data(find: Find, rater: Record) -> None:
    rating = {"ratingSystem": "GRADE", "certaintyOrigin": "thirdParty", "rating": "high"}
    other = {**rating, "rating": "moderate", **rater}
    found = find(finding("one", "increase", "x", certainty=[rating, other]))
    assert verdicts(found) == ["sameData"]
    assert {found[0].one_says, found[0].other_says} == {"GRADE: high", "GRADE: moderate"}


def test_a_second_rating_in_a_second_record_of_the_result_is_the_same_data(find: Find) -> None:
    def rated(rating: str, by: str) -> Record:
        return {"rating": rating, "ratingSystem": "GRADE", "ratedBy": f"source/{by}"}

    found = find(
        finding("one", "increase", "x", certainty=rated("high", "y")),
        finding("two", "increase", "x", certainty=rated("low", "z")),
    )
    assert verdicts(found) == ["sameData"]
    assert found[0].one_says == "GRADE: high"


def test_ratings_of_two_systems_or_of_two_results_do_not_disagree(find: Find) -> None:
    grade = {"rating": "high", "ratingSystem": "GRADE"}
    homvee = {"rating": "moderate", "ratingSystem": "HomVEE"}
    assert find(finding("one", "increase", "x", certainty=[grade, homvee])) == []
    low = {**grade, "rating": "low"}
    records = (
        finding("one", "increase", "x", certainty=grade),
        finding("two", "increase", "x", certainty=low, followUp="2 years"),
    )
    assert find(*records) == []


@pytest.mark.parametrize("keys", [{"followUp": "2 years"}, {"subgroup": "girls"}])
def test_another_time_or_subgroup_of_one_study_is_another_result(find: Find, keys: Record) -> None:
    study = {"study": "study/s"}
    found = find(
        finding("one", "increase", "x", **study),
        finding("two", "insufficient", "y", **study, **keys),
    )
    assert verdicts(found) == ["differAlso"]


def test_one_work_that_gives_one_result_of_a_study_twice_is_record_against_record(
    find: Find,
) -> None:
    study = {"study": "study/s"}
    found = find(
        finding("one", "increase", "x", **study), finding("two", "noDifference", "x", **study)
    )
    assert verdicts(found) == ["oneStudy"]


def test_two_studies_are_not_the_same_data(find: Find) -> None:
    found = find(
        finding("one", "increase", "x", study="study/s"),
        finding("two", "insufficient", "x", study="study/t"),
    )
    assert verdicts(found) == ["contradict"]


def test_two_records_of_a_study_that_count_differently(find: Find) -> None:
    def counts(*pairs: tuple[int, str]) -> Record:
        return {"id": "study/u", "studyCount": [{"count": n, "countOf": what} for n, what in pairs]}

    found = find(counts((90, "eligible"), (100, "eligible")))
    assert [(d.verdict, d.one_says, d.other_says) for d in found] == [
        ("oneStudy", "90 eligible", "100 eligible")
    ]
    assert find(counts((90, "eligible"), (100, "screened"))) == []
    assert find(counts((90, "eligible"))) == []


def test_arms_that_do_not_add_up_and_arms_that_do(find: Find) -> None:
    def arms(total: int) -> Record:
        sizes = [("intervention/a", 28), ("waitList", 30)]
        made = [{"armPractice": p, "armParticipants": n} for p, n in sizes]
        return finding("one", "increase", "x", randomised=total, arm=made)

    assert [(d.verdict, d.other_says) for d in find(arms(60))] == [("oneStudy", "58 in the arms")]
    assert find(arms(58)) == []


@pytest.mark.parametrize(
    ("ratio", "shares", "wrong"),
    [
        ("0.14", (57.7, 20.5), True),
        ("1.4", (20.5, 57.7), True),
        ("1.4", (57.7, 20.5), False),
        ("0.9", (11.1, 13.9), False),
    ],
)
def test_an_odds_ratio_that_disagrees_with_its_proportions_is_found(
    find: Find, ratio: str, shares: tuple[float, float], wrong: bool
) -> None:
    practices = ("intervention/a", "waitList")
    arms = [{"armPractice": p, "armPercentage": s} for p, s in zip(practices, shares, strict=True)]
    estimate = {"estimateType": "OR", "value": float(ratio)}
    found = find(finding("one", "increase", "x", estimate=estimate, arm=arms))
    assert verdicts(found) == (["oneStudy"] if wrong else [])


# -- recommendation against recommendation ---------------------------------------------------------


def test_strong_advice_against_beside_advice_for(find: Find) -> None:
    found = find(
        advice("yes", "for", strength="weak"),
        advice("no", "against", strength="strong", population="population/q"),
    )
    assert verdicts(found) == ["recommendationAgainstRecommendation"]
    assert (found[0].one_says, found[0].other_says) == ("for, weak", "against, strong")
    assert "age (0-12 months / 24-47 months)" in found[0].text()


def test_advice_for_a_therapy_beside_advice_to_use_its_variant_in_research_only(
    find: Find,
) -> None:
    found = find(
        advice("yes", "for"),
        advice("wait", "onlyInResearch", recommends="intervention/variant"),
    )
    assert short(found) == {("yes", "wait")}
    assert [d.dimension for d in found[0].known] == ["intervention"]


def test_advice_that_agrees_or_is_on_another_practice(find: Find) -> None:
    assert (
        find(advice("yes", "for", strength="weak"), advice("yea", "for", strength="strong")) == []
    )
    assert find(advice("yes", "for"), advice("no", "against", recommends="intervention/b")) == []


# -- page against source, and against itself -------------------------------------------------------


@pytest.mark.parametrize("result", ["noDifference", "insufficient"])
def test_a_claim_beside_research_that_does_not_bear_it(find: Find, result: str) -> None:
    found = find(claim("one", "increase"), finding("two", result, "x"))
    assert verdicts(found) == ["pageAgainstSource"]
    assert short(found) == {("one", "two")}


def test_a_claim_that_research_bears_or_that_is_on_something_else(find: Find) -> None:
    assert find(claim("one", "increase"), finding("two", "increase", "x")) == []
    other = finding("two", "noDifference", "x", intervention="intervention/b")
    assert find(claim("one", "increase"), other) == []


def test_two_claims_of_pages_are_not_compared(find: Find) -> None:
    assert find(claim("one", "increase"), claim("two", "noDifference")) == []


def test_what_is_against_a_claim_can_be_asked_for(project: Callable[..., Path]) -> None:
    records = [*THINGS, {"id": "measure/m"}, claim("one", "increase")]
    records += [finding("null", "noDifference", "x"), finding("few", "insufficient", "y")]
    graph = kg.load(project(json.dumps(records)))
    findings = Findings(Index(graph))
    against = Disagreements(findings).against_claim(graph.node("claim/one").value)
    assert short(against) == {("one", "null"), ("one", "few")}
    assert [disagreement.contradicts(d, findings) for d in against] == [False, True]


def test_a_page_that_contradicts_itself_is_found(find: Find) -> None:
    def said(slug: str, section: str, **keys: str) -> Record:
        return {"id": f"description/{slug}", "section": f"section/{section}", **keys}

    reviewed = said("a", "top", claimedReview="reviewed")
    for key, one, other in (
        ("claimedReview", "reviewed", "pendingReview"),
        ("claimedAudience", "professional", "anyReader"),
    ):
        found = find(said("a", "top", **{key: one}), said("b", "end", **{key: other}))
        assert verdicts(found) == ["pageAgainstItself"]
    assert find(reviewed, said("b", "end", claimedReview="reviewed")) == []
    assert find(reviewed, said("b", "end", claimedAudience="anyReader")) == []


# -- one truth, in every output --------------------------------------------------------------------


def test_names_are_those_of_the_ontology(dataset: kg.Graph) -> None:
    for name, own in (("DisagreementVerdict", VERDICTS), ("ComparedDimension", DIMENSIONS)):
        members = dataset.ontology.members(dataset.ontology.classes[name].iri)
        assert {notation: term.label for notation, term in members.items()} == own


def test_every_output_has_the_same_disagreements(dataset: kg.Graph) -> None:
    index = Index(dataset)
    found = Disagreements(Findings(index))
    sides = {(index.short(d.one), index.short(d.other), d.text()) for d in found.all}
    table = kg.query(dataset, "disagreements")
    places = [table.columns.index(column) for column in ("one", "other", "inWords")]
    assert {tuple(row[n] for n in places) for row in table.texts()} == sides
    told = entity("intervention/circle-of-security", dataset)
    assert told
    assert [(d.one, d.other) for d in told.disagreements] == [("finding/f15-1", "finding/f16-1")]
    written = EXPORTERS["jsonld"].write(dataset).decode()
    assert written.count('"type": "Disagreement"') == len(found.all)
