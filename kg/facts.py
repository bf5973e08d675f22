"""Clinical facts: properties of an entity that come from statements alone.

Which properties they are, and of which classes, is declared in the ontology (``factOf``). A
statement sets them, and ``rules/05-facts.rq`` derives the property of the entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import NamedNode

from kg.graph import Fact, Graph
from kg.ontology import CEKG, SKOS, TYPE, Ontology

FACT_VALUE = CEKG + "factValue"
"""The property that leads from a stated fact to its value."""
BARE = NamedNode(CEKG + "bareFact")
"""The property of what :func:`bare_facts` yields."""


def fact_properties(ontology: Ontology) -> Mapping[str, frozenset[str]]:
    """Return the IRI of each property of clinical facts → the classes of entities that have it.

    Classes below the declared ones are among them.
    """
    return {
        term.iri: _below(ontology, term.fact_of)
        for term in ontology.properties.values()
        if term.fact_of
    }


def value_classes(ontology: Ontology) -> frozenset[str]:
    """Return the classes of what exists only as the value of a fact, such as an age range."""
    known = [
        ontology.by_iri[t.range]
        for t in ontology.properties.values()
        if t.fact_of and t.range in ontology.by_iri
    ]
    parts = [
        c.iri for c in known if not {CEKG + "Entity", SKOS + "Concept"} & ontology.ancestors(c.iri)
    ]
    return _below(ontology, parts)


def _below(ontology: Ontology, classes: Iterable[str]) -> frozenset[str]:
    every = ontology.classes.values()
    return frozenset(c.iri for c in every for above in classes if ontology.is_a(c.iri, above))


def written_on_entities(graph: Graph) -> Iterator[Fact]:
    """Yield the clinical facts that are asserted of an entity itself.

    What describes the value of a fact, such as the age of a member of a dyad, is a part of it.
    """
    of = fact_properties(graph.ontology)
    values = {fact.object for fact in graph.facts(NamedNode(FACT_VALUE))}
    for predicate, classes in of.items():
        for fact in graph.asserted_with(NamedNode(predicate)):
            kinds = graph.objects(fact.subject, TYPE.value)
            if fact.subject not in values and any(kind.value in classes for kind in kinds):
                yield fact


def parts(graph: Graph, written: Iterable[Fact]) -> set[str]:
    """Return the IRIs of what exists only as a value of facts that are written on entities."""
    classes = value_classes(graph.ontology)
    return {
        fact.object.value
        for fact in written
        if isinstance(fact.object, NamedNode)
        and (
            fact.object.value.startswith(f"{fact.subject.value}#")
            or any(kind.value in classes for kind in graph.objects(fact.object, TYPE.value))
        )
    }


def bare_facts(graph: Graph) -> Iterator[tuple[NamedNode, NamedNode, NamedNode]]:
    """Yield ``entity, cekg:bareFact, property`` for each fact that no statement states."""
    stated = {
        (graph.value(f, "about"), graph.value(f, "factProperty"), graph.value(f, "factValue"))
        for f in graph.instances("Fact")
    }
    bare = {(f.subject, f.predicate) for f in written_on_entities(graph) if tuple(f) not in stated}
    for subject, predicate in sorted(bare, key=str):
        yield subject, BARE, predicate
