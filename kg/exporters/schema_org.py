"""schema.org: every entity in the terms that search engines and other web services read."""

from __future__ import annotations

from collections.abc import Iterator

from kg.evidence.index import natural, whole_index_of
from kg.jsontext import members
from kg.pieces import Pieces
from kg.schema_org import CONTEXT, NEEDS, SchemaOrg, Thing
from kg.schema_org import FIDELITY as FIDELITY


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the entities as JSON-LD, one per line; the first is the graph with its caveats."""
    yield f'{{"@context": "{CONTEXT}", "@graph": [\n'
    yield from members(_things(pieces))
    yield "\n]}\n"


def _things(pieces: Pieces) -> Iterator[Thing]:
    base = pieces.base
    yield {
        **SchemaOrg(whole_index_of(pieces.root)).thing(base),
        "creator": {"@type": "SoftwareApplication", "name": "clinical-evidence-kg"},
        "identifier": pieces.digest,
        "description": "\n".join(pieces.caveats),
        "creditText": "\n".join(pieces.root.attribution()),
    }
    every = sorted(pieces.instances("Entity"), key=natural)
    entities = [iri for iri in every if "#" not in iri.removeprefix(base) and iri != base]
    for iris, graph in pieces.of(entities, *NEEDS):
        written = SchemaOrg(whole_index_of(graph))
        yield from map(written.thing, iris)
