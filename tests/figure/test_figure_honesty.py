"""The figure says what must be said: stamps, caveats, certainty, valence; its signs are told."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from conftest import examples
from figure_help import (
    ONTOLOGY,
    SVG,
    Builder,
    dashed,
    graphs,
    legend,
    nodes,
    parse,
    small,
    title,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.derive import derive
from kg.exporters.figure import write
from kg.figure.drawing import COLUMNS
from kg.figure.shapes import STYLES, VALENCES, glyph
from kg.graph import Graph


def check_stamps(graph: Graph) -> None:
    for name, node in nodes(parse(graph)).items():
        stamp = graph.value(graph.node(name), "stamp")
        assert dashed(node) == bool(stamp), name
        assert ("UNREVIEWED" in title(node)) == bool(stamp), name


def test_what_is_not_approved_is_dashed_and_says_so(shown: Graph) -> None:
    assert any(dashed(node) for node in nodes(parse(shown)).values())
    check_stamps(shown)


def test_what_is_approved_is_not_dashed() -> None:
    b = small()
    b.finding("finding/g", "source/s", intervention="intervention/a", outcome="outcome/o")
    graph = derive(b.graph)
    graph.add(graph.node("finding/g"), graph.property_iri("stamp"), Literal("UNREVIEWED: draft"))
    check_stamps(graph)
    drawn = nodes(parse(graph))
    assert dashed(drawn["finding/g"])
    assert not dashed(drawn["finding/f"])


def test_required_notices_are_in_the_figure(shown: Graph) -> None:
    root = parse(shown)
    words = " ".join(t.text or "" for t in root.iter(SVG + "text"))
    first, *rest = shown.caveats()
    assert first.startswith("UNREVIEWED")
    assert rest
    for line in (first, *rest):
        assert line in words
    banner = next(t for t in root.iter(SVG + "text") if t.text == first)
    assert float(banner.attrib["y"]) < min(
        float(t.attrib["y"]) for n in nodes(root).values() for t in n.iter(SVG + "text")
    )
    desc = root.find(SVG + "desc")
    assert desc is not None
    assert first in (desc.text or "")


def test_a_caveat_has_a_number_at_what_it_is_about() -> None:
    root = parse(small("Beware").shown())
    node = nodes(root)["intervention/a"]
    assert "(1)" in [t.text for t in node.iter(SVG + "text")]
    words = [t.text or "" for t in root.iter(SVG + "text")]
    assert any(w.startswith("(1) ") and "Beware" in w and "UNREVIEWED" in w for w in words)


def test_no_stamp_is_shown_where_there_is_none() -> None:
    b = Builder()
    b.add("intervention/a", "Intervention", prefLabel="A")
    assert "UNREVIEWED" not in write(b.shown()).decode()


def test_a_tooltip_says_what_it_is_whole_and_how_it_was_reviewed() -> None:
    said = title(nodes(parse(small().shown()))["finding/f"]).splitlines()
    assert said[0] == "Programme A: increase"
    assert "id: finding/f" in said
    assert any(line.startswith("finding: f · Programme A") for line in said)
    assert "valence: favourable" in said
    assert "certainty: not rated" in said
    assert said[-1] == "UNREVIEWED: submitted"


@pytest.mark.parametrize(
    ("rating", "system", "filled"),
    [("high", "GRADE", 4), ("moderate", "GRADE", 3), ("low", "GRADE", 2), ("veryLow", "GRADE", 1),
     ("high", "HomVEE", None), ("wellSupported", "CEBC", None)],
)  # fmt: skip
def test_only_grade_ratings_have_marks(rating: str, system: str, filled: int | None) -> None:
    b = small()
    b.add("finding/g#certainty", "Certainty", rating=rating, ratingSystem=system,
          certaintyOrigin="thirdParty")  # fmt: skip
    b.finding("finding/g", intervention="intervention/a", certainty="finding/g#certainty")
    root = parse(b.shown())
    node = nodes(root)["finding/g"]
    circles = list(node.iter(SVG + "circle"))
    crosses = [p for p in node.iter(SVG + "path") if p.get("stroke-width") == "1.4"]
    words = [t.text or "" for t in node.iter(SVG + "text")]
    assert "not rated" not in words
    if filled is None:
        assert (circles, crosses) == ([], [])
        assert any(word.startswith(f"{system}: ") for word in words)
    else:
        assert (len(circles), len(crosses)) == (4, filled)
        assert any(entry.startswith("GRADE: ") for entry in legend(root, "Certainty"))


def test_a_finding_without_a_rating_says_so(shown: Graph) -> None:
    for finding in shown.instances("Finding"):
        node = nodes_of_dataset(shown)[shown.short(finding)]
        rated = any(
            shown.value(c, "rating")
            for c in shown.objects(finding, "certainty")
            if isinstance(c, NamedNode)
        )
        assert ("not rated" in [t.text for t in node.iter(SVG + "text")]) != rated


_CACHE: dict[int, dict[str, ET.Element]] = {}


def nodes_of_dataset(graph: Graph) -> dict[str, ET.Element]:
    if id(graph) not in _CACHE:
        _CACHE[id(graph)] = nodes(parse(graph))
    return _CACHE[id(graph)]


def test_the_edge_to_an_outcome_has_the_colour_of_its_valence(shown: Graph) -> None:
    root = parse(shown)
    seen = Counter[str]()
    for g in root.iter(SVG + "g"):
        for edge in g.findall(SVG + "path"):
            if edge.get("data-type") == "outcome":
                statement = shown.node(edge.attrib["data-from"])
                value = shown.value(statement, "effectValence")
                if value is None:  # a claim has no colour of a finding
                    assert statement in shown.instances("Claim")
                    assert g.get("stroke") not in VALENCES.values()
                    continue
                valence = shown.ontology.by_iri[value.value].name
                assert g.get("stroke") == VALENCES[valence]
                seen[valence] += 1
    assert len(seen) > 2


def test_each_valence_and_each_kind_has_a_shape_of_its_own() -> None:
    valences = ONTOLOGY.members(ONTOLOGY.classes["EffectValence"].iri)
    assert set(VALENCES) == set(valences)
    drawn = {re.sub(r"#[0-9a-f]{6}", "", glyph(v, 0, 0)) for v in set(valences) - {"neutral"}}
    assert len(drawn) == len(valences) - 1
    assert glyph("neutral", 0, 0) != glyph("insufficient", 0, 0)
    outlines = {style.outline(0, 0, 100, 30) for style in STYLES.values()}
    assert len(outlines) == len(STYLES)
    assert set(STYLES) == {kind for kinds in COLUMNS.values() for kind in kinds}


def test_a_retracted_source_is_struck_through_and_says_so() -> None:
    b = small()
    b.add("source/r", "Source", prefLabel="Trial R", retractionStatus="retracted",
          checkedOn="2025-01-15")  # fmt: skip
    root = parse(b.shown())
    texts = list(nodes(root)["source/r"].iter(SVG + "text"))
    assert texts[0].get("text-decoration") == "line-through"
    assert (texts[1].text or "").startswith("RETRACTED (checked 2025-01-15)")
    assert "retracted source" in legend(root, "Signs")
    assert "retracted source" not in legend(parse(small().shown()), "Signs")


def test_an_intervention_without_a_finding_says_so() -> None:
    b = small()
    b.add("intervention/n", "Intervention", prefLabel="N")
    b.add("intervention/k", "Intervention", prefLabel="K")
    b.finding("finding/g", intervention="intervention/a", comparator="intervention/k")
    drawn = nodes(parse(b.shown()))
    assert "no finding of its own" in [t.text for t in drawn["intervention/n"].iter(SVG + "text")]
    assert "comparator only" in [t.text for t in drawn["intervention/k"].iter(SVG + "text")]
    assert "vs K" in " ".join(t.text or "" for t in drawn["finding/g"].iter(SVG + "text"))


def test_a_change_within_one_group_is_not_shown_as_a_comparison() -> None:
    b = small()
    b.finding("finding/g", intervention="intervention/a", outcome="outcome/o",
              contrast="withinGroup", comparator="noComparator")  # fmt: skip
    node = nodes(parse(b.shown()))["finding/g"]
    words = " ".join(t.text or "" for t in node.iter(SVG + "text"))
    assert "within group" in words
    assert "vs" not in words
    assert "valence: unknown" in title(node)


# -- the legend ------------------------------------------------------------------------------------


def test_the_legend_tells_what_the_lines_mean() -> None:
    signs = legend(parse(small().shown()), "Signs")
    assert "part of what is done" in signs
    assert "source" in signs
    b = Builder()
    b.add("intervention/a", "Intervention", prefLabel="A")
    assert legend(parse(b.shown()), "Signs") == []


def check_legend(graph: Graph) -> None:
    root = parse(graph)
    drawn = {n.attrib["data-kind"] for n in nodes(root).values()}
    names = [ONTOLOGY.classes[k].label for kinds in COLUMNS.values() for k in kinds if k in drawn]
    assert legend(root, "Kinds") == names
    values = {
        value.value
        for finding in graph.instances("Finding")
        if (value := graph.value(finding, "effectValence"))
    }
    labels = {ONTOLOGY.by_iri[value].label for value in values}
    assert set(legend(root, "Result")) == labels
    assert ("dashed outline: not approved" in legend(root, "Signs")) == any(
        dashed(n) for n in nodes(root).values()
    )


def test_the_legend_of_the_dataset_names_what_is_drawn(shown: Graph) -> None:
    check_legend(shown)


@settings(max_examples=examples(40))
@given(graphs(st.just("a")))
def test_the_legend_of_any_graph_names_what_is_drawn_and_nothing_else(graph: Graph) -> None:
    check_legend(graph)
