"""One entity of a graph in the parts that people read, with what is said of it and its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.evidence.disagreement import disagreements_of
from kg.evidence.findings import Findings, doubt, findings_of, sources, wordings
from kg.evidence.index import Index, natural
from kg.evidence.practice import Evidence, evidence
from kg.graph import Graph, Term
from kg.ontology import TYPE, local_name
from kg.review import review_status

_ELSEWHERE = ("prefLabel", "definition", "title", "codeMapping")
_WIDER = ("variantOf", "componentOf", "partOfGroup")
_NOT_ABOUT = "creator"  # who wrote a statement is not what it speaks of


@dataclass(frozen=True, slots=True)
class StatementText:
    """A statement in short.

    ``text`` is its wording for clinicians, else for anybody; ``status`` the review status that
    counts. ``result`` is the direction of a finding or a recommendation with its valence or
    strength, ``certainty`` the ratings of a finding with their systems. ``about`` names what a
    caveat applies to, ``sources`` the works it rests on, else the documents it was read in.
    """

    id: str
    kind: str
    text: str
    status: str
    result: str = ""
    certainty: str = ""
    about: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeText:
    """A code of a terminology: how close it is, the code, its label and its system."""

    relation: str
    code: str
    label: str
    system: str


@dataclass(frozen=True, slots=True)
class FactText:
    """A clinical fact about an entity: key, value, the statement it comes from, its status."""

    key: str
    value: str
    statement: str
    status: str


@dataclass(frozen=True, slots=True)
class DisagreementText:
    """Two sides that do not fit together: the ids, what each says, and the verdict in words."""

    one: str
    one_says: str
    other: str
    other_says: str
    verdict: str


@dataclass(frozen=True, slots=True)
class EntityText:
    """An entity of a graph in parts.

    ``properties`` are its keys with their values as people write them; ``caveats`` apply to the
    entity itself or to what it is a variant, a part or a member of; ``statements`` are all others
    that speak of it, whatever their review status, and the entity itself where it is a statement.
    ``evidence`` is that on an intervention or a part of one, by outcome; ``disagreements`` are
    about the entity, or it takes part in them. ``facts`` are the clinical facts that statements
    state of it.
    """

    id: str
    iri: str
    type: str
    label: str
    definition: str
    properties: tuple[tuple[str, tuple[str, ...]], ...]
    codes: tuple[CodeText, ...]
    caveats: tuple[StatementText, ...]
    statements: tuple[StatementText, ...]
    evidence: Evidence | None = None
    disagreements: tuple[DisagreementText, ...] = ()
    facts: tuple[FactText, ...] = ()


def entity(name: str, graph: Graph) -> EntityText | None:
    """Return an entity in parts, or ``None`` when the graph has no such entity.

    :param name: an id such as ``intervention/pcit-t``, or an IRI.
    :param graph: a graph with its derived statements, as :func:`kg.load` gives it.
    """
    if not re.fullmatch(r"[^\s\x00-\x20<>\"{}|\\^`]+", name):
        return None
    node = graph.node(name)
    kind = graph.value(node, TYPE.value)
    if kind is None:
        return None
    findings = findings_of(graph)
    statements = set(graph.instances("Statement"))
    caveats = _caveats(node, graph)
    speaking = (_speaking_of(node, graph, statements) - caveats) | ({node} & statements)
    return EntityText(
        graph.short(node),
        node.value,
        local_name(kind.value),
        graph.label(node),
        _first(graph.objects(node, "definition")),
        _properties(node, graph, _ELSEWHERE),
        tuple(_code(n, graph) for n in graph.objects(node, "codeMapping")),
        tuple(_statement(c, findings) for c in _ordered(caveats)),
        tuple(
            sorted(
                (_statement(s, findings) for s in _ordered(speaking)),
                key=lambda found: (found.id != graph.short(node), found.kind),
            )
        ),
        evidence(graph, node.value) if node in graph.instances("Practice") else None,
        tuple(_disagreements(node, findings)),
        tuple(sorted(_facts(node, graph), key=lambda f: (f.key, f.value, f.statement))),
    )


def _facts(node: NamedNode, graph: Graph) -> Iterable[FactText]:
    for fact in graph.subjects("about", node):
        for statement in graph.subjects("sets", fact):
            for key in graph.objects(fact, "factProperty"):
                for value in graph.objects(fact, "factValue"):
                    yield FactText(
                        local_name(key.value),
                        _value(fact, value, graph),
                        graph.short(statement),
                        review_status(graph, statement),
                    )


def _disagreements(node: NamedNode, findings: Findings) -> Iterable[DisagreementText]:
    index = findings.index
    for found in disagreements_of(findings).of(node.value):
        yield DisagreementText(
            index.short(found.one),
            found.one_says,
            index.short(found.other),
            found.other_says,
            found.text(),
        )


def ids(graph: Graph) -> tuple[str, ...]:
    """Return the ids of all entities that have a record of their own, sorted."""
    return tuple(graph.short(n) for n in graph.instances("Entity") if "#" not in n.value)


def _speaking_of(node: NamedNode, graph: Graph, statements: set[NamedNode]) -> set[NamedNode]:
    """Return the statements that refer to an entity: directly, by a part, by a derived edge."""
    creator = graph.property_iri(_NOT_ABOUT)
    named = {
        str(quad.subject).strip("<>").partition("#")[0]
        for quad in graph.quads()
        if quad.object == node and quad.predicate != creator
    }
    roots = {NamedNode(iri) for iri in named}
    return roots & statements


def _caveats(node: NamedNode, graph: Graph) -> set[NamedNode]:
    """Return the caveats of an entity, of what a statement compares or advises, and wider ones."""
    practices = set(graph.instances("Practice"))
    waiting = [node]
    if node in graph.instances("Statement"):
        waiting += [v for _, v in graph.properties(node) if v in practices]  # type: ignore[misc]
    seen: set[Term] = set()
    while waiting:
        entity = waiting.pop()
        if entity not in seen:
            seen.add(entity)
            wider = (v for key in _WIDER for v in graph.objects(entity, key))
            waiting += [v for v in wider if isinstance(v, NamedNode)]
    return {c for entity in seen for c in graph.subjects("appliesTo", entity)} - {node}


def _statement(node: NamedNode, findings: Findings) -> StatementText:
    index = findings.index
    graph, iri = index.graph, node.value
    kind = graph.value(node, TYPE.value)
    if read := findings.by_iri.get(iri):
        words = [read.direction, read.valence]
        certainty = "" if read.is_claim else read.certainty
    else:
        words = [index.notation(iri, key) for key in ("direction", "strength")]
        certainty = ""
    outcomes = [_named(o, graph) for o in graph.objects(node, "outcome")]
    result = ", ".join(filter(None, words))
    works = sources(index, index.nodes(iri, "evidenceLine")) or _documents(index, iri)
    return StatementText(
        graph.short(node),
        local_name(kind.value) if kind else "",
        _wording(index, iri),
        review_status(graph, node),
        ": ".join([*outcomes, result]) if result else "",
        certainty,
        tuple(_named(o, graph) for o in graph.objects(node, "appliesTo")),
        tuple(_source(work, index) for work in works),
    )


def _wording(index: Index, statement: str) -> str:
    """Return the wording for clinicians, else that of the first audience by name."""
    found = wordings(index, statement)
    text = found.get("clinician") or next((found[a] for a in sorted(found)), "")
    return " ".join(text.split()) or index.label(statement)


def _documents(index: Index, statement: str) -> list[str]:
    """Return the documents that a statement quotes."""
    quotes = index.nodes(statement, "quote")
    return sorted({d for quote in quotes for d in index.nodes(quote, "quotedFrom")}, key=natural)


def _source(work: str, index: Index) -> str:
    """Return a source by id and title, with what keeps a reader from relying on it in capitals."""
    retracted = index.notation(work, "retractionStatus") == "retracted"
    marks = [doubt(index, work).upper(), "RETRACTED" if retracted else ""]
    return " ".join(filter(None, [_named(NamedNode(work), index.graph), *marks]))


def _code(node: Term, graph: Graph) -> CodeText:
    assert isinstance(node, NamedNode)
    system = graph.value(node, "codeSystem")
    return CodeText(
        graph.notation(graph.value(node, "mappingRelation")),
        _first(graph.objects(node, "code")) or "no code found",
        _first(graph.objects(node, "codeLabel")),
        graph.label(system) if isinstance(system, NamedNode) else "",
    )


def _properties(
    node: NamedNode, graph: Graph, hidden: tuple[str, ...] = ()
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for predicate, value in graph.properties(node):
        name = local_name(predicate.value)
        if predicate != TYPE and name not in hidden:
            found.setdefault(name, []).append(_value(node, value, graph))
    return tuple((name, tuple(values)) for name, values in sorted(found.items()))


def _value(node: NamedNode, value: Term, graph: Graph) -> str:
    if not isinstance(value, NamedNode):
        text = " ".join(value.value.split())
        return f"{text} ({value.language})" if value.language not in (None, "en") else text
    if rating := graph.value(value, "rating"):
        system = graph.notation(graph.value(value, "ratingSystem"))
        by = [_named(work, graph) for work in graph.objects(value, "ratedBy")]
        return ", by ".join([f"{graph.notation(rating)} ({system})", *by])
    if value.value.startswith(node.value.partition("#")[0] + "#"):
        parts = _properties(value, graph)
        return "{" + ", ".join(f"{k}: {' / '.join(v)}" for k, v in parts) + "}"
    return graph.notation(value) or _named(value, graph)


def _named(term: Term, graph: Graph) -> str:
    """Return an id with its label, as in ``outcome/trust (trust)``."""
    if not isinstance(term, NamedNode):
        return term.value
    short, label = graph.short(term), graph.label(term)
    return short if label == short else f"{short} ({label})"


def _first(values: list[Term]) -> str:
    return " ".join(values[0].value.split()) if values else ""


def _ordered(nodes: Iterable[NamedNode]) -> list[NamedNode]:
    """Return nodes in natural order: f1-2 before f1-10."""
    return sorted(nodes, key=lambda n: natural(n.value))
