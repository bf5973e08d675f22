"""JSON-LD says exactly what the graph says, to readers that know nothing of us."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, parse

import kg
from kg import resources
from kg.exporters import EXPORTERS
from kg.graph import Graph
from kg.ontology import CEKG, PREFIXES, RDF, XSD, Ontology

ONTOLOGY = Ontology.read(resources.ontology_files())
BASE = "https://example.org/t/"


def by_oxigraph(data: bytes) -> set[Quad]:
    return set(parse(data, RdfFormat.JSON_LD))


def no_network(url: str, _options: Any = None) -> Any:
    raise AssertionError(f"a context was asked for at {url}")


def by_pyld(data: bytes) -> set[Quad]:
    dataset = jsonld.to_rdf(
        json.loads(data), {"format": "application/n-quads", "documentLoader": no_network}
    )
    return set(parse(dataset.encode(), RdfFormat.N_QUADS))


def own(graph: Graph) -> set[Quad]:
    return set(graph.quads())


def test_the_dataset_is_read_back_by_an_independent_parser(shown: kg.Graph) -> None:
    assert by_oxigraph(EXPORTERS["jsonld"].write(shown)) == own(shown)


def test_the_dataset_is_read_back_by_a_conforming_processor(shown: kg.Graph) -> None:
    assert by_pyld(EXPORTERS["jsonld"].write(shown)) == own(shown)


def iris() -> st.SearchStrategy[NamedNode]:
    names = [
        BASE + "outcome/a",
        BASE + "outcome/a#x-1",
        BASE + "outcome/a#y-2",
        BASE,
        "https://example.org/else",
        BASE + "a b".replace(" ", "%20"),
        BASE + "finding/f",
    ]
    members = [t.iri for m in ONTOLOGY.concepts.values() for t in m.values()]
    return st.sampled_from([NamedNode(n) for n in [*names, *sorted(members)]])


def predicates() -> st.SearchStrategy[NamedNode]:
    known = [NamedNode(p.iri) for p in ONTOLOGY.properties.values()]
    return st.sampled_from(sorted([*known, NamedNode("https://example.org/p")], key=str))


def literals() -> st.SearchStrategy[Literal]:
    texts = st.one_of(
        st.sampled_from(
            [
                "",
                "0",
                "false",
                "true",
                "1",
                "0.80",
                "1.0",
                "many",
                "-0",
                "007",
                "@id",
                "_:b",
                "outcome/a",
                "increase",
                "99999999999999999999",
            ]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    )
    types = ["string", "integer", "decimal", "boolean", "date", "gYear", "anyURI", "double"]
    typed = st.builds(
        lambda t, d: Literal(t, datatype=NamedNode(XSD + d)), texts, st.sampled_from(types)
    )
    tagged = st.builds(
        lambda t, tag: Literal(t, language=tag), texts, st.sampled_from(["en", "de", "en-gb"])
    )
    return st.one_of(typed, tagged)


def quads() -> st.SearchStrategy[list[Quad]]:
    classes = st.sampled_from([NamedNode(c.iri) for c in ONTOLOGY.classes.values()])
    types = st.builds(lambda s, c: Quad(s, NamedNode(RDF + "type"), c), iris(), classes)
    other = st.builds(Quad, iris(), predicates(), st.one_of(iris(), literals()))
    return st.lists(st.one_of(other, types), max_size=12)


def is_double(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value == XSD + "double"


def graph_of(found: list[Quad]) -> Graph:
    graph = Graph(ONTOLOGY, BASE)
    graph.extend(found)
    return graph


@settings(max_examples=examples(150))
@given(quads())
def test_any_graph_is_read_back_by_an_independent_parser(found: list[Quad]) -> None:
    graph = graph_of(found)
    assert by_oxigraph(EXPORTERS["jsonld"].write(graph)) == own(graph)


@settings(max_examples=examples(60))
@given(quads())
def test_any_graph_is_read_back_by_a_conforming_processor(found: list[Quad]) -> None:
    # PyLD writes the text of every xsd:double anew ("0" as "0.0E0"), whatever the document says.
    assume(not any(is_double(q.object) for q in found))
    graph = graph_of(found)
    assert by_pyld(EXPORTERS["jsonld"].write(graph)) == own(graph)


@pytest.mark.parametrize(
    "found", [[], [Quad(NamedNode(BASE + "outcome/a"), NamedNode(RDF + "type"), NamedNode(BASE))]]
)
def test_there_is_always_a_graph_array(found: list[Quad]) -> None:
    document = json.loads(EXPORTERS["jsonld"].write(graph_of(found)))
    assert isinstance(document["@graph"], list)


def test_nested_values_stand_inside_their_parent(shown: kg.Graph) -> None:
    document = json.loads(EXPORTERS["jsonld"].write(shown))
    ids = [node["id"] for node in document["@graph"]]
    assert ids
    assert [i for i in ids if "#" in i] == []


def test_nodes_are_sorted_by_id(shown: kg.Graph) -> None:
    document = json.loads(EXPORTERS["jsonld"].write(shown))
    ids = [node["id"] for node in document["@graph"] if "@graph" not in node]
    assert len(ids) > 100
    assert [shown.node(i).value for i in ids] == sorted(shown.node(i).value for i in ids)


def test_decimals_keep_their_digits() -> None:
    graph = graph_of(
        [
            Quad(
                NamedNode(BASE + "e/1"),
                NamedNode(ONTOLOGY.properties["value"].iri),
                Literal("0.80", datatype=NamedNode(XSD + "decimal")),
            )
        ]
    )
    (node,) = json.loads(EXPORTERS["jsonld"].write(graph))["@graph"]
    assert node["value"] == "0.80"


def test_the_canonical_form_does_not_change_on_the_way(shown: kg.Graph) -> None:
    read = Dataset(parse(EXPORTERS["jsonld"].write(shown), RdfFormat.JSON_LD))
    assert Dataset(shown.quads()) == read


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_an_iri_that_looks_like_a_prefixed_name_is_read_back_as_it_is(prefix: str) -> None:
    odd = NamedNode(f"{prefix}:x")
    graph = graph_of(
        [
            Quad(odd, NamedNode(CEKG + "outcome"), odd),
            Quad(odd, odd, Literal("1", datatype=odd)),
            Quad(odd, NamedNode(RDF + "type"), odd),
        ]
    )
    data = EXPORTERS["jsonld"].write(graph)
    assert by_oxigraph(data) == by_pyld(data) == own(graph)
