"""Indexes of a graph that were made before statements were added."""

from __future__ import annotations

from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.graph.quads import Quads

NODES = [NamedNode(f"https://example.org/{name}") for name in "abc"]
TERMS = st.sampled_from([*NODES, Literal("a"), Literal("a", language="en")])
GRAPHS = st.sampled_from([DefaultGraph(), NODES[0]])
QUADS = st.lists(st.builds(Quad, st.sampled_from(NODES), st.sampled_from(NODES), TERMS, GRAPHS))


def indexes(quads: Quads) -> list[object]:
    return [
        *(quads.of(node) for node in NODES),
        *(quads.with_predicate(node) for node in NODES),
        *(quads.lines(name) for name in (DefaultGraph(), NODES[0])),
    ]


@settings(max_examples=examples(50))
@given(QUADS, QUADS)
def test_an_index_made_before_an_addition_is_like_one_made_after_it(
    first: list[Quad], then: list[Quad]
) -> None:
    before, after = Quads(), Quads()
    before.add(first)
    indexes(before)
    before.add(then)
    after.add([*first, *then])
    assert indexes(before) == indexes(after)


@settings(max_examples=examples(50))
@given(QUADS, QUADS)
def test_a_copy_changes_by_itself(first: list[Quad], then: list[Quad]) -> None:
    quads, as_first, as_copy = Quads(), Quads(), Quads()
    quads.add(first)
    indexes(quads)
    copy = quads.copy()
    copy.add(then)
    as_first.add(first)
    as_copy.add([*first, *then])
    assert (indexes(quads), indexes(copy)) == (indexes(as_first), indexes(as_copy))
