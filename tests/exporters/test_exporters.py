"""Every exporter: the same bytes twice, honest about itself, read back by somebody else."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
import rdflib
from click.testing import CliRunner
from conftest import EXAMPLES, examples
from hypothesis import given, settings
from pyoxigraph import Literal, NamedNode, Quad
from test_jsonld import BASE, graph_of, quads

import kg
from kg.api import BUILD_FORMATS
from kg.cli import cli
from kg.exporters import EXPORTERS
from kg.exporting import BY_GROUP, FORMATS
from kg.graph import Graph
from kg.graph_files import GRAPH_FORMATS
from kg.marks import MARK
from kg.ontology import TYPE, XSD


@pytest.fixture(scope="module")
def small() -> kg.Graph:
    from kg.review import select

    return select(kg.load(EXAMPLES / "infant-sleep"), include_unreviewed=True)[0]


DATED = ("fhir-r5-document",)
"""Formats that refuse a graph without any date, as the small one is."""
SAME = (*DATED, "fhir-r5-transaction")
"""Formats whose content is that of ``fhir-r5``."""


TERMS = ("ontology", "ontology-jsonld")
"""Formats without data: a golden file of them would be the files of the ontology again."""


@pytest.mark.parametrize(
    "name", [n for n, e in EXPORTERS.items() if not e.extra and n not in (*SAME, *TERMS)]
)
def test_output_is_as_it_was(
    name: str, small: kg.Graph, golden: Callable[[str, bytes], None]
) -> None:
    golden(f"infant-sleep{EXPORTERS[name].suffix}", EXPORTERS[name].write(small))


@pytest.mark.parametrize("name", EXPORTERS)
def test_output_names_the_project_near_its_beginning(
    name: str, exported: Callable[[str], Path]
) -> None:
    assert MARK in exported(name).read_bytes()[:4096]


@pytest.mark.parametrize("name", EXPORTERS)
def test_an_exporter_says_what_it_is_for(name: str) -> None:
    exporter = EXPORTERS[name]
    assert exporter.summary


@pytest.mark.parametrize("name", [n for n in EXPORTERS if n not in DATED])
def test_an_exporter_does_not_change_the_graph(name: str, small: kg.Graph) -> None:
    before = small.quads()
    EXPORTERS[name].write(small)
    assert small.quads() == before


@pytest.mark.parametrize("name", ["turtle", "graphml", "svg"])
def test_caveats_travel_in_every_format_that_drops_statements(
    name: str, shown: kg.Graph, exported: Callable[[str], Path]
) -> None:
    text = " ".join(exported(name).read_text(encoding="utf-8").split())
    total = len(shown.instances("Statement"))
    assert f"{total} of {total} statements are not approved" in text


@pytest.fixture(scope="module", params=[".jsonld", ".ttl", ".nq"])
def rebuilt(
    request: pytest.FixtureRequest, shown: kg.Graph, tmp_path_factory: pytest.TempPathFactory
) -> kg.Graph:
    """The dataset, loaded from a file that a build writes."""
    names = {EXPORTERS[f].suffix: f for f in BUILD_FORMATS.values()}
    file = tmp_path_factory.mktemp("rebuilt") / f"graph{request.param}"
    file.write_bytes(EXPORTERS[names[request.param]].write(shown))
    return kg.load(file)


def test_a_graph_rebuilt_from_a_file_is_the_graph(rebuilt: kg.Graph, shown: kg.Graph) -> None:
    assert rebuilt.digest() == shown.digest()


def test_what_was_derived_is_derived_again_from_a_file(rebuilt: kg.Graph, shown: kg.Graph) -> None:
    check = shown.property_iri("quoteCheck")  # the texts behind quotes are not in the file
    again = [q for q in rebuilt.derived() if q.predicate != check]
    assert again == [q for q in shown.derived() if q.predicate != check]


@settings(max_examples=examples(100))
@given(quads())
def test_turtle_of_any_graph_is_read_back(found: list[Quad]) -> None:
    from pyoxigraph import parse

    graph = graph_of(found)
    read = set(parse(EXPORTERS["turtle"].write(graph), GRAPH_FORMATS[".ttl"]))
    assert read == set(graph.quads())


@settings(max_examples=examples(100))
@given(quads())
def test_n_quads_of_any_graph_are_read_back(found: list[Quad]) -> None:
    from pyoxigraph import parse

    graph = graph_of(found)
    read = set(parse(EXPORTERS["nquads"].write(graph), GRAPH_FORMATS[".nq"]))
    assert read == set(graph.quads())


def test_turtle_is_read_back_by_rdflib(shown: kg.Graph) -> None:
    read = rdflib.Graph().parse(data=EXPORTERS["turtle"].write(shown), format="turtle")
    assert len(read) == len(shown.asserted())


@pytest.mark.parametrize(("name", "syntax"), [("rdfxml", "xml"), ("trig", "trig")])
def test_rdf_is_read_back_by_rdflib(name: str, syntax: str, shown: kg.Graph) -> None:
    read = rdflib.Dataset().parse(data=EXPORTERS[name].write(shown), format=syntax)
    assert len(read) == len(shown.asserted() if name == "rdfxml" else shown)


def test_graphml_is_read_back_by_networkx(shown: kg.Graph) -> None:
    read = networkx.read_graphml(io.BytesIO(EXPORTERS["graphml"].write(shown)))
    assert set(read.nodes) == set(shown.to_networkx().nodes)
    assert read.number_of_edges() == shown.to_networkx().number_of_edges()


def test_graphml_with_hostile_labels_is_well_formed() -> None:
    graph: Graph = graph_of([])
    node = NamedNode(BASE + "outcome/a")
    graph.add(node, graph.property_iri("prefLabel"), Literal("a\x00\x0b</data>]]>", language="en"))
    edge = NamedNode(BASE + "outcome/a#edge-1")
    iri = graph.ontology.classes["DerivedEdge"].iri
    pairs = {TYPE.value: NamedNode(iri), "edgeFrom": node, "edgeTo": node}
    graph.extend(
        Quad(edge, graph.property_iri(key), value, graph.derived_name)
        for key, value in pairs.items()
    )
    assert ET.fromstring(EXPORTERS["graphml"].write(graph)) is not None


def test_numbers_with_many_digits_survive_turtle() -> None:
    from pyoxigraph import parse

    value = Literal(
        "0.10000000000000000000000000000000000000001", datatype=NamedNode(XSD + "decimal")
    )
    graph = graph_of([Quad(NamedNode(BASE + "e/1"), NamedNode(BASE + "p/q"), value)])
    read = parse(EXPORTERS["turtle"].write(graph), GRAPH_FORMATS[".ttl"])
    assert [q.object for q in read] == [value]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_stands_in_a_group_of_the_help(name: str) -> None:
    assert [group for group, names in BY_GROUP.items() if name in names] == [FORMATS[name].group]


def test_the_help_on_formats_fits_a_terminal() -> None:
    text = CliRunner().invoke(cli, ["export", "--help"], terminal_width=80).stdout
    assert [line for line in text.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("end", ["1", "p/", "p#", "a?x=1"])
def test_rdf_xml_refuses_a_property_that_xml_cannot_name(end: str) -> None:
    graph = graph_of([Quad(NamedNode(BASE), NamedNode(BASE + end), Literal("x"))])
    with pytest.raises(kg.InputError, match="RDF/XML cannot name the property"):
        EXPORTERS["rdfxml"].write(graph)


@pytest.mark.parametrize("end", ["p1", "x%20y", "1a", "é"])
def test_rdf_xml_of_a_property_that_xml_can_name_is_read_by_rdflib(end: str) -> None:
    graph = graph_of([Quad(NamedNode(BASE), NamedNode(BASE + end), Literal("x"))])
    read = rdflib.Graph().parse(data=EXPORTERS["rdfxml"].write(graph), format="xml")
    assert [str(p) for p in read.predicates()] == [BASE + end]
