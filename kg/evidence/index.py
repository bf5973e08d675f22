"""A graph indexed once for reading: pages ask it thousands of small questions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from pyoxigraph import Literal, NamedNode

from kg.graph import Fact, Graph
from kg.graph import Term as RdfTerm
from kg.ontology import LONGEST_ID, PROV, TYPE, local_name
from kg.xmltext import clean, whole

_ID = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9.-]*")
_DERIVED_EDGE = "DerivedEdge"


@dataclass(frozen=True, slots=True)
class Relation:
    """A derived edge: what it joins, of which type, and the record it was derived from."""

    type: str
    start: str
    end: str
    origin: str


class Index:
    """The statements of a graph by subject and by object; entities are named by their IRIs.

    Keys are local names of the ontology's properties (whole IRIs of others). Asserted and derived
    values are together, except for derived edges, which are in :attr:`relations`.

    :param tidy: makes a text of the graph fit for the output.
    """

    def __init__(self, graph: Graph, tidy: Callable[[str], str] = clean) -> None:
        self.graph = graph
        self._tidy = tidy
        self.ontology = graph.ontology
        self._names = {t.iri: n for n, t in graph.ontology.properties.items()}
        self.forward: dict[str, dict[str, list[RdfTerm]]] = {}
        self.asserted: dict[str, list[tuple[str, RdfTerm]]] = {}
        self.backward: dict[str, list[tuple[str, str]]] = {}
        self._kinds: dict[str, list[str]] = {}
        self._labels: dict[str, str] = {}
        asserted = graph.asserted()
        self._take(asserted, True)
        known = set(asserted)
        for name in graph.names():
            self._take((fact for fact in graph.facts_in(name) if fact not in known), False)

    def _take(self, facts: Iterable[Fact], are_asserted: bool) -> None:
        for node, property_, value in facts:
            subject, predicate = node.value, property_.value
            if are_asserted:
                self.asserted.setdefault(subject, []).append((predicate, value))
            if predicate == TYPE.value:
                self._kinds.setdefault(subject, []).append(value.value)
                continue
            name = self._names.get(predicate, predicate)
            values = self.forward.setdefault(subject, {}).setdefault(name, [])
            if value not in values:
                values.append(value)
            if isinstance(value, NamedNode):
                self.backward.setdefault(value.value, []).append((subject, name))

    # -- entities --------------------------------------------------------------------------------

    def kinds(self, iri: str) -> list[str]:
        """Return the local names of an entity's classes as they were stated."""
        return [local_name(kind) for kind in self._kinds.get(iri, ())]

    def kind(self, iri: str) -> str:
        """Return the local name of an entity's class, or nothing."""
        return next(iter(self.kinds(iri)), "")

    def instances(self, class_name: str) -> list[str]:
        """Return the entities of a class or of one below it, in natural order."""
        return list(self._instances.get(class_name, ()))

    @cached_property
    def _instances(self) -> dict[str, list[str]]:
        @cache
        def above(*kinds: str) -> frozenset[str]:
            return frozenset(local_name(a) for k in kinds for a in self.ontology.ancestors(k))

        found: dict[str, list[str]] = {}
        for iri in sorted(self._kinds, key=natural):
            for name in above(*self._kinds[iri]):
                found.setdefault(name, []).append(iri)
        return found

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(found) for name, found in self._instances.items()}

    def is_a(self, iri: str, class_name: str) -> bool:
        """Tell whether an entity is of a class or of one below it."""
        return iri in self._members.get(class_name, frozenset())

    @cached_property
    def entities(self) -> list[str]:
        """The entities with a page of their own."""
        return [iri for iri in self.instances("Entity") if "#" not in iri.removeprefix(self.base)]

    @cached_property
    def digest(self) -> str:
        """The digest of the asserted statements."""
        return self.graph.digest()

    @property
    def base(self) -> str:
        """The IRI before every id."""
        return self.graph.base

    @cached_property
    def relations(self) -> list[Relation]:
        """The derived edges between entities, sorted; one that has a text at an end is left out."""
        origin = PROV + "wasDerivedFrom"
        keys = ("edgeFrom", "edgeTo", self._names.get(origin, origin))
        found = []
        for iri in self.instances(_DERIVED_EDGE):
            if all(values := [self.nodes(iri, key) for key in keys]):
                found.append(Relation(self.text(iri, "edgeType"), *(nodes[0] for nodes in values)))
        return sorted(found, key=lambda r: (r.type, natural(r.start), natural(r.end), r.origin))

    # -- values --------------------------------------------------------------------------------

    def values(self, iri: str, key: str) -> list[RdfTerm]:
        """Return the values of a property, sorted as N-Quads."""
        return self.forward.get(iri, {}).get(key, [])

    def nodes(self, iri: str, key: str) -> list[str]:
        """Return the IRIs among the values of a property."""
        return [v.value for v in self.values(iri, key) if isinstance(v, NamedNode)]

    def literals(self, iri: str, key: str) -> list[Literal]:
        """Return the literals among the values of a property."""
        return [v for v in self.values(iri, key) if isinstance(v, Literal)]

    def texts(self, iri: str, key: str) -> list[str]:
        """Return the literals among the values of a property, tidied."""
        return [self._tidy(v.value) for v in self.literals(iri, key)]

    def text(self, iri: str, key: str) -> str:
        """Return the first literal of a property, or nothing."""
        for value in self.values(iri, key):
            if isinstance(value, Literal):
                return self._tidy(value.value)
        return ""

    def notation(self, iri: str, key: str) -> str:
        """Return the notation of a value of a controlled list, or nothing."""
        for value in self.values(iri, key):
            term = self.ontology.by_iri.get(value.value)
            if term:
                return term.name
        return ""

    def words(self, iri: str, key: str) -> str:
        """Return the values of a property as people read them, joined by commas."""
        return ", ".join(
            self.label(v.value) if isinstance(v, NamedNode) else self._tidy(v.value)
            for v in self.values(iri, key)
        )

    def subjects(self, iri: str, key: str) -> list[str]:
        """Return what refers to an entity by a property."""
        found = {s for s, name in self.backward.get(iri, ()) if name == key}
        return sorted(found, key=natural)

    @cached_property
    def _stated(self) -> dict[tuple[str, str, RdfTerm], list[str]]:
        found: dict[tuple[str, str, RdfTerm], list[str]] = {}
        for fact in self.instances("Fact"):
            keys = [self._names.get(p, p) for p in self.nodes(fact, "factProperty")]
            said = self.subjects(fact, "sets")
            for entity in self.nodes(fact, "about"):
                for value in self.values(fact, "factValue"):
                    for key in keys:
                        found.setdefault((entity, key, value), []).extend(said)
        return found

    def stated_by(self, iri: str, key: str, value: RdfTerm) -> list[str]:
        """Return the statements that state a clinical fact about an entity, in natural order."""
        return sorted(self._stated.get((iri, key, value), ()), key=natural)

    def is_fact_value(self, iri: str) -> bool:
        """Tell whether something is written in place as the value of a fact."""
        return "#" in iri and bool(self.subjects(iri, "factValue"))

    # -- names ---------------------------------------------------------------------------------

    def label(self, iri: str) -> str:
        """Return what an entity is called: its label, its title, or its id."""
        known = self._labels.get(iri)
        if known is None:
            known = self._labels[iri] = self._label(iri)
        return known

    def _label(self, iri: str) -> str:
        found = [v for key in ("prefLabel", "title") for v in self.values(iri, key)]
        best = sorted(
            (v for v in found if isinstance(v, Literal)),
            key=lambda v: (v.language != "en", v.value),
        )
        if best and (label := self._tidy(best[0].value)):
            return label
        term = self.ontology.by_iri.get(iri)
        if term:
            return term.label or term.name
        known = self.text(iri, "identifier") if self.is_a(iri, "Statement") else ""
        return known or self.short(iri)

    def name(self, iri: str) -> str:
        """Return what an entity is called; one without a label by its kind and id: citation 2."""
        label, short = self.label(iri), self.short(iri)
        if label != short:
            return label
        return f"{self.term_label(self.kind(iri))} {short.rpartition('/')[2]}".strip()

    def short_label(self, iri: str) -> str:
        """Return the abbreviation of an entity, else its label."""
        return self.text(iri, "abbreviation") or self.label(iri)

    def term_label(self, name: str) -> str:
        """Return the label of a class or property from its local name."""
        term = self.ontology.classes.get(name) or self.ontology.properties.get(name)
        return term.label if term and term.label else local_name(name)

    def member_label(self, list_name: str, notation: str) -> str:
        """Return the label of a member of a controlled list, else its notation."""
        known = self.ontology.classes.get(list_name)
        term = self.ontology.members(known.iri).get(notation) if known else None
        return term.label if term and term.label else notation

    def short(self, iri: str) -> str:
        """Return the id of an entity: its IRI without the base."""
        return clean(self.graph.short(NamedNode(iri)))

    # -- places --------------------------------------------------------------------------------

    def page(self, iri: str) -> str:
        """Return the path of the page on which an entity is described, from the site's folder."""
        whole, _, _ = iri.removeprefix(self.base).partition("#")
        if _ID.fullmatch(whole) and iri.startswith(self.base) and len(whole) <= LONGEST_ID:
            return f"{whole}.html"
        owner = self.base + whole if iri.startswith(self.base) else iri
        return f"entity/{hashlib.sha256(owner.encode()).hexdigest()[:16]}.html"

    def href(self, iri: str) -> str:
        """Return where an entity is described, with the place on the page; nothing if nowhere."""
        owner = iri
        rest = iri.removeprefix(self.base)
        if "#" in rest:
            whole, _, fragment = rest.partition("#")
            owner = self.base + whole if rest != iri else whole
        if not self.is_a(owner, "Entity"):
            return ""
        if owner == iri:
            return self.page(iri)
        return f"{self.page(iri)}#{fragment}" if re.fullmatch(r"[\w.-]+", fragment) else ""


def index_of(graph: Graph) -> Index:
    """Return the index of a graph; it is made once and kept with the graph."""
    return graph.kept("index", lambda: Index(graph))


def whole_index_of(graph: Graph) -> Index:
    """Return an index whose texts keep their lines and spaces, for formats that hold any text."""
    return graph.kept("whole index", lambda: Index(graph, whole))


@lru_cache(maxsize=1 << 15)
def natural(text: str) -> tuple[str, ...]:
    """Return what texts are sorted by: f1-2 comes before f1-10, and case makes no difference."""
    parts = re.split(r"(\d+)", text)
    folded = (part.zfill(9) if part.isdigit() else part.casefold() for part in parts)
    return (*folded, "", text)  # ends before any longer text; capitals decide between equals


def unique(items: Iterable[str]) -> list[str]:
    """Return items in order, each once."""
    return list(dict.fromkeys(items))
