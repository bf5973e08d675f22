"""The layout: everything has a place, nothing overlaps, chance plays no part."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.figure.layout import Edge, Layout, Node, depths, layout

COLUMNS = 6


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Node], list[Edge]]:
    """Nodes of any height in up to six columns, some below others, and edges to the right."""
    count = draw(st.integers(1, 40))
    columns = [draw(st.integers(0, COLUMNS - 1)) for _ in range(count)]
    nodes = [
        Node(
            f"n{i}",
            column,
            draw(st.floats(0, 60)),
            draw(st.floats(0, 20)),
            float(draw(st.integers(0, 2))),
            draw(st.sampled_from("abc")),
            draw(st.sampled_from(["", *(f"n{j}" for j in range(count))])),
            draw(st.booleans()),
        )
        for i, column in enumerate(columns)
    ]
    ends = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=60))
    edges = [
        Edge(f"n{a}", f"n{b}", draw(st.sampled_from(["", f"n{a}", f"n{b}"])))
        for a, b in pairs
        if columns[a] < columns[b]
    ]
    return nodes, edges


def boxes(nodes: list[Node], found: Layout, column: int) -> list[tuple[float, float, float]]:
    """Return top, bottom and gap of the nodes of a column, from top to bottom."""
    own = {node.id: node for node in nodes}
    return [
        (found.tops[i], found.tops[i] + own[i].height, own[i].gap)
        for i in found.order.get(column, [])
    ]


@settings(max_examples=examples(200))
@given(drawings())
def test_every_node_has_a_place_and_none_overlaps_another(
    drawing: tuple[list[Node], list[Edge]],
) -> None:
    nodes, edges = drawing
    found = layout(nodes, edges)
    assert set(found.tops) == {node.id for node in nodes}
    assert sorted(i for order in found.order.values() for i in order) == sorted(found.tops)
    for column in range(COLUMNS):
        places = boxes(nodes, found, column)
        for (_, bottom, _), (top, _, gap) in pairwise(places):
            assert top >= bottom + gap - 1e-6
        assert all(top >= -1e-6 and bottom <= found.height + 1e-6 for top, bottom, _ in places)


@settings(max_examples=examples(200))
@given(drawings())
def test_an_edge_passes_a_column_between_its_nodes(drawing: tuple[list[Node], list[Edge]]) -> None:
    nodes, edges = drawing
    found = layout(nodes, edges)
    column = {node.id: node.column for node in nodes}
    for edge, levels in zip(edges, found.channels, strict=True):
        passed = [c for c in sorted(found.order) if column[edge.start] < c < column[edge.end]]
        assert len(passed) == len(levels)
        for c, level in zip(passed, levels, strict=True):
            for top, bottom, _ in boxes(nodes, found, c):
                assert level <= top + 1e-6 or level >= bottom - 1e-6


@settings(max_examples=examples(200))
@given(drawings())
def test_descendants_follow_their_node_directly(
    drawing: tuple[list[Node], list[Edge]],
) -> None:
    nodes, edges = drawing
    found = layout(nodes, edges)
    parents = {node.id: node.parent for node in nodes}
    for order in found.order.values():
        for n, name in enumerate(order):
            if found.depths[name]:
                above = order[:n]
                parent = parents[name]
                assert parent in above
                between = above[above.index(parent) + 1 :]
                assert all(found.depths[b] > found.depths[parent] for b in between)


@settings(max_examples=examples(100))
@given(drawings(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(
    drawing: tuple[list[Node], list[Edge]], chance: random.Random
) -> None:
    nodes, edges = drawing
    mixed_nodes, mixed_edges = list(nodes), list(edges)
    chance.shuffle(mixed_nodes)
    chance.shuffle(mixed_edges)
    one, other = layout(nodes, edges), layout(mixed_nodes, mixed_edges)
    assert one.tops == other.tops
    assert sorted(one.channels) == sorted(other.channels)


def test_crossings_that_can_be_avoided_are() -> None:
    left = [Node(f"a{i}", 0, 10, order=f"{i:02}") for i in range(12)]
    right = [Node(f"b{i}", 1, 10, order=f"{12 - i:02}") for i in range(12)]
    edges = [Edge(f"a{i}", f"b{i}") for i in range(12)]
    found = layout([*left, *right], edges)
    assert [name[1:] for name in found.order[0]] == [name[1:] for name in found.order[1]]
    assert all(found.tops[f"a{i}"] == pytest.approx(found.tops[f"b{i}"]) for i in range(12))


def test_an_isolated_node_is_placed_beside_its_neighbours() -> None:
    nodes = [Node(f"a{i}", 0, 20, gap=0) for i in range(9)] + [Node("b", 1, 20)]
    found = layout(nodes, [Edge(name, "b") for name in ("a3", "a4", "a5")])
    beside = [found.order[0].index(name) for name in ("a3", "a4", "a5")]
    middles = [found.tops[name] for name in ("a3", "a4", "a5")]
    assert max(beside) - min(beside) == 2
    assert found.tops["b"] == pytest.approx(sum(middles) / 3)


def test_a_heading_is_directly_above_its_section() -> None:
    nodes = [Node(f"a{i:02}", 0, 20, order=f"{i:02}", rank=float(i)) for i in range(20)]
    nodes += [Node("first", 1, 20), Node("heading", 1, 5, gap=9, tied=True)]
    nodes += [Node("member", 1, 20, gap=4, parent="heading")]
    found = layout(nodes, [Edge("a00", "first"), Edge("a19", "member")])
    assert found.tops["heading"] == pytest.approx(found.tops["member"] - 4 - 5)
    assert found.tops["heading"] > found.tops["first"] + 200


def test_ranks_go_before_neighbours() -> None:
    nodes = [Node("a", 0, 10), Node("b", 0, 10, order="z")]
    nodes += [Node("late", 1, 10, rank=1.0), Node("early", 1, 10, rank=0.0)]
    found = layout(nodes, [Edge("a", "late"), Edge("b", "early")])
    assert found.order[1] == ["early", "late"]


def test_edges_of_a_bundle_share_their_channels() -> None:
    nodes = [Node("a", 0, 10), Node("b", 0, 10), Node("m", 1, 10), Node("z", 2, 10)]
    found = layout(nodes, [Edge("a", "z", "z"), Edge("b", "z", "z"), Edge("a", "m")])
    assert found.channels[0] == found.channels[1]
    assert found.channels[2] == []
    apart = layout(nodes, [Edge("a", "z"), Edge("b", "z")])
    assert apart.channels[0] != apart.channels[1]


def test_two_thousand_nodes_all_have_a_place() -> None:
    chance = random.Random(7)
    nodes = [
        Node(f"n{i}", i % COLUMNS, chance.uniform(15, 45), parent=f"n{i - 6}" if i % 5 == 0 else "")
        for i in range(2000)
    ]
    edges = [
        Edge(f"n{a}", f"n{b}", f"n{b}")
        for a, b in ((chance.randrange(2000), chance.randrange(2000)) for _ in range(6000))
        if a % COLUMNS < b % COLUMNS
    ]
    found = layout(nodes, edges)
    assert len(found.tops) == 2000
    for column in range(COLUMNS):
        for (_, bottom, _), (top, _, _) in pairwise(boxes(nodes, found, column)):
            assert top >= bottom


def test_a_long_chain_of_parents_needs_no_deep_recursion() -> None:
    nodes = [Node(f"n{i}", 0, 1, parent=f"n{i - 1}" if i else "") for i in range(3000)]
    found = layout(nodes, [])
    assert found.depths["n2999"] == 2999
    assert found.order[0] == [f"n{i}" for i in range(3000)]


def test_nothing_to_place() -> None:
    assert layout([], []).tops == {}


def test_depths_of_a_forest_with_a_circle() -> None:
    parents = {"a": "", "b": "a", "c": "b", "x": "y", "y": "x", "z": "x", "u": "unknown"}
    assert depths(parents) == {"a": 0, "b": 1, "c": 2, "x": 0, "y": 0, "z": 1, "u": 0}


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ([Node("a", 0, 1), Node("a", 1, 1)], [], "same id"),
        ([Node("a", 0, 1)], [Edge("a", "b")], "unknown end"),
        ([Node("a", 1, 1), Node("b", 0, 1)], [Edge("a", "b")], "to the right"),
        ([Node("a", 1, 1), Node("b", 1, 1)], [Edge("a", "b")], "to the right"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(
    nodes: list[Node], edges: list[Edge], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        layout(nodes, edges)
