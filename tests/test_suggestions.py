"""A hint names what the author can have meant, and nothing that would be wrong in that place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kg

Write = Callable[..., Path]


def hint(project: Write, text: str) -> str:
    with pytest.raises(kg.RecordsError) as caught:
        kg.load(project(text))
    return caught.value.diagnostics[0].hint


@pytest.mark.parametrize(
    ("id", "key", "meant"),
    [
        ("source/a", "issued", "year"),
        ("source/a", "date", "year"),
        ("source/a", "datePublished", "year"),
        ("source/a", "date published", "year"),
        ("source/a", "author", "authors"),
        ("outcome/a", "name", "prefLabel"),
        ("finding/a", "direction", "effectDirection"),
        ("finding/a", "control", "comparator"),
        ("finding/a", "n", "participants"),
        ("finding/a", "Intervention", "intervention"),
    ],
)
def test_a_synonym_finds_the_key(project: Write, id: str, key: str, meant: str) -> None:
    assert hint(project, f"- id: {id}\n  {key}: x\n") == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("id", "key", "wrong"),
    [
        ("outcome/a", "phaseOrdr", "phaseOrder"),  # a key of phases
        ("source/a", "minAges", "minAge"),  # a key of age ranges
        ("finding/a", "effectValens", "effectValence"),  # derived
    ],
)
def test_a_key_that_the_class_does_not_have_is_not_suggested(
    project: Write, id: str, key: str, wrong: str
) -> None:
    assert f"'{wrong}'" not in hint(project, f"- id: {id}\n  {key}: x\n")


@pytest.mark.parametrize(
    ("record", "meant"),
    [
        ("certainty: {rating: medium, ratingSystem: GRADE}", "moderate"),
        ("certainty: {rating: Moderate, ratingSystem: GRADE}", "moderate"),
        ("comparator: TAU", "usualCare"),
        ("studyDesign: RCT", "randomisedTrial"),
        ("effectDirection: up", "increase"),
        ("estimate: {estimateType: relative risk, value: 1}", "RR"),
    ],
)
def test_a_synonym_finds_the_value(project: Write, record: str, meant: str) -> None:
    assert hint(project, f"- id: finding/a\n  {record}\n") == f"did you mean '{meant}'?"


def test_only_levels_of_the_system_are_offered(project: Write) -> None:
    text = "- id: finding/a\n  certainty: {rating: C, ratingSystem: GRADE}\n"
    assert hint(project, text) == "one of: high, low, moderate, veryLow"


@pytest.mark.parametrize("short", ["xR", "RE", "Rx", "PP"])
def test_a_short_value_is_not_guessed(project: Write, short: str) -> None:
    text = f"- id: finding/a\n  estimate: {{estimateType: {short}}}\n"
    assert hint(project, text).startswith("one of: ")
