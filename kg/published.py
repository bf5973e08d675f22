"""The ontology as it leaves: with axioms to other vocabularies, and schemes that list concepts.

What follows from the files is added here, so that it is written nowhere twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg import resources
from kg.ontology import CEKG, OWL, SKOS, TYPE, Ontology

NAME = NamedNode("https://w3id.org/clinical-evidence-kg/ns")
"""The IRI of the ontology, and of the named graph that holds it."""


def published(ontology: Ontology) -> list[Triple]:
    """Return every statement about the terms of an ontology, sorted by its line of N-Triples.

    Each concept scheme has ``skos:hasTopConcept``, and a definition where its file has none: that
    of the class whose values it lists.
    """
    found = {*ontology.triples, *_axioms(), *_schemes(ontology)}
    return sorted(found, key=str)


def added(ontology: Ontology, triples: Iterable[Triple]) -> Ontology:
    """Return an ontology with the terms that published statements add to it, as a project does.

    A file of somebody else may name terms of its own. It may not change ours, nor say what an
    approval covers, so statements about known terms and with our properties are left out.
    """
    known = {triple.subject for triple in ontology.triples}
    new = [t for t in triples if t.subject not in known and not t.predicate.value.startswith(CEKG)]
    new = sorted(set(new) - {*_axioms()}, key=str) if new else []
    return ontology.extended(new) if new else ontology


def _axioms() -> list[Triple]:
    return [q.triple for q in parse(resources.axiom_file().read_bytes(), RdfFormat.TURTLE)]


def _schemes(ontology: Ontology) -> Iterator[Triple]:
    by_property: dict[str, list[Triple]] = {}
    for triple in ontology.triples:
        by_property.setdefault(triple.predicate.value, []).append(triple)
    narrower = {t.subject for t in by_property.get(SKOS + "broader", ())}
    defined = {t.subject for t in by_property.get(SKOS + "definition", ())}
    classes = {t.iri: t for t in ontology.classes.values()}
    typed = (
        (t.subject, classes.get(t.object.value))
        for t in by_property[TYPE.value]
        if isinstance(t.object, NamedNode)
    )
    lists = {subject: term for subject, term in typed if term}
    for member, _, scheme in by_property.get(SKOS + "inScheme", ()):
        assert isinstance(scheme, NamedNode)
        if member not in narrower:
            yield Triple(scheme, NamedNode(SKOS + "hasTopConcept"), member)
            yield Triple(member, NamedNode(SKOS + "topConceptOf"), scheme)
        if scheme not in defined and (term := lists.get(member)):
            text = Literal(f"The values of {term.label}. {term.definition}", language="en")
            yield Triple(scheme, NamedNode(SKOS + "definition"), text)
    for name in ("hasTopConcept", "topConceptOf"):
        yield Triple(NamedNode(SKOS + name), TYPE, NamedNode(OWL + "ObjectProperty"))
