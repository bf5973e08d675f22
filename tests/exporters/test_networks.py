"""The network of derived edges in every format, read by programs of others."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import igraph
import networkx
import pydot
import pytest
from conftest import EXAMPLES
from pyoxigraph import Literal, NamedNode, Quad
from test_jsonld import BASE, graph_of

import kg
from kg.exporters import EXPORTERS
from kg.figure.network import positions
from kg.graph import Graph
from kg.ontology import TYPE
from kg.review import select

SAID = ("kind", "valence", "contrast", "certainty", "reviewStatus", "statement")
HOSTILE = [
    '"quoted" \\ back',
    "=1+1",
    "two\nlines\tand tab",
    "<b>&amp;</b>]]>",
    "日本語 🧸 عربى",
    "",
    "0",
    "false",
    "-0.5",
    "x" * 5000,
]
Edges = dict[str, dict[str, str]]


def edges_of(drawn: networkx.MultiDiGraph[str]) -> Edges:
    """Return the id of each edge → its ends and what it says."""
    return {
        key: {"from": a, "to": b, "type": data["type"], **{n: data[n] for n in SAID}}
        for a, b, key, data in drawn.edges(keys=True, data=True)
    }


def from_graphml(data: bytes) -> Edges:
    return edges_of(networkx.read_graphml(io.BytesIO(data), force_multigraph=True))


def from_gexf(data: bytes) -> Edges:
    read = networkx.read_gexf(io.BytesIO(data))
    return {
        d["id"]: {"from": a, "to": b, "type": d["label"], **{n: d[n] for n in SAID}}
        for a, b, d in read.edges(data=True)
    }


def from_node_link(data: bytes) -> Edges:
    return edges_of(networkx.node_link_graph(json.loads(data), edges="links"))


def from_cytoscape(data: bytes) -> Edges:
    return edges_of(networkx.cytoscape_graph(json.loads(data)))


def unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text[1:-1], flags=re.S)


def from_dot(data: bytes) -> Edges:
    (read,) = pydot.graph_from_dot_data(data.decode())
    found = {}
    for edge in read.get_edges():
        said = {name: unquoted(value) for name, value in edge.get_attributes().items()}
        ends = {"from": unquoted(edge.get_source()), "to": unquoted(edge.get_destination())}
        found[said["id"]] = ends | {"type": said["type"]} | {n: said.get(n, "") for n in SAID}
    return found


READERS: Mapping[str, tuple[str, Callable[[bytes], Edges]]] = {
    "networkx reads graphml": ("graphml", from_graphml),
    "networkx reads gexf": ("gexf", from_gexf),
    "networkx reads node-link": ("node-link", from_node_link),
    "networkx reads cytoscape": ("cytoscape", from_cytoscape),
}


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")


@pytest.mark.parametrize("reader", READERS)
def test_every_edge_comes_back_with_all_that_it_says(reader: str, shown: kg.Graph) -> None:
    name, read = READERS[reader]
    assert read(EXPORTERS[name].write(shown)) == edges_of(shown.to_networkx())


def test_pydot_reads_every_edge_of_dot() -> None:
    small = select(kg.load(EXAMPLES / "infant-sleep"), include_unreviewed=True)[0]
    assert from_dot(EXPORTERS["dot"].write(small)) == edges_of(small.to_networkx())


def test_igraph_reads_every_edge_of_graphml(shown: kg.Graph, tmp_path: Path) -> None:
    file = tmp_path / "graph.graphml"
    file.write_bytes(EXPORTERS["graphml"].write(shown))
    read = igraph.Graph.Read_GraphML(str(file))
    names = read.vs["id"]
    found = [
        [names[e.source], names[e.target], e["type"], *(e[name] for name in SAID)] for e in read.es
    ]
    wanted = [list(edge.values()) for edge in edges_of(shown.to_networkx()).values()]
    assert sorted(found) == sorted(wanted)


def labelled(labels: list[str]) -> Graph:
    """Return a graph of outcomes with labels, each joined to itself."""
    graph: Graph = graph_of([])
    for number, text in enumerate(labels):
        node = NamedNode(f"{BASE}outcome/o{number}")
        graph.add(node, graph.property_iri("prefLabel"), Literal(text, language="en"))
        edge = NamedNode(f"{node.value}#edge-1")
        pairs: dict[str, Any] = {
            TYPE.value: NamedNode(graph.ontology.classes["DerivedEdge"].iri),
            "edgeFrom": node,
            "edgeTo": node,
            "edgeType": Literal("variantOf"),
        }
        graph.extend(
            Quad(edge, graph.property_iri(key), value, graph.derived_name)
            for key, value in pairs.items()
        )
    return graph


LABELS: Mapping[str, Callable[[bytes], list[str]]] = {
    "graphml": lambda data: [
        d["label"] for _, d in networkx.read_graphml(io.BytesIO(data)).nodes(data=True)
    ],
    "gexf": lambda data: [
        d["label"] for _, d in networkx.read_gexf(io.BytesIO(data)).nodes(data=True)
    ],
    "node-link": lambda data: [node["label"] for node in json.loads(data)["nodes"]],
    "cytoscape": lambda data: [n["data"]["label"] for n in json.loads(data)["elements"]["nodes"]],
}


@pytest.mark.parametrize("name", LABELS)
def test_texts_of_every_kind_come_back(name: str) -> None:
    found = LABELS[name](EXPORTERS[name].write(labelled(HOSTILE)))
    assert found == HOSTILE


def test_texts_of_every_kind_come_back_from_dot_with_spaces_for_tabs() -> None:
    (read,) = pydot.graph_from_dot_data(EXPORTERS["dot"].write(labelled(HOSTILE)).decode())
    nodes = [n for n in read.get_nodes() if n.get_name() not in ("node", "graph")]
    found = [unquoted(n.get_attributes().get("label", '""')) for n in nodes]
    assert found == [text.replace("\t", " ") for text in HOSTILE]


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz_reads_dot(shown: kg.Graph) -> None:
    done = subprocess.run(
        ["dot", "-Tcanon"], input=EXPORTERS["dot"].write(shown), capture_output=True, check=True
    )
    assert done.stdout.count(b" -> ") == shown.to_networkx().number_of_edges()
    assert not done.stderr


def test_no_two_nodes_have_one_place(shown: kg.Graph) -> None:
    places = positions(shown, shown.to_networkx())
    assert len({(p.x, p.y) for p in places.values()}) == len(places)


def test_gexf_and_cytoscape_give_the_same_places(shown: kg.Graph) -> None:
    gexf = networkx.read_gexf(io.BytesIO(EXPORTERS["gexf"].write(shown)))
    cyjs = json.loads(EXPORTERS["cytoscape"].write(shown))
    found = {n["data"]["id"]: n["position"] for n in cyjs["elements"]["nodes"]}
    for node, data in gexf.nodes(data=True):
        place = data["viz"]["position"]
        assert found[node] == {"x": float(place["x"]), "y": float(place["y"])}


def test_mermaid_draws_at_most_fifty_relations_around_one_entity(shown: kg.Graph) -> None:
    lines = EXPORTERS["mermaid"].write(shown).decode().splitlines()
    edges = [line for line in lines if re.fullmatch(r'  n\d+ (-->|-\.->)\|"[^"]*"\| n\d+', line)]
    nodes = [line for line in lines if re.fullmatch(r'  n\d+\["[^"]*"\]', line)]
    start = lines.index("flowchart LR")
    assert len(edges) == 50
    assert len(edges) + len(nodes) == len(lines) - start - 1
    assert all(line.startswith("%% ") for line in lines[:start])


def test_mermaid_says_of_each_result_how_far_it_is_reviewed(shown: kg.Graph) -> None:
    """The status was cut off behind a long id."""
    lines = EXPORTERS["mermaid"].write(shown).decode().splitlines()
    results = [line for line in lines if "studied for" in line or "claimed for" in line]
    assert len(results) > 20
    assert [line for line in results if not re.search(r'; (submitted|draft)"\|', line)] == []


def test_mermaid_draws_a_claim_otherwise_than_a_finding(shown: kg.Graph) -> None:
    text = EXPORTERS["mermaid"].write(shown).decode()
    assert re.search(r'-\.->\|"claimed for; [^"]*; submitted"\|', text)
    assert re.search(r'-->\|"studied for; finding/[^"]*; submitted"\|', text)


@pytest.mark.parametrize(
    ("label", "written"),
    [('"] --> x', "#quot;] --#gt; x"), ("`code`", "#96;code#96;"), ("#35;", "#35;35;")],
)
def test_mermaid_takes_no_label_for_a_command(label: str, written: str) -> None:
    text = EXPORTERS["mermaid"].write(labelled([label])).decode()
    assert f'  n0["{written}"]\n' in text
