"""A place for each node of the network of derived edges: columns as in the figure, no overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.figure.drawing import COLUMNS
from kg.figure.layout import Edge, Node, layout
from kg.figure.shapes import STYLES
from kg.graph import Graph
from kg.ontology import TYPE

if TYPE_CHECKING:
    import networkx

FIDELITY = Fidelity(
    keeps=("edgeFrom", "edgeTo", "edgeType"),
    changes={
        "Entity": "a node with its first class, if an edge leads to it",
        "prefLabel": "one label a node, English if there is one",
        "DerivedEdge": "an edge",
        "edgeContrast": "an attribute of the edge, several joined by ' / '",
        "edgeCertainty": "an attribute of the edge, several joined by ' / '",
        "edgeStatus": "the attribute reviewStatus of the edge",
        "effectValence": "the attribute valence of an edge of the kind 'finding'",
        "claimedValence": "the attribute valence of an edge of the kind 'claim'",
        "wasDerivedFrom": "the attribute statement of the edge",
        "retractionStatus": "the attribute retraction of a source, and of the edges of statements "
        "that rest on it, if it is retracted, corrected or of concern",
        "asserted-derived": "edges are derived statements, nodes asserted ones",
        "languages": "not named",
        "datatypes": "text",
        "control-characters": "replaced or left out",
    },
    others="edges and labels only",
)
"""What the formats of the network keep."""
WIDTH, HEIGHT = 400.0, 30.0
"""How far columns are apart, and how high a node is."""
_OTHER = "#b8b8b8"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node is, y downwards, and the colour of its kind."""

    x: float
    y: float
    colour: str

    def point(self) -> dict[str, float]:
        """Return x and y by name."""
        return {"x": self.x, "y": self.y}


def positions(graph: Graph, drawn: networkx.MultiDiGraph[str]) -> dict[str, Place]:
    """Return a place for each node: by its column, and there near to its neighbours.

    What the figure leaves out (populations, descriptions, …) has a column of its own at the right.
    The same graph gives the same places.
    """
    kinds = {node: column_of(graph, NamedNode(node)) for node in drawn}
    nodes = [Node(node, kinds[node][0], HEIGHT, order=node) for node in sorted(drawn)]
    pairs = {tuple(sorted(p, key=lambda n: (kinds[n][0], n))) for p in drawn.edges()}
    edges = [Edge(a, b) for a, b in sorted(pairs) if kinds[a][0] + 1 == kinds[b][0]]
    tops = layout(nodes, edges, sweeps=4).tops
    return {
        node: Place(column * WIDTH, round(tops[node], 1), colour)
        for node, (column, colour) in kinds.items()
    }


def marked(words: str, retraction: str) -> str:
    """Return words for a drawing, with what a reader must know of the retraction of a source."""
    return f"{words} ({retraction})" if retraction else words


def column_of(graph: Graph, node: NamedNode) -> tuple[int, str]:
    """Return the column and the colour of a node."""
    found = [t.value for t in graph.objects(node, TYPE.value)]
    for column, names in COLUMNS.items():
        for name in names:
            iri = graph.ontology.classes[name].iri
            if any(graph.ontology.is_a(kind, iri) for kind in found):
                return column, STYLES[name].fill
    return len(COLUMNS), _OTHER
