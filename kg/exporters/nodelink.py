"""Node-link JSON of the derived edges, as networkx, D3 and JGraphT read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from kg.figure.network import FIDELITY as FIDELITY
from kg.graph.bridges import edge_data, graph_data, node_data
from kg.jsontext import members
from kg.pieces import Pieces


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the derived edges with their attributes, one node or edge per line."""
    about = graph_data(pieces.root, pieces.digest, pieces.caveats)
    edges = {edge.iri: edge for edge in pieces.edges()}
    ends = sorted({end for edge in edges.values() for end in (edge.start, edge.end)})

    def nodes() -> Iterator[dict[str, Any]]:
        for iris, graph in pieces.of(ends):
            for iri in iris:
                yield {**node_data(graph, NamedNode(iri)), "id": iri}

    def links() -> Iterator[dict[str, Any]]:
        for iris, graph in pieces.of(edges):
            for iri in iris:
                edge, data = edges[iri], edge_data(graph, NamedNode(iri))
                yield {**data, "source": edge.start, "target": edge.end, "key": iri}

    head = {"directed": True, "multigraph": True, "graph": about}
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for key, items in (("nodes", nodes()), ("links", links())):
        yield f',\n"{key}": [\n'
        yield from members(items)
        yield "\n]"
    yield "}\n"
