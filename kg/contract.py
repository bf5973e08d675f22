"""The fidelity contract: what a format keeps of a graph, what it changes, and what it drops.

Every exporter declares it as data, in the constant ``FIDELITY`` of its module. ``kg export --loss``
and the reference show the declarations of all formats; the tests read formats back and compare
what is missing with what was declared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from kg.ontology import Ontology

DISTINCTIONS: Mapping[str, str] = {
    "caveats": "disclaimers, and how many statements are not approved",
    "review": "whether a statement is approved; a stamp if it is not",
    "licence": "the licence of the data",
    "provenance": "the graph that was exported, and the statement behind each result",
    "finding-claim": "a result of research apart from what a page says of it",
    "direction-valence": "the direction of an effect apart from whether that is good",
    "certainty-system": "a rating of certainty with the system it was made in",
    "age-bounds": "whether an age limit is included, excluded or not stated",
    "asserted-derived": "derived statements apart from asserted ones, and from which graph file",
    "named-graphs": "statements of named graphs",
    "digits": "the digits of a decimal as written",
    "datatypes": "the datatype of a value",
    "languages": "the language of a text",
    "control-characters": "characters of a text that XML forbids",
    "long-texts": "the whole of a long text",
}
"""What a graph keeps apart beside its terms: name → meaning."""
EVERYWHERE = ("caveats", "review", "licence", "provenance", "finding-claim")
"""The distinctions that no format may drop."""

Kind = Literal["kept", "changed", "dropped"]


class Fate(NamedTuple):
    """What becomes of a term or distinction, and how or why if it is not kept."""

    kind: Kind
    note: str = ""


_KEPT = Fate("kept")


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What becomes of the terms and distinctions of a graph in a format.

    A name is the local name of a class or property, or one of :data:`DISTINCTIONS`. A class stands
    for those below it as well. A property without an entry is dropped where all classes in its
    domain are, statements of named graphs where other terms are, and the parts of an entity, such
    as its quotes, with the entity.

    :param keeps: names that are kept, for formats that drop most terms.
    :param changes: name → how it is changed.
    :param drops: name → why it is dropped.
    :param others: why each term without an entry is dropped; empty: it is kept. Other
        distinctions without an entry are always kept.
    """

    keeps: tuple[str, ...] = ()
    changes: Mapping[str, str] = field(default_factory=dict)
    drops: Mapping[str, str] = field(default_factory=dict)
    others: str = ""

    def names(self) -> set[str]:
        """Return every name that has an entry."""
        return {*self.keeps, *self.changes, *self.drops}

    def fate(self, name: str, ontology: Ontology) -> Fate:
        """Return what becomes of a class, a property or a distinction.

        :param name: a name, or the IRI of a term; an unknown one is treated as without an entry.
        """
        term = ontology.by_iri.get(name)
        known = term.name if term else name
        if name == "named-graphs":
            return self._entry(known) or self._other()
        if name in DISTINCTIONS:
            return self._entry(known) or _KEPT
        if known in ontology.properties:
            return self._entry(known) or self._of_domain(known, ontology) or self._other()
        if known in ontology.classes:
            return self._of_class(known, ontology)
        return self._entry(known) or self._other()

    def lost(self) -> str:
        """Return what the format drops, in one line."""
        reasons: dict[str, list[str]] = {}
        for name, why in self.drops.items():
            reasons.setdefault(why, []).append(DISTINCTIONS.get(name, name))
        found = [f"{', '.join(names)} ({why})" for why, names in reasons.items()]
        found += [f"what it has no place for ({self.others})"] if self.others else []
        return "; ".join(found) or "nothing"

    def _entry(self, name: str) -> Fate | None:
        if name in self.changes:
            return Fate("changed", self.changes[name])
        if name in self.drops:
            return Fate("dropped", self.drops[name])
        return _KEPT if name in self.keeps else None

    def _other(self) -> Fate:
        return Fate("dropped", self.others) if self.others else _KEPT

    def _of_class(self, name: str, ontology: Ontology) -> Fate:
        """Return the fate of a class: its own entry, else that of the closest class above it."""
        level = [name]
        while level:
            found = [fate for n in level if (fate := self._entry(n))]
            if found:
                return found[0]
            above = [p for n in level for p in ontology.classes[n].parents]
            level = [ontology.by_iri[p].name for p in above if p in ontology.by_iri]
            level = [n for n in level if n in ontology.classes]
        return self._other()

    def _of_domain(self, name: str, ontology: Ontology) -> Fate | None:
        domain = [d for d in ontology.properties[name].domain if d in ontology.by_iri]
        fates = [self.fate(d, ontology) for d in domain]
        if fates and all(f.kind == "dropped" for f in fates):
            return fates[0]
        return None


class Loss(NamedTuple):
    """What a format does with one class, property or distinction that it does not keep."""

    format: str
    what: Literal["class", "property", "distinction"]
    name: str
    fate: Kind
    note: str


class Overview(NamedTuple):
    """What a format keeps, in counts of terms and names of distinctions."""

    format: str
    classes: Counter[Kind]
    properties: Counter[Kind]
    changed: tuple[str, ...]
    dropped: tuple[str, ...]


def overview(format: str, fidelity: Fidelity, ontology: Ontology) -> Overview:
    """Return how many classes and properties a format keeps, and what else it loses."""
    fates = {name: fidelity.fate(name, ontology).kind for name in DISTINCTIONS}
    return Overview(
        format,
        Counter(fidelity.fate(name, ontology).kind for name in ontology.classes),
        Counter(fidelity.fate(name, ontology).kind for name in ontology.properties),
        tuple(name for name, kind in fates.items() if kind == "changed"),
        tuple(name for name, kind in fates.items() if kind == "dropped"),
    )


def losses(format: str, fidelity: Fidelity, ontology: Ontology) -> list[Loss]:
    """Return what a format changes and drops, distinctions first."""
    found: list[Loss] = []
    groups: Iterable[tuple[Literal["class", "property", "distinction"], Iterable[str]]] = (
        ("distinction", DISTINCTIONS),
        ("class", sorted(ontology.classes)),
        ("property", sorted(ontology.properties)),
    )
    for what, names in groups:
        for name in names:
            fate = fidelity.fate(name, ontology)
            if fate.kind != "kept":
                found.append(Loss(format, what, name, fate.kind, fate.note))
    return found
