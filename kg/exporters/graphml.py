"""GraphML of the derived edges, through networkx."""

from __future__ import annotations

import io

from kg.errors import packages_for
from kg.figure.network import FIDELITY as FIDELITY
from kg.graph import Graph
from kg.xmltext import legal


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes as GraphML, in order of name.

    :raises UsageError: if networkx is not installed.
    """
    with packages_for("GraphML"):
        import networkx
    drawn = graph.to_networkx()
    parts = (drawn.graph, *drawn.nodes.values(), *(data for *_, data in drawn.edges(data=True)))
    for data in parts:
        data.update({name: legal(text) for name, text in data.items()})
    out = io.BytesIO()
    networkx.write_graphml_xml(drawn, out)
    return out.getvalue().rstrip() + b"\n"
