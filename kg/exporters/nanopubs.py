"""Nanopublications: each statement with its provenance, under an IRI that follows from its content.

https://nanopub.net/guidelines/ and https://trustyuri.net/. They are not signed: whoever publishes
one signs it with a key of their own, which gives it another IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from kg.contract import Fidelity
from kg.errors import packages_for
from kg.graph import Fact, Graph
from kg.graph.bridges import rdflib_term, sources_of
from kg.graph.trig import trig
from kg.marks import LINE
from kg.ontology import DCTERMS, PREFIXES, PROV, RDFS, TYPE
from kg.pieces import Pieces
from kg.retraction import most_severe

FIDELITY = Fidelity(
    keeps=("Statement",),
    changes={
        "reviewStatus": "publication info",
        "creator": "publication info, and what the assertion is attributed to",
        **dict.fromkeys(
            (
                *("prefLabel", "altLabel", "note", "identifier", "seenAt", "wasDerivedFrom"),
                *("count", "countOf", "codeMapping", "stamp"),
            ),
            "of statements and what is nested in them",
        ),
        "retractionStatus": "of a source that the statement rests on, in the provenance, if it is "
        "retracted, corrected or of concern",
        "asserted-derived": "asserted statements, and the status that follows from the reviews",
    },
    drops={
        "Entity": "named, not described",
        "CodeMapping": "a part of entities, which are named and not described",
        **dict.fromkeys(
            ("title", "abbreviation", "inScheme", "modified", "language", "license", "versionInfo"),
            "of entities, which are named and not described",
        ),
        "DerivedEdge": "follows from the rest",
        "named-graphs": "statements of the records only",
    },
)
_NP = "http://www.nanopub.org/nschema#"
_PUBLICATION = ("reviewStatus", "effectiveStatus", "stamp", "assertionDigest", "identifier")
"""Properties of a statement that are about it and no part of what it asserts."""
_PROVENANCE = ("quote", "evidenceLine", "creator", "contributor")
"""Properties of a statement, and the parts below them, that say where it comes from."""


def stream(pieces: Pieces) -> Iterator[tuple[str, bytes]]:
    """Yield a TriG file for each statement: head, assertion, provenance, publication info.

    :raises UsageError: if the package ``nanopub`` is not installed.
    """
    with packages_for("nanopublications", "nanopub"):
        from nanopub.trustyuri.rdf.RdfHasher import make_hash
    remarks, term, base = pieces.remarks(), cache(rdflib_term), pieces.base
    licences = [NamedNode(v.value) for v in pieces.root.objects(pieces.root.root(), "license")]
    draft = f"{base}nanopub/draft"
    for iris, graph in pieces.of(pieces.instances("Statement"), ("^appliesTo",)):
        for statement in map(NamedNode, iris):
            quads = [*_quads(statement, graph, draft), *_said(draft, graph, licences, remarks)]
            quads.sort(key=_normal)  # as the library sorts them, at a cost for each comparison
            terms = [
                tuple(map(term, (q.graph_name, q.subject, q.predicate, q.object))) for q in quads
            ]
            name = f"{base}nanopub/{make_hash(terms, hashstr=' ', baseuri=f'{draft}#')}"
            named = sorted((_renamed(q, draft, name) for q in quads), key=_place)
            prefixes = {**PREFIXES, "np": _NP, "this": f"{name}#"}
            path = graph.short(statement).replace(":", "-").strip("/")
            yield f"{path}.trig", LINE.encode() + trig(named, prefixes)


def _said(
    name: str, graph: Graph, licences: Iterable[NamedNode], remarks: Iterable[str]
) -> Iterator[Quad]:
    """Yield what every nanopublication says of itself."""
    this, info = NamedNode(name), NamedNode(f"{name}#pubinfo")
    for licence in licences:
        yield Quad(this, NamedNode(DCTERMS + "license"), licence, info)
    yield Quad(this, NamedNode(DCTERMS + "isPartOf"), graph.root(), info)
    for text in remarks:
        yield Quad(this, NamedNode(RDFS + "comment"), Literal(text), info)


def _quads(statement: NamedNode, graph: Graph, name: str) -> Iterator[Quad]:
    """Yield the quads of the nanopublication of a statement."""
    this = NamedNode(name)
    head, assertion, provenance, info = (
        NamedNode(f"{name}#{part}") for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    yield Quad(this, TYPE, NamedNode(_NP + "Nanopublication"), head)
    yield Quad(this, NamedNode(_NP + "hasAssertion"), assertion, head)
    yield Quad(this, NamedNode(_NP + "hasProvenance"), provenance, head)
    yield Quad(this, NamedNode(_NP + "hasPublicationInfo"), info, head)
    origin = {graph.property_iri(key) for key in _PROVENANCE}
    bookkeeping = {graph.property_iri(key) for key in _PUBLICATION}
    for predicate, value in graph.properties(statement):
        place = provenance if predicate in origin else assertion
        place = info if predicate in bookkeeping else place
        yield Quad(statement, predicate, value, place)
        yield from (Quad(s, p, o, place) for s, p, o in _part(value, statement, graph))
    derived = graph.property_iri("effectiveStatus")
    for status in graph.objects(statement, "effectiveStatus"):
        yield Quad(statement, derived, status, info)
    yield Quad(assertion, NamedNode(PROV + "wasDerivedFrom"), statement, provenance)
    retraction = graph.property_iri("retractionStatus")
    for source in {s for s in sources_of(graph, statement) if isinstance(s, NamedNode)}:
        for status in graph.objects(source, "retractionStatus"):
            if most_severe([graph.notation(status)]):
                yield Quad(source, retraction, status, provenance)
    for author in graph.objects(statement, "creator"):
        yield Quad(assertion, NamedNode(PROV + "wasAttributedTo"), author, provenance)
        yield Quad(this, NamedNode(DCTERMS + "creator"), author, info)
    for caveat in graph.subjects("appliesTo", statement):
        for text in graph.objects(caveat, "text"):
            yield Quad(this, NamedNode(RDFS + "comment"), Literal(text.value), info)


def _part(value: object, owner: NamedNode, graph: Graph) -> Iterator[Fact]:
    """Yield what is said of a part of a statement, and of the parts of that."""
    if isinstance(value, NamedNode) and value.value.startswith(f"{owner.value}#"):
        for predicate, inner in graph.properties(value):
            yield Fact(value, predicate, inner)
            yield from _part(inner, owner, graph)


def _normal(quad: Quad) -> tuple[str, ...]:
    """Return the place of a quad in the normal form that is hashed."""
    terms = (quad.graph_name, quad.subject, quad.predicate, quad.object)
    kind = "literal" if isinstance(quad.object, Literal) else "iri"
    return *(t.value for t in terms[:3]), kind, quad.object.value  # type: ignore[union-attr]


def _place(quad: Quad) -> tuple[str, str]:
    """Return the place of a quad in the file: the head is first, then each graph as a whole."""
    return str(quad.graph_name), str(quad)


def _renamed(quad: Quad, draft: str, name: str) -> Quad:
    def put(term: object) -> object:
        if isinstance(term, NamedNode) and term.value.partition("#")[0] == draft:
            return NamedNode(name + term.value.removeprefix(draft))
        return term

    s, p, o, place = map(put, (quad.subject, quad.predicate, quad.object, quad.graph_name))
    return Quad(s, p, o, place)  # type: ignore[arg-type]
