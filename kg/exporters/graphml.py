"""GraphML of the derived edges, through networkx."""

from __future__ import annotations

import io

import networkx

from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the derived edges with their attributes as GraphML, in order of name."""
    found = graph.to_networkx()
    ordered: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(name=graph.label(graph.root()))
    ordered.graph["source"] = graph.base
    ordered.graph["digest"] = graph.digest()
    for caveat in graph.caveats():
        ordered.graph.setdefault("caveats", "")
        ordered.graph["caveats"] += ("\n" if ordered.graph["caveats"] else "") + caveat
    ordered.add_nodes_from(sorted(found.nodes(data=True)))
    for source, target, key, data in sorted(found.edges(keys=True, data=True)):
        ordered.add_edge(source, target, key=key, **data)
    out = io.BytesIO()
    networkx.write_graphml_xml(ordered, out, named_key_ids=True)
    return out.getvalue() + b"\n"
