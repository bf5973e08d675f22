"""Questions 16 to 25 and those beyond: what claims rest on and who vouches for them."""

from __future__ import annotations

import pytest
from test_questions import finding, findings, first, rows

import kg


def page(*numbers: int) -> list[str]:
    return [f"statement/s{n:02}" for n in numbers]


def test_16_recommendations_without_evidence(dataset: kg.Graph) -> None:
    kind = "recommendation without evidence"
    found = set(first(dataset, "unlinked", "entity", kind=kind))
    # The advice of the page that has no marker.
    assert found == set(page(19, 20, 21, 22, 23, 25, 26, 27, 31, 32))


def test_16_evidence_without_recommendation(dataset: kg.Graph) -> None:
    kind = "evidence without recommendation"
    found = dict(rows(dataset, "unlinked", "entity", "count", kind=kind))
    assert found == {
        "component/cdi": "2",  # F11.1, F12.1; S51 rests on the page alone
        "component/cdi-t": "4",  # F09 in four parts
        "intervention/abc": "4",  # F17, F18.1, F18.2
        "intervention/abc-infant": "2",  # F18.3, F19
        "intervention/attachment-based-interventions": "4",  # F07, F35; S42, S43 are claims
        "intervention/attachment-emotion-focused-parenting": "4",  # F32
        "intervention/circle-of-security": "4",  # F15
        "intervention/cos-p": "5",  # F10.3, F16
        "intervention/cpp": "6",  # F20, F21 in four parts, F24
        "intervention/disorganisation-prevention": "8",  # F02, F03, F06
        "intervention/gabi": "2",  # F27
        "intervention/infant-behavior-program": "1",  # F14
        "intervention/maternal-sensitivity-reflective-function": "1",  # F33
        "intervention/minding-the-baby": "7",  # F25, F26 of the clearinghouse and the authors
        "intervention/pcit": "13",  # F08, F11.2, F12.2, F13 in four parts, F42
        "intervention/pcit-t": "5",  # F10 in five parts; S54 to S57 are claims
        "intervention/ppi": "2",  # F20, F21
        "intervention/preventive-sensitivity-attachment-interventions": "2",  # F01
        "intervention/steep": "4",  # F29 with the first trial
        "intervention/theraplay": "1",  # F30
        "intervention/toddler-attachment-programmes": "1",  # F34
        "intervention/tpp": "2",  # F22, F23
        "intervention/vipp-sd": "5",  # F04, F31
        "intervention/watch-wait-and-wonder": "4",  # F28 in four parts
        # not video feedback (F36 recommends it), not responsive caregiving (S28, S29)
    }


def test_17_everything_is_submitted_and_nothing_more(dataset: kg.Graph) -> None:
    found = rows(dataset, "not-approved", "statement", "current", "since", "changed")
    days = ("24T05:00", "25T03:00", "29T22:15", "30T04:50")
    since = {("submitted", f"2026-11-{day}:00Z", "false") for day in days}
    assert {row[1:] for row in found} == since
    statements = [row[0] for row in found]
    assert len(statements) == len(set(statements)) == 277
    assert set(page(*range(1, 83))) <= set(statements)
    # 82 of the page and 3 claims of its lists, 6 on fidelity, 91 results and 12 further parts of
    # them, a caveat, 4 results that are told beside them, and 78 on programmes, parts, people,
    # instruments and studies
    assert sum(s.startswith("statement/fidelity-") for s in statements) == 6
    assert 82 + 3 + 6 + 91 + 12 + 1 + 4 + 78 == 277
    assert first(dataset, "not-approved", "statement", status="rejected") == []


def test_18_nobody_approved_anything(dataset: kg.Graph) -> None:
    assert first(dataset, "approvals", "statement") == []


def test_19_no_source_was_checked_for_retraction(dataset: kg.Graph) -> None:
    found = rows(dataset, "retracted-or-unchecked", "what", "source", "statements")
    assert {row[0] for row in found} == {"never checked"}
    by_source = {source: statements for _, source, statements in found}
    numbered = [s for s in by_source if s.startswith("source/citation-")]
    assert numbered == [f"source/citation-{n}" for n in range(1, 7)]
    entries = {s[7:10] for s in by_source if s.startswith("source/f")}
    assert entries == {f"f{n:02}" for n in range(1, 43)}
    assert by_source["source/citation-2"] == "statement/s42, statement/s43"
    assert first(dataset, "retracted-or-unchecked", "source", problem="retracted") == []


def test_20_where_a_statement_comes_from(dataset: kg.Graph) -> None:
    found = rows(
        *(dataset, "provenance", "part", "document", "start", "end", "marker", "doi"),
        statement="statement/s48",
    )
    own = [row for row in found if row[1] == "article/own"]
    assert [row for row in found if row not in own] == [
        ("quote", "article/original", "2778", "2824", "", ""),  # S48
        ("source", "source/citation-4", "", "", "4", "10.1097/YCO.0000000000000552"),
    ]
    assert len(own) == 1


def test_20_several_markers_and_no_doi(dataset: kg.Graph) -> None:
    found = rows(dataset, "provenance", "part", "marker", "doi", statement="statement/s63")
    assert [row[1:] for row in found if row[0] == "source"] == [
        ("3", ""),  # the source of citation 3 was not found
        ("4", "10.1097/YCO.0000000000000552"),
        ("6", ""),  # nor was a record of that of citation 6
    ]


@pytest.mark.parametrize(
    ("statement", "doubt"),
    [("s57", "source not found"), ("s15", "source not confirmed"), ("s42", "")],
)
def test_20_a_source_in_doubt_says_so(dataset: kg.Graph, statement: str, doubt: str) -> None:
    found = rows(dataset, "provenance", "part", "doubt", statement=f"statement/{statement}")
    assert {row[1] for row in found if row[0] == "source"} == {doubt}


def test_20_a_finding_has_a_locator_and_no_copied_words(dataset: kg.Graph) -> None:
    found = rows(
        *(dataset, "provenance", "part", "document", "words", "locator", "doi"),
        statement=finding("03-1"),
    )
    assert found == [
        ("quote", "source/f03-facompre-nd", "", "(d = 0.35, 95% CI [0.10-0.61])", ""),
        ("source", "source/f03-facompre-nd", "", "", ""),  # F03: no DOI known
    ]


def test_21_quotes_at_second_hand(dataset: kg.Graph) -> None:
    background = set(first(dataset, "secondary-quotes", "statement", role="background"))
    assert {s for s in background if s.startswith("finding/")} == {finding("42-1")}
    found = set(first(dataset, "secondary-quotes", "statement", role="secondaryReport"))
    research = findings(
        """05-1 05-2 05-3 05-4 05-5 06-1 07-1 07-2 07-3 18-1 18-2 18-3 20-1 20-1-b
        26-1 26-2 29-extra-1"""
    )
    marked = [*range(15, 19), *range(28, 31), *range(33, 41), *range(42, 51)]
    marked += [*range(52, 62), *range(63, 72)]
    without_marker = [24, 51]  # claims of an effect for which the page names no source
    of_lists = {f"statement/{name}" for name in ("s41-extra-1", "s41-extra-2", "s51-b")}
    described = {s for s in found if s.startswith("description/")}
    assert found - described == {*research, *page(*marked, *without_marker), *of_lists}


def test_22_no_quote_is_stale(dataset: kg.Graph) -> None:
    assert first(dataset, "stale-quotes", "statement") == []
    texts = set(first(dataset, "stale-quotes", "document", check="matches"))
    assert texts == {"article/own"}


def test_23_what_must_be_shown_with_pcit_t(dataset: kg.Graph) -> None:
    assert rows(dataset, "must-show", "what", "statement", "because") == [
        *(
            ("disclaimer", statement, "article/original, article/own")
            for statement in page(3, 73, 74, 75, 76, 77, 78, 79)
        ),
        ("limit", "statement/s04", "article/original"),
    ]


def test_23_coercive_treatments_are_warned_of(dataset: kg.Graph) -> None:
    practice = "intervention/coercive-attachment-therapies"
    assert rows(dataset, "must-show", "what", "statement", intervention=practice) == [
        ("contraindication", "caveat/coercive-therapies"),  # F37
        ("recommendation against", "recommendation/f37-1"),
    ]


def test_24_no_recommendation_is_approved(dataset: kg.Graph) -> None:
    assert first(dataset, "caregiver-recommendations", "recommendation") == []


def test_24_no_recommendation_says_for_which_months(dataset: kg.Graph) -> None:
    found = rows(
        dataset, "caregiver-recommendations", "recommendation", "answer", status="submitted"
    )
    assert set(found) == {
        (statement, "cannot be determined")
        for statement in (
            *page(15, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 31, 32),
            "recommendation/f36-1",  # preschool age, no limits
            "recommendation/f37-1",  # infancy and early childhood
        )
    }


def test_25_codes_of_reactive_attachment_disorder(dataset: kg.Graph) -> None:
    found = rows(
        *(dataset, "codes", "match", "code", "codeSystem", "licence"),
        concept="condition/reactive-attachment-disorder",
    )
    assert found == [
        ("close", "F94.1", "code-system/icd-10", ""),
        ("close", "6B44", "code-system/icd-11", ""),
        ("close", "D019962", "code-system/mesh-2015", ""),
        ("close", "C118190", "code-system/ncit", ""),
    ]


def test_25_concepts_for_which_no_code_was_found(dataset: kg.Graph) -> None:
    found = rows(dataset, "codes", "entity", "match")
    assert {entity for entity, match in found if match == "no match found"} == {
        "intervention/pcit",
        "outcome/parental-sensitivity",
        "outcome/emotional-availability",
        "outcome/disorganised-attachment",
        "population/toddlers",
    }
    assert ("intervention/theraplay", "none recorded") in found


def test_25_only_the_global_patient_set_has_a_known_licence(dataset: kg.Graph) -> None:
    found = rows(dataset, "codes", "codeSystem", "licence")
    assert {system for system, licence in found if licence} == {"code-system/snomed-gps-2020"}


# -- beyond the 25 ------------------------------------------------------------------------------


def test_the_page_against_its_sources(dataset: kg.Graph) -> None:
    columns = ("marker", "judgement", "found", "unresolved", "derivedFrom")
    assert rows(dataset, "page-claims", *columns) == [
        ("1", "not checkable", "probable", "", ""),
        ("2", "overstated", "verified", "", ""),
        ("3", "not checkable", "unknown", "true", ""),
        ("4", "overstated", "verified", "", ""),
        ("5", "faithful", "verified", "", "source/hta-2015-wright"),
        ("6", "not checkable", "probable", "true", ""),
    ]
    assert first(dataset, "page-claims", "claims", fidelity="overstated") == [
        "statement/s42, statement/s43",
        "statement/s47, statement/s48",
    ]


def test_claims_of_the_page_without_research(dataset: kg.Graph) -> None:
    found = rows(dataset, "claims-without-research", "claim", "practice", "nearest")
    assert sorted(found) == [
        ("statement/s16", "technique/consistent-response", "0"),
        ("statement/s17", "technique/consistent-response", "0"),
        ("statement/s18", "technique/consistent-response", "0"),
        ("statement/s24", "technique/physical-touch", "0"),
        ("statement/s30", "intervention/responsive-caregiving", "0"),
        ("statement/s43", "intervention/attachment-based-interventions", "0"),
        # externalising (F08, 3; F13), internalising (F13), compliance (2)
        ("statement/s46", "intervention/pcit", "7"),
        ("statement/s47", "intervention/preventive-interaction-interventions", "0"),
        ("statement/s50", "intervention/evidence-based-parenting-interventions", "0"),
        ("statement/s51", "intervention/pcit-t", "0"),  # no trial of it reports attachment (X13)
        ("statement/s54", "intervention/pcit-t", "4"),  # F10.1, F10.2, two parts each
        ("statement/s55", "intervention/pcit-t", "1"),  # F10.3
        ("statement/s56", "intervention/pcit-t", "0"),
        ("statement/s57", "intervention/pcit-t", "0"),
    ]
    # S42 has F07 beside it, S51.b on CDI has F11 and F12, S41 on PCIT has F11.2 and F12.2.


DIFFER, SAME_DATA = "differ, and differ also in", "same data, analysed or rated differently"
ONE_STUDY = "record against record of one study"
PAGE, ITSELF = "page against source", "page against itself"
CONFLICTS = {
    "X1": {(SAME_DATA, finding("17-2"), finding("18-2"))},
    "X2": {
        (SAME_DATA, finding("26-extra-1"), finding("26-1")),
        (SAME_DATA, finding("26-extra-2"), finding("26-2")),
        (DIFFER, finding("25-1"), finding("26-1")),
    },
    "X3": {(DIFFER, finding("15-1"), finding("16-1"))},
    "X4": {(DIFFER, finding("06-1"), finding("02-1")), (DIFFER, finding("03-1"), finding("02-1"))},
    "X5": {(DIFFER, finding("20-1-b"), finding("21-extra-1"))},
    "X6": {(SAME_DATA, "source/f05-cochrane-news", "source/f05-grade-table")},
    "X7": {
        (ONE_STUDY, finding("07-1"), finding("07-1")),
        (ONE_STUDY, finding("07-3"), finding("07-3")),
    },
    "X8": {(DIFFER, finding("08-6"), finding("42-1"))},
    "X9": {(DIFFER, finding("31-1"), finding("04-4"))},
    "X10": {(ONE_STUDY, "study/ofarrelly-2021", "study/ofarrelly-2021")},
    "X11": {(ONE_STUDY, finding("14-1"), finding("14-1"))},
    "X12": {(DIFFER, finding("29-1"), finding("29-extra-1"))},
    "X13": {
        (DIFFER, finding("11-1"), finding("12-1")),
        (PAGE, "statement/s51-b", finding("12-1")),
    },
    "X14": {
        (ITSELF, "statement/s02", "statement/s04"),
        (ITSELF, "statement/s13", "statement/s72"),
        (ITSELF, "statement/s14", "statement/s72"),
    },
}
"""Conflict of the facts → the rows that show it: verdict, one side, the other."""
EXPLAINED = {
    "X3": ("15-1", {"population", "intervention", "outcome", "design"}),
    "X4": ("06-1", {"population"}),
    "X5": ("20-1-b", {"time of follow-up"}),
    "X8": ("08-6", {"population"}),
    "X9": ("31-1", {"population", "outcome", "design"}),
    "X12": ("29-1", {"design", "outcome"}),
    "X13": ("11-1", {"population"}),
}
"""Conflict → what a reader must be told that differs, among others."""


@pytest.mark.parametrize("conflict", CONFLICTS)
def test_every_conflict_is_found_by_a_rule(dataset: kg.Graph, conflict: str) -> None:
    found = set(rows(dataset, "disagreements", "kind", "one", "other"))
    assert CONFLICTS[conflict] <= found


@pytest.mark.parametrize("conflict", EXPLAINED)
def test_other_differences_are_named(dataset: kg.Graph, conflict: str) -> None:
    one, dimensions = EXPLAINED[conflict]
    sides = next(row[1:] for row in CONFLICTS[conflict] if row[1] == finding(one))
    (words,) = {
        row[2]
        for row in rows(dataset, "disagreements", "one", "other", "inWords")
        if row[:2] == sides
    }
    known, _, _ = words.partition("; cannot be determined")
    assert {d for d in dimensions if f"{d} (" not in known} == set()


def test_all_fourteen_conflicts_are_looked_for() -> None:
    assert list(CONFLICTS) == [f"X{n}" for n in range(1, 15)]


def test_verdicts_that_name_a_fault_find_the_conflicts_and_nothing_else(dataset: kg.Graph) -> None:
    faults = {SAME_DATA, ONE_STUDY, ITSELF, "contradict"}
    found = {r for r in rows(dataset, "disagreements", "kind", "one", "other") if r[0] in faults}
    known = {row for some in CONFLICTS.values() for row in some if row[0] in faults}
    assert found == known


def test_both_sides_are_described_in_words(dataset: kg.Graph) -> None:
    assert rows(dataset, "disagreements", "says", "otherSays", verdict="oneStudy") == [
        ("odds ratio 0.14", "57.7% against 20.5%"),
        ("odds ratio 0.90", "13.9% against 11.1%"),
        ("60 randomised", "58 in the arms"),
        (
            "818 eligible families. As in the record kept at Bath.",
            "1430 eligible families. As in the record kept at Oxford; printed as 1,430.",
        ),
    ]
    rated = rows(dataset, "disagreements", "says", "otherSays", about="finding/f05-1")
    assert rated == [("GRADE: moderate", "GRADE: high")]
