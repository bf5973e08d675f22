"""Ages in a text, with what is stated of them, and durations that are none."""

from __future__ import annotations

import pytest

from kg.text.ages import ages


@pytest.mark.parametrize(
    ("said", "low", "high", "unit", "bounds"),
    [
        ("children aged 12–24 months", "12", "24", "mo", ("notStated", "notStated")),
        ("children under five", "", "5", "a", ("", "exclusive")),
        ("from birth to 4 years 11 months", "0", "59", "mo", ("notStated", "notStated")),
        ("children aged 2 to 7", "2", "7", "a", ("notStated", "notStated")),
        ("people aged 12 years and older", "12", "", "a", ("inclusive", "")),
        ("adults over 65", "65", "", "a", ("exclusive", "")),
        ("between 6 months and 3 years of age", "6", "36", "mo", ("notStated", "notStated")),
        ("2-year-olds", "2", "2", "a", ("notStated", "notStated")),
        ("3- to 5-year-olds", "3", "5", "a", ("notStated", "notStated")),
        ("under-fives", "", "5", "a", ("", "exclusive")),
        ("over-65s", "65", "", "a", ("exclusive", "")),
        ("children <5 years", "", "5", "a", ("", "exclusive")),
        ("patients aged ≥65", "65", "", "a", ("inclusive", "")),
        ("aged 65 years or more", "65", "", "a", ("inclusive", "")),
        ("from 2 years of age", "2", "", "a", ("notStated", "")),
        ("age range 5–9", "5", "9", "a", ("notStated", "notStated")),
        ("preschoolers (3–5 y)", "3", "5", "a", ("notStated", "notStated")),
        ("women aged 18 to 45 years¹,²", "18", "45", "a", ("notStated", "notStated")),
        ("over-65s⁹", "65", "", "a", ("exclusive", "")),
        ("children under 6 months", "", "6", "mo", ("", "exclusive")),
        ("newborns under 28 days", "", "28", "d", ("", "exclusive")),
        ("infants from 6 months", "6", "", "mo", ("notStated", "")),
        ("school-age children (6 to 11)", "6", "11", "a", ("notStated", "notStated")),
        ("women of childbearing age (15-49)", "15", "49", "a", ("notStated", "notStated")),
        ("boys aged 7;6 to 9;11 years", "90", "119", "mo", ("notStated", "notStated")),
        ("children aged 2;6", "30", "30", "mo", ("notStated", "notStated")),
        ("people over fifty²,³", "50", "", "a", ("exclusive", "")),
        ("12-to-18-month-olds", "12", "18", "mo", ("notStated", "notStated")),
        ("people from 80 on", "80", "", "a", ("notStated", "")),
        ("women from 50 years upwards", "50", "", "a", ("notStated", "")),
        ("everyone over 65", "65", "", "a", ("exclusive", "")),
        ("(mean age 6; range 4–9 years)", "4", "9", "a", ("notStated", "notStated")),
        (
            "children older than 2 but younger than 6 years",
            "2",
            "6",
            "a",
            ("exclusive", "exclusive"),
        ),
    ],
)
def test_an_age_has_the_limits_that_are_stated(
    said: str, low: str, high: str, unit: str, bounds: tuple[str, str]
) -> None:
    (age,) = [a for a in ages(said, 0, len(said)) if not a.words]
    assert (age.low, age.high, age.unit, (age.low_bound, age.high_bound)) == (
        low,
        high,
        unit,
        bounds,
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("adults aged 65 and over", "patient"),
        ("adolescents (13-17 years)", "patient"),
        ("mothers aged under 20 years", "caregiver"),
        ("children aged 2 to 7", "child"),
        ("aged 65 and over", ""),
        ("none was a child, all were ≥ 80 years old", ""),
    ],
)
def test_an_age_is_of_those_whom_the_words_name(said: str, expected: str) -> None:
    assert [a.of for a in ages(said, 0, len(said)) if not a.words] == [expected]


@pytest.mark.parametrize(
    "said",
    [
        "for 6-12 months",
        "at least 12 weeks of care",
        "toddlers",
        "0 – 1",
        "children from 5 schools",
        "patients (>12 weeks)",
        "patients > 5 mg",
        "median age 4 years",
        "assessed at 12, 18 and 24 months",
        "scores from 7;6 to 9;11",
        "followed to 4 years 6 months and 9 years",
        "from 6 weeks to 18 months of age",
    ],
)
def test_durations_and_stages_of_life_are_no_age_range(said: str) -> None:
    assert not [a for a in ages(said, 0, len(said)) if not a.words]


def test_ranges_in_a_list_are_all_ages_if_the_first_is() -> None:
    said = "children aged 2 to 5, 6 to 11 and 12 to 17 years"
    found = [a for a in ages(said, 0, len(said)) if not a.words]
    assert [(a.low, a.high, a.unit) for a in found] == [
        ("2", "5", "a"), ("6", "11", "a"), ("12", "17", "a"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["from 6 weeks to 18 months of age", "people in their 60s"])
def test_an_age_that_no_unit_holds_exactly_keeps_its_words_alone(said: str) -> None:
    assert any(a.words and a.verbatim in said and len(a.verbatim) > 8 for a in ages(said, 0, 99))


@pytest.mark.parametrize(
    "said",
    [
        "ages five, seven and nine",
        "5, 7 and 9 years of age",
        "aged 6 and 12 months",
        "aged two or three",
    ],
)
def test_several_ages_are_kept_in_words_and_are_no_range(said: str) -> None:
    [age] = ages(said, 0, len(said))
    assert (age.verbatim, age.words, age.low, age.high) == (said, True, "", "")


@pytest.mark.parametrize(
    "said", ["infant–parent psychotherapy", "mother-infant pairs", "an ABC-Infant group"]
)
def test_a_part_of_a_word_is_no_age(said: str) -> None:
    assert not ages(said, 0, len(said))
