"""Cytoscape JSON of the derived edges: for Cytoscape (.cyjs) and Cytoscape.js."""

from __future__ import annotations

import json
from typing import Any

from kg.figure.network import FIDELITY as FIDELITY
from kg.figure.network import positions
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes and a place for each node.

    :raises UsageError: if networkx is not installed.
    """
    drawn = graph.to_networkx()
    places = positions(graph, drawn)
    nodes: list[dict[str, Any]] = [
        {
            "data": {"id": node, "value": node, "name": data["label"], **data},
            "position": places[node].point(),
        }
        for node, data in drawn.nodes(data=True)
    ]
    edges = [
        {
            "data": {
                "id": key,
                "key": key,
                "source": start,
                "target": end,
                "interaction": data["type"],
                **data,
            }
        }
        for start, end, key, data in drawn.edges(keys=True, data=True)
    ]
    head = {
        "format_version": "1.0",
        "generated_by": drawn.graph["source"],
        "directed": True,
        "multigraph": True,
        "data": drawn.graph,
    }
    text = json.dumps(head, ensure_ascii=False)[:-1]
    lines = {k: ",\n".join(map(_line, v)) for k, v in (("nodes", nodes), ("edges", edges))}
    elements = ",\n".join(f'"{key}": [\n{found}\n]' for key, found in lines.items())
    return f'{text},\n"elements": {{\n{elements}\n}}}}\n'.encode()


_line = json.JSONEncoder(ensure_ascii=False).encode
