"""DOT of the derived edges: for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode

from kg.figure.network import FIDELITY as FIDELITY
from kg.figure.network import column_of, marked
from kg.graph.bridges import edge_data, graph_data, node_data
from kg.pieces import Pieces
from kg.xmltext import clean


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the derived edges with their attributes in the language of Graphviz."""
    said = graph_data(pieces.root, pieces.digest, pieces.caveats)
    about = {
        "label": said["name"],
        "comment": f"{said['source']} {said['digest']}",
        "attribution": said["attribution"],
        "caveats": said["caveats"],
        "rankdir": "LR",
    }
    yield f"digraph evidence {{\n  graph {_listed(about)};\n"
    yield '  node [shape="box", style="filled"];\n'
    edges = {edge.iri: edge for edge in pieces.edges()}
    for iris, graph in pieces.of(sorted({e for edge in edges.values() for e in edge[:2]})):
        for node in map(NamedNode, iris):
            data = {**node_data(graph, node), "fillcolor": column_of(graph, node)[1]}
            data["label"] = marked(data["label"], data["retraction"])
            yield f"  {_quoted(node.value)} {_listed(data)};\n"
    for iris, graph in pieces.of(edges):
        for iri in iris:
            data = edge_data(graph, NamedNode(iri))
            data = {"id": iri, "label": marked(data["type"], data["retraction"]), **data}
            start, end = map(_quoted, edges[iri][:2])
            yield f"  {start} -> {end} {_listed(data)};\n"
    yield "}\n"


def _listed(attributes: Mapping[str, str]) -> str:
    """Return attributes that have a value; what a label is quoted from is read as text."""
    found = (f"{name}={_quoted(text)}" for name, text in attributes.items() if text)
    return f"[{', '.join(found)}]"


def _quoted(text: str) -> str:
    r"""Return a text in quotes. Graphviz reads a backslash as an escape (``\n``), so it is doubled.

    See https://graphviz.org/doc/info/lang.html and
    https://graphviz.org/docs/attr-types/escString/.
    """
    safe = "\n".join(clean(line) for line in text.split("\n"))
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
