"""What rests on one source or one study alone."""

from __future__ import annotations

import pytest
from figure_help import Builder

from kg.evidence.findings import Findings
from kg.evidence.index import Index
from kg.evidence.support import (
    Load,
    authors,
    authors_by_load,
    reviews_by_load,
    sources_by_load,
    studies_by_load,
)


@pytest.fixture(scope="module")
def found() -> Findings:
    """Two sources on one question, one of them alone on another; a recommendation rests on it."""
    b = Builder()
    for kind, name in (("Intervention", "a"), ("Outcome", "o"), ("Outcome", "p")):
        b.add(f"{kind.lower()}/{name}", kind, prefLabel=name)
    b.add("source/s", "Source", prefLabel="s", authors="Roe, Doe, et al.", sourceType="trialReport")
    b.add("source/t", "Source", prefLabel="t", authors="Doe", sourceType="systematicReview")
    b.add("study/y", "Study", prefLabel="y")
    for name, source, outcome in (("f", "s", "o"), ("g", "t", "o"), ("h", "s", "p")):
        b.finding(f"finding/{name}", f"source/{source}", intervention="intervention/a",
                  outcome=f"outcome/{outcome}", study="study/y")  # fmt: skip
    b.add("recommendation/r#line", "EvidenceLine", source="source/s")
    b.add("recommendation/r", "Recommendation", recommends="intervention/a",
          evidenceLine="recommendation/r#line", reviewStatus="submitted")  # fmt: skip
    return Findings(Index(b.shown()))


def short(found: Findings, load: Load) -> tuple[object, ...]:
    name = found.index.short
    return (
        name(load.holder),
        [tuple(map(name, q)) for q in load.questions],
        list(map(name, load.findings)),
        list(map(name, load.recommendations)),
    )


def test_a_source_holds_up_what_has_no_other(found: Findings) -> None:
    assert [short(found, load) for load in sources_by_load(found)] == [
        (
            "source/s",
            [("intervention/a", "outcome/p")],
            ["finding/f", "finding/h"],
            ["recommendation/r"],
        ),
        ("source/t", [], ["finding/g"], []),
    ]


def test_one_study_behind_two_sources_holds_up_both_questions(found: Findings) -> None:
    (load,) = studies_by_load(found)
    assert load.rank == (2, 3, 0)


def test_a_review_is_a_source_that_is_told_apart(found: Findings) -> None:
    assert [found.index.short(load.holder) for load in reviews_by_load(found)] == ["source/t"]


def test_an_author_holds_up_what_only_works_of_that_author_support(found: Findings) -> None:
    loads = {load.holder: load.rank for load in authors_by_load(found)}
    assert loads == {"Doe": (2, 3, 1), "Roe": (1, 2, 1)}


@pytest.mark.parametrize(
    ("printed", "names"),
    [("Roe, van Doe, et al.", ["Roe", "van Doe"]), ("Roe & Doe", ["Roe", "Doe"]),
     ("Roe J; Doe A", ["Roe J", "Doe A"]), ("", [])],
)  # fmt: skip
def test_authors_are_read_from_the_line_as_printed(printed: str, names: list[str]) -> None:
    assert authors(printed) == names
