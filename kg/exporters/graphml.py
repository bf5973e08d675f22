"""GraphML of the derived edges, through networkx."""

from __future__ import annotations

import io
from collections.abc import Mapping

from kg.contract import Fidelity
from kg.errors import packages_for
from kg.graph import Graph
from kg.xmltext import legal

FIDELITY = Fidelity(
    keeps=("edgeFrom", "edgeTo", "edgeType"),
    changes={
        "Entity": "a node with its first class, where an edge leads to it",
        "prefLabel": "one label a node, English where there is one",
        "DerivedEdge": "an edge",
        "edgeContrast": "an attribute of the edge, several joined by ' / '",
        "edgeCertainty": "an attribute of the edge, several joined by ' / '",
        "edgeStatus": "the attribute reviewStatus of the edge",
        "effectValence": "the attribute valence of the edge",
        "claimedValence": "the attribute valence of the edge, of the kind 'claim'",
        "wasDerivedFrom": "the attribute statement of the edge",
        "asserted-derived": "edges are derived statements, nodes asserted ones",
        "languages": "not named",
        "datatypes": "text",
    },
    others="edges and labels only",
)


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes as GraphML, in order of name.

    :raises UsageError: if networkx is not installed.
    """
    with packages_for("GraphML"):
        import networkx
    found = graph.to_networkx()
    ordered: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
        name=legal(graph.label(graph.root())),
        source="clinical-evidence-kg",
        attribution=legal("\n".join(graph.attribution())),
        digest=graph.digest(),
        caveats=legal("\n".join(graph.caveats())),
    )
    attributes: Mapping[str, Mapping[str, str]] = found.nodes
    for node in sorted(attributes):
        ordered.add_node(node, **_legal(attributes[node]))
    for source, target, key, data in sorted(found.edges(keys=True, data=True), key=_edge_key):
        ordered.add_edge(source, target, key=key, **_legal(data))
    out = io.BytesIO()
    networkx.write_graphml_xml(ordered, out, named_key_ids=True)
    return out.getvalue().rstrip() + b"\n"


def _legal(data: Mapping[str, str]) -> dict[str, str]:
    return {name: legal(text) for name, text in data.items()}


def _edge_key(edge: tuple[str, str, str, Mapping[str, str]]) -> tuple[str, str, str]:
    return edge[:3]
