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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from kg.cells import safe
from kg.contract import Fidelity
from kg.evidence.findings import read_finding
from kg.evidence.index import Index, index_of
from kg.graph import Graph
from kg.ontology import CEKG

FIDELITY = Fidelity(
    keeps=("edgeType",),
    changes={
        "Entity": "a node of a category of Biolink, if an edge leads to it",
        "prefLabel": "one name a node, English if there is one",
        "altLabel": "a synonym",
        "definition": "the description",
        **dict.fromkeys(("doi", "pmid"), "an identifier of the node, a publication of findings"),
        "DerivedEdge": "an edge with a predicate of Biolink",
        **dict.fromkeys(("edgeFrom", "edgeTo", "wasDerivedFrom"), "a CURIE"),
        "effectValence": "the property valence of an edge of the kind 'finding'",
        "claimedValence": "the property valence of an edge of the kind 'claim'",
        "effectDirection": "a qualifier of findings between groups",
        **dict.fromkeys(("edgeContrast", "edgeCertainty", "edgeStatus"), "a property of the edge"),
        "asserted-derived": "edges are derived statements, nodes asserted ones",
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
}
"""Type of an edge → predicate of Biolink; all others are ``related_to``."""
_DIRECTIONS: Mapping[str, str] = {"increase": "increased", "decrease": "decreased"}
_AGENTS: Mapping[str, str] = {"person": "manual_agent", "software": "automated_agent"}
_SOURCE = "infores:clinical-evidence-kg"

Record = dict[str, Any]


def files(graph: Graph) -> dict[str, bytes]:
    """Return nodes and edges as TSV and JSON Lines, and ``about.json`` with prefixes and caveats.

    In TSV line ends and tabs of a text are spaces, as the format has no way to write them.

    :raises UsageError: if networkx is not installed.
    """
    drawn = graph.to_networkx()
    remarks = about(graph, drawn, graph.digest(), graph.caveats())
    found = {"about.json": remarks.encode()}
    for name, records in (("nodes", nodes(graph, drawn)), ("edges", edges(graph))):
        made = list(records)
        found[f"{name}.jsonl"] = "".join(map(json_line, made)).encode()
        found[f"{name}.tsv"] = "".join([*map(tsv_head, made[:1]), *map(tsv_line, made)]).encode()
    return found


def about(graph: Graph, ends: Iterable[str], digest: str, caveats: Sequence[str]) -> str:
    """Return prefixes and caveats as JSON.

    :param ends: the IRIs of all nodes.
    :param digest: that of the whole graph.
    """
    remarks = {
        "writtenBy": "clinical-evidence-kg",
        "title": graph.label(graph.root()),
        "digest": digest,
        "caveats": caveats,
        "attribution": graph.attribution(),
        "prefixes": _prefixes(graph, ends),
    }
    return json.dumps(remarks, ensure_ascii=False, indent=1) + "\n"


def nodes(graph: Graph, ends: Iterable[str]) -> Iterator[Record]:
    """Yield the records of nodes, by their IRIs."""
    index = index_of(graph)
    for iri in ends:
        yield _node(index, iri, graph.label(NamedNode(iri)), graph.class_name(NamedNode(iri)))


def edges(graph: Graph) -> Iterator[Record]:
    """Yield the records of all edges of a graph, sorted by their ends.

    :raises UsageError: if networkx is not installed.
    """
    index, drawn = index_of(graph), graph.to_networkx()
    for start, end, key, data in drawn.edges(keys=True, data=True):
        yield _edge(index, key, start, end, data)


def _curie(index: Index, iri: str) -> str:
    """Return an IRI with the prefix of its folder: a CURIE has no slash after the colon."""
    for prefix, namespace in ((PREFIX, index.base), ("cekg", CEKG)):
        if iri.startswith(namespace):
            folder, slash, rest = iri.removeprefix(namespace).rpartition("/")
            return f"{prefix}.{folder.replace('/', '.')}:{rest}" if slash else f"{prefix}:{rest}"
    return iri


def _prefixes(graph: Graph, drawn: Iterable[str]) -> dict[str, str]:
    """Return what the prefixes of some nodes stand for."""
    rests = (iri.removeprefix(graph.base) for iri in drawn if iri.startswith(graph.base))
    folders = sorted({rest.partition("#")[0].rpartition("/")[0] for rest in rests} - {""})
    own = {f"{PREFIX}.{f.replace('/', '.')}": f"{graph.base}{f}/" for f in folders}
    return {PREFIX: graph.base, "cekg": CEKG, **own}


def _node(index: Index, iri: str, label: str, kind: str) -> Record:
    category = next((b for name, b in CATEGORIES.items() if index.is_a(iri, name)), "NamedThing")
    own = {"doi": "doi", "pmid": "PMID"}.items()
    identifiers = [f"{p}:{text}" for key, p in own if (text := index.text(iri, key))]
    return {
        "id": _curie(index, iri),
        "category": [f"biolink:{category}"],
        "name": label,
        "description": index.text(iri, "definition"),
        "synonym": index.texts(iri, "altLabel"),
        "xref": identifiers,
        "provided_by": [_SOURCE],
        "type": kind,
        "stamp": index.text(iri, "stamp"),
        "iri": iri,
    }


def _edge(index: Index, key: str, start: str, end: str, data: Mapping[str, str]) -> Record:
    statement = data["statement"]
    own = read_finding(index, statement) if data["kind"] else None
    is_finding = own is not None and not own.is_claim
    between = is_finding and own is not None and own.contrast == "betweenGroup"
    studied = data["type"] == "studiedFor"
    creator = next((index.notation(c, "agentType") for c in index.nodes(statement, "creator")), "")
    return {
        "id": _curie(index, key),
        "subject": _curie(index, start),
        "predicate": f"biolink:{PREDICATES.get(data['type'], 'related_to')}",
        "object": _curie(index, end),
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


def json_line(record: Record) -> str:
    """Return a record as a line of JSON, without what is empty."""
    filled = {name: value for name, value in record.items() if value}
    return json.dumps(filled, ensure_ascii=False) + "\n"


def tsv_head(record: Record) -> str:
    """Return the names of the cells of a record, which are those of all of its kind."""
    return "\t".join(record) + "\n"


def tsv_line(record: Record) -> str:
    """Return a record as a line of TSV."""
    return "\t".join(map(_cell, record.values())) + "\n"


def _cell(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    return "|".join(safe(" ".join(str(text).replace("|", "/").split())) for text in texts)
