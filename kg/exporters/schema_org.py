"""schema.org: every entity in the terms that search engines and other web services read."""

from __future__ import annotations

import json

from kg.evidence.index import index_of
from kg.evidence.schema_org import CONTEXT, SchemaOrg
from kg.evidence.schema_org import FIDELITY as FIDELITY
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the entities as JSON-LD, one per line; the first is the graph with its caveats."""
    index = index_of(graph)
    written = SchemaOrg(index)
    about = {
        **written.thing(index.base),
        "creator": {"@type": "SoftwareApplication", "name": "clinical-evidence-kg"},
        "identifier": graph.digest(),
        "description": "\n".join(graph.caveats()),
        "creditText": "\n".join(graph.attribution()),
    }
    things = [about, *(written.thing(iri) for iri in index.entities if iri != index.base)]
    lines = ",\n".join(json.dumps(thing, ensure_ascii=False) for thing in things)
    return f'{{"@context": "{CONTEXT}", "@graph": [\n{lines}\n]}}\n'.encode()
