"""What an approval covers: a statement and everything that gives it its meaning.

That is what is said of the statement, of the values nested in it, and of whatever it refers to,
as far as the references lead. The ontology says where they stop (``approvalEnds``), which lead back
to facts that are stated elsewhere (``approvalFollowsBack``), and what does not count
(``outsideApproval``, and what is derived). :mod:`kg.scale.review` does it in SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kg.graph import Graph, Term, is_skolem
from kg.ontology import CEKG, TYPE
from kg.review_rules import APPROVED, status_iri

LONGEST = 120
"""A value of more characters is given by its digest."""
_APPROVED = NamedNode(status_iri(APPROVED))


class Said(NamedTuple):
    """One assertion: a triple, and the entity that its subject is or is nested in."""

    subject: NamedNode
    predicate: NamedNode
    object: Term
    entity: NamedNode


@dataclass(frozen=True, slots=True)
class Part:
    """One property of an entity that an approval covers, with its values in words."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class _Block(NamedTuple):
    """What an approval covers of one node, its lines as one text, and the nodes it leads to."""

    said: list[tuple[NamedNode, Term]]
    text: str
    leads_to: list[NamedNode]


class _Cover:
    """What approvals cover; statements share most of what they refer to, so it is read once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.blocks: dict[NamedNode, _Block] = {}
        self.reached: dict[NamedNode, Mapping[NamedNode, NamedNode]] = {}
        self.stated_about: dict[Term, list[NamedNode]] = {}
        """Entity → what states facts about it from outside of it."""
        for predicate in graph.ontology.approval_follows_back:
            for fact in graph.asserted_with(NamedNode(predicate)):
                self.stated_about.setdefault(fact.object, []).append(fact.subject)
        for facts in self.stated_about.values():
            facts.sort(key=str)

    def block(self, node: NamedNode) -> _Block:
        """Return what is covered of a node."""
        block = self.blocks.get(node)
        if block is None:
            outside = self.graph.ontology.outside_approval
            ends = self.graph.ontology.approval_ends
            said = [(p, o) for p, o in self.graph.properties(node) if p.value not in outside]
            leads = [o for p, o in said if isinstance(o, NamedNode) and p.value not in ends]
            text = "\n".join(sorted(f"{node} {p} {o}" for p, o in said))
            block = self.blocks[node] = _Block(said, text, leads)
        return block

    def of(self, statement: NamedNode) -> Mapping[NamedNode, NamedNode]:
        """Return node → the entity that it is or is nested in, of all that is covered."""
        if statement not in self.reached:
            self.reached[statement] = self._closure(statement)
        return self.reached[statement]

    def _closure(self, statement: NamedNode) -> Mapping[NamedNode, NamedNode]:
        found, waiting = {statement: statement}, [statement]
        stated: set[NamedNode] = set()
        while waiting:
            node = waiting.pop()
            entity = found[node]
            for fact in self.stated_about.get(node, ()):
                if fact not in found:
                    if not _nested(fact, entity):
                        stated.add(fact)
                    found[fact] = fact if fact in stated else entity
                    waiting.append(fact)
            whole = _whole(entity) if entity in stated else entity
            for value in self.block(node).leads_to:
                if value not in found:
                    found[value] = entity if _nested(value, whole) else value
                    waiting.append(value)
        return found


def _cover(graph: Graph) -> _Cover:
    return graph.kept("cover", lambda: _Cover(graph))


def covered(graph: Graph, statement: NamedNode) -> list[Said]:
    """Return everything that an approval of a statement covers, in no order."""
    cover = _cover(graph)
    return [
        Said(node, predicate, value, entity)
        for node, entity in cover.of(statement).items()
        for predicate, value in cover.block(node).said
    ]


def own(graph: Graph, statement: NamedNode) -> list[Said]:
    """Return what is said of a statement itself, with all that is nested in it."""
    cover = _cover(graph)
    return [
        Said(node, predicate, value, entity)
        for node, entity in cover.of(statement).items()
        if entity == statement
        for predicate, value in cover.block(node).said
    ]


def assertion_digest(graph: Graph, statement: NamedNode) -> str:
    """Return the digest of what an approval of a statement covers.

    It is ``sha256:`` with the SHA-256 of the triples as lines of N-Triples without their dots,
    sorted by code point and joined by line feeds, in UTF-8.
    """
    cover = _cover(graph)
    # Lines of one node begin alike and unlike those of others: sorted texts are sorted lines.
    texts = (cover.block(node).text for node in cover.of(statement))
    return text_digest("\n".join(sorted(filter(None, texts))))


def event_digest(graph: Graph, event: NamedNode) -> str:
    """Return the digest of what a review event says, apart from its id and this digest."""
    skipped = {CEKG + "eventDigest"}
    said = [(p, o) for p, o in graph.properties(event) if p.value not in skipped]
    return text_digest("\n".join(sorted(f"{p} {o}" for p, o in said)))


def text_digest(text: str) -> str:
    """Return ``sha256:`` and the SHA-256 of a text in UTF-8, in hexadecimal."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def parts(graph: Graph, statement: NamedNode, longest: int = LONGEST) -> list[Part]:
    """Return what an approval covers in words, property by property, the statement's own first.

    :param longest: a value of more characters is given by its digest; 0 for none.
    """
    nested: dict[NamedNode, list[Said]] = {}
    for said in covered(graph, statement):
        nested.setdefault(said.subject, []).append(said)
    found: list[Part] = []
    entities = [n for n in nested if any(s.entity == n for s in nested[n])]
    for entity in sorted(entities, key=lambda n: (n != statement, n.value)):
        values: dict[NamedNode, list[Term]] = {}
        for said in nested[entity]:
            values.setdefault(said.predicate, []).append(said.object)
        for predicate, several in values.items():
            name = f"{_key(graph, predicate)} of {graph.short(entity)}"
            texts = sorted(_text(graph, value, entity, nested) for value in several)
            found.append(Part(name, _short(" | ".join(texts), longest)))
    return found


def changes(graph: Graph, statement: NamedNode) -> list[str]:
    """Return what is not as it was when a statement was last approved, one text a part.

    The list is empty where the approval has the statement's present digest, and where there is
    none. An approval that lists no parts cannot say more than that something changed.
    """
    event = last_approval(graph, statement)
    now = graph.value(statement, "assertionDigest")
    digests = {d.value for d in graph.objects(event, "assertionDigest")} if event else set()
    if event is None or now is None or now.value in digests:
        return []
    return differences([v.value for v in graph.objects(event, "approvedPart")], graph, statement)


def differences(before: Iterable[str], graph: Graph, statement: NamedNode) -> list[str]:
    """Return how the parts of a statement differ from those that an event lists."""
    then, now = _values(before), {p.name: p.value for p in parts(graph, statement)}
    if not then:
        return ["something; the event does not list what it covers"]
    found = [
        f"{name}: {then.get(name, 'absent')} then, {now.get(name, 'absent')} now"
        for name in dict.fromkeys((*now, *sorted(then)))
        if then.get(name) != now.get(name)
    ]
    return found or ["something that the event does not list"]


def last_approval(graph: Graph, statement: NamedNode) -> NamedNode | None:
    """Return the last review event by which a statement was approved."""
    events = graph.subjects("reviewed", statement)
    given = [e for e in events if _APPROVED in graph.objects(e, "toStatus")]
    return max(given, key=lambda e: (_time(graph, e), e.value), default=None)


def _time(graph: Graph, event: NamedNode) -> str:
    time = graph.value(event, "time")
    return time.value if time else ""


def _values(lines: Iterable[str]) -> Mapping[str, str]:
    pairs = (line.partition(": ") for line in lines)
    return {name: value for name, _, value in pairs}


def _whole(node: NamedNode) -> NamedNode:
    """Return the record that a nested value is in."""
    return NamedNode(node.value.partition("#")[0])


def _nested(value: NamedNode, entity: NamedNode) -> bool:
    return value.value.startswith(entity.value + "#") or is_skolem(value)


def _key(graph: Graph, predicate: NamedNode) -> str:
    term = graph.ontology.by_iri.get(predicate.value)
    return "type" if predicate == TYPE else term.name if term else graph.short(predicate)


def _text(
    graph: Graph, value: Term, entity: NamedNode, nested: Mapping[NamedNode, list[Said]]
) -> str:
    """Return a value as it is written in a record; what is nested in braces."""
    if isinstance(value, Literal):
        return value.value if not value.language else f"{value.value} ({value.language})"
    if value != entity and value in nested and nested[value][0].entity == entity:
        inner = sorted(
            f"{_key(graph, s.predicate)}: {_text(graph, s.object, entity, nested)}"
            for s in nested[value]
            if s.object != value
        )
        return "{" + ", ".join(inner) + "}"
    term = graph.ontology.by_iri.get(value.value)
    return term.name if term else graph.short(value)


def _short(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest or not longest else text_digest(text)[:23]
