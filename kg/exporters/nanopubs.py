"""Nanopublications: each statement with its provenance, under an IRI that follows from its content.

https://nanopub.net/guidelines/ and https://trustyuri.net/. They are not signed: whoever publishes
one signs it with a key of their own, which gives it another IRI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.contract import Fidelity
from kg.errors import packages_for
from kg.graph import Fact, Graph
from kg.graph.bridges import rdflib_term
from kg.marks import LINE
from kg.ontology import DCTERMS, PREFIXES, PROV, RDFS, TYPE

FIDELITY = Fidelity(
    keeps=("Statement",),
    changes={
        "reviewStatus": "publication info",
        "creator": "publication info, and what the assertion is attributed to",
        "asserted-derived": "asserted statements, and the status that follows from the reviews",
    },
    drops={
        "Entity": "named, not described",
        "DerivedEdge": "follows from the rest",
        "named-graphs": "statements of the records only",
    },
)
_NP = "http://www.nanopub.org/nschema#"
_PUBLICATION = ("reviewStatus", "effectiveStatus", "stamp", "assertionDigest", "identifier")
"""Properties of a statement that are about it and no part of what it asserts."""
_PROVENANCE = ("quote", "evidenceLine", "creator", "contributor")
"""Properties of a statement, and the parts below them, that say where it comes from."""


def files(graph: Graph) -> dict[str, bytes]:
    """Return a TriG file for each statement: head, assertion, provenance, publication info.

    :raises UsageError: if the package ``nanopub`` is not installed.
    """
    with packages_for("nanopublications", "nanopub"):
        from nanopub.trustyuri.rdf.RdfHasher import make_hash
    found = {}
    said, term = [*graph.caveats(), *graph.attribution()], cache(rdflib_term)
    draft = f"{graph.base}nanopub/draft"
    for statement in graph.instances("Statement"):
        quads = list(_quads(statement, graph, draft, said))
        terms = [tuple(map(term, (q.graph_name, q.subject, q.predicate, q.object))) for q in quads]
        name = f"{graph.base}nanopub/{make_hash(terms, hashstr=' ', baseuri=f'{draft}#')}"
        named = sorted((_renamed(q, draft, name) for q in quads), key=_place)
        body = serialize(named, format=RdfFormat.TRIG, prefixes=_prefixes(graph, name))
        assert body is not None
        path = graph.short(statement).replace(":", "-").strip("/")
        found[f"{path}.trig"] = LINE.encode() + body
    return found


def _prefixes(graph: Graph, name: str) -> dict[str, str]:
    known = {p: iri for p, iri in PREFIXES.items() if p in graph.prefixes()}
    return {**known, "np": _NP, "this": f"{name}#"}


def _quads(statement: NamedNode, graph: Graph, name: str, caveats: Sequence[str]) -> Iterator[Quad]:
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
    for author in graph.objects(statement, "creator"):
        yield Quad(assertion, NamedNode(PROV + "wasAttributedTo"), author, provenance)
        yield Quad(this, NamedNode(DCTERMS + "creator"), author, info)
    for licence in graph.objects(graph.root(), "license"):
        yield Quad(this, NamedNode(DCTERMS + "license"), NamedNode(licence.value), info)
    yield Quad(this, NamedNode(DCTERMS + "isPartOf"), graph.root(), info)
    said = list(caveats)
    for caveat in graph.subjects("appliesTo", statement):
        said += [text.value for text in graph.objects(caveat, "text")]
    for text in said:
        yield Quad(this, NamedNode(RDFS + "comment"), Literal(text), info)


def _part(value: object, owner: NamedNode, graph: Graph) -> Iterator[Fact]:
    """Yield what is said of a part of a statement, and of the parts of that."""
    if isinstance(value, NamedNode) and value.value.startswith(f"{owner.value}#"):
        for predicate, inner in graph.properties(value):
            yield Fact(value, predicate, inner)
            yield from _part(inner, owner, graph)


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
