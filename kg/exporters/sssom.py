"""SSSOM: the codes of entities in other vocabularies, and searches that found none.

https://mapping-commons.github.io/sssom/ (TSV with its header in comments). An entity has the prefix
``kg``; a code has the id of its code system as prefix, which stands for the address of the system,
with a number sign where that does not end in a mark of its own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.graph import Graph
from kg.marks import LINE
from kg.pieces import Pieces
from kg.readers.sssom import NO_MATCH, PREFIX, RELATIONS

FIDELITY = Fidelity(
    keeps=("codeMapping", "code", "codeLabel", "codeSystem", "mappingRelation"),
    changes={
        "CodeMapping": "a row for each code system",
        "mappingJustification": "a term of the Semantic Mapping Vocabulary",
        "mappingSource": "object_source_version",
        "searchedOn": "mapping_date",
        "note": "comment",
        "prefLabel": "subject_label, in English if there is one",
        "systemUri": "the namespace of a prefix",
        "languages": "not named",
        "datatypes": "those of SSSOM",
        "asserted-derived": "asserted statements only",
    },
    others="mappings to codes and the names of what has them",
)
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "object_source",
    "object_source_version",
    "mapping_justification",
    "mapping_date",
    "comment",
)
_NAMESPACES = {
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
}
_CURATED = "semapv:ManualMappingCuration"
_PREDICATES = {word: predicate for predicate, word in RELATIONS.items()}


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield a mapping set with a row for each entity, code and code system, sorted."""
    root, systems = pieces.root, _systems(pieces)
    licence, version = (root.value(root.root(), key) for key in ("license", "versionInfo"))
    head: dict[str, object] = {
        "mapping_set_id": f"{root.base}mappings",
        "mapping_set_title": f"Codes of {root.label(root.root())}",
        **({"mapping_set_version": version.value} if version else {}),
        "license": licence.value if licence else "https://w3id.org/sssom/license/unspecified",
        "comment": "\n".join(pieces.remarks()),
        "curie_map": {
            PREFIX.removesuffix(":"): root.base,
            **dict(sorted((prefix, namespace) for namespace, prefix in systems.items())),
            **_NAMESPACES,
        },
    }
    # The header is YAML behind a sign of comments; in it the mark is a comment of its own.
    yield f"# {LINE}"
    yield from _lines(head)
    yield _line(_COLUMNS)
    names = {_id(NamedNode(iri), root): iri for iri in pieces.having("codeMapping")}
    for iris, graph in pieces.of(names[name] for name in sorted(names)):
        for iri in iris:
            yield from map(_line, sorted(_rows(NamedNode(iri), graph, systems)))


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerow(cells)
    return text.getvalue()


def _lines(head: Mapping[str, object]) -> Iterator[str]:
    """Yield the header as YAML; a text of JSON is one of YAML too."""
    for key, value in head.items():
        if isinstance(value, dict):
            yield f"# {key}:\n"
            yield from (f"#   {name}: {json.dumps(iri)}\n" for name, iri in value.items())
        else:
            yield f"# {key}: {json.dumps(value, ensure_ascii=False)}\n"


def _systems(pieces: Pieces) -> dict[str, str]:
    """Return namespace → prefix; releases of one system have the prefix of the first of them."""
    found: dict[str, str] = {}
    for iris, graph in pieces.of(pieces.instances("CodeSystem")):
        for iri in iris:
            found.setdefault(_namespace(NamedNode(iri), graph), iri.rpartition("/")[2])
    return found


def _namespace(system: NamedNode, graph: Graph) -> str:
    address = graph.value(system, "systemUri")
    namespace = (address.value if address else "") or system.value
    return namespace if namespace[-1] in "/#_" else f"{namespace}#"


def _rows(subject: NamedNode, graph: Graph, systems: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the rows of an entity.

    :param systems: namespace → prefix.
    """
    for mapping in graph.objects(subject, "codeMapping"):
        if not isinstance(mapping, NamedNode):
            continue
        value = {key: graph.value(mapping, key) for key in ("code", "codeLabel", "searchedOn")}
        text = {key: term.value if term else "" for key, term in value.items()}
        relation = _PREDICATES.get(graph.notation(graph.value(mapping, "mappingRelation")))
        notes = " ".join(term.value for term in graph.objects(mapping, "note"))
        release = "; ".join(term.value for term in graph.objects(mapping, "mappingSource"))
        justified = graph.value(mapping, "mappingJustification")
        for system in graph.objects(mapping, "codeSystem"):
            if not isinstance(system, NamedNode):
                continue
            prefix = systems.get(_namespace(system, graph), "")
            code = f"{prefix}:{text['code']}" if text["code"] else NO_MATCH
            yield [
                _id(subject, graph),
                graph.label(subject),
                relation if text["code"] and relation else "skos:exactMatch",
                code,
                text["codeLabel"],
                _id(system, graph),
                release,
                justified.value if justified else _CURATED,
                text["searchedOn"],
                notes,
            ]


def _id(node: NamedNode, graph: Graph) -> str:
    """Return the CURIE of an entity of the graph, or the IRI of another one."""
    local = node.value.removeprefix(graph.base)
    return f"{PREFIX}{local}" if local != node.value else node.value
