"""What a graph holds, in counts: findings and claims apart, nothing pooled, nothing weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.evidence.findings import SIDES, Finding, findings_of
from kg.graph import Graph
from kg.ontology import CEKG, TYPE
from kg.review import ReviewCount, review_status, select

PRACTICES = "Findings by intervention"
VALENCES = tuple(SIDES)
"""Valences of findings in the order in which tables show them."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with counted names, in the order to show."""

    title: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings a practice has, by valence, and how many claims.

    ``counts`` has one number for each of :data:`VALENCES`. Findings of one study are counted one
    by one, so the numbers are not a weight of evidence.
    """

    practice: str
    label: str
    counts: tuple[int, ...]
    claims: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What a graph holds, in counts.

    ``title`` and ``digest`` are those of the graph; ``review`` counts its statements, reviewed or
    not. ``practices`` has a tally for each intervention and each part of one with a finding or a
    claim.
    """

    title: str
    digest: str
    review: ReviewCount
    sections: tuple[Section, ...]
    practices: tuple[Tally, ...]

    def as_dict(self) -> dict[str, object]:
        """Return heading → name → count, as ``kg stats --format json`` prints it."""
        counts: dict[str, object] = {section.title: dict(section.rows) for section in self.sections}
        if self.practices:
            counts[PRACTICES] = {
                tally.practice: {
                    **dict(zip(VALENCES, tally.counts, strict=True)),
                    "claimed": tally.claims,
                }
                for tally in self.practices
            }
        return counts


def stats(graph: Graph) -> Stats:
    """Count what a graph says, and how much of it is reviewed.

    :param graph: a graph with its derived statements, as :func:`kg.load` gives it.
    """
    return Stats(
        graph.label(graph.root()),
        graph.digest(),
        select(graph, include_unreviewed=True)[1],
        overview(graph),
        tallies(graph),
    )


def overview(graph: Graph) -> tuple[Section, ...]:
    """Count entities by class, statements by review status, findings by valence and certainty.

    Values that no statement has are left out.
    """
    findings = findings_of(graph)
    statements = graph.instances("Statement")
    sections = (
        Section("Entities", _ranked(_classes(graph))),
        Section(
            "Statements by review status", _ranked(review_status(graph, s) for s in statements)
        ),
        Section("Findings by valence", _ranked(f.valence or "not stated" for f in findings.all)),
        Section("Findings by certainty", _ranked(f.certainty for f in findings.all)),
        Section("Claims by what is known of their source", _ranked(_doubts(findings.claims))),
        Section("Sources by retraction status", _ranked(_retraction(graph))),
    )
    return tuple(s for s in sections if s.rows)


def tallies(graph: Graph) -> tuple[Tally, ...]:
    """Count the findings on each intervention and on each part of one that has any, by id."""
    findings = findings_of(graph)
    index = findings.index
    found: dict[str, Counter[str]] = {}
    for f in findings.by_iri.values():
        kind = "claim" if f.is_claim else f.valence or "unknown"
        for practice in f.interventions:
            found.setdefault(practice, Counter())[kind] += 1
    return tuple(
        Tally(
            index.short(practice),
            index.label(practice),
            tuple(count[v] for v in VALENCES),
            count["claim"],
        )
        for practice, count in sorted(found.items())
    )


def _doubts(claims: Iterable[Finding]) -> Iterable[str]:
    for claim in claims:
        yield from claim.doubts or (["source found"] if claim.sources else ["no source named"])


def _classes(graph: Graph) -> Iterable[str]:
    for fact in graph.asserted():
        if fact.predicate == TYPE and "#" not in fact.subject.value:
            term = graph.ontology.by_iri.get(fact.object.value)
            if term and term.iri != CEKG + "KnowledgeGraph":
                yield term.label or term.name


def _retraction(graph: Graph) -> Iterable[str]:
    for source in graph.instances("Source"):
        assert isinstance(source, NamedNode)
        yield graph.notation(graph.value(source, "retractionStatus")) or "not stated"


def _ranked(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
