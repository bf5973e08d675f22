"""Blank nodes get IRIs that depend on the content alone, in a time that is bounded."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from kg.errors import InputError
from kg.graph import blank_nodes, skolemised

BASE = "https://example.org/"
FIRST = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
REST = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
NIL = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
P, Q = NamedNode(BASE + "p"), NamedNode(BASE + "q")


def iris(quads: list[Quad]) -> set[str]:
    return {str(q) for q in skolemised(quads, BASE)}


def is_same(one: list[Quad], other: list[Quad]) -> bool:
    """Tell whether two datasets are isomorphic, by RDFC-1.0."""
    datasets = [Dataset(one), Dataset(other)]
    for dataset in datasets:
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return datasets[0] == datasets[1]


def relabelled(quads: list[Quad], seed: int) -> list[Quad]:
    """Return the quads in another order with other labels."""
    chance = random.Random(seed)
    names = sorted({t.value for q in quads for t in (q[0], q[2]) if isinstance(t, BlankNode)})
    other = dict(zip(names, chance.sample(range(1000), len(names)), strict=True))

    def term(t: object) -> object:
        return BlankNode(f"x{other[t.value]}") if isinstance(t, BlankNode) else t

    found = [Quad(term(q[0]), q[1], term(q[2]), q[3]) for q in quads]  # type: ignore[arg-type]
    chance.shuffle(found)
    return found


NODES = st.sampled_from([*(BlankNode(f"b{n}") for n in range(5)), NamedNode(BASE + "a")])
OBJECTS = NODES | st.sampled_from([Literal("x"), Literal("y")])
QUADS = st.lists(st.builds(Quad, NODES, st.sampled_from([P, Q]), OBJECTS), max_size=9)


@given(QUADS, st.integers(0, 99))
def test_labels_and_order_make_no_difference(quads: list[Quad], seed: int) -> None:
    assert iris(quads) == iris(relabelled(quads, seed))


@given(QUADS, QUADS)
def test_graphs_get_the_same_iris_if_and_only_if_they_say_the_same(
    one: list[Quad], other: list[Quad]
) -> None:
    assert (iris(one) == iris(other)) == is_same(one, other)


@given(QUADS)
def test_no_statement_is_lost(quads: list[Quad]) -> None:
    assert len(iris(quads)) == len(set(quads))


def rdf_list(length: int, value: str = "x") -> list[Quad]:
    cells = [BlankNode(f"c{n}") for n in range(length)]
    quads = [Quad(NamedNode(BASE + "a"), P, cells[0])]
    for n, cell in enumerate(cells):
        rest = cells[n + 1] if n + 1 < length else NIL
        quads += [Quad(cell, FIRST, Literal(value)), Quad(cell, REST, rest)]
    return quads


def test_a_list_of_like_items_takes_linear_work() -> None:
    assert len(iris(rdf_list(20_000))) == 40_001


def test_a_tree_of_like_leaves_has_a_node_for_each() -> None:
    root = BlankNode("r")
    quads = [Quad(root, P, BlankNode(f"l{n}")) for n in range(100)]
    assert len(iris(quads)) == 100
    assert iris(quads) == iris(relabelled(quads, 1))


def test_ambiguous_input_is_refused() -> None:
    clique = [BlankNode(f"k{n}") for n in range(30)]
    quads = [Quad(a, P, b) for a in clique for b in clique if a != b]
    with pytest.raises(InputError, match="30 blank nodes") as error:
        iris(quads)
    assert error.value.hint.startswith("give them IRIs")


def test_many_circles_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.graph.rdfc.MOST_EFFORT", 500)
    size = 6  # of each circle, which is well below the limit by itself
    circles = [
        Quad(BlankNode(f"b{n}x{i}"), P, BlankNode(f"b{n}x{(i + 1) % size}"))
        for n in range(50)
        for i in range(size)
    ]
    assert len(iris(circles)) == len(circles)
    monkeypatch.setattr(blank_nodes, "PER_STATEMENT", 1)
    with pytest.raises(InputError, match="300 statements with blank nodes form too many circles"):
        iris(circles)
