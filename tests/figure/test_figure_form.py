"""The figure can be read, is inert, and is the same everywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from conftest import examples
from figure_help import (
    ANY_LABEL,
    HOSTILE,
    SVG,
    check_inert,
    check_readable,
    graphs,
    nodes,
    parse,
    small,
    title,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal

from kg.errors import UsageError
from kg.exporters.figure import write
from kg.figure.cards import LABEL
from kg.figure.drawing import HEADINGS, draw
from kg.figure.fit import fitted
from kg.figure.focus import focused
from kg.figure.frame import header
from kg.figure.look import Look
from kg.figure.markup import plain
from kg.figure.scene import arrange, columns
from kg.figure.shapes import STYLES
from kg.figure.text import cut, width, wrap
from kg.graph import Graph
from kg.xmltext import clean


def check_scene(graph: Graph, look: Look | None = None) -> None:
    """No text leaves its card, no card meets another, no edge runs over a card it passes."""
    drawing = draw(graph)
    grid = fitted(drawing, look or Look())
    _, top = header(drawing, 0, 900)
    scene = arrange(drawing, top, grid)
    left = columns(drawing, grid)
    places: dict[int, list[tuple[float, float]]] = {}
    for placed in scene.cards:
        card, style = placed.card, STYLES[placed.card.node.kind]
        places.setdefault(card.node.column, []).append((placed.y, placed.y + card.height))
        end = left[card.node.column] + grid.column(card.node.column)
        assert placed.x + card.width == pytest.approx(end)
        for line in card.lines:
            assert line.x >= style.left - 0.01
            assert line.x + line.width <= card.width - style.right + 0.01
            assert line.y <= card.height - 1
    for column in places.values():
        for (a, b), (c, d) in combinations(sorted(column), 2):
            assert b <= c + 0.01 or d <= a + 0.01
    for route in scene.routes:
        for (leg, lane), (after, _) in pairwise(route.legs):
            passed = next(c for c, x in left.items() if abs(after.x - x - grid.column(c)) < 0.01)
            assert all(leg.to_y <= a or leg.to_y >= b for a, b in places[passed])
            assert lane is None or leg.gutter[0] < lane < leg.gutter[1]


def test_no_label_of_the_dataset_overlaps_another(shown: Graph) -> None:
    check_readable(shown)


def test_no_edge_of_the_dataset_runs_over_a_card(shown: Graph) -> None:
    check_scene(shown)


# -- a width and a size of type at once -----------------------------------------------------------

FITTING = [(297, 7), (180, 4), (210, 5), (600, 7)]


@pytest.mark.parametrize(("width_mm", "font_size"), FITTING)
def test_a_figure_has_both_the_width_and_the_type_that_were_asked_for(
    width_mm: float, font_size: float, shown: Graph
) -> None:
    root = ET.fromstring(write(shown, Look(width_mm, font_size)))
    assert root.attrib["width"] == f"{width_mm}mm"
    mm_of_a_px = width_mm / float(root.attrib["viewBox"].split()[2])
    labels = {float(t.attrib["font-size"]) for t in root.iter(SVG + "text")} & {LABEL}
    assert labels == {LABEL}
    assert LABEL * mm_of_a_px == pytest.approx(font_size * 25.4 / 72, rel=0.001)


@pytest.mark.parametrize(("width_mm", "font_size"), FITTING)
def test_a_fitted_figure_is_as_readable_as_the_natural_one(
    width_mm: float, font_size: float, shown: Graph
) -> None:
    look = Look(width_mm, font_size)
    check_readable(shown, look)
    check_scene(shown, look)


def test_labels_that_do_not_fit_are_reported_with_least_width_and_largest_type(
    shown: Graph,
) -> None:
    with pytest.raises(UsageError) as found:
        write(shown, Look(180, 7))
    told = re.search(r"--width-mm (\d+) .* --font-size ([\d.]+)", found.value.hint or "")
    assert told
    assert write(shown, Look(float(told[1]), 7))
    assert write(shown, Look(180, float(told[2])))
    for too_much in (Look(float(told[1]) * 0.95, 7), Look(180, float(told[2]) * 1.07)):
        with pytest.raises(UsageError, match="do not fit"):
            write(shown, too_much)


@settings(max_examples=examples(60))
@given(graphs(ANY_LABEL))
def test_no_label_of_any_graph_overlaps_another(graph: Graph) -> None:
    check_readable(graph)
    check_scene(graph)


@settings(max_examples=examples(300))
@given(ANY_LABEL, st.floats(40, 300), st.integers(1, 4), st.booleans())
def test_wrapped_lines_fit(label: str, room: float, lines: int, bold: bool) -> None:
    text = clean(label)
    found = wrap(text, 11, room, lines, bold)
    assert 1 <= len(found) <= lines
    assert all(width(line, 11, bold) <= room for line in found)
    whole = "".join(found).replace(" ", "")
    if not found[-1].endswith("…"):
        assert whole == text.replace(" ", "")
    else:
        assert len(found) == lines or text.endswith("…")


def test_a_label_that_is_too_long_is_cut_and_whole_in_the_tooltip() -> None:
    label = "many words that go on and on " * 40
    node = nodes(parse(small(label).shown()))["intervention/a"]
    drawn = [t.text or "" for t in node.iter(SVG + "text")]
    assert any(text.endswith("…") for text in drawn)
    assert title(node).startswith(label.strip())


def test_a_short_label_is_not_cut() -> None:
    assert cut("short", 11, 100) == "short"
    assert wrap("one two", 11, width("one two", 11), 1) == ["one two"]


# -- inert and the same everywhere -----------------------------------------------------------------


def test_the_figure_of_the_dataset_is_inert(shown: Graph) -> None:
    check_inert(write(shown))


@pytest.mark.parametrize("label", HOSTILE)
def test_a_hostile_label_is_inert(label: str) -> None:
    graph = small(label).shown()
    graph.add(graph.root(), graph.property_iri("title"), Literal(label))
    check_inert(write(graph))


@settings(max_examples=examples(60))
@given(graphs(ANY_LABEL))
def test_any_graph_gives_well_formed_and_inert_xml(graph: Graph) -> None:
    check_inert(write(graph))


def test_what_no_xml_parser_takes_is_replaced_and_the_rest_escaped() -> None:
    read = ET.fromstring(f'<a b="{plain(chr(0) + chr(34))}">{plain("<&>" + chr(0xFFFE))}</a>')
    assert (read.get("b"), read.text) == ('\ufffd"', "<&>\ufffd")


def test_marks_that_turn_the_direction_of_writing_are_left_out() -> None:
    assert clean("a\u202eb\u2066c\u200fd") == "abcd"
    assert clean(" a\u2028b\r\n\tc ") == "a b c"


def test_the_same_graph_gives_the_same_bytes(shown: Graph) -> None:
    again = Graph(shown.ontology, shown.base)
    again.extend(reversed(shown.quads()))
    assert write(again) == write(shown) == write(shown)


def test_numbers_have_at_most_one_decimal(shown: Graph) -> None:
    places = {"d", "x", "y", "cx", "cy", "r", "width", "height", "viewBox", "font-size"}
    found = [v for e in parse(shown).iter() for k, v in e.attrib.items() if k in places]
    assert len(found) > 1000
    assert not any(re.search(r"\d\.\d\d|e[+-]|nan|inf", value) for value in found)


def test_a_width_alone_is_refused_where_words_would_be_below_6_points(shown: Graph) -> None:
    with pytest.raises(UsageError, match="words of at least 6 pt do not fit") as found:
        write(shown, Look(180))
    told = re.search(r"--width-mm (\d+) .*--focus ENTITY", found.value.hint or "")
    assert told
    assert smallest_type(write(shown, Look(float(told[1]))), float(told[1])) >= 5.99


@pytest.mark.parametrize("focus", ["intervention/pcit", "outcome/secure-attachment"])
def test_all_words_of_a_focused_figure_have_6_points(shown: Graph, focus: str) -> None:
    assert smallest_type(write(shown, Look(180, focus=focus, depth=1)), 180) >= 5.99


def smallest_type(svg: bytes, width_mm: float) -> float:
    """Return the size of the smallest words of a figure that is so wide, in points."""
    root = ET.fromstring(svg)
    sizes = [float(t.attrib["font-size"]) for t in root.iter(SVG + "text")]
    return width_mm / float(root.attrib["viewBox"].split()[2]) * min(sizes) * 72 / 25.4


def test_headings_of_narrow_columns_are_complete(shown: Graph) -> None:
    look = Look(180, focus="intervention/abc", depth=1)
    drawing = focused(draw(shown), look.focus, look.depth)
    texts = ET.fromstring(write(shown, look)).iter(f"{SVG}text")
    said = " ".join(t.text or "" for t in texts)
    for column in columns(drawing, fitted(drawing, look)):
        assert HEADINGS[column] in said
        assert drawing.census(column) in said


def test_a_focused_figure_has_what_an_entity_is_joined_to_and_says_so(shown: Graph) -> None:
    look = Look(180, focus="outcome/secure-attachment", depth=1)
    nodes = {n.id: n for n in draw(shown).nodes}
    part = focused(draw(shown), look.focus, look.depth)
    beside = {e.start for e in draw(shown).edges if e.end == look.focus}
    assert {n.id for n in part.nodes} >= beside | {look.focus}
    assert len(part.nodes) < len(nodes) / 4
    text = " ".join(t.text or "" for t in ET.fromstring(write(shown, look)).iter(SVG + "text"))
    assert f"{len(part.nodes)} of {len(nodes)} entities" in text


def test_a_focus_that_is_not_drawn_is_refused_with_the_closest(shown: Graph) -> None:
    with pytest.raises(UsageError) as found:
        focused(draw(shown), "outcome/secure-attachmnt", 2)
    assert found.value.hint == "did you mean 'outcome/secure-attachment'?"
