"""The graph: exact RDF terms, a SPARQL store over them, and the places they came from.

A pyoxigraph Store answers queries fast but writes ``0.80`` as ``0.8`` and ``+00:00`` as ``Z``. In
clinical evidence the digits are part of the statement, so the quads are kept as they were given
and the Store is filled from them. Beside the data the Store holds the graph :data:`WRITTEN`,
which holds each decimal as the text that was written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    Store,
)

from kg.errors import Place, UsageError
from kg.graph.blank_nodes import is_skolem, skolemised
from kg.graph.quads import DEFAULT, GraphName, Quads, Term
from kg.ontology import CEKG, PREFIXES, SKOS, TYPE, XSD, Ontology, compact
from kg.review_rules import caveat

if TYPE_CHECKING:
    import networkx
    import rdflib

T = TypeVar("T")
WRITTEN = NamedNode(CEKG + "written")
"""Store-only graph: each decimal of the data with its digits as written, as a plain string."""
_SCHEMES = re.compile(f"<({'|'.join(map(re.escape, PREFIXES))}):")
_SHOWN = {"Statement": "statements", "Finding": "findings", "Claim": "claims", "Source": "sources"}
"""Class → what a notebook calls its entities."""
_DECIMAL = NamedNode(XSD + "decimal")


class Fact(NamedTuple):
    """One statement of the graph: an IRI, a property, and an IRI or a literal."""

    subject: NamedNode
    predicate: NamedNode
    object: Term


class Graph:
    """A knowledge graph without blank nodes.

    ``base`` is the IRI before every id of the project. Asserted statements are in the default
    graph, derived ones in the named graph :attr:`derived_name`. ``places`` maps ``(subject,
    predicate, object)`` and ``(subject,)`` to where they were written, as far as that is known.
    ``include_unreviewed`` is the setting of its project, which exports follow by default. ``note``
    is what a person should know of the file that was read.
    """

    def __init__(self, ontology: Ontology, base: str) -> None:
        self.ontology = ontology
        self.base = base
        self.derived_name = NamedNode(base + "graph/derived")
        self.places: dict[tuple[Term, ...], Place] = {}
        self.include_unreviewed = False
        self.note = ""
        self._quads = Quads()
        self._store: Store | None = None
        self._blanks: dict[object, BlankNode] = {}
        self._kept: dict[str, object] = {}

    # -- writing ---------------------------------------------------------------------------

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        """Assert a triple in the default graph."""
        self.extend([Quad(subject, predicate, value)])

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads as they are; blank nodes must have been replaced before."""
        added = list(quads)
        self._quads.add(added)
        self._kept.clear()
        if self._store is not None:
            self._store.extend(with_written(added))

    def copy(self) -> Graph:
        """Return a graph with the same statements and places, which can change by itself."""
        made = Graph(self.ontology, self.base)
        made.places = self.places
        made._quads = self._quads.copy()
        return made

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """Return what was made under a name since the graph last changed, else make it.

        For what is costly and follows from the graph alone, such as its drawing.
        """
        if name not in self._kept:
            self._kept[name] = make()
        return cast(T, self._kept[name])

    def read(self, quads: Iterable[Quad], origin: NamedNode | None = None) -> None:
        """Add the quads of a file: blank nodes become IRIs that depend on the content alone.

        Statements that an earlier run derived are left out: they are derived again from the rest.

        :param origin: the name of a graph that is to hold the statements as well.
        """
        given = list(quads)
        named = [q for q in skolemised(given, self.base) if q.graph_name != self.derived_name]
        if named != given:
            before = {term for q in given for term in (q.subject, q.object)}
            after = {term for q in named for term in (q.subject, q.object)}
            self._blanks |= {
                term: BlankNode(term.value.rpartition("/")[2])
                for term in after - before
                if isinstance(term, NamedNode) and is_skolem(term)
            }
        self.extend(named)
        if origin is not None:
            self.extend(Quad(q.subject, q.predicate, q.object, origin) for q in named)

    # -- reading ---------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._quads)

    def __iter__(self) -> Iterator[Quad]:
        """Yield every quad, asserted or derived, in no order."""
        return iter(self._quads)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self.canonical() == other.canonical()

    __hash__ = None  # type: ignore[assignment]  # a graph can change

    def with_blanks(self) -> Iterator[Quad]:
        """Yield every quad with the blank nodes that the file had."""
        known = self._blanks
        if not known:
            yield from self._quads
            return
        for quad in self._quads:
            s, p, o, name = quad
            named = s not in known and o not in known
            yield quad if named else Quad(known.get(s, s), p, known.get(o, o), name)

    def facts(self, predicate: NamedNode) -> set[Fact]:
        """Return every statement with a property, asserted or derived, in no order."""
        return set(_facts(self._quads.with_predicate(predicate)))

    def quads(self) -> list[Quad]:
        """Return every quad, sorted by graph (the default one first) and line of N-Quads."""
        names = sorted({q.graph_name for q in self._quads} - {DEFAULT}, key=str)
        return [quad for name in (DEFAULT, *names) for _, quad in self.lines(name)]

    def lines(self, name: GraphName) -> list[tuple[str, Quad]]:
        """Return the lines of N-Quads of one of the graphs, sorted by code point, with the quads.

        The lines are canonical (RDF 1.1 N-Quads), without the line end.
        """
        return self._quads.lines(name)

    def asserted(self) -> list[Fact]:
        """Return the statements of the default graph, sorted."""
        return self.facts_in(DEFAULT)

    def asserted_with(self, predicate: NamedNode) -> list[Fact]:
        """Return the statements of the default graph with a property, in no order."""
        found = self._quads.with_predicate(predicate)
        return _facts(quad for quad in found if quad.graph_name == DEFAULT)

    def derived(self) -> list[Fact]:
        """Return the statements of the derived graph, sorted."""
        return self.facts_in(self.derived_name)

    def facts_in(self, name: GraphName) -> list[Fact]:
        """Return the statements of one graph, sorted."""
        return self.kept(f"facts in {name}", lambda: _facts(q for _, q in self.lines(name)))[:]

    def names(self) -> list[NamedNode]:
        """Return the names of the named graphs, sorted."""
        return self.kept("names", self._names)[:]

    def _names(self) -> list[NamedNode]:
        found = {q.graph_name for q in self._quads}
        return sorted((n for n in found if isinstance(n, NamedNode)), key=str)

    def elsewhere(self) -> set[Fact]:
        """Return what only named graphs say: not the default graph, and not what was derived."""
        names = [name for name in self.names() if name != self.derived_name]
        return {fact for name in names for fact in self.facts_in(name)} - set(
            self.asserted() if names else ()
        )

    def properties(self, subject: NamedNode) -> list[tuple[NamedNode, Term]]:
        """Return the asserted properties of an entity with their values, sorted."""
        return sorted(self._quads.of(subject).asserted, key=_pair_key)

    def objects(self, subject: NamedNode, predicate: str) -> list[Term]:
        """Return the values of a property, asserted or derived, sorted.

        :param predicate: the property's IRI, or its local name in the ontology.
        """
        found = self._quads.of(subject).values.get(self.property_iri(predicate), [])
        return sorted(set(found), key=str) if len(found) > 1 else list(found)

    def value(self, subject: NamedNode, predicate: str) -> Term | None:
        """Return the first value of a property, or ``None``."""
        return next(iter(self.objects(subject, predicate)), None)

    def subjects(self, predicate: str, value: Term) -> list[NamedNode]:
        """Return what has a value for a property, sorted."""
        iri = self.property_iri(predicate)
        return self.kept(f"subjects {iri}", lambda: self._by_value(iri)).get(value, [])[:]

    def _by_value(self, predicate: NamedNode) -> dict[Term, list[NamedNode]]:
        found: dict[Term, set[NamedNode]] = {}
        for fact in self.facts(predicate):
            found.setdefault(fact.object, set()).add(fact.subject)
        return {value: sorted(subjects, key=str) for value, subjects in found.items()}

    def instances(self, class_name: str) -> list[NamedNode]:
        """Return the entities of a class or of one below it, sorted.

        :param class_name: the local name of the class in the ontology.
        """
        return self.instances_of(self.ontology.classes[class_name].iri)

    def instances_of(self, class_iri: str) -> list[NamedNode]:
        """Return the entities of a class or of one below it, sorted, by the class's IRI."""
        typed = self._quads.by_type()
        found = (typed[kind] for kind in typed if self.ontology.is_a(kind, class_iri))
        return sorted(set[NamedNode]().union(*found), key=str)

    def property_iri(self, name: str) -> NamedNode:
        """Return the IRI of a property from its local name; an IRI is returned as it is."""
        return NamedNode(name if ":" in name else self.ontology.properties[name].iri)

    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes that no IRI of the graph could be mistaken to use.

        JSON-LD reads ``xsd:x`` as a prefixed name wherever the prefix is known, so a graph with
        an IRI of that scheme, or a text that looks like one, is written without the prefix.
        """
        return self.kept("prefixes", self._prefixes)

    def _prefixes(self) -> Mapping[str, str]:
        graphs: tuple[GraphName, ...] = (DEFAULT, *self.names())
        lines = (line for name in graphs for line, _ in self.lines(name))
        mentioned = set(_SCHEMES.findall("\n".join(lines)))
        return {p: namespace for p, namespace in PREFIXES.items() if p not in mentioned}

    def label(self, node: NamedNode, language: str = "en") -> str:
        """Return the label of an entity in a language, else in any, else its short name."""
        labels = [o for o in self.objects(node, SKOS + "prefLabel") if isinstance(o, Literal)]
        labels += [o for o in self.objects(node, "title") if isinstance(o, Literal)]
        best = sorted(labels, key=lambda o: (o.language != language, o.value))
        if best:
            return best[0].value
        term = self.ontology.by_iri.get(node.value)
        return term.label if term and term.label else self.short(node)

    def short(self, term: Term) -> str:
        """Return an id, a prefixed name, or a literal's text: how people name a term."""
        return compact(term.value, self.base) if isinstance(term, NamedNode) else term.value

    def notation(self, term: object) -> str:
        """Return the notation of a value of a controlled list, or ``""`` for all else."""
        known = self.ontology.by_iri.get(term.value) if isinstance(term, NamedNode) else None
        return known.name if known else ""

    def node(self, name: str) -> NamedNode:
        """Return the node of an id such as ``intervention/pcit``; an IRI is taken as it is.

        :raises UsageError: if no id can have this name.
        """
        try:
            if not name:
                raise ValueError
            return NamedNode(name if "://" in name or name.startswith("urn:") else self.base + name)
        except ValueError as error:
            hint = "an id is written as in intervention/pcit"
            raise UsageError(f"'{name}' is not an id", hint=hint) from error

    def root(self) -> NamedNode:
        """Return the node of the graph itself: its base IRI."""
        return NamedNode(self.base)

    def caveats(self) -> list[str]:
        """Return what every output must say: how much is unreviewed, and each disclaimer.

        Each is one line of text, the same on every machine.
        """
        stamped = [s for s in self.instances("Statement") if self.value(s, "stamp")]
        lines = []
        if stamped:
            total = len(self.instances("Statement"))
            lines.append(caveat(len(stamped), total))
        for node in self.instances("Disclaimer"):
            lines += [" ".join(text.value.split()) for text in self.objects(node, "text")]
        return lines

    def attribution(self) -> list[str]:
        """Return where an output comes from: title, version and address, then the licence."""
        root = self.root()
        version = self.value(root, "versionInfo")
        title = self.label(root) if self.value(root, "title") else "Graph"
        lines = [f"{title}{f', version {version.value}' if version else ''}: {self.base}"]
        return [*lines, *(f"Licence: {v.value}" for v in self.objects(root, "license"))]

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the title, how much there is, and the caveats."""
        counts = {words: len(self.instances(k)) for k, words in _SHOWN.items()}
        facts = [f"{n:,} {words if n != 1 else words[:-1]}" for words, n in counts.items()]
        every = self.instances("Statement")
        held = [s for s in every if self.notation(self.value(s, "effectiveStatus")) == "approved"]
        lines = [
            ", ".join(facts),
            f"{len(held):,} of {len(every):,} statements approved",
            self.digest(),
            *self.caveats(),
            *self.attribution(),
        ]
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        return f"<p><strong>{escape(self.label(self.root()))}</strong></p><ul>{items}</ul>"

    # -- other representations ---------------------------------------------------------------

    @property
    def store(self) -> Store:
        """A pyoxigraph Store with the data and the graph :data:`WRITTEN`, made when first used."""
        if self._store is None:
            self._store = Store()
            self._store.extend(with_written(self._quads))
        return self._store

    def canonical(self) -> str:
        """Return the asserted triples as canonical N-Quads (RDFC-1.0, W3C), in code point order.

        There are no blank nodes to label, so sorting is all that the algorithm asks for. Derived
        statements are left out: they follow from the rest.
        """
        return "".join(f"{line}\n" for line, _ in self.lines(DEFAULT))

    def digest(self) -> str:
        """Return ``sha256:`` and the SHA-256 of :meth:`canonical`, in hexadecimal."""
        return "sha256:" + self.kept("digest", lambda: _sha256(self.canonical()))

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a copy as an rdflib Dataset, with the derived statements in their named graph."""
        from kg.graph.bridges import to_rdflib

        return to_rdflib(self.quads())

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Return the derived edges as a networkx MultiDiGraph, nodes and edges sorted.

        Nodes are IRIs with ``label`` and ``type``; an edge has ``key`` and ``type`` (what is
        drawn), ``statement`` (the IRI it comes from), and of that statement ``kind`` (``finding``
        or ``claim``), ``valence``, ``contrast``, ``certainty`` with its system, and
        ``reviewStatus`` ("" if there is none). The valence of a claim is what the page says,
        not what was found. The graph has ``name``, ``source``, ``digest``,
        ``caveats`` and ``attribution``.
        """
        from kg.graph.bridges import to_networkx

        return to_networkx(self)

    def class_name(self, node: NamedNode) -> str:
        """Return the local name of an entity's class in the ontology, or ``""``."""
        known = self.ontology.by_iri
        names = [known[t.value].name for t in self.objects(node, TYPE.value) if t.value in known]
        return names[0] if names else ""


def _facts(quads: Iterable[Quad]) -> list[Fact]:
    """Return quads as facts; a graph holds no blank nodes and no quoted triples."""
    return [Fact(q.subject, q.predicate, q.object) for q in quads]  # type: ignore[arg-type]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _pair_key(pair: tuple[NamedNode, Term]) -> tuple[str, str]:
    return pair[0].value, str(pair[1])


def with_written(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield quads as a store takes them, decimals also as the text that was written."""
    for quad in quads:
        yield quad
        value = quad.object
        if isinstance(value, Literal) and value.datatype == _DECIMAL:
            yield Quad(quad.subject, quad.predicate, Literal(value.value), WRITTEN)
