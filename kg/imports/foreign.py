"""Entities that other programs name: an id of the project for each, and only keys that fit it."""

from __future__ import annotations

from collections.abc import Iterable

from kg.imports import Drafts, Given, unique
from kg.imports.slugs import slug
from kg.imports.statements import Statements
from kg.ontology import kebab

_LONGEST = 60


class Entities:
    """Collects entities of a file: what has an IRI below the base of its graph keeps its id."""

    def __init__(self, given: Given, base: str) -> None:
        self.given, self.base = given, base
        self.statements = Statements(given.known.ontology, base)
        self._taken = set[str]()

    def add(self, iri: str, kind: str, name: str, values: Iterable[tuple[str, ...]]) -> None:
        """Add an entity of a class, with its name and the values of properties.

        Values that are empty, and properties that the class does not have, are left out.

        :param values: property and value of each, and the language of a text where it is known.
        """
        ontology = self.given.known.ontology
        known = ontology.classes[kind]
        subject = iri if iri.startswith(self.base) and "/" in iri.removeprefix(self.base) else ""
        if not subject:
            own = f"{kebab(kind)}/{slug(name, _LONGEST) or 'unnamed'}"
            subject = self.base + unique([own], self._taken)[0]
        self._taken.add(subject.removeprefix(self.base))
        self.statements.kind(subject, known.iri)
        titled = ontology.is_a(known.iri, ontology.classes["Document"].iri)
        for key, value, *language in ((("title" if titled else "prefLabel"), name), *values):
            domain = ontology.properties[key].domain
            fits = not domain or any(ontology.is_a(known.iri, d) for d in domain)
            if value and fits:
                self.statements.add(subject, key, value, *language)

    def drafts(self, *notes: str) -> Drafts:
        """Return the records of all entities.

        :param notes: what else a person should know.
        """
        made = self.statements.drafts(self.given)
        return Drafts(made.drafts, made.found, (*made.notes, *filter(None, notes)))
