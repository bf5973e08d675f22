"""What a reviewer needs to see of a statement before deciding on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from kg.assertion import assertion_digest, changes, differences, parts
from kg.errors import UsageError, did_you_mean
from kg.evidence.audit import audit_article
from kg.evidence.audit_rules import VERDICTS
from kg.evidence.disagreement import Disagreements, disagreements_of
from kg.evidence.findings import Findings, findings_of
from kg.evidence.index import index_of
from kg.graph import Graph
from kg.review import review_status

TO_REVIEW = ("submitted", "under-review")
"""Statuses in which a statement waits for a reviewer."""


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A passage: the document, its place there, its words if they may be shown, the check."""

    document: str
    place: str
    words: str
    check: str


@dataclass(frozen=True, slots=True)
class EventView:
    """One event of the history of a statement."""

    id: str
    time: str
    after: str
    agents: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A statement as a reviewer sees it.

    ``status`` is the status that counts, ``stated`` the one in the record. ``says`` are the parts
    of the statement itself, ``rests_on`` those of what it refers to. ``others`` is what else the
    graph says on its question and does not fit, ``verdicts`` what the audit of its article says.
    ``changed`` is what is not as it was when it was last approved, or else last submitted.
    ``digest`` is the digest of all that an approval covers.
    """

    id: str
    kind: str
    status: str
    stated: str
    words: Mapping[str, str]
    quotes: tuple[QuoteView, ...]
    sources: tuple[str, ...]
    says: tuple[str, ...]
    rests_on: tuple[str, ...]
    others: tuple[str, ...]
    verdicts: tuple[str, ...]
    history: tuple[EventView, ...]
    changed: tuple[str, ...]
    digest: str


def statements_to_review(
    graph: Graph, statuses: Iterable[str] = TO_REVIEW
) -> list[tuple[str, str, str]]:
    """Return ``(id, status, words)`` of the statements in some statuses, the ones that count.

    :param statuses: the statuses; none of them means all.
    """
    wanted = frozenset(statuses)
    found = ((graph.short(s), review_status(graph, s), s) for s in graph.instances("Statement"))
    return [
        (name, status, next(iter(_words(graph, node).values()), ""))
        for name, status, node in found
        if not wanted or status in wanted
    ]


def review_view(graph: Graph, statement: str) -> ReviewView:
    """Return a statement of a derived graph as a reviewer sees it.

    :raises UsageError: if there is no such statement.
    """
    return Viewer(graph).view(statement)


class Viewer:
    """Views of the statements of one graph; what they share is worked out once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def _findings(self) -> Findings:
        return findings_of(self.graph)

    @cached_property
    def _disagreements(self) -> Disagreements:
        return disagreements_of(self._findings)

    @cached_property
    def _verdicts(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for article in self._findings.index.instances("Article"):
            for audited in audit_article(self._findings, article).statements:
                says = [f"{VERDICTS[j.verdict]} ({j.code}): {j.says}" for j in audited.judgements]
                found[audited.iri] = (*found.get(audited.iri, ()), *says)
        return found

    def view(self, statement: str) -> ReviewView:
        """Return a statement as a reviewer sees it.

        :raises UsageError: if there is no such statement.
        """
        graph, node = self.graph, self.graph.node(statement)
        if node not in graph.instances("Statement"):
            known = map(graph.short, graph.instances("Statement"))
            raise UsageError(f"no statement '{statement}'", hint=did_you_mean(statement, known))
        own = f" of {graph.short(node)}"
        every = parts(graph, node, longest=0)
        return ReviewView(
            graph.short(node),
            index_of(graph).kind(node.value),
            review_status(graph, node),
            graph.notation(graph.value(node, "reviewStatus")) or "unknown",
            _words(graph, node),
            tuple(self._quotes(node)),
            tuple(self._sources(node)),
            tuple(f"{p.name.removesuffix(own)}: {p.value}" for p in every if p.name.endswith(own)),
            tuple(str(p) for p in every if not p.name.endswith(own)),
            tuple(self._others(node)),
            self._verdicts.get(node.value, ()),
            tuple(_history(graph, node)),
            tuple(_changed(graph, node)),
            assertion_digest(graph, node),
        )

    def _quotes(self, node: NamedNode) -> Iterable[QuoteView]:
        graph = self.graph
        for quote in _nodes(graph, node, "quote"):
            document = graph.value(quote, "quotedFrom")
            start, end = graph.value(quote, "start"), graph.value(quote, "end")
            locator, exact = graph.value(quote, "locator"), graph.value(quote, "exact")
            place = f"{start.value}-{end.value}" if start and end else ""
            yield QuoteView(
                graph.short(document) if document else "",
                " ".join(filter(None, (place, locator.value if locator else ""))),
                exact.value if exact else "",
                graph.notation(graph.value(quote, "quoteCheck")),
            )

    def _sources(self, node: NamedNode) -> Iterable[str]:
        graph, found = self.graph, []
        for line in _nodes(graph, node, "evidenceLine"):
            found += _nodes(graph, line, "source")
            for citation in _nodes(graph, line, "citation"):
                found += _nodes(graph, citation, "citedSource") or [citation]
        found += [d for q in _nodes(graph, node, "quote") for d in _nodes(graph, q, "quotedFrom")]
        return (f"{graph.label(s)} ({graph.short(s)})" for s in dict.fromkeys(found))

    def _others(self, node: NamedNode) -> Iterable[str]:
        for found in self._disagreements.of(node.value):
            mine = found.one == node.value
            other, says = (found.other, found.other_says) if mine else (found.one, found.one_says)
            own = found.one_says if mine else found.other_says
            yield (
                f"{self.graph.short(NamedNode(other))} says {says}, this says {own}: {found.text()}"
            )


def _changed(graph: Graph, node: NamedNode) -> list[str]:
    """Return what changed since the last approval, else since the last event with a digest."""
    found = changes(graph, node)
    if found:
        return found
    fixed = [e for e in graph.subjects("reviewed", node) if graph.value(e, "assertionDigest")]
    last = max(fixed, key=lambda e: _text(graph, e, "time"), default=None)
    if last is None or _text(graph, last, "assertionDigest") == assertion_digest(graph, node):
        return []
    return differences([v.value for v in graph.objects(last, "approvedPart")], graph, node)


def _history(graph: Graph, node: NamedNode) -> Iterable[EventView]:
    events = graph.subjects("reviewed", node)
    for event in sorted(events, key=lambda e: (_text(graph, e, "time"), e.value)):
        yield EventView(
            graph.short(event),
            _text(graph, event, "time"),
            graph.notation(graph.value(event, "toStatus")),
            tuple(graph.label(a) for a in _nodes(graph, event, "agent")),
            _text(graph, event, "note"),
        )


def _words(graph: Graph, node: NamedNode) -> dict[str, str]:
    found: dict[str, str] = {}
    for wording in _nodes(graph, node, "wording"):
        audience = graph.notation(graph.value(wording, "audience"))
        found[audience] = " ".join(t.value for t in graph.objects(wording, "text"))
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != "clinician", pair[0])))


def _nodes(graph: Graph, node: NamedNode, key: str) -> list[NamedNode]:
    return [o for o in graph.objects(node, key) if isinstance(o, NamedNode)]


def _text(graph: Graph, node: NamedNode, key: str) -> str:
    value = graph.value(node, key)
    return value.value if value else ""
