"""Who states the facts of an entity, as far as it is not approved."""

from __future__ import annotations

from kg.evidence.index import Index, unique

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
