"""What rests on one source or one study alone."""

from __future__ import annotations

import pytest
from figure_help import Builder

from kg.evidence.findings import Findings
from kg.evidence.index import Index
from kg.evidence.support import Load, sources_by_load, studies_by_load


@pytest.fixture(scope="module")
def found() -> Findings:
    """Two sources on one question, one of them alone on another; a recommendation rests on it."""
    b = Builder()
    for kind, name in (("Intervention", "a"), ("Outcome", "o"), ("Outcome", "p")):
        b.add(f"{kind.lower()}/{name}", kind, prefLabel=name)
    for name in ("s", "t"):
        b.add(f"source/{name}", "Source", prefLabel=name)
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
        name(load.iri),
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
