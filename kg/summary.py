"""What a graph says, in counts and in short: nothing is pooled, nothing is weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.graph import Graph
from kg.select import review_status
from kg.terms import CEKG, TYPE


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with counted names, in the order to show."""

    title: str
    rows: tuple[tuple[str, int], ...]


def overview(graph: Graph) -> tuple[Section, ...]:
    """Count things by class, statements by review status, findings by direction and certainty.

    Values that no statement has are left out; a statement with two certainty ratings counts for
    each of them.
    """
    statements = graph.instances("Statement")
    findings = graph.instances("Finding")
    sections = (
        Section("Things", _ranked(_classes(graph))),
        Section("Statements by review status", _ranked(_statuses(graph, statements))),
        Section("Findings by valence", _ranked(_names(graph, findings, "effectValence"))),
        Section("Findings by certainty", _ranked(certainties(graph, f) for f in findings)),
        Section("Sources by retraction status", _ranked(_retraction(graph))),
    )
    return tuple(s for s in sections if s.rows)


def certainties(graph: Graph, finding: NamedNode) -> str:
    """Return the ratings of a finding with their systems, or ``not rated``."""
    found = set()
    for node in graph.objects(finding, "certainty"):
        if isinstance(node, NamedNode) and (rating := graph.value(node, "rating")):
            system = graph.value(node, "ratingSystem")
            found.add(f"{notation(graph, rating)} ({notation(graph, system)})")
    return " / ".join(sorted(found)) or "not rated"


def notation(graph: Graph, term: object) -> str:
    """Return the notation of a value of a controlled list, or ``""``."""
    known = graph.ontology.by_iri.get(term.value) if isinstance(term, NamedNode) else None
    return known.name if known else ""


def _statuses(graph: Graph, statements: list[NamedNode]) -> Iterable[str]:
    return (review_status(graph, statement) for statement in statements)


def _classes(graph: Graph) -> Iterable[str]:
    for fact in graph.asserted():
        if fact.predicate == TYPE and "#" not in fact.subject.value:
            term = graph.ontology.by_iri.get(fact.object.value)
            if term and term.iri != CEKG + "KnowledgeGraph":
                yield term.label or term.name


def _names(graph: Graph, nodes: list[NamedNode], key: str) -> Iterable[str]:
    for node in nodes:
        yield notation(graph, graph.value(node, key)) or "not stated"


def _retraction(graph: Graph) -> Iterable[str]:
    for source in graph.instances("Source"):
        yield notation(graph, graph.value(source, "retractionStatus")) or "not stated"


def _ranked(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
