"""JSON-LD 1.1: the whole graph, a document of framed entities, or a document for each entity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.evidence.index import index_of
from kg.evidence.stated import stamps
from kg.graph import Graph
from kg.jsonld.context import SAID, STAMPS, Form, document, line, reference, used, whole
from kg.jsonld.framing import framed
from kg.jsonld.nodes import Nodes, relative
from kg.ontology import LONGEST_ID
from kg.review_rules import ALWAYS

FIDELITY = Fidelity()
_WHOLE = Form()


def write(graph: Graph, form: Form = _WHOLE) -> bytes:
    """Return a graph as one JSON-LD document: ``@context`` and ``@graph``, sorted by id.

    Each entity has a line of its own, so that two versions can be compared line by line.

    :raises UsageError: if there is no such frame.
    """
    if form.frame:
        return _framed(_Told(graph), list(framed(graph, form.frame)), form)
    context = reference(graph, form.context, graph.base) if form.context else whole(graph)
    nodes = [line(node) for node in Nodes(graph, graph.asserted()).nodes()]
    for graph_name in graph.names():
        named = [line(node) for node in Nodes(graph, graph.facts_in(graph_name)).nodes()]
        name = line(relative(graph_name.value, graph.base))
        nodes.append(f'{{"id": {name}, "@graph": [\n' + ",\n".join(named) + "\n]}")
    return document(context, {}, nodes)


def documents(graph: Graph, form: Form = _WHOLE) -> dict[str, bytes]:
    """Return a document for each entity, by path: ``finding/f05-1.jsonld``.

    It has what is stated and derived about the entity and its parts, and the caveats that apply to
    it. With a frame: a document for each entity of its types.

    :raises UsageError: if there is no such frame.
    """
    if form.frame:
        each = framed(graph, form.frame)
        told = _Told(graph)
        return {_path(node["id"], graph.base): _framed(told, [node], form) for node in each}
    stated = _by_entity(Nodes(graph, graph.asserted()).nodes())
    beside = {
        name: _by_entity(Nodes(graph, graph.facts_in(name)).nodes()) for name in graph.names()
    }
    limits, context, told = _limits(graph), whole(graph), _Told(graph)
    found = {}
    for entity in sorted({*stated, *(e for group in beside.values() for e in group)}):
        about = [entity, *sorted(limits.get(entity, set()) - {entity})]
        nodes = [node for name in about for node in stated.get(name, [])]
        nodes += [
            {"id": relative(name.value, graph.base), "@graph": group[entity]}
            for name, group in beside.items()
            if entity in group
        ]
        given: Any = used(context, nodes)
        if form.context:
            given = reference(graph, form.context, graph.base)
        found[_path(entity, graph.base)] = document(given, told.by(nodes), map(line, nodes))
    return found


def _framed(told: _Told, nodes: list[dict[str, Any]], form: Form) -> bytes:
    graph = told.graph
    context: Any = {k: v for k, v in whole(graph).items() if k != "@base"}
    context = reference(graph, form.context, "") if form.context else used(context, nodes)
    return document(context, told.by(nodes), map(line, nodes))


class _Told:
    """What every document must say and a part of the graph does not."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._always = dict(zip(SAID, (graph.caveats(), graph.attribution()), strict=True))
        found = stamps(index_of(graph))
        self._stamps = {relative(iri, graph.base): keys for iri, keys in found.items()}
        self._stamps |= found

    def by(self, nodes: Iterable[Any]) -> dict[str, Any]:
        """Return it for a document of node objects: id → property → stamps under ``stamps``.

        These are of statements away from what they state: an entity has no stamp of its own.
        """
        found: dict[str, dict[str, list[str]]] = {}
        for node in _objects(nodes):
            for key in node:
                name = key.rpartition(":")[2]
                if stamped := self._stamps.get(node.get("id", ""), {}).get(name):
                    found.setdefault(node["id"], {})[name] = stamped
        return {**self._always, **({STAMPS: found} if found else {})}


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield each object within a value of JSON."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _objects(inner)


def _by_entity(nodes: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Sort nodes by the entity that they are, or are a part of."""
    found: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        found.setdefault(node["id"].partition("#")[0], []).append(node)
    return found


def _limits(graph: Graph) -> dict[str, set[str]]:
    """Return entity → the caveats that apply to it."""
    found: dict[str, set[str]] = {}
    for name in ALWAYS:
        for caveat in graph.instances(name):
            for about in graph.objects(caveat, "appliesTo"):
                if isinstance(about, NamedNode):
                    entity = relative(about.value, graph.base)
                    found.setdefault(entity, set()).add(relative(caveat.value, graph.base))
    return found


def _path(name: str, base: str) -> str:
    """Return the path of an entity's document: its id, or a digest if the id is not a path."""
    own = relative(name, base)
    if own == base:
        return "graph.jsonld"
    if ":" not in own and len(own.encode()) <= LONGEST_ID:
        return f"{own}.jsonld"
    return f"other/{hashlib.sha256(own.encode()).hexdigest()[:16]}.jsonld"
