"""Recursive shapes: a node conforms unless that can be refuted, with every engine.

What is expected follows from the definition: the nodes that do not conform are the least set, found
by asking each shape of each node again and again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest
from conftest import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from peers import Row, ours, pyshacl, triples
from pyoxigraph import Triple
from test_duckdb_engine import rows

from kg.shacl.memory import Result
from kg.shacl.sparql import validate
from kg.validation import duckdb_engine
from kg.validation.shapes import Shapes

NODES, SHAPES, PATHS = "abcd", "STU", "pq"
Part = tuple[str, ...]
"""What a shape asks for: a word of :data:`WRITTEN` and what stands in its place."""
WRITTEN = {
    "has": "sh:property [ sh:path :{0} ; sh:minCount 1 ]",
    "lacks": "sh:not [ sh:path :{0} ; sh:minCount 1 ]",
    "all": "sh:property [ sh:path :{0} ; sh:node :{1} ]",
    "back": "sh:property [ sh:path [ sh:inversePath :{0} ] ; sh:node :{1} ]",
    "two": "sh:property [ sh:path :{0} ; sh:property [ sh:path :{1} ; sh:node :{2} ] ]",
    "some": "sh:property [ sh:path :{0} ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape :{1} ]",
    "node": "sh:node :{0}",
    "and": "sh:and ( :{0} :{1} )",
    "or": "sh:or ( :{0} :{1} )",
}
P, S = st.sampled_from(PATHS), st.sampled_from(SHAPES)
PART = st.one_of(
    *(st.tuples(st.just(word), P) for word in ("has", "lacks")),
    *(st.tuples(st.just(word), P, S) for word in ("all", "back", "some")),
    st.tuples(st.just("two"), P, P, S),
    st.tuples(st.just("node"), S),
    *(st.tuples(st.just(word), S, S) for word in ("and", "or")),
)
ASKED = st.fixed_dictionaries(
    {shape: st.lists(PART, min_size=1, max_size=2, unique=True) for shape in SHAPES}
)
EDGES = st.sets(st.tuples(st.sampled_from(NODES), P, st.sampled_from(NODES)), max_size=10)
Edges = set[tuple[str, str, str]]
Asked = dict[str, list[Part]]
Failing = set[tuple[str, str]]
Results = Callable[[Iterable[Triple], Shapes], Iterable[Result]]


def violations(part: Part, node: str, edges: Edges, failing: Failing) -> Iterator[tuple[str, ...]]:
    """Yield component, focus node and value of each result of one part for a node."""

    def values(path: str, of: str = node) -> list[str]:
        return sorted(o for s, p, o in edges if (s, p) == (of, path))

    word, *rest = part
    match word, rest:
        case "has", [p] if not values(p):
            yield "MinCount", node, ""
        case "lacks", [p] if values(p):
            yield "Not", node, node
        case "all", [p, s]:
            yield from (("Node", node, v) for v in values(p) if (s, v) in failing)
        case "back", [p, s]:
            before = (x for x, q, o in edges if (q, o) == (p, node))
            yield from (("Node", node, v) for v in before if (s, v) in failing)
        case "two", [p, q, s]:
            pairs = ((v, w) for v in values(p) for w in values(q, v))
            yield from (("Node", v, w) for v, w in pairs if (s, w) in failing)
        case "some", [p, s] if all((s, v) in failing for v in values(p)):
            yield "QualifiedMinCount", node, ""
        case "node", [s] if (s, node) in failing:
            yield "Node", node, node
        case "and", _ if any((s, node) in failing for s in rest):
            yield "And", node, node
        case "or", _ if all((s, node) in failing for s in rest):
            yield "Or", node, node


def by_definition(edges: Edges, asked: Asked) -> Counter[tuple[str, ...]]:
    """Return the results of the first shape for all subjects."""
    failing: Failing = set()
    every = [(shape, node) for shape in SHAPES for node in NODES]
    while True:
        new = {
            (shape, node)
            for shape, node in every
            if any(True for part in asked[shape] for _ in violations(part, node, edges, failing))
        }
        if new == failing:
            break
        failing = new
    subjects = {s for s, _, _ in edges}
    parts = asked[SHAPES[0]]
    return Counter(
        r for n in subjects for part in parts for r in violations(part, n, edges, failing)
    )


def written(edges: Edges, asked: Asked) -> tuple[str, str]:
    data = " ".join(f":{s} :{p} :{o} ." for s, p, o in sorted(edges))
    targets = " , ".join(f":{p}" for p in PATHS)
    texts = [f":{SHAPES[0]} sh:targetSubjectsOf {targets} ."]
    for shape, parts in asked.items():
        lines = [WRITTEN[word].format(*rest) for word, *rest in parts]
        texts.append(f":{shape} a sh:NodeShape ; {' ; '.join(lines)} .")
    return data, "\n".join(texts)


def short(rows: Counter[Row]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for (_, component, focus, value), number in rows.items():
        names = (term.strip("<>").removeprefix("http://example.org/") for term in (focus, value))
        found[component.removesuffix("ConstraintComponent"), *names] += number
    return found


@settings(max_examples=examples(300))
@given(EDGES, ASKED)
def test_what_fails_is_what_can_be_refuted(edges: Edges, asked: Asked) -> None:
    assert short(ours(*written(edges, asked))) == by_definition(edges, asked)


@settings(max_examples=examples(60))
@given(EDGES, ASKED)
def test_the_database_finds_the_same(edges: Edges, asked: Asked) -> None:
    data, shapes = written(edges, asked)
    found = duckdb_engine.results(triples(data), Shapes(tuple(triples(shapes))))
    assert short(rows(list(found))) == by_definition(edges, asked)


@settings(max_examples=examples(60))
@given(EDGES, ASKED)
def test_pyshacl_finds_the_same_as_far_as_it_looks(edges: Edges, asked: Asked) -> None:
    """It looks at no node that is more than two steps away; here there is none.

    Values of a recursive ``sh:qualifiedValueShape`` are not looked at at all.
    """
    assume(all(word != "some" for parts in asked.values() for word, *_ in parts))
    near = {(s, p, o) for s, p, o in edges if s < o < "d"}
    found = pyshacl(*written(near, asked))
    if found is not None:
        assert short(found) == by_definition(near, asked)


KNOWS = """:P a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :name ; sh:minCount 1 ] ,
    [ sh:path :knows ; sh:node :P ] ."""


def chain(length: int) -> str:
    """Return people who each know the next one, of whom the last has no name."""
    links = (f":x{n} :knows :x{n + 1} ; :name 1 ." for n in range(length))
    return " ".join([":x0 a :C .", *links])


def test_a_chain_may_be_long() -> None:
    (found,) = validate(triples(chain(10_000)), Shapes(tuple(triples(KNOWS))))
    assert str(found.value) == "<http://example.org/x1>"


def test_a_chain_in_the_database() -> None:
    (found,) = duckdb_engine.results(triples(chain(30)), Shapes(tuple(triples(KNOWS))))
    assert str(found.value) == "<http://example.org/x1>"


@pytest.mark.parametrize("results", [validate, duckdb_engine.results])
def test_a_chain_that_is_closed_conforms(results: Results) -> None:
    closed = chain(30) + " :x30 :name 1 ; :knows :x0 ."
    assert list(results(triples(closed), Shapes(tuple(triples(KNOWS))))) == []
