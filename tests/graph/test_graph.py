"""The graph keeps what it is given, exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

import kg
from kg import resources
from kg.graph import Graph, skolemised
from kg.ontology import XSD, Ontology

ONTOLOGY = Ontology.read(resources.ontology_files())
BASE = "https://example.org/t/"
SUBJECT, PREDICATE = NamedNode(BASE + "outcome/a"), NamedNode("https://example.org/p")


def empty() -> Graph:
    return Graph(ONTOLOGY, BASE)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("0.80", "decimal"),
        ("01", "integer"),
        ("1", "boolean"),
        ("2020-01-01T00:00:00+00:00", "dateTime"),
        ("many", "integer"),
        ("123456789012345678901234567890123456789.5", "decimal"),
    ],
)
def test_literals_keep_their_text(text: str, datatype: str) -> None:
    graph = empty()
    literal = Literal(text, datatype=NamedNode(XSD + datatype))
    graph.add(SUBJECT, PREDICATE, literal)
    assert [q.object for q in graph.quads()] == [literal]


def test_decimals_as_written_can_be_queried() -> None:
    graph = empty()
    graph.add(SUBJECT, PREDICATE, Literal("0.80", datatype=NamedNode(XSD + "decimal")))
    text = "SELECT ?w { GRAPH cekg:written { ?s <https://example.org/p> ?w } }"
    assert kg.query(graph, text).texts() == [["0.80"]]


def test_what_was_written_does_not_mix_with_the_data() -> None:
    graph = empty()
    graph.add(SUBJECT, PREDICATE, Literal("0.80", datatype=NamedNode(XSD + "decimal")))
    assert kg.query(graph, "SELECT ?o { ?s <https://example.org/p> ?o }").texts() == [["0.8"]]


def test_two_graphs_that_say_the_same_have_one_digest() -> None:
    one, other = empty(), empty()
    literals = [Literal("a"), Literal("b", language="en")]
    for literal in literals:
        one.add(SUBJECT, PREDICATE, literal)
    for literal in reversed(literals):
        other.add(SUBJECT, PREDICATE, literal)
    assert one == other
    assert one.digest() == other.digest()


def test_the_digest_is_that_of_the_canonical_n_quads(tmp_path: Path) -> None:
    from pyoxigraph import CanonicalizationAlgorithm, Dataset

    graph = empty()
    graph.add(SUBJECT, PREDICATE, Literal('line\n"quoted" \u2028 é'))
    graph.add(SUBJECT, PREDICATE, NamedNode(BASE))
    dataset = Dataset(graph.quads())
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert graph.canonical() == "".join(sorted(f"{q.triple} .\n" for q in dataset))


@given(st.permutations(range(4)))
def test_blank_nodes_get_iris_from_the_content_alone(order: list[int]) -> None:
    names = [BlankNode(f"x{n}") for n in order]
    quads = [
        Quad(names[0], PREDICATE, names[1]),
        Quad(names[1], PREDICATE, Literal("a")),
        Quad(names[2], PREDICATE, names[3]),
        Quad(names[3], PREDICATE, Literal("b")),
    ]
    found = sorted(str(q) for q in skolemised(quads, BASE))
    assert not any("_:" in q for q in found)
    assert found == sorted(str(q) for q in skolemised(reversed(quads), BASE))


def test_rdflib_and_back_is_the_same_graph(dataset: kg.Graph) -> None:
    assert kg.from_rdflib(dataset.to_rdflib(), dataset.base) == dataset


def test_networkx_edges_say_where_they_come_from(dataset: kg.Graph) -> None:
    drawn = dataset.to_networkx()
    statements = {s.value for s in dataset.instances("Statement")}
    studied = [d for _, _, d in drawn.edges(data=True) if d["type"] == "studiedFor"]
    claimed = [d for _, _, d in drawn.edges(data=True) if d["type"] == "claimedFor"]
    assert {edge["kind"] for edge in studied} == {"finding"}
    assert {edge["kind"] for edge in claimed} == {"claim"}
    for edge in (*studied, *claimed):
        assert edge["statement"] in statements
        assert edge["reviewStatus"]
        assert edge["valence"]
        assert edge["contrast"]
    assert {edge["certainty"] for edge in studied} > {"", "moderate (GRADE)"}


def test_a_label_falls_back_to_the_id() -> None:
    graph = empty()
    graph.add(SUBJECT, PREDICATE, Literal("x"))
    assert graph.label(SUBJECT) == "outcome/a"
