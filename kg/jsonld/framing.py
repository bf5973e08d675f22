"""JSON-LD Framing 1.1 of a graph, for the frames of :data:`FRAMES`, in linear time.

A frame is a file of ``kg/jsonld/frames/`` that any processor can use with our context and the
option ``omitDefault``. So that the result grows no faster than the graph, a frame uses a part of
the standard: one or more types at the top, with all properties of what has them; below only
properties that the frame lists, each embedded (``@embed: @always`` with ``@explicit``) or left a
reference (``@embed: @never``). What is embedded is therefore never deeper than the frame.

https://www.w3.org/TR/json-ld11-framing/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.contract import Fidelity
from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.graph import Term as RdfTerm
from kg.jsonld.compaction import Compaction
from kg.ontology import PREFIXES, TYPE, Ontology, Term

FRAMES: Mapping[str, Path] = {file.stem: file for file in resources.frame_files()}
"""The name of each frame → its file."""


class _Frame(NamedTuple):
    """What becomes of a thing: of which properties, and whether it is embedded at all."""

    embed: bool
    explicit: bool
    inner: Mapping[NamedNode, _Frame]


_REFERENCE = _Frame(False, False, {})


def frame(name: str) -> dict[str, Any]:
    """Return a frame by its name, without a context.

    :raises UsageError: if there is no such frame.
    """
    if name not in FRAMES:
        hint = did_you_mean(name, FRAMES) or f"known: {', '.join(FRAMES)}"
        raise UsageError(f"no frame '{name}'", hint=hint)
    return dict(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FRAMES[name].read_text(encoding="utf-8"))
    return found


def fidelity(name: str, ontology: Ontology) -> Fidelity:
    """Return what a frame keeps of a graph, which follows from the frame itself.

    :raises UsageError: if there is no such frame.
    """
    wanted = frame(name)
    kinds, top = _types(wanted), _parsed(wanted, ontology)
    keeps, changes = list(kinds), dict[str, str]()
    for term in ontology.properties.values():
        holders = [d for d in term.domain if d in ontology.by_iri]
        on = [ontology.is_a(d, ontology.classes[k].iri) for d in holders for k in kinds]
        above = any(ontology.is_a(ontology.classes[k].iri, d) for d in holders for k in kinds)
        if holders and any(on) and len(holders) * len(kinds) == sum(on):
            keeps.append(term.name)
        elif not holders or above or any(on):
            changes[term.name] = f"of entities of the type {' or '.join(kinds)}"
    for term, part in _shown(top, ontology):
        if term.range in ontology.by_iri and part.embed:
            changes.setdefault(ontology.by_iri[term.range].name, "within an entity of the frame")
    for term, _ in (pair for part in top.inner.values() for pair in _shown(part, ontology)):
        if term.name not in keeps:
            changes[term.name] = "if the frame shows it"
    return Fidelity(
        tuple(keeps),
        {n: how for n, how in changes.items() if n not in kinds},
        {"asserted-derived": "a frame joins them"},
        "entities of other types, and what the frame does not show of those it embeds",
    )


def _shown(part: _Frame, ontology: Ontology) -> Iterator[tuple[Term, _Frame]]:
    """Yield each property that a frame names from a place on, and what becomes of its values."""
    for predicate, below in part.inner.items():
        if term := ontology.by_iri.get(predicate.value):
            yield term, below
        yield from _shown(below, ontology)


def _types(wanted: Mapping[str, Any]) -> list[str]:
    return wanted["type"] if isinstance(wanted["type"], list) else [wanted["type"]]


def framed(graph: Graph, name: str) -> Iterator[dict[str, Any]]:
    """Yield a node object for each entity of the types of a frame, sorted by IRI.

    Asserted and derived statements are framed together, as the standard does it without
    ``@graph`` in the frame; ids are whole IRIs.

    :raises UsageError: if there is no such frame.
    """
    wanted = frame(name)
    kinds = _types(wanted)
    top, compaction = _parsed(wanted, graph.ontology), Compaction(graph)
    blocks = _blocks(graph)
    types = {NamedNode(graph.ontology.classes[kind].iri) for kind in kinds}
    for subject in sorted(blocks, key=lambda node: node.value):
        if types & set(blocks[subject].get(TYPE, ())):
            yield _Framing(blocks, compaction).node(subject, top, [])


def _parsed(found: Mapping[str, Any], ontology: Ontology) -> _Frame:
    """Read a frame, or the part of one that a property leads to."""
    inner = {
        _property(key, ontology): _parsed(value, ontology)
        for key, value in found.items()
        if key[0] != "@" and key not in ("id", "type")
    }
    return _Frame(found.get("@embed") == "@always", found.get("@explicit") is True, inner)


def _property(key: str, ontology: Ontology) -> NamedNode:
    """Return a property that a frame names: with a prefix if its term holds languages."""
    prefix, colon, local = key.partition(":")
    return NamedNode(PREFIXES[prefix] + local if colon else ontology.properties[key].iri)


def _blocks(graph: Graph) -> dict[NamedNode, dict[NamedNode, list[RdfTerm]]]:
    """Return what is said of each subject; values in the order of the standard's merged graph."""
    found: dict[NamedNode, dict[NamedNode, dict[RdfTerm, None]]] = {}
    for facts in (graph.asserted(), *(graph.facts_in(name) for name in graph.names())):
        for subject, predicate, value in facts:
            found.setdefault(subject, {}).setdefault(predicate, {})[value] = None
    return {s: {p: list(v) for p, v in pairs.items()} for s, pairs in found.items()}


class _Framing:
    def __init__(
        self,
        blocks: Mapping[NamedNode, Mapping[NamedNode, list[RdfTerm]]],
        compaction: Compaction,
    ) -> None:
        self.blocks, self.compaction = blocks, compaction

    def node(self, subject: NamedNode, frame: _Frame, above: Sequence[NamedNode]) -> dict[str, Any]:
        """Return an entity as far as a frame shows it; ``above`` are those that it stands in."""
        said = self.blocks.get(subject, {})
        node = self.compaction.head(subject, said.get(TYPE, ()))
        path = [*above, subject]
        for predicate, values in sorted(said.items(), key=lambda item: item[0].value):
            if frame.explicit and predicate != TYPE and predicate not in frame.inner:
                continue
            shown: list[tuple[RdfTerm, dict[str, Any] | None]] = []
            below = frame.inner.get(predicate, _REFERENCE)
            for value in values:
                if predicate == TYPE and isinstance(value, NamedNode):
                    continue
                shown.append((value, self._embedded(value, below, path)))
            self.compaction.put(node, predicate, shown)
        return node

    def _embedded(
        self, value: RdfTerm, frame: _Frame, path: Sequence[NamedNode]
    ) -> dict[str, Any] | None:
        """Return the node to write in the place of a value, or ``None`` for the value itself."""
        if not frame.embed or isinstance(value, Literal) or value in path:
            return None
        node = self.node(value, frame, path)
        return node if len(node) > 1 else None
