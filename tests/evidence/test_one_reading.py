"""One reading of each finding: ``kg explain``, pages, map, stats, questions and edges agree."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from conftest import ROOT
from site_help import pages, shown

import kg
from kg.counts import VALENCES, overview, tallies
from kg.evidence.findings import SIDES, Findings
from kg.evidence.index import Index
from kg.explanations import EntityText

Reading = dict[str, tuple[str, str]]
"""Finding → its valence and its certainty, as an output shows them."""


QUERY = """
SELECT ?finding ?valence ?level ?system {
  ?finding a cekg:Finding ; cekg:effectValence ?v .
  BIND(STRAFTER(STR(?v), "EffectValence-") AS ?valence)
  OPTIONAL {
    ?finding cekg:certainty ?rated . ?rated cekg:rating ?r ; cekg:ratingSystem ?s .
    BIND(STRAFTER(STR(?r), "CertaintyRating-") AS ?level)
    BIND(STRAFTER(STR(?s), "RatingSystem-") AS ?system)
  }
}
"""


@cache
def sparql() -> Reading:
    """Read the graph without the code that outputs share."""
    found: dict[str, tuple[str, set[str]]] = {}
    for finding, valence, level, system in kg.query(shown(), QUERY).texts():
        rated = found.setdefault(finding, (valence, set()))[1]
        rated.update([f"{level} ({system})"] if level else [])
    return {f: (valence, " / ".join(sorted(c)) or "not rated") for f, (valence, c) in found.items()}


@cache
def explanations() -> list[EntityText]:
    practices = {p for f in Findings(Index(shown())).all for p in f.interventions}
    found = [text for p in sorted(practices) for text in kg.explain(p, shown())]
    return [text for text in found if isinstance(text, EntityText)]


def explained() -> Reading:
    said = [s for text in explanations() for s in text.statements if s.kind == "Finding"]
    return {s.id: (s.result.rpartition(", ")[2], s.certainty) for s in said}


def explained_by_outcome() -> Reading:
    valences = {side: valence for valence, side in SIDES.items()}
    return {
        shown().short(shown().node(f.iri)): (valences[f.side], f.certainty)
        for text in explanations()
        if text.evidence
        for outcome in text.evidence.outcomes
        for f in outcome.findings
    }


def on_pages() -> Reading:
    valences = {f"g-{side.replace(' ', '-')}": valence for valence, side in SIDES.items()}
    found: Reading = {}
    for finding, (_, certainty) in sparql().items():
        page = pages()[f"{finding}.html"]
        glyphs = {t.attributes.get("class") for t in page.tags} & {*valences, "g-claimed"}
        assert len(glyphs) == 1, finding
        text = page.all("main")[0].text
        assert ("not rated" in text) == (certainty == "not rated"), finding
        found[finding] = (valences[str(glyphs.pop())], certainty)
    return found


def on_the_map() -> Reading:
    valences = {side: valence for valence, side in SIDES.items()}
    (island,) = (t for t in pages()["index.html"].tags if t.attributes.get("id") == "kg-data")
    found: Reading = {}
    for card in json.loads(island.text)["findings"]:
        if not card["level"]:
            continue  # a claim
        finding = card["href"].removesuffix(".html")
        rated = "not rated" if card["certainty"] == ["not rated"] else sparql()[finding][1]
        found[finding] = (valences[card["side"]], rated)
    return found


@pytest.mark.parametrize("reading", [explained, explained_by_outcome, on_pages, on_the_map])
def test_every_output_reads_each_finding_alike(reading: Callable[[], Reading]) -> None:
    assert reading() == sparql()


def test_stats_count_what_the_findings_say() -> None:
    index = Index(shown())
    found: dict[str, Counter[str]] = {}
    for f in Findings(index).all:
        for practice in f.interventions:
            found.setdefault(index.short(practice), Counter())[sparql()[index.short(f.iri)][0]] += 1
    counted = {t.practice: dict(zip(VALENCES, t.counts, strict=True)) for t in tallies(shown())}
    assert {p: +Counter(c) for p, c in counted.items() if sum(c.values())} == found


def test_questions_read_each_finding_as_the_graph_has_it() -> None:
    favoured = {row[2] for row in kg.query(shown(), "favoured-outcomes").texts()}
    assert favoured == {f for f, (valence, _) in sparql().items() if valence == "favourable"}
    open_ = kg.query(shown(), "insufficient-or-mixed")
    column = open_.columns.index("finding")
    assert {row[column] for row in open_.texts()} == {
        f for f, (valence, _) in sparql().items() if valence in ("insufficient", "mixed")
    }


COUNTED = ("intervention", "finding", "recommendation", "outcome", "source")


def test_the_home_page_and_stats_count_alike() -> None:
    """A number on the home page is that of ``kg stats`` and of a query that shares no code."""
    sections = {section.title: dict(section.rows) for section in overview(shown())}
    home = pages()["index.html"].all("main")[0].text
    for name in COUNTED:
        query = f"SELECT ?e {{ ?e a cekg:{name.capitalize()} }}"
        number = len(kg.query(shown(), query).rows)
        assert sections["Entities"][name] == number
        assert re.search(rf"(?<!\d){number}\s*{name}s", home), name


def test_the_page_on_the_dataset_counts_what_is_in_it() -> None:
    """Numbers in ``docs/attachment.md`` are those of the graph."""
    page = (ROOT / "docs" / "attachment.md").read_text(encoding="utf-8")
    named = [
        i.value for s in shown().instances("Statement") for i in shown().objects(s, "identifier")
    ]
    results = {i for i in named if re.fullmatch(r"F\d\d\.\d+", i)}
    extra = [i for i in named if re.fullmatch(r"F\d\d\.extra\.\d+", i)]
    described = (ROOT / "datasets/attachment/data/descriptions").glob("*.yaml")
    written = sum(f.read_text(encoding="utf-8").count("\n- id: description/") for f in described)
    on_page = [i for i in named if re.fullmatch(r"S\d\d", i)]
    assert f"in {len(on_page)} statements with" in page
    assert f"{len(results)} results of {len({r[:3] for r in results})} entries" in page
    assert (len(extra), "and four more" in page) == (4, True)
    assert f"parts, in {written} statements" in page
