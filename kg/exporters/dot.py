"""DOT of the derived edges: for Graphviz."""

from __future__ import annotations

from collections.abc import Mapping

from kg.figure.network import FIDELITY as FIDELITY
from kg.figure.network import positions
from kg.graph import Graph
from kg.xmltext import clean


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes in the language of Graphviz.

    :raises UsageError: if networkx is not installed.
    """
    drawn = graph.to_networkx()
    places = positions(graph, drawn)
    about = {
        "label": drawn.graph["name"],
        "comment": f"{drawn.graph['source']} {drawn.graph['digest']}",
        "attribution": drawn.graph["attribution"],
        "caveats": drawn.graph["caveats"],
        "rankdir": "LR",
    }
    lines = [f"  graph {_listed(about)};", '  node [shape="box", style="filled"];']
    for node, data in drawn.nodes(data=True):
        found = {**data, "fillcolor": places[node].colour}
        lines.append(f"  {_quoted(node)} {_listed(found)};")
    for start, end, key, data in drawn.edges(keys=True, data=True):
        found = {"id": key, "label": data["type"], **data}
        lines.append(f"  {_quoted(start)} -> {_quoted(end)} {_listed(found)};")
    return "\n".join(["digraph evidence {", *lines, "}", ""]).encode()


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
