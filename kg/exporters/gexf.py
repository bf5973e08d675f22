"""GEXF of the derived edges, with a place and a colour for each node: for Gephi."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

from kg.errors import packages_for
from kg.figure.network import FIDELITY as FIDELITY
from kg.figure.network import positions
from kg.graph import Graph
from kg.xmltext import legal


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes as GEXF 1.2.

    The type of an edge is its label: ``type`` means directed or not in GEXF. The date that
    networkx puts in is left out, so that the same graph gives the same bytes.

    :raises UsageError: if networkx is not installed.
    """
    with packages_for("GEXF"):
        import networkx
        from networkx.readwrite.gexf import GEXFWriter
    drawn = graph.to_networkx()
    laid: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    places = positions(graph, drawn)
    for node, data in drawn.nodes(data=True):
        place = places[node]
        red, green, blue = (int(place.colour[n : n + 2], 16) for n in (1, 3, 5))
        viz = {
            "position": place.point() | {"z": 0.0},
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
        }
        found = {name: legal(text) for name, text in data.items()}
        found["kind"] = found.pop("type")
        laid.add_node(legal(node), **found, viz=viz)
    for start, end, key, data in drawn.edges(keys=True, data=True):
        found = {name: legal(text) for name, text in data.items()}
        found["label"] = found.pop("type")
        laid.add_edge(start, end, key=key, id=key, **found)
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(laid)
    meta = writer.xml.find("meta")
    assert meta is not None
    meta.attrib.clear()
    meta[0].text = drawn.graph["source"]
    ET.SubElement(meta, "description").text = legal(
        f"{drawn.graph['name']}\n{drawn.graph['attribution']}\n{drawn.graph['digest']}\n{drawn.graph['caveats']}"
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue().rstrip() + b"\n"
