"""Ages are compared by the three-valued logic of their limits, checked against brute force.

The questions do it in SPARQL. Here every way in which the limits that are not stated could turn
out is tried, with fractions: all of them in, all of them out, or it cannot be determined.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

import kg
from kg import resources
from kg.graph import Graph
from kg.ontology import CEKG, TYPE, XSD, Ontology

BASE = "https://example.org/ages/"
DAYS = {"d": Fraction(1), "wk": Fraction(7), "mo": Fraction(36525, 1200), "a": Fraction(36525, 100)}
AMOUNTS = {
    "d": ["0", "7", "14", "182.625", "365.25", "730.5"],
    "wk": ["0", "1", "2", "52"],
    "mo": ["0", "6", "12", "13.5", "18", "24", "30"],
    "a": ["0", "0.5", "1", "1.5", "2", "2.5"],
}
BOUNDS = ["inclusive", "exclusive", "notStated"]


@dataclass(frozen=True)
class Span:
    """An age range as written; ``None`` for a limit that is not given."""

    low: str | None
    high: str | None
    unit: str | None
    low_bound: str
    high_bound: str

    def ends(self) -> tuple[Fraction, Fraction | None]:
        """Return both limits in days; nobody is younger than at birth."""
        days = DAYS[self.unit or "d"]
        high = Fraction(self.high) * days if self.high is not None else None
        return Fraction(self.low or 0) * days, high

    def told(self) -> bool:
        return self.unit is not None and (self.low is not None or self.high is not None)

    def readings(self) -> Iterator[tuple[bool, bool]]:
        """Yield every way to read the limits: whether each belongs to the range."""
        choices = []
        for limit, bound in ((self.low, self.low_bound), (self.high, self.high_bound)):
            known = {"inclusive": [True], "exclusive": [False], "notStated": [True, False]}
            choices.append([True] if limit is None else known[bound])
        yield from itertools.product(*choices)


def has(span: Span, reading: tuple[bool, bool], point: Fraction) -> bool:
    low, high = span.ends()
    above = point > low or (reading[0] and point == low)
    return above and (high is None or point < high or (reading[1] and point == high))


def points(*spans: Span) -> list[Fraction]:
    """Return enough ages to tell ranges apart: all limits, between them, and beyond."""
    limits = sorted({e for s in spans for e in s.ends() if e is not None} | {Fraction(0)})
    between = [(a + b) / 2 for a, b in itertools.pairwise(limits)]
    return sorted([*limits, *between, limits[-1] + 1])


def verdict(outcomes: set[bool], yes: str, no: str) -> str:
    if len(outcomes) == 2:
        return "cannot be determined"
    return yes if outcomes == {True} else no


@cache
def ontology() -> Ontology:
    return Ontology.read(resources.ontology_files())


def node(name: str) -> NamedNode:
    return NamedNode(BASE + name)


def term(name: str) -> NamedNode:
    return NamedNode(CEKG + name)


def add_range(graph: Graph, population: str, span: Span, basis: str) -> None:
    person, age = node(population), node(f"{population}#age")
    graph.add(person, TYPE, term("Population"))
    graph.add(person, term("ageRange"), age)
    graph.add(age, term("verbatim"), Literal(str(span)))
    graph.add(age, term("ageBasis"), term(f"AgeBasis-{basis}"))
    graph.add(age, term("ageOf"), term("AgeSubject-child"))
    if span.unit:
        graph.add(age, term("unit"), term(f"AgeUnit-{span.unit}"))
    ends = (("min", span.low, span.low_bound), ("max", span.high, span.high_bound))
    for end, limit, bound in ends:
        if limit is not None:
            decimal = Literal(limit, datatype=NamedNode(XSD + "decimal"))
            graph.add(age, term(f"{end}Age"), decimal)
            graph.add(age, term(f"{end}Bound"), term(f"AgeBound-{bound}"))


def with_target(span: Span) -> Graph:
    graph = Graph(ontology(), BASE)
    practice = node("intervention/a")
    graph.add(practice, TYPE, term("Intervention"))
    graph.add(practice, term("targetPopulation"), node("population/target"))
    add_range(graph, "population/target", span, "programmeTarget")
    return graph


@st.composite
def spans(draw: st.DrawFn) -> Span:
    unit = draw(st.sampled_from([*DAYS, None]))
    amounts = st.sampled_from(AMOUNTS[unit or "d"])
    two = draw(st.lists(amounts, min_size=2, max_size=2, unique=True))
    low, high = sorted(two, key=Fraction)
    kept = draw(st.sampled_from(["both", "both", "low", "high", "none"]))
    return Span(
        low if kept in ("both", "low") else None,
        high if kept in ("both", "high") else None,
        unit,
        draw(st.sampled_from(BOUNDS)),
        draw(st.sampled_from(BOUNDS)),
    )


ages = st.sampled_from(sorted(DAYS)).flatmap(
    lambda unit: st.sampled_from(AMOUNTS[unit]).map(lambda amount: f"{amount}{unit}")
)


def in_days(age: str) -> Fraction:
    unit = age.lstrip("0123456789.")
    return Fraction(age.removesuffix(unit)) * DAYS[unit]


@settings(max_examples=examples(150))
@given(spans(), ages)
@example(Span("12", "24", "mo", "notStated", "notStated"), "1a")
@example(Span("12", "24", "mo", "inclusive", "exclusive"), "2a")
@example(Span("1", "2", "wk", "exclusive", "exclusive"), "7d")
@example(Span(None, None, "mo", "notStated", "notStated"), "18mo")
@example(Span("12", "24", None, "inclusive", "inclusive"), "18mo")
def test_an_age_in_a_range(span: Span, age: str) -> None:
    (answer,) = (row[0] for row in kg.query(with_target(span), "includes-age", age=age).texts())
    if not span.told():
        assert answer == "cannot be determined"
    else:
        found = {has(span, reading, in_days(age)) for reading in span.readings()}
        assert answer == verdict(found, "overlaps", "does not")


@settings(max_examples=examples(150))
@given(spans(), spans())
@example(
    Span("12", "24", "mo", "notStated", "notStated"),
    Span("1", "2", "a", "notStated", "notStated"),
)
@example(
    Span("12", "24", "mo", "inclusive", "inclusive"), Span(None, "2", "a", "exclusive", "exclusive")
)
def test_a_target_wider_than_a_study(target: Span, studied: Span) -> None:
    graph = with_target(target)
    finding = node("finding/f")
    graph.add(finding, TYPE, term("Finding"))
    graph.add(finding, term("intervention"), node("intervention/a"))
    graph.add(finding, term("population"), node("population/studied"))
    add_range(graph, "population/studied", studied, "studySample")
    (answer,) = (row[0] for row in kg.query(graph, "target-wider-than-studied").texts())
    if not (target.told() and studied.told()):
        assert answer == "cannot be determined"
        return
    found = {
        any(has(target, one, p) and not has(studied, two, p) for p in points(target, studied))
        for one in target.readings()
        for two in studied.readings()
    }
    assert answer == verdict(found, "wider", "not wider")


@settings(max_examples=examples(150))
@given(spans(), ages, ages)
@example(Span("12", "24", "mo", "notStated", "inclusive"), "0mo", "1a")
@example(Span("12", "24", "mo", "exclusive", "exclusive"), "2a", "2.5a")
def test_a_recommendation_for_a_range_of_ages(span: Span, one: str, two: str) -> None:
    start, end = sorted((one, two), key=in_days)
    graph = with_target(span)
    advice, wording = node("recommendation/r"), node("recommendation/r#wording")
    graph.add(advice, TYPE, term("Recommendation"))
    graph.add(advice, term("recommends"), node("intervention/a"))
    graph.add(advice, term("direction"), term("RecommendationDirection-for"))
    graph.add(advice, term("effectiveStatus"), term("ReviewStatus-approved"))
    graph.add(advice, term("wording"), wording)
    graph.add(wording, term("audience"), term("Audience-caregiver"))
    graph.add(wording, term("text"), Literal("Do this.", language="en"))
    table = kg.query(graph, "caregiver-recommendations", {"from": start, "to": end})
    answer = table.texts()[0][0] if table.rows else "does not"
    if not span.told():
        assert answer == "cannot be determined"
        return
    asked = Span(str(in_days(start)), str(in_days(end)), "d", "inclusive", "inclusive")
    found = {
        any(has(span, reading, p) and has(asked, (True, True), p) for p in points(span, asked))
        for reading in span.readings()
    }
    assert answer == verdict(found, "overlaps", "does not")


def test_a_target_without_any_age_is_unknown() -> None:
    graph = Graph(ontology(), BASE)
    graph.add(node("intervention/a"), term("targetPopulation"), node("population/p"))
    graph.add(node("population/p"), term("ageDescription"), Literal("toddlers", language="en"))
    assert kg.query(graph, "includes-age").texts() == [
        ["cannot be determined", "intervention/a", "population/p", "toddlers", "programme target"]
    ]


@pytest.mark.parametrize(("age", "answer"), [("12.0mo", "overlaps"), ("1a", "overlaps")])
def test_a_bound_that_is_missing_is_not_stated(age: str, answer: str) -> None:
    graph = with_target(Span("12", "24", "mo", "inclusive", "inclusive"))
    assert kg.query(graph, "includes-age", age=age).texts()[0][0] == answer
    bare = Graph(ontology(), BASE)
    bare.extend(q for q in graph.quads() if not q.predicate.value.endswith("Bound"))
    assert kg.query(bare, "includes-age", age=age).texts()[0][0] == "cannot be determined"
