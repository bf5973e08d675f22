"""What a graph says, in counts and in short: nothing is pooled, nothing is weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.graph import Graph
from kg.ontology import CEKG, TYPE
from kg.queries.named import ask
from kg.review import review_status


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
            found.add(f"{graph.notation(rating)} ({graph.notation(system)})")
    return " / ".join(sorted(found)) or "not rated"


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
        yield graph.notation(graph.value(node, key)) or "not stated"


def _retraction(graph: Graph) -> Iterable[str]:
    for source in graph.instances("Source"):
        yield graph.notation(graph.value(source, "retractionStatus")) or "not stated"


def _ranked(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


VALENCES = ("favourable", "neutral", "unfavourable", "mixed", "insufficient", "unknown")
"""Valences of findings in the order in which tables show them."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings of studies and reviews a practice has, by valence.

    ``counts`` has one number for each of :data:`VALENCES`; ``claims`` counts what articles claim of
    the practice at second hand, which is no finding of their own. Findings of one study are
    counted one by one, so the numbers are not a weight of evidence.
    """

    practice: str
    label: str
    counts: tuple[int, ...]
    claims: int


def tallies(graph: Graph) -> tuple[Tally, ...]:
    """Count the findings on each intervention and on each part of one that has any, by id."""
    found: dict[NamedNode, Counter[str]] = {}
    for finding in graph.instances("Finding"):
        kind = "claim" if is_claim(graph, finding) else _valence(graph, finding)
        for practice in graph.objects(finding, "intervention"):
            if isinstance(practice, NamedNode):
                found.setdefault(practice, Counter())[kind] += 1
    return tuple(
        Tally(
            graph.short(practice),
            graph.label(practice),
            tuple(count[v] for v in VALENCES),
            count["claim"],
        )
        for practice, count in sorted(found.items(), key=lambda item: item[0].value)
    )


def is_claim(graph: Graph, statement: NamedNode) -> bool:
    """Tell whether a statement is what an article says of other work, read in the article alone."""
    lines = [n for n in graph.objects(statement, "evidenceLine") if isinstance(n, NamedNode)]
    roles = {graph.notation(graph.value(line, "quoteRole")) for line in lines}
    return bool(graph.objects(statement, "section")) and roles <= {"secondaryReport"}


def _valence(graph: Graph, finding: NamedNode) -> str:
    return graph.notation(graph.value(finding, "effectValence")) or "unknown"


SIDES = ("supports", "disputes", "no difference", "unclear", "claimed")
"""What a finding says of a practice, in the order to show.

``supports`` and ``disputes`` are differences between groups in the wished direction or against it;
``unclear`` is mixed, insufficient or not reported, and every change for which no comparison
between groups is stated; ``claimed`` is what an article says of other work.
"""
GAPS = {
    "aim": "is aimed at, and no finding on it is recorded",
    "claimed": "is claimed by an article, and no study or review on it is recorded",
    "within": "rests on change within one group only",
    "single": "rests on one study only",
    "unrated": "at least one finding has no rating of its certainty",
}
"""Kind of gap → what it says of an outcome."""


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: what it says, on what, how certain, and where it was read.

    ``practice`` is the id of the intervention or of the part of it that was studied. Numbers are
    text, ``""`` where the source gives none. ``status`` is the review status that counts.
    """

    finding: str
    practice: str
    side: str
    direction: str
    valence: str
    contrast: str
    certainty: str
    designs: tuple[str, ...]
    studies: str
    participants: str
    follow_up: str
    status: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeEvidence:
    """All findings on one outcome, in the order of :data:`SIDES`, and what is missing."""

    outcome: str
    label: str
    items: tuple[Item, ...]
    gaps: tuple[str, ...]

    def side(self, name: str) -> tuple[Item, ...]:
        """Return the findings of one of :data:`SIDES`."""
        return tuple(item for item in self.items if item.side == name)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a practice and its parts, by outcome; variants are not taken in."""

    practice: str
    label: str
    outcomes: tuple[OutcomeEvidence, ...]


def evidence(graph: Graph, node: NamedNode) -> Evidence:
    """Return what supports, disputes and is missing for an intervention or a part of one.

    :param graph: a graph with its derived statements, as :func:`kg.load` gives it.
    :return: outcomes by id, first those with findings; a practice without any has no outcomes.
    """
    parts = {node} | {p for p in graph.objects(node, "hasComponent") if isinstance(p, NamedNode)}
    items: dict[NamedNode, list[Item]] = {}
    for part in parts:
        for finding in graph.subjects("intervention", part):
            for outcome in graph.objects(finding, "outcome"):
                if isinstance(outcome, NamedNode):
                    items.setdefault(outcome, []).append(_item(graph, finding, part))
    gaps = _gaps(graph, parts, items)
    outcomes = sorted({*items, *gaps}, key=lambda o: (o not in items, o.value))
    return Evidence(
        graph.short(node),
        graph.label(node),
        tuple(
            OutcomeEvidence(
                graph.short(outcome),
                graph.label(outcome),
                tuple(sorted(items.get(outcome, []), key=_order)),
                tuple(kind for kind in GAPS if kind in gaps.get(outcome, set())),
            )
            for outcome in outcomes
        ),
    )


def _order(item: Item) -> tuple[int, str, str, str]:
    return SIDES.index(item.side), item.certainty, item.finding, item.practice


def _item(graph: Graph, finding: NamedNode, practice: NamedNode) -> Item:
    valence = graph.notation(graph.value(finding, "effectValence")) or "unknown"
    contrast = graph.notation(graph.value(finding, "contrast"))
    participants = _text(graph, finding, "participants")
    unit = graph.notation(graph.value(finding, "participantUnit"))
    return Item(
        graph.short(finding),
        graph.short(practice),
        "claimed" if is_claim(graph, finding) else _side(valence, contrast),
        graph.notation(graph.value(finding, "effectDirection")),
        valence,
        contrast,
        certainties(graph, finding),
        tuple(sorted(graph.notation(d) for d in graph.objects(finding, "studyDesign"))),
        _text(graph, finding, "studies"),
        f"{participants} {unit}".strip() if participants else "",
        _text(graph, finding, "followUp"),
        review_status(graph, finding),
        _sources(graph, finding),
    )


def _side(valence: str, contrast: str) -> str:
    if contrast != "betweenGroup":
        return "unclear"
    known = {"favourable": "supports", "unfavourable": "disputes", "neutral": "no difference"}
    return known.get(valence, "unclear")


def _sources(graph: Graph, finding: NamedNode) -> tuple[str, ...]:
    lines = [n for n in graph.objects(finding, "evidenceLine") if isinstance(n, NamedNode)]
    found = {s for line in lines for s in graph.objects(line, "source")}
    for line in lines:
        for citation in graph.objects(line, "citation"):
            if isinstance(citation, NamedNode):
                found |= set(graph.objects(citation, "citedSource"))
    return tuple(sorted(graph.short(source) for source in found))


def _text(graph: Graph, node: NamedNode, key: str) -> str:
    value = graph.value(node, key)
    return value.value if value else ""


def _gaps(
    graph: Graph, parts: set[NamedNode], items: dict[NamedNode, list[Item]]
) -> dict[NamedNode, set[str]]:
    """Find what is missing on each outcome, and the aims on which there is nothing."""
    single = {(p, o): study for p, o, study, *_ in ask(graph, "single-study").rows}
    gaps: dict[NamedNode, set[str]] = {}
    for outcome, found in items.items():
        research = [item for item in found if item.side != "claimed"]
        contrasts = {item.contrast for item in research}
        studies = {single.get((graph.node(item.practice), outcome)) for item in research}
        kinds = {
            "claimed": not research,
            "within": "withinGroup" in contrasts and "betweenGroup" not in contrasts,
            "single": len(studies) == 1 and None not in studies,
            "unrated": any(item.certainty == "not rated" for item in research),
        }
        gaps[outcome] = {kind for kind, holds in kinds.items() if holds}
    for part in parts:
        for aim in graph.objects(part, "aimsAt"):
            if isinstance(aim, NamedNode) and aim not in items:
                gaps.setdefault(aim, set()).add("aim")
    return gaps
