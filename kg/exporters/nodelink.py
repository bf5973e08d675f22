"""Node-link JSON of the derived edges, as networkx, D3 and JGraphT read it."""

from __future__ import annotations

import json

from kg.errors import packages_for
from kg.figure.network import FIDELITY as FIDELITY
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes, one node or edge per line.

    :raises UsageError: if networkx is not installed.
    """
    with packages_for("node-link JSON"):
        import networkx
    data = networkx.node_link_data(graph.to_networkx(), edges="links")
    lists = {key: data.pop(key) for key in ("nodes", "links")}
    head = {"directed": data["directed"], "multigraph": data["multigraph"], "graph": data["graph"]}
    text = json.dumps(head, ensure_ascii=False)[:-1]
    for key, items in lists.items():
        lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
        text += f',\n"{key}": [\n{lines}\n]'
    return f"{text}}}\n".encode()
