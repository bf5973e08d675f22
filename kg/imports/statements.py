"""Statements back to records: what :mod:`kg.builder` does, the other way round.

The importers of what this program and others export collect statements; here they become records.
What follows from other statements is left out, since it is derived again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kg.imports import Drafts, Given
from kg.imports.drafts import Draft, draft
from kg.ontology import CEKG, FACT, LANG_STRING, XSD, Ontology, Term, kebab

_ID = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9.-]*")
_ROOT = CEKG + "KnowledgeGraph"
_ADDED = ("stamp",)
"""Properties that an export adds."""
_DIGEST = "assertionDigest"
"""What is computed for statements; a review event states it."""


class Statements:
    """Statements about entities: classes by IRI, values as texts, texts with their language.

    :param base: the IRI before the ids of the graph that they come from.
    """

    def __init__(self, ontology: Ontology, base: str) -> None:
        self.ontology, self.base = ontology, base
        self._kinds: dict[str, Term] = {}
        self._values: dict[str, dict[str, dict[tuple[str, str], None]]] = {}
        self._unknown = set[str]()

    def kind(self, subject: str, name: str) -> None:
        """Say of which class an entity is, by its IRI or local name."""
        known = self.ontology.by_iri.get(name) or self.ontology.classes.get(name)
        if known is None or known.name not in self.ontology.classes:
            self._unknown.add(name)
        else:
            self._kinds.setdefault(subject, known)

    def add(self, subject: str, name: str, value: str, language: str = "") -> None:
        """Say that an entity has a value of a property, by its IRI or local name."""
        known = self.ontology.properties.get(name) or self.ontology.by_iri.get(name)
        if known is None or known.name not in self.ontology.properties:
            self._unknown.add(name)
        elif not known.derived and known.name not in _ADDED:
            own = self._values.setdefault(subject, {}).setdefault(known.name, {})
            own[value, language] = None

    def drafts(self, given: Given) -> Drafts:
        """Return the records, and notes on what could not become one."""
        self._forget_facts()
        drafts: list[Draft] = []
        ours, foreign = set[str](), set[str]()
        for subject in sorted(self._kinds):
            kind, name = self._kinds[subject], self._short(subject)
            if "#" in name or kind.iri == _ROOT or self._is_derived(kind):
                continue
            if not _ID.fullmatch(name):
                foreign.add(subject)
            elif not given.is_ours(name):
                ours.add(name)
            else:
                usual = self._usual(name)
                type_ = {} if usual == kind else {"type": kind.name}
                record = self._record(subject)
                if self.ontology.is_a(kind.iri, CEKG + "Statement"):
                    record.pop(_DIGEST, None)
                drafts.append(draft({"id": name, **type_, **record}))
        return Drafts(
            tuple(drafts),
            notes=(
                *_note("left out, since the project has them in another file", ours),
                *_note("left out, since they are not ids of this project", foreign),
                *_note("unknown terms, left out", self._unknown),
            ),
        )

    def _short(self, iri: str) -> str:
        return iri.removeprefix(self.base)

    def _usual(self, name: str) -> Term | None:
        segment = name.partition("/")[0]
        return next((t for n, t in self.ontology.classes.items() if kebab(n) == segment), None)

    def _is_derived(self, kind: Term) -> bool:
        """Tell whether a class has properties of its own, and all of them are derived."""
        own = [p for p in self.ontology.properties.values() if kind.iri in p.domain]
        return bool(own) and all(p.derived for p in own)

    def _forget_facts(self) -> None:
        """Leave out values of entities that follow from what statements set."""
        for fact, kind in self._kinds.items():
            if kind.iri != FACT:
                continue
            said = self._values.get(fact, {})
            for entity, _ in said.get("about", {}):
                for prop, _ in said.get("factProperty", {}):
                    known = self.ontology.by_iri.get(prop)
                    own = self._values.get(entity, {}).get(known.name if known else "", {})
                    for value in said.get("factValue", {}):
                        own.pop(value, None)

    def _record(self, subject: str) -> dict[str, Any]:
        """Return the keys and values of an entity, or of a value that is written in place."""
        found: dict[str, Any] = {}
        for name, values in sorted(self._values.get(subject, {}).items()):
            term = self.ontology.properties[name]
            made = [self._value(term, *value) for value in sorted(values)]
            if made:
                found[name] = made[0] if len(made) == 1 else made
        return found

    def _value(self, term: Term, value: str, language: str) -> Any:
        if term.range == LANG_STRING:
            return {language: value} if language else value
        if term.range.startswith(XSD):
            return value
        kind = self._kinds.get(value)
        if "#" in self._short(value) and kind is not None and value.startswith(self.base):
            if kind.iri == FACT:
                return self._fact(value)
            type_ = {} if kind.iri == term.range else {"type": kind.name}
            return {**type_, **self._record(value)}
        codes = {member.iri: name for name, member in self.ontology.members(term.range).items()}
        return codes.get(value) or self._short(value)

    def _fact(self, node: str) -> dict[str, Any]:
        said = self._values.get(node, {})
        about = next((value for value, _ in said.get("about", {})), "")
        found: dict[str, Any] = {"about": self._short(about)}
        for prop, _ in said.get("factProperty", {}):
            term = self.ontology.by_iri.get(prop)
            for value in said.get("factValue", {}):
                if term:
                    found[term.name] = self._value(term, *value)
        return found


def _note(what: str, names: Iterable[str]) -> Iterator[str]:
    every = sorted(names)
    if every:
        more = f" and {len(every) - 5} more" if len(every) > 5 else ""
        yield f"{what}: {', '.join(every[:5])}{more}"
