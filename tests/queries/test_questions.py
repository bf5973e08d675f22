"""The 25 competency questions: their rows, worked out by reading the facts.

Beside each expected row stands the row of the facts it comes from: F for a finding of the
research, S for a statement of the page, X for a conflict.
"""

from __future__ import annotations

import pytest

import kg

Rows = list[tuple[str, ...]]


def rows(graph: kg.Graph, name: str, *columns: str, **parameters: str) -> Rows:
    """Return the answer to a question as people read it, in some of its columns."""
    table = kg.query(graph, name, parameters)
    places = [table.columns.index(column) for column in columns]
    return [tuple(row[n] for n in places) for row in table.texts()]


def first(graph: kg.Graph, name: str, column: str, **parameters: str) -> list[str]:
    return [row[0] for row in rows(graph, name, column, **parameters)]


def finding(number: str) -> str:
    return f"finding/f{number}"


def findings(numbers: str) -> list[str]:
    return [finding(number) for number in numbers.split()]


# -- 1: ages ---------------------------------------------------------------------------------


def test_1_target_ages_that_include_18_months(dataset: kg.Graph) -> None:
    found = rows(dataset, "includes-age", "intervention", "ageAsWritten", "answer", age="18mo")
    assert found == [
        ("intervention/abc-infant", "6-24 months", "overlaps"),  # F19
        ("intervention/minding-the-baby", "pregnancy to 2 years (child)", "overlaps"),  # F25
        ("intervention/pcit-t", "12-24 months", "overlaps"),  # S53
        ("intervention/pcit", "2-7 years", "does not"),  # the age that PCIT is for
    ]


@pytest.mark.parametrize("age", ["24mo", "2a", "730.5d"])
def test_1_at_a_limit_the_answer_is_unknown_in_any_unit(dataset: kg.Graph, age: str) -> None:
    # No source says whether 24 months or 2 years belong to the range.
    assert set(first(dataset, "includes-age", "answer", age=age)) == {"cannot be determined"}


def test_1_just_below_the_limit_it_can(dataset: kg.Graph) -> None:
    found = dict(rows(dataset, "includes-age", "intervention", "answer", age="104wk"))
    assert found["intervention/pcit-t"] == "overlaps"
    assert found["intervention/pcit"] == "does not"


def test_1_studied_ages(dataset: kg.Graph) -> None:
    found = rows(dataset, "includes-age", "intervention", "answer", age="18mo", basis="studySample")
    assert sorted(set(found)) == [
        ("component/cdi", "does not"),  # F11, F12: 3-6 years
        ("component/cdi-t", "overlaps"),  # F09: 14-24 months
        ("intervention/abc", "overlaps"),  # F17: 11.7-31.9 months; F18: under 2 years
        ("intervention/abc-infant", "overlaps"),  # F18
        ("intervention/attachment-based-interventions", "does not"),  # F07: 3-19 years as printed
        ("intervention/cos-p", "overlaps"),  # F10
        ("intervention/disorganisation-prevention", "overlaps"),  # F02.4: after 6 months
        ("intervention/gabi", "overlaps"),  # F27: under 3 years
        ("intervention/infant-behavior-program", "cannot be determined"),  # F14: a mean alone
        ("intervention/pcit", "does not"),  # F11, F12
        ("intervention/pcit-t", "overlaps"),  # F10: 14-24 months
        ("intervention/tpp", "cannot be determined"),  # F22: a mean alone
        ("intervention/vipp-sd", "overlaps"),  # F31: 12-36 months
        ("intervention/watch-wait-and-wonder", "overlaps"),  # F28: 10-30 months
    ]


def test_1_ages_of_caregivers_are_asked_for_apart(dataset: kg.Graph) -> None:
    # F26: mothers of 14-25 years
    answers = {
        age: rows(
            dataset,
            "includes-age",
            "intervention",
            "answer",
            age=age,
            basis="studySample",
            whose="caregiver",
        )
        for age in ("20a", "25a", "26a")
    }
    assert answers == {
        "20a": [("intervention/minding-the-baby", "overlaps")],
        "25a": [("intervention/minding-the-baby", "cannot be determined")],
        "26a": [("intervention/minding-the-baby", "does not")],
    }


# -- 2 to 4: what interventions are made of ----------------------------------------------------


def test_2_variants_of_pcit(dataset: kg.Graph) -> None:
    found = rows(dataset, "variants", "variant", "abbreviation", "change")
    assert found == [
        (
            "intervention/infant-behavior-program",  # F14
            "IBP",
            "Brief adaptation delivered at home to mothers and infants.",
        ),
        (
            "intervention/pcit-t",  # S52, S53, F09
            "PCIT-T",
            "Made for toddlers; its first phase is Child-Directed Interaction-Toddler.",
        ),
    ]


def test_2_variants_of_other_interventions(dataset: kg.Graph) -> None:
    cos, abc = "intervention/circle-of-security", "intervention/abc"
    assert first(dataset, "variants", "variant", intervention=cos) == ["intervention/cos-p"]
    assert first(dataset, "variants", "variant", intervention=abc) == ["intervention/abc-infant"]
    # STEP is not STEEP, and neither is a variant of anything.
    assert first(dataset, "variants", "variant", intervention="intervention/steep") == []


def test_3_techniques_of_pcit_and_pcit_t(dataset: kg.Graph) -> None:
    found = rows(dataset, "shared-techniques", "technique", "found", "performedBy", "directedAt")
    assert found == [
        (
            "technique/follow-childs-lead",
            "the first; none recorded of the other",
            "caregiver",
            "child",
        ),  # S60
        (
            "technique/positive-parenting-skills",
            "the first; none recorded of the other",
            "caregiver",
            "",
        ),  # S61, which does not say at whom they are directed
    ]


def test_4_phases_of_pcit(dataset: kg.Graph) -> None:
    assert rows(dataset, "phases", "order", "phase", "abbreviation") == [
        ("1", "component/cdi", "CDI"),  # S58, F11
        ("2", "component/pdi", "PDI"),  # F11, F12
    ]


# -- 5 to 8: outcomes ------------------------------------------------------------------------


def test_5_outcomes_for_which_vipp_sd_is_favoured(dataset: kg.Graph) -> None:
    found = rows(
        dataset,
        "favoured-outcomes",
        "outcome",
        "finding",
        "comparators",
        intervention="intervention/vipp-sd",
    )
    assert found == [
        ("outcome/child-behaviour-problems", finding("31-1"), "usualCare"),
        ("outcome/parenting-attitudes", finding("04-2"), "unspecifiedControl"),
        ("outcome/parenting-behaviour", finding("04-1"), "unspecifiedControl"),
        ("outcome/secure-attachment", finding("04-3"), "unspecifiedControl"),
        # not F04.4: no significant effect on externalising behaviour
    ]


def test_5_both_ratings_of_one_finding_are_shown(dataset: kg.Graph) -> None:
    found = rows(
        dataset,
        "favoured-outcomes",
        "finding",
        "certainty",
        "ratingSystem",
        intervention="intervention/video-feedback",
    )
    assert sorted(found) == [
        (finding("05-1"), "high", "GRADE"),  # X6: the Norwegian table
        (finding("05-1"), "moderate", "GRADE"),  # X6: the Cochrane news page
        (finding("05-2"), "very low", "GRADE"),
    ]


def test_5_change_within_a_group_and_page_claims_favour_nothing(dataset: kg.Graph) -> None:
    pcit = first(dataset, "favoured-outcomes", "finding", intervention="intervention/pcit")
    assert sorted(pcit) == [finding(f"08-{n}") for n in range(1, 7)]  # not F11, F12, F13, S46
    toddlers = first(dataset, "favoured-outcomes", "finding", intervention="intervention/pcit-t")
    # F10.1 and F10.2 against each other arm; of F10.3 it is not stated what was compared
    assert sorted(toddlers) == [finding(f"10-{n}") for n in ("1", "1-b", "2", "2-b")]
    assert first(dataset, "favoured-outcomes", "finding", intervention="component/cdi") == []


def test_6_favoured_over_an_active_comparator(dataset: kg.Graph) -> None:
    found = rows(dataset, "favoured-over-active", "finding", "practice", "comparator")
    assert sorted(found) == [
        (finding("10-1"), "intervention/pcit-t", "intervention/cos-p"),
        (finding("10-2"), "intervention/pcit-t", "intervention/cos-p"),
        (finding("17-1"), "intervention/abc", "intervention/def"),
        (finding("17-2"), "intervention/abc", "intervention/def"),
        (finding("18-1"), "intervention/abc", "intervention/def"),
        (finding("21-1"), "intervention/cpp", "intervention/ppi"),
        (finding("27-1"), "intervention/gabi", "intervention/step"),
        (finding("27-2"), "intervention/gabi", "intervention/step"),
        *(
            (
                finding(f"28-{n}"),
                "intervention/watch-wait-and-wonder",
                "intervention/mother-infant-psychodynamic-psychotherapy",
            )
            for n in ("1", "2", "2-b")
        ),
        # not F06: a control condition is pooled with it
    ]


def test_7_outcomes_by_certainty(dataset: kg.Graph) -> None:
    found = rows(
        dataset,
        "outcomes-by-certainty",
        "certainty",
        "ratingSystem",
        "finding",
        domain="attachment",
        subject="child",
    )
    assert found[:6] == [
        ("moderate", "GRADE", finding("07-2")),
        ("low", "GRADE", finding("06-1")),
        ("low", "GRADE", finding("07-1")),
        ("very low", "GRADE", finding("05-2")),
        ("very low", "GRADE", finding("05-3")),
        ("very low", "GRADE", finding("07-3")),
    ]
    research = findings(
        """01-2 02-1 02-2 02-3 02-4 02-5 02-6 03-1 04-3 11-1 11-2 12-1 12-2 15-1 16-1
        17-1 17-2 18-1 18-2 18-3 20-1 20-1-b 21-1 21-1-b 21-extra-1 22-1 23-1 25-1 25-2 26-1 26-2
        26-extra-1 26-extra-2 28-1 29-1 29-2 29-3 29-extra-1 33-1 34-1"""
    )
    # No claim of the page; what HomVEE says of a study (F18, F26) rates no evidence.
    assert sorted(row[2] for row in found[6:]) == sorted(research)
    assert {row[0] for row in found[6:]} == {"not rated"}


def test_7_designs_are_named(dataset: kg.Graph) -> None:
    found = dict(rows(dataset, "outcomes-by-certainty", "finding", "designs"))
    assert found[finding("15-1")] == "metaAnalysis"
    assert found[finding("29-1")] == "quasiExperiment"
    assert found[finding("28-1")] == "notStated"  # F28: allocation not shown


def test_8_outcomes_of_the_pair(dataset: kg.Graph) -> None:
    found = dict(rows(dataset, "outcomes-by-subject", "outcome", "findings", subject="dyad"))
    assert found == {
        "outcome/bond-strength": "0",  # S24 is a claim
        "outcome/dyadic-constriction": "0",
        "outcome/dyadic-reciprocity": "0",
        "outcome/emotional-availability": "1",  # F09.2; S55 is a claim
        "outcome/hostility-and-constriction": "1",  # F27.2
        "outcome/parent-child-relationship": "0",
        "outcome/parental-stress-and-externalising": "2",  # F10.3, two arms
        "outcome/presenting-problems-stress-intrusiveness": "1",  # F28.3
        "outcome/prevention-service-rating": "1",  # F19
        "outcome/relational-health": "0",
        "outcome/routine-use-and-evidence": "1",  # F35
        "outcome/stable-relationships": "0",
        "outcome/supportive-presence-and-reciprocity": "1",  # F27.1
        "outcome/trust": "0",
    }


def test_8_outcomes_by_who_they_are_measured_in(dataset: kg.Graph) -> None:
    found = rows(dataset, "outcomes-by-subject", "outcome", "measuredIn", "findings")
    assert [row[1] for row in found] == sorted(row[1] for row in found)
    subject = {outcome: who for outcome, who, _ in found}
    assert subject["outcome/parental-sensitivity"] == "caregiver"
    assert subject["outcome/secure-attachment"] == "child"
    counts = {outcome: number for outcome, _, number in found}
    # F02 (6), F06, F07.2, F17.1, F18.1, F18.3, F25.2, F26 (2), F29.3; S48 is a claim
    assert counts["outcome/disorganised-attachment"] == "15"


# -- 9: target and study -----------------------------------------------------------------------


def test_9_targets_wider_than_what_was_studied(dataset: kg.Graph) -> None:
    found = rows(
        dataset,
        "target-wider-than-studied",
        "answer",
        "practice",
        "population",
        "younger",
        "older",
    )
    assert found == [
        # 2-7 years against 3-6 years (F12, F11)
        (
            "wider",
            "intervention/pcit",
            "population/disruptive-preschoolers-and-mothers",
            "yes",
            "yes",
        ),
        ("wider", "intervention/pcit", "population/odd-children-and-mothers", "yes", "yes"),
        # 12-24 months (S53) against 14-24 months (F09, F10); nobody says whether 24 belongs to it
        (
            "wider",
            "intervention/pcit-t",
            "population/toddler-dyads-cdi-t-trial",
            "yes",
            "cannot be determined",
        ),
        (
            "wider",
            "intervention/pcit-t",
            "population/toddlers-pcit-t-trial",
            "yes",
            "cannot be determined",
        ),
        # 6-24 months (F19) against under 2 years (F18): it hangs on whether 24 belongs to it
        (
            "cannot be determined",
            "intervention/abc-infant",
            "population/abc-infant-review-samples",
            "no",
            "cannot be determined",
        ),
    ]


# -- 10 to 15: how firm -------------------------------------------------------------------------


def test_10_insufficient_or_mixed(dataset: kg.Graph) -> None:
    found = rows(dataset, "insufficient-or-mixed", "finding", "direction", "source")
    insufficient = """
        02-3 f02-bakermans-kranenburg-2005
        02-6 f02-bakermans-kranenburg-2005
        04-4 f04-van-ijzendoorn-2022
        05-4 f05-ohara-2019
        05-5 f05-ohara-2019
        07-3 f07-macdonald-2016
        12-1 f12-neary-nd
        16-1 f16-cassidy-2017
        16-2 f16-cassidy-2017
        18-2 f18-homvee-nd
        18-3 f18-homvee-nd
        21-2 f21-stronach-2013
        21-2-b f21-stronach-2013
        21-extra-1 f21-stronach-2013
        26-1 f26-homvee-nd
        26-2 f26-homvee-nd
        28-3 f28-cohen-1999
        29-2 f29-steep-2016
        29-extra-1 f29-steep-2016
        30-1 f30-theraplay-2021
        32-3 f32-jugovac-2022
        32-4 f32-jugovac-2022
        42-1 f42-rosen-2025
    """
    assert set(found) == {
        (finding("05-3"), "mixed", "source/f05-ohara-2019"),
        *(
            (finding(name), "insufficient", f"source/{source}")
            for name, source in (line.split() for line in insufficient.strip().splitlines())
        ),
    }


def test_11_contradictions(dataset: kg.Graph) -> None:
    found = rows(dataset, "contradictions", "finding", "other")
    # X4: sensitivity only, start after 6 months, children at risk, and the review of 2017 against
    # all programmes. What is insufficient, such as at-risk parents (F02.6), contradicts nothing.
    assert sorted(found) == [
        (finding(one), finding("02-1")) for one in ("02-2", "02-4", "02-5", "06-1")
    ]
    assert set(first(dataset, "contradictions", "kind")) == {"effect against none"}
    assert set(first(dataset, "contradictions", "verdict")) == {"differ, and differ also in"}


def test_12_intervals_that_cross_no_effect(dataset: kg.Graph) -> None:
    found = rows(dataset, "crosses-no-effect", "finding", "value", "lower", "upper", "level")
    assert found == [
        (finding("05-4"), "0.04", "-0.33", "0.42", "0.95"),
        (finding("05-5"), "0.09", "-0.26", "0.31", ""),
        (finding("07-3"), "0.90", "0.13", "6.37", ""),
    ]


def test_13_differences_in_sensitivity(dataset: kg.Graph) -> None:
    columns: tuple[str, ...] = ("finding", "value", "lower", "upper", "level")
    columns += ("participants", "unit", "studies", "followUp")
    assert rows(dataset, "sensitivity-effects", *columns) == [
        (finding("01-1"), "0.33", "", "", "", "7636", "participants", "", ""),
        (
            *(finding("05-1"), "0.34", "0.20", "0.49", "0.95"),
            *("1757", "dyads", "20", "post-intervention"),
        ),
    ]


def test_14_claims_on_one_study(dataset: kg.Graph) -> None:
    found = rows(dataset, "single-study", "practice", "outcome", "restsOn")
    expected = """
        component/cdi-t outcome/emotional-availability source/f09-kohlhoff-2021
        component/cdi-t outcome/externalising-and-internalising source/f09-kohlhoff-2021
        component/cdi-t outcome/negative-parenting source/f09-kohlhoff-2021
        component/cdi-t outcome/positive-parenting-skills source/f09-kohlhoff-2021
        intervention/abc outcome/disorganised-attachment study/bernard-2012
        intervention/abc outcome/secure-attachment study/bernard-2012
        intervention/cos-p outcome/attachment-quality source/f16-cassidy-2017
        intervention/cos-p outcome/child-behaviour-problems source/f16-cassidy-2017
        intervention/cos-p outcome/inhibitory-control source/f16-cassidy-2017
        intervention/cos-p outcome/parental-stress-and-externalising study/pcit-t-three-arm
        intervention/cos-p outcome/unsupportive-responses source/f16-cassidy-2017
        intervention/cpp outcome/child-behaviour-problems study/cicchetti-2006
        intervention/cpp outcome/peer-relations source/f24-cpp-follow-up-nd
        intervention/cpp outcome/secure-attachment study/cicchetti-2006
        intervention/gabi outcome/hostility-and-constriction study/steele-2019
        intervention/gabi outcome/supportive-presence-and-reciprocity study/steele-2019
        intervention/infant-behavior-program outcome/warmth-and-sensitivity study/blizzard-2017
        intervention/minding-the-baby outcome/reflective-functioning study/minding-the-baby-phase-2
        intervention/pcit outcome/internalising source/f13-allen-2014
        intervention/pcit outcome/parental-stress source/f13-allen-2014
        intervention/pcit outcome/positive-parenting-skills source/f13-allen-2014
        intervention/pcit-t outcome/negative-and-non-attuned-verbalisations study/pcit-t-three-arm
        intervention/pcit-t outcome/parental-stress-and-externalising study/pcit-t-three-arm
        intervention/pcit-t outcome/sensitivity-and-positive-verbalisations study/pcit-t-three-arm
        intervention/ppi outcome/secure-attachment study/cicchetti-2006
        intervention/steep outcome/attachment-quality study/steep-first-trial
        intervention/steep outcome/disorganised-attachment study/steep-germany
        intervention/steep outcome/secure-attachment study/steep-germany
        intervention/vipp-sd outcome/child-behaviour-problems study/ofarrelly-2021
        intervention/watch-wait-and-wonder outcome/caregiver-depression source/f28-cohen-1999
        intervention/watch-wait-and-wonder outcome/organised-or-secure-attachment source/f28-cohen-1999
        intervention/watch-wait-and-wonder outcome/parenting-competence source/f28-cohen-1999
        intervention/watch-wait-and-wonder outcome/presenting-problems-stress-intrusiveness source/f28-cohen-1999
    """  # noqa: E501
    # Two studies: CDI and PCIT on security (F11, F12), TPP (F22, F23), Minding the Baby on
    # attachment (F25, F26), ABC-Infant on disorganisation (F18.1, F18.3), compliance (F08, F42).
    assert found == [tuple(line.split()) for line in expected.strip().splitlines()]


def test_15_claims_on_change_within_one_group(dataset: kg.Graph) -> None:
    assert rows(dataset, "within-group-only", "practice", "outcome", "findings") == [
        (
            "component/cdi",
            "outcome/secure-attachment",
            f"{finding('11-1')}, {finding('12-1')}",
        ),
        ("intervention/pcit", "outcome/internalising", finding("13-1-d")),
        ("intervention/pcit", "outcome/parental-stress", finding("13-1-b")),
        ("intervention/pcit", "outcome/positive-parenting-skills", finding("13-1")),
        (
            "intervention/pcit",
            "outcome/secure-attachment",
            f"{finding('11-2')}, {finding('12-2')}",
        ),
    ]
