"""Review events: what one says, as facts of the graph and as a record of a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg.assertion import event_digest
from kg.graph import Graph
from kg.ontology import CEKG, TYPE, XSD
from kg.review_rules import status_iri

HEAD = """\
# Review events, written by 'kg review'. Events are only ever added: this file is neither changed
# nor removed. See docs/review.md.
"""
_CLASS = NamedNode(CEKG + "ReviewEvent")


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the review status of a statement. ``id`` ends in the start of ``digest``."""

    reviewed: NamedNode
    before: str
    after: str
    agent: NamedNode
    time: str
    follows: NamedNode | None = None
    note: str = ""
    assertion: str = ""
    parts: tuple[str, ...] = ()
    id: str = ""
    digest: str = ""

    def named(self, graph: Graph, language: str) -> Event:
        """Return the event with its id and its digest, which follow from what it says."""
        scratch = Graph(graph.ontology, graph.base)
        unnamed = graph.node("review-event/x")
        scratch.extend(self._quads(graph, unnamed, language))
        digest = event_digest(scratch, unnamed)
        slug = graph.short(self.reviewed).rpartition("/")[2].lower()
        values = {k: getattr(self, k) for k in self.__slots__}
        name = f"review-event/{slug}-{self.after}-{digest[7:19]}"
        return Event(**{**values, "id": name, "digest": digest})

    def quads(self, graph: Graph, language: str) -> Iterable[Quad]:
        """Return what the event says as it is in a graph that was built from its record."""
        node = graph.node(self.id)
        seal = Quad(node, graph.property_iri("eventDigest"), Literal(self.digest))
        return [*self._quads(graph, node, language), seal]

    def _quads(self, graph: Graph, node: NamedNode, language: str) -> list[Quad]:
        found: list[tuple[NamedNode, NamedNode | Literal]] = [
            (TYPE, _CLASS),
            (graph.property_iri("reviewed"), self.reviewed),
            (graph.property_iri("fromStatus"), NamedNode(status_iri(self.before))),
            (graph.property_iri("toStatus"), NamedNode(status_iri(self.after))),
            (graph.property_iri("agent"), self.agent),
            (
                graph.property_iri("time"),
                Literal(self.time, datatype=NamedNode(XSD + "dateTime")),
            ),
        ]
        if self.follows:
            found.append((graph.property_iri("follows"), self.follows))
        if self.note:
            found.append((graph.property_iri("note"), Literal(self.note, language=language)))
        if self.assertion:
            found.append((graph.property_iri("assertionDigest"), Literal(self.assertion)))
        found += [(graph.property_iri("approvedPart"), Literal(p)) for p in self.parts]
        return [Quad(node, predicate, value) for predicate, value in found]

    def text(self, graph: Graph) -> str:
        """Return the event as a record in YAML."""
        lines = [
            f"- id: {self.id}",
            f"  reviewed: {graph.short(self.reviewed)}",
            f"  fromStatus: {self.before}",
            f"  toStatus: {self.after}",
            f"  agent: {graph.short(self.agent)}",
            f"  time: {self.time}",
        ]
        if self.follows:
            lines.append(f"  follows: {graph.short(self.follows)}")
        if self.note:
            lines.append(f"  note: {quoted(self.note)}")
        if self.assertion:
            lines.append(f"  assertionDigest: {self.assertion}")
        if self.parts:
            lines += ["  approvedPart:", *(f"    - {quoted(part)}" for part in self.parts)]
        lines.append(f"  eventDigest: {self.digest}")
        return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a text in double quotes of YAML; what does not print is escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in plain)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
