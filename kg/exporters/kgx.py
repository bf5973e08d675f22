"""KGX: nodes and edges in the terms of the Biolink Model, as TSV and as JSON Lines.

See https://github.com/biolink/kgx/blob/master/specification/kgx-format.md and
https://biolink.github.io/biolink-model/. Edges are the derived ones. Biolink has no predicate for
a result that may be none, so a finding and a claim are ``related_to`` with their own predicate
beside; the direction of a finding between groups is a qualifier. In TSV a text that begins like a
formula has an apostrophe before it, as in every table (:mod:`kg.cells`), since people open these
files in spreadsheets; kgx keeps it. JSON Lines have the text itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import NamedNode

from kg.cells import safe
from kg.contract import Fidelity
from kg.evidence.findings import read_finding
from kg.evidence.index import Index, whole_index_of
from kg.evidence.stated import PATH, remarks
from kg.graph import Graph
from kg.graph.bridges import edge_data, node_data
from kg.ontology import CEKG
from kg.pieces import DerivedEdge, Pieces
from kg.xmltext import clean

FIDELITY = Fidelity(
    keeps=("edgeType",),
    changes={
        "Entity": "a node of a category of Biolink, if an edge leads to it",
        "prefLabel": "one name a node, English if there is one",
        "altLabel": "a synonym",
        "definition": "the description",
        **dict.fromkeys(("doi", "pmid"), "an identifier of the node, a publication of findings"),
        "DerivedEdge": "an edge with a predicate of Biolink; the program kgx joins those of two "
        "nodes with one predicate unless it streams (`kgx transform --stream`)",
        **dict.fromkeys(("edgeFrom", "edgeTo", "wasDerivedFrom"), "a CURIE"),
        "effectValence": "the property valence of an edge of the kind 'finding'",
        "claimedValence": "the property valence of an edge of the kind 'claim'",
        "effectDirection": "a qualifier of findings between groups",
        **dict.fromkeys(("edgeContrast", "edgeCertainty", "edgeStatus"), "a property of the edge"),
        "asserted-derived": "edges are derived statements, nodes asserted ones",
        "retractionStatus": "the property retraction of a source, and of the edges of statements "
        "that rest on it, if it is retracted, corrected or of concern",
        "languages": "not named",
        "datatypes": "text; in TSV one that begins like a formula has an apostrophe before it",
    },
    others="no part of the network",
)
PREFIX = "KG"
"""The prefix of the ids of the graph; ``about.json`` says what it stands for."""
CATEGORIES: Mapping[str, str] = {
    "Component": "ClinicalIntervention",
    "Condition": "PhenotypicFeature",
    "Intervention": "ClinicalIntervention",
    "LifeStage": "LifeStage",
    "Outcome": "PhenotypicFeature",
    "Population": "PopulationOfIndividualOrganisms",
    "Practice": "ClinicalIntervention",
    "Source": "Publication",
    "Article": "Publication",
    "Statement": "InformationContentEntity",
    "Citation": "InformationContentEntity",
    "Study": "Study",
    "Agent": "Agent",
}
"""Class → the closest class of Biolink that is not a mixin; all others are a ``NamedThing``."""
PREDICATES: Mapping[str, str] = {
    "componentOf": "part_of",
    "recommends": "mentions",
    "describes": "mentions",
    "appliesTo": "mentions",
    "intervention": "mentions",
    "comparator": "mentions",
    "outcome": "mentions",
    "population": "mentions",
    "cites": "mentions",
    "citedSource": "mentions",
    "claimedFor": "related_to_at_concept_level",
}
"""Type of an edge → predicate of Biolink; all others are ``related_to``.

In memory, kgx makes one edge of those with one predicate between two nodes, with properties of
both: that of a claim must differ from that of a finding.
"""
_DIRECTIONS: Mapping[str, str] = {"increase": "increased", "decrease": "decreased"}
_AGENTS: Mapping[str, str] = {"person": "manual_agent", "software": "automated_agent"}
_SOURCE = "infores:clinical-evidence-kg"

_READING = (
    "In memory, kgx has one edge for each subject, predicate and object, and joins what several "
    "findings say. To keep them apart: kgx transform --stream, or Transformer(stream=True)."
)
"""What a reader must know of the program kgx: it takes no key of an edge from a file."""

Record = dict[str, Any]


def stream(pieces: Pieces) -> Iterator[tuple[str, str]]:
    """Yield nodes and edges as TSV and JSON Lines, and ``about.json`` with prefixes and caveats.

    In TSV line ends and tabs of a text are spaces, as the format has no way to write them.
    """
    known = pieces.edges()
    ends = sorted({end for edge in known for end in (edge.start, edge.end)})
    yield "about.json", _about(pieces, ends)
    edges = {edge.iri: edge for edge in known}
    yield from _files("nodes", (_nodes(*piece) for piece in pieces.of(ends, PATH)))
    yield from _files(
        "edges", (_edges([edges[iri] for iri in iris], graph) for iris, graph in pieces.of(edges))
    )


def _files(name: str, pieces: Iterable[Iterable[Record]]) -> Iterator[tuple[str, str]]:
    """Yield records as lines of both kinds."""
    head = ""
    yield f"{name}.jsonl", ""
    for records in map(list, pieces):
        if not head:
            head = "\t".join(records[0]) + "\n"
            yield f"{name}.tsv", head
        yield f"{name}.jsonl", "".join(map(_json_line, records))
        yield f"{name}.tsv", "".join(map(_tsv_line, records))
    if not head:
        yield f"{name}.tsv", ""


def _about(pieces: Pieces, ends: Iterable[str]) -> str:
    """Return prefixes and caveats as JSON.

    :param ends: the IRIs of all nodes.
    """
    root = pieces.root
    remarks = {
        "writtenBy": "clinical-evidence-kg",
        "title": root.label(root.root()),
        "digest": pieces.digest,
        "caveats": pieces.caveats,
        "attribution": root.attribution(),
        "reading": _READING,
        "prefixes": _prefixes(root.base, ends),
    }
    return json.dumps(remarks, ensure_ascii=False, indent=1) + "\n"


def _nodes(iris: Iterable[str], graph: Graph) -> Iterator[Record]:
    index = whole_index_of(graph)
    for iri in iris:
        yield _node(index, iri, node_data(graph, NamedNode(iri)))


def _edges(edges: Iterable[DerivedEdge], graph: Graph) -> Iterator[Record]:
    index = whole_index_of(graph)
    for edge in edges:
        yield _edge(index, edge, edge_data(graph, NamedNode(edge.iri)))


def _curie(index: Index, iri: str) -> str:
    """Return an IRI with the prefix of its folder: a CURIE has no slash after the colon."""
    for prefix, namespace in ((PREFIX, index.base), ("cekg", CEKG)):
        if iri.startswith(namespace):
            folder, slash, rest = iri.removeprefix(namespace).rpartition("/")
            return f"{prefix}.{folder.replace('/', '.')}:{rest}" if slash else f"{prefix}:{rest}"
    return iri


def _prefixes(base: str, ends: Iterable[str]) -> dict[str, str]:
    """Return what the prefixes of some nodes stand for."""
    rests = (iri.removeprefix(base) for iri in ends if iri.startswith(base))
    folders = sorted({rest.partition("#")[0].rpartition("/")[0] for rest in rests} - {""})
    own = {f"{PREFIX}.{f.replace('/', '.')}": f"{base}{f}/" for f in folders}
    return {PREFIX: base, "cekg": CEKG, **own}


def _node(index: Index, iri: str, data: Mapping[str, str]) -> Record:
    category = next((b for name, b in CATEGORIES.items() if index.is_a(iri, name)), "NamedThing")
    own = {"doi": "doi", "pmid": "PMID"}.items()
    identifiers = [f"{p}:{text}" for key, p in own if (text := index.text(iri, key))]
    return {
        "id": _curie(index, iri),
        "category": [f"biolink:{category}"],
        "name": data["label"],
        "description": index.text(iri, "definition"),
        "synonym": index.texts(iri, "altLabel"),
        "xref": identifiers,
        "provided_by": [_SOURCE],
        "type": data["type"],
        "retraction": data["retraction"],
        "stamp": index.text(iri, "stamp") or "; ".join(remarks(index, iri, "definition")),
        "iri": iri,
    }


def _edge(index: Index, edge: DerivedEdge, data: Mapping[str, str]) -> Record:
    statement = data["statement"]
    own = read_finding(index, statement) if data["kind"] else None
    is_finding = own is not None and not own.is_claim
    between = is_finding and own is not None and own.contrast == "betweenGroup"
    studied = data["type"] == "studiedFor"
    creator = next((index.notation(c, "agentType") for c in index.nodes(statement, "creator")), "")
    return {
        "id": _curie(index, edge.iri),
        "subject": _curie(index, edge.start),
        "predicate": f"biolink:{PREDICATES.get(data['type'], 'related_to')}",
        "object": _curie(index, edge.end),
        "category": ["biolink:Association"],
        "original_predicate": f"cekg:{data['type']}",
        "knowledge_level": "not_provided" if own and own.is_claim else "knowledge_assertion",
        "agent_type": _AGENTS.get(creator, "not_provided"),
        "primary_knowledge_source": _SOURCE,
        "publications": list(_publications(index, own.sources)) if is_finding and own else [],
        "object_direction_qualifier": (
            _DIRECTIONS.get(own.direction, "") if own and between and studied else ""
        ),
        "population_context_qualifier": (
            " ".join(_curie(index, p) for p in own.populations) if own and studied else ""
        ),
        "kind": data["kind"],
        "valence": data["valence"],
        "contrast": data["contrast"],
        "certainty": data["certainty"],
        "review_status": data["reviewStatus"],
        "retraction": data["retraction"],
        "statement": _curie(index, statement),
        "stamp": index.text(statement, "stamp"),
    }


def _publications(index: Index, sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        if pmid := index.text(source, "pmid"):
            yield f"PMID:{pmid}"
        elif doi := index.text(source, "doi"):
            yield f"doi:{doi}"
        else:
            yield _curie(index, source)


def _json_line(record: Record) -> str:
    """Return a record as a line of JSON, without what is empty."""
    filled = {name: value for name, value in record.items() if value}
    return json.dumps(filled, ensure_ascii=False) + "\n"


def _tsv_line(record: Record) -> str:
    """Return a record as a line of TSV."""
    return "\t".join(map(_cell, record.values())) + "\n"


def _cell(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    return "|".join(safe(clean(str(text).replace("|", "/"))) for text in texts)
