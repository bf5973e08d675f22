"""The graph as other libraries know it: rdflib and networkx."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.graph import Graph
from kg.ontology import PREFIXES, TYPE, XSD

if TYPE_CHECKING:
    import networkx
    import rdflib
    from rdflib.term import Node


def to_rdflib(graph: Graph) -> rdflib.Dataset:
    """Return a copy of a graph as an rdflib Dataset; literals keep their digits."""
    import rdflib

    dataset = rdflib.Dataset()
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    for quad in graph.quads():
        target = (
            dataset.default_graph
            if isinstance(quad.graph_name, DefaultGraph)
            else dataset.graph(rdflib.URIRef(quad.graph_name.value))
        )
        target.add(rdflib_triple(quad))
    return dataset


def rdflib_triple(quad: Quad) -> tuple[Node, Node, Node]:
    """Return subject, predicate and object of a quad as rdflib terms."""
    return rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)


def rdflib_term(term: object) -> Node:
    """Return a pyoxigraph term as an rdflib term; literals are not normalised."""
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = term.datatype.value
        kind = None if datatype == XSD + "string" else rdflib.URIRef(datatype)
        return rdflib.Literal(term.value, datatype=kind, normalize=False)
    assert isinstance(term, BlankNode)
    return rdflib.BNode(term.value)


def from_rdflib(source: rdflib.Graph | rdflib.Dataset) -> Iterable[Quad]:
    """Yield the quads of an rdflib Graph or Dataset; blank nodes keep their labels."""
    import rdflib
    from pyoxigraph import RdfFormat, parse

    nquads = (
        source.serialize(format="nquads")
        if isinstance(source, rdflib.Dataset)
        else source.serialize(format="nt")
    )
    return parse(nquads.encode(), RdfFormat.N_QUADS)


def to_networkx(graph: Graph) -> networkx.MultiDiGraph[str]:
    """Return the derived edges of a graph; see :meth:`kg.graph.Graph.to_networkx`."""
    import networkx

    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for edge in graph.instances("DerivedEdge"):
        ends = [graph.value(edge, key) for key in ("edgeFrom", "edgeTo")]
        if not all(isinstance(end, NamedNode) for end in ends):
            continue
        for end in ends:
            assert isinstance(end, NamedNode)
            drawn.add_node(end.value, label=graph.label(end), type=_class(graph, end))
        source, target = (end.value for end in ends if end)
        drawn.add_edge(source, target, key=edge.value, **_edge(graph, edge))
    return drawn


def _edge(graph: Graph, edge: NamedNode) -> dict[str, str]:
    kind, statement = graph.value(edge, "edgeType"), graph.value(edge, "wasDerivedFrom")
    found = {"type": kind.value if kind else "", "statement": statement.value if statement else ""}
    valence = graph.value(edge, "effectValence") or graph.value(edge, "claimedValence")
    about = statement if isinstance(statement, NamedNode) else edge
    status = graph.value(about, "effectiveStatus") or graph.value(about, "reviewStatus")
    kinds = {"studiedFor": "finding", "claimedFor": "claim"}
    return found | {
        "kind": kinds.get(found["type"], ""),
        "valence": graph.notation(valence),
        "contrast": " / ".join(v.value for v in graph.objects(edge, "edgeContrast")),
        "certainty": " / ".join(sorted(v.value for v in graph.objects(edge, "edgeCertainty"))),
        "reviewStatus": graph.notation(status),
    }


def _class(graph: Graph, node: NamedNode) -> str:
    names = [
        graph.ontology.by_iri[t.value].name
        for t in graph.objects(node, TYPE.value)
        if t.value in graph.ontology.by_iri
    ]
    return names[0] if names else ""
