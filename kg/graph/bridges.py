"""The graph as other libraries know it: rdflib and networkx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.errors import packages_for
from kg.ontology import PREFIXES, XSD

if TYPE_CHECKING:
    import networkx
    import rdflib
    from rdflib.term import Node


def to_rdflib(quads: Iterable[Quad]) -> rdflib.Dataset:
    """Return quads as an rdflib Dataset; literals keep their digits."""
    with packages_for("a graph for rdflib"):
        import rdflib

    dataset = rdflib.Dataset()
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    for quad in quads:
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
    with packages_for("a graph from rdflib"):
        import rdflib
    from pyoxigraph import RdfFormat, parse

    nquads = (
        source.serialize(format="nquads")
        if isinstance(source, rdflib.Dataset)
        else source.serialize(format="nt")
    )
    return parse(nquads.encode(), RdfFormat.N_QUADS)


def networkx_graph(
    nodes: Iterable[tuple[str, Mapping[str, str]]],
    edges: Iterable[tuple[str, str, str, Mapping[str, str]]],
) -> networkx.MultiDiGraph[str]:
    """Return a networkx graph; an edge is given by start, end, key and attributes."""
    with packages_for("a graph for networkx"):
        import networkx

    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    drawn.add_nodes_from((node, dict(found)) for node, found in nodes)
    for start, end, key, found in edges:
        drawn.add_edge(start, end, key=key, **found)
    return drawn
