"""Who states the facts of an entity, as far as it is not approved."""

from __future__ import annotations

from kg.evidence.index import Index, unique
from kg.ontology import local_name

PATH = ("^about", "^sets")
"""The way from an entity to the statements of its facts."""


def remarks(index: Index, iri: str, *keys: str) -> list[str]:
    """Return the stamps of statements that state facts of an entity; none if all are approved.

    A fact that is shown with its entity, away from its statement, says so: ``UNREVIEWED: draft
    (facts)``.

    :param keys: the properties that are shown; without any, all.
    """
    shown = {index.ontology.properties[key].iri for key in keys}
    facts = [
        fact
        for fact in index.subjects(iri, "about")
        if not keys or shown.intersection(index.nodes(fact, "factProperty"))
    ]
    statements = unique(s for fact in facts for s in index.subjects(fact, "sets"))
    return unique(f"{stamp} (facts)" for s in statements if (stamp := index.text(s, "stamp")))


PART, WHOLE = "componentOf", "hasComponent"
"""What the records state of a part, and what follows of the whole, at any depth."""


def stamps(index: Index) -> dict[str, dict[str, list[str]]]:
    """Return entity → property → the stamps of other entities that state the property's values.

    What follows from a statement has its stamp, too, such as *studied for* from a finding.
    """
    found: dict[str, dict[str, list[str]]] = {}

    def add(entity: str, key: str, statement: str) -> None:
        stamp = index.text(statement, "stamp")
        if stamp and entity.partition("#")[0] != statement:
            stamps = found.setdefault(entity, {}).setdefault(key, [])
            if stamp not in stamps:
                stamps.append(stamp)

    for fact in index.instances("Fact"):
        for statement in index.subjects(fact, "sets"):
            for entity in index.nodes(fact, "about"):
                for iri in index.nodes(fact, "factProperty"):
                    known = index.ontology.by_iri.get(iri)
                    add(entity, known.name if known else local_name(iri), statement)
    for edge in index.relations:
        add(edge.start, edge.type, edge.origin)
        if edge.type == PART:
            for whole in _wholes(index, edge.end):
                add(whole, WHOLE, edge.origin)
    return found


def _wholes(index: Index, iri: str) -> list[str]:
    """Return an entity, and after it what it is a part of, at any depth."""
    found = [iri]
    for part in found:
        found += [whole for whole in index.nodes(part, PART) if whole not in found]
    return found
