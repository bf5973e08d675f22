"""One term in the parts that people read: what it means, its keys or values, what it maps to."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from pyoxigraph import NamedNode

from kg.errors import InputError
from kg.explanations.keys import Bound, KeyText, bounds, many, value_name
from kg.explanations.rules import terms
from kg.ontology import CEKG, SKOS, Ontology, Term, kebab, local_name
from kg.readers.sssom import NO_MATCH, RELATIONS
from kg.validation.shapes import Shapes

Kind = Literal["class", "list", "key", "value"]
_CONCEPT = SKOS + "Concept"


class MappingText(NamedTuple):
    """A term of another vocabulary: ``exact`` … ``related``, its CURIE, its label, and a remark.

    ``noMatchFound`` says that a vocabulary was searched without a find; ``target`` is then the
    vocabulary.
    """

    relation: str
    target: str
    label: str = ""
    note: str = ""

    def __str__(self) -> str:
        if self.relation == "noMatchFound":
            return f"none found in {self.target}"
        return " ".join(part for part in (self.target, self.label, f"({self.relation})") if part)


@dataclass(frozen=True, slots=True)
class TermText:
    """A class, a controlled list, one of its values, or a key.

    ``keys`` are those of the class itself, ``inherited`` those of each class above it that has
    any. ``parents`` and ``children`` are names of classes, ``values`` those of a controlled list,
    ``used_on`` the classes of a key (empty: any record), ``value`` what a key takes.
    """

    name: str
    kind: Kind
    iri: str
    label: str
    definition: str
    comment: str
    example: str
    derived: bool
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    keys: tuple[KeyText, ...] = ()
    inherited: tuple[tuple[str, tuple[KeyText, ...]], ...] = ()
    values: tuple[Term, ...] = ()
    used_on: tuple[str, ...] = ()
    value: str = ""
    mappings: tuple[MappingText, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dictionary:
    """An ontology, its rules and its mappings, read together, term by term."""

    ontology: Ontology
    shapes: Shapes
    mappings: Mapping[str, tuple[MappingText, ...]] = field(default_factory=dict)

    def find(self, word: str) -> tuple[TermText, ...]:
        """Return what a word means: one term, or several where a list has a value of that name.

        :param word: a name (``AgeRange``, ``minAge``), a class as ids have it (``age-range``), a
            value of a controlled list (``increase``), ``cekg:…`` or an IRI.
        """
        found = self.ontology.find(word)
        if found is None:
            classes = self.ontology.classes.values()
            found = next((c for c in classes if kebab(c.name) == word), None)
        values = (
            members[word]
            for _, members in sorted(self.ontology.concepts.items())
            if word in members
        )
        return tuple(self._text(term) for term in ([found] if found else []) + list(values))

    def term(self, name: str) -> TermText | None:
        """Return a class, list or key by its name or IRI, or ``None``."""
        found = self.ontology.find(name)
        return self._text(found) if found else None

    def words(self) -> tuple[str, ...]:
        """Return every word that :meth:`find` knows by name, sorted."""
        lists = [name for members in self.ontology.concepts.values() for name in members]
        return tuple(sorted({*self.ontology.classes, *self.ontology.properties, *lists}))

    def is_list(self, iri: str) -> bool:
        """Tell whether a class is a controlled list."""
        return iri != _CONCEPT and self.ontology.is_a(iri, _CONCEPT)

    def _text(self, term: Term) -> TermText:
        ontology = self.ontology
        is_class = ontology.classes.get(term.name) == term
        is_key = ontology.properties.get(term.name) == term
        is_list = is_class and self.is_list(term.iri)
        kind: Kind = "list" if is_list else "class" if is_class else "key" if is_key else "value"
        lists = [i for i, members in ontology.concepts.items() if term in members.values()]
        parents = term.parents if is_class else lists
        return TermText(
            term.name,
            kind,
            term.iri,
            term.label,
            term.definition,
            term.comment,
            term.example,
            term.derived,
            tuple(local_name(p) for p in parents),
            tuple(
                c.name
                for c in self._in_order(ontology.classes.values())
                if is_class and term.iri in c.parents
            ),
            self._keys(term.iri) if is_class else (),
            tuple(self._inherited(term.iri)) if is_class else (),
            self._in_order(ontology.concepts.get(term.iri, {}).values()),
            tuple(local_name(d) for d in term.domain),
            value_name(term.range),
            self.mappings.get(term.iri, ()),
            tuple(self._rules.get(term.name, ())),
        )

    def key(self, term: Term, class_iri: str = "") -> KeyText:
        """Return a key as it is used on a class; without one, with the rules of all classes."""
        found = self._bounds(term.iri, class_iri)
        looking = found if class_iri else [b for b in self._all if b.path == term.iri]
        return KeyText(
            term.name,
            value_name(term.range),
            many(found),
            term.definition,
            term.comment,
            term.example,
            term.derived,
            tuple(dict.fromkeys(b.code for b in looking)),
        )

    def _keys(self, class_iri: str) -> tuple[KeyText, ...]:
        """Return the keys whose domain is a class, and others that a rule looks for on it."""
        asked = {b.path for b in self._all if b.kind == "targetClass" and b.target == class_iri}
        above = self.ontology.ancestors(class_iri)
        return tuple(
            self.key(p, class_iri)
            for p in self._in_order(self.ontology.properties.values())
            if class_iri in p.domain
            or (p.iri in asked and (not p.domain or not above.isdisjoint(p.domain)))
        )

    def _in_order(self, found: Iterable[Term]) -> tuple[Term, ...]:
        return tuple(sorted(found, key=lambda term: self._rank.get(term.iri, 0)))

    def _inherited(self, class_iri: str) -> Iterator[tuple[str, tuple[KeyText, ...]]]:
        """Yield the keys of each class above, the nearest first; each key once."""
        seen = {k.name for k in self._keys(class_iri)}
        above = sorted(self.ontology.ancestors(class_iri) - {class_iri})
        for iri in sorted(above, key=lambda i: -len(self.ontology.ancestors(i))):
            keys = tuple(k for k in self._keys(iri) if k.name not in seen)
            seen |= {k.name for k in keys}
            if keys:
                yield local_name(iri), keys

    @cached_property
    def _rules(self) -> dict[str, list[str]]:
        """Name of a term → the codes of the rules that speak of it."""
        found: dict[str, list[str]] = {}
        for code, node in self.shapes.codes.items():
            for name in terms(self.shapes, node):
                found.setdefault(name, []).append(code)
        return found

    @cached_property
    def _all(self) -> tuple[Bound, ...]:
        return bounds(self.shapes)

    @cached_property
    def _rank(self) -> dict[str, int]:
        """IRI → its place in the files of the ontology, which go from the main to the minor."""
        subjects = (t.subject for t in self.ontology.triples)
        named = dict.fromkeys(s.value for s in subjects if isinstance(s, NamedNode))
        return {iri: place for place, iri in enumerate(named)}

    def _bounds(self, path: str, class_iri: str) -> list[Bound]:
        above = self.ontology.ancestors(class_iri) if class_iri else frozenset()
        return [
            b
            for b in self._all
            if b.path == path and (b.kind != "targetClass" or b.target in above)
        ]


def read_mappings(file: Path) -> dict[str, tuple[MappingText, ...]]:
    """Read an SSSOM table of terms: IRI of our term → the terms it maps to, in file order.

    :raises InputError: if the file cannot be read or lacks a column.
    """
    found: dict[str, tuple[MappingText, ...]] = {}
    try:
        text = file.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines, delimiter="\t"):
            subject = row["subject_id"].replace("cekg:", CEKG, 1)
            note = row.get("comment") or ""
            if row["object_id"] == NO_MATCH:
                mapping = MappingText("noMatchFound", row["object_source"], note=note)
            else:
                relation = RELATIONS.get(row["predicate_id"], row["predicate_id"])
                mapping = MappingText(relation, row["object_id"], row["object_label"], note)
            found[subject] = (*found.get(subject, ()), mapping)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    except KeyError as error:
        raise InputError(f"{file.name} has no column {error}") from error
    return found
