"""The ontology as the schema: prefixes, classes, properties, controlled lists, JSON-LD context.

Nothing about the domain is written in Python. What a record may say, how a value is typed and how
a term is spelt in JSON-LD are all read from the Turtle files of ``ontology/``.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import InputError

CEKG = "https://w3id.org/clinical-evidence-kg/ns#"
FACT = CEKG + "Fact"
"""The class of what a statement sets: a property of an entity with its value."""
ABOUT = "about"
"""The key, below ``sets``, of the entity that the facts are about."""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
SHAPES = "https://w3id.org/clinical-evidence-kg/shapes#"

PREFIXES: Mapping[str, str] = {
    "cekg": CEKG,
    "cekg-sh": SHAPES,
    "dcterms": DCTERMS,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}
"""Prefix → namespace IRI, as used in every export, message and query of this project."""

TYPE = NamedNode(RDF + "type")
_APPROVAL = ("outsideApproval", "approvalEnds", "approvalFollowsBack")
LANG_STRING = RDF + "langString"
_PROPERTY_KINDS = {OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}


RELATIVE = "[A-Za-z][A-Za-z0-9-]*/[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:#[A-Za-z0-9_.-]+)?"
"""What may follow the base in an id that is written relative to it: it can be read in one way only.

A pattern for Python, DuckDB and Spark.
"""
LONGEST_ID = 200
"""Characters of an id from which the name of a file is made: systems allow 255 bytes."""


def local_name(iri: str) -> str:
    """Return what follows the last ``#`` or ``/`` of an IRI."""
    return re.split(r"[#/]", iri)[-1]


def kebab(name: str) -> str:
    """Return ``AgeRange`` as ``age-range``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def compact(iri: str, base: str = "", prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return an IRI as people read it: relative to ``base``, with a known prefix, or as it is."""
    if base and iri.startswith(base) and iri != base:
        return iri[len(base) :]
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or member of a controlled list, with its definition in the ontology."""

    iri: str
    name: str
    label: str = ""
    definition: str = ""
    example: str = ""
    comment: str = ""
    parents: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: str = ""
    synonyms: tuple[str, ...] = ()
    fact_of: tuple[str, ...] = ()
    derived: bool = False
    outside_approval: bool = False
    approval_ends: bool = False
    approval_follows_back: bool = False


@dataclass(frozen=True)
class Ontology:
    """The terms of the bundled ontology together with those of a project.

    ``classes`` and ``properties`` map local names to terms, ``concepts`` maps the IRI of each
    class that is a controlled list to its notations and their terms.
    """

    classes: Mapping[str, Term]
    properties: Mapping[str, Term]
    concepts: Mapping[str, Mapping[str, Term]]
    folders: tuple[Path, ...] = ()
    triples: tuple[Triple, ...] = field(default=(), repr=False)

    @staticmethod
    def read(files: Iterable[Path], folders: tuple[Path, ...] = ()) -> Ontology:
        """Read Turtle files into one ontology; what the last few files said is kept.

        Files are compared by what they hold, so that an edit is always seen.

        :param files: every ontology file, bundled and of the project.
        :param folders: the project's own folders, remembered for its rules, shapes and queries.
        :raises InputError: if a file cannot be read or is not Turtle.
        """
        read = _read(tuple((file.name, _bytes(file)) for file in files))
        return replace(read, folders=folders) if folders else read

    def extended(self, triples: Iterable[Triple]) -> Ontology:
        """Return the ontology with more statements about terms."""
        return _Collector([*self.triples, *triples]).ontology(self.folders)

    @cached_property
    def by_iri(self) -> Mapping[str, Term]:
        """Every term by its IRI."""
        every = [*self.classes.values(), *self.properties.values()]
        every += [term for members in self.concepts.values() for term in members.values()]
        return {term.iri: term for term in every}

    @cached_property
    def outside_approval(self) -> frozenset[str]:
        """The IRIs of properties that an approval does not cover: derived ones, and bookkeeping."""
        every = self.properties.values()
        return frozenset(t.iri for t in every if t.derived or t.outside_approval)

    @cached_property
    def approval_ends(self) -> frozenset[str]:
        """The IRIs of properties whose values an approval covers, but not what is said of them."""
        return frozenset(t.iri for t in self.properties.values() if t.approval_ends)

    @cached_property
    def approval_follows_back(self) -> frozenset[str]:
        """The IRIs of properties by which a fact is stated about an entity from outside of it."""
        return frozenset(t.iri for t in self.properties.values() if t.approval_follows_back)

    @cached_property
    def _ancestors(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _members(self) -> dict[str, Mapping[str, Term]]:
        return {}

    def ancestors(self, class_iri: str) -> frozenset[str]:
        """Return the IRI of a class and those of all classes above it."""
        known = self._ancestors.get(class_iri)
        if known is None:
            term = self.by_iri.get(class_iri)
            above = term.parents if term else ()
            known = frozenset({class_iri}).union(*(self.ancestors(p) for p in above))
            self._ancestors[class_iri] = known
        return known

    def is_a(self, class_iri: str, ancestor: str) -> bool:
        """Tell whether one class is another or lies below it."""
        return ancestor in self.ancestors(class_iri)

    def members(self, class_iri: str) -> Mapping[str, Term]:
        """Return notation → term of the controlled lists that are a class or lie below it."""
        if class_iri not in self._members:
            self._members[class_iri] = {
                notation: term
                for list_iri, members in self.concepts.items()
                if self.is_a(list_iri, class_iri)
                for notation, term in members.items()
            }
        return self._members[class_iri]

    def belongs(self, property_iri: str) -> Mapping[str, frozenset[str]]:
        """Return the values of controlled lists that name the values of a property they go with.

        The level ``wellSupported`` says by ``ratingSystem`` in which systems it is a level.
        """
        found: dict[str, set[str]] = {}
        for s, p, o in self.triples:
            if p.value == property_iri and isinstance(s, NamedNode) and isinstance(o, NamedNode):
                found.setdefault(s.value, set()).add(o.value)
        return {iri: frozenset(values) for iri, values in found.items()}

    def find(self, word: str) -> Term | None:
        """Return the term of a local name, a ``cekg:`` name or an IRI, or ``None``."""
        name = word.removeprefix("cekg:")
        for table in (self.classes, self.properties):
            if name in table:
                return table[name]
        return self.by_iri.get(word) or self.by_iri.get(CEKG + name)

    def context(self, prefixes: Mapping[str, str] = PREFIXES) -> dict[str, Any]:
        """Return the JSON-LD 1.1 context: one entry a term, sorted, with nothing assumed.

        There is deliberately no ``@vocab``: a key that the context does not define would
        otherwise become a property that nobody defined.
        """
        entries: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
        entries |= dict(sorted(prefixes.items()))
        for name, term in sorted(self.classes.items()):
            entries[name] = compact(term.iri, prefixes=prefixes)
        for name, term in sorted(self.properties.items()):
            entries[name] = self._coercion(term, prefixes)
        return entries

    def _coercion(self, term: Term, prefixes: Mapping[str, str]) -> Any:
        iri = compact(term.iri, prefixes=prefixes)
        if term.range == LANG_STRING:
            return {"@id": iri, "@container": "@language"}
        if term.range == XSD + "string" or not term.range:
            return iri
        if term.range.startswith((XSD, RDFS)):
            return {"@id": iri, "@type": compact(term.range, prefixes=prefixes)}
        members = self.members(term.range)
        if not members:
            return {"@id": iri, "@type": "@id"}
        scope = {n: compact(c.iri, prefixes=prefixes) for n, c in sorted(members.items())}
        return {"@id": iri, "@type": "@vocab", "@context": scope}


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes().removeprefix(BOM_UTF8)
    except (OSError, MemoryError) as error:
        raise InputError(f"{file.name} is not readable Turtle: {error}") from error


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[str, bytes], ...]) -> Ontology:
    """Return the ontology of files, given by name and content."""
    return _Collector([t for name, data in files for t in _parse(name, data)]).ontology(())


def _parse(name: str, data: bytes) -> list[Triple]:
    try:
        return [quad.triple for quad in parse(data, RdfFormat.TURTLE)]
    except (SyntaxError, ValueError, MemoryError) as error:
        raise InputError(f"{name} is not readable Turtle: {error}") from error


class _Collector:
    """Sorts triples into tables that nobody can change; lives only while an ontology is read."""

    def __init__(self, triples: list[Triple]) -> None:
        self.triples = triples
        self.objects: dict[tuple[str, str], list[Any]] = {}
        self.kinds: dict[str, set[str]] = {}
        for s, p, o in triples:
            if not isinstance(s, NamedNode):
                continue
            self.objects.setdefault((s.value, p.value), []).append(o)
            if p == TYPE and isinstance(o, NamedNode):
                self.kinds.setdefault(s.value, set()).add(o.value)

    def ontology(self, folders: tuple[Path, ...]) -> Ontology:
        classes = {i for i, kinds in self.kinds.items() if OWL + "Class" in kinds}
        properties = {i for i, kinds in self.kinds.items() if kinds & _PROPERTY_KINDS}
        concepts: dict[str, dict[str, Term]] = {}
        for iri, kinds in sorted(self.kinds.items()):
            notation = self.text(iri, SKOS + "notation")
            for list_iri in sorted(kinds & classes):
                if notation:
                    concepts.setdefault(list_iri, {})[notation] = self.term(iri, notation)
        return Ontology(
            MappingProxyType({local_name(i): self.term(i) for i in sorted(classes)}),
            MappingProxyType({local_name(i): self.term(i) for i in sorted(properties)}),
            MappingProxyType({i: MappingProxyType(terms) for i, terms in concepts.items()}),
            folders,
            tuple(self.triples),
        )

    def term(self, iri: str, name: str = "") -> Term:
        return Term(
            iri,
            name or local_name(iri),
            self.text(iri, RDFS + "label") or self.text(iri, SKOS + "prefLabel"),
            self.text(iri, SKOS + "definition"),
            self.text(iri, SKOS + "example"),
            self.text(iri, RDFS + "comment"),
            self.iris(iri, RDFS + "subClassOf"),
            self.iris(iri, RDFS + "domain"),
            next(iter(self.iris(iri, RDFS + "range")), ""),
            tuple(sorted(o.value for o in self.objects.get((iri, SKOS + "altLabel"), []))),
            self.iris(iri, CEKG + "factOf"),
            *(self.text(iri, CEKG + n) == "true" for n in ("derived", *_APPROVAL)),
        )

    def text(self, iri: str, predicate: str) -> str:
        found = self.objects.get((iri, predicate), [])
        return next((o.value for o in found if isinstance(o, Literal)), "")

    def iris(self, iri: str, predicate: str) -> tuple[str, ...]:
        found = self.objects.get((iri, predicate), [])
        return tuple(sorted(o.value for o in found if isinstance(o, NamedNode)))
