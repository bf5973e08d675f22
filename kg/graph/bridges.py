"""The graph as other libraries know it: rdflib and networkx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.errors import packages_for
from kg.ontology import PREFIXES, TYPE, XSD
from kg.retraction import most_severe

if TYPE_CHECKING:
    import networkx
    import rdflib
    from rdflib.term import Node

    from kg.graph import Graph, Term

_KINDS = {"Finding": "finding", "Claim": "claim"}
"""Class of a statement → what its edges say that they rest on."""


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


def to_networkx(graph: Graph) -> networkx.MultiDiGraph[str]:
    """Return the derived edges of a graph; see :meth:`kg.graph.Graph.to_networkx`."""
    with packages_for("a graph for networkx"):
        import networkx

    edges = sorted(_edges(graph), key=lambda edge: tuple(term.value for term in edge))
    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    drawn.graph.update(graph_data(graph, graph.digest(), graph.caveats()))
    ends = {end for start, finish, _ in edges for end in (start, finish)}
    for node in sorted(ends, key=lambda n: n.value):
        drawn.add_node(node.value, **node_data(graph, node))
    for start, end, edge in edges:
        drawn.add_edge(start.value, end.value, key=edge.value, **edge_data(graph, edge))
    return drawn


def graph_data(root: Graph, digest: str, caveats: Sequence[str]) -> dict[str, str]:
    """Return what a network says of the graph that it was drawn of.

    :param root: a graph with all that is said of the graph itself.
    """
    return {
        "name": root.label(root.root()),
        "source": "clinical-evidence-kg",
        "digest": digest,
        "caveats": "\n".join(caveats),
        "attribution": "\n".join(root.attribution()),
    }


def node_data(graph: Graph, node: NamedNode) -> dict[str, str]:
    """Return the label and the class of a node, and of a source what to know of its retraction."""
    return {
        "label": graph.label(node),
        "type": graph.class_name(node),
        "retraction": _retraction(graph, [node]),
    }


def edge_data(graph: Graph, edge: NamedNode) -> dict[str, str]:
    """Return the type of a derived edge, its statement, and what every edge carries of that."""
    kind, statement = graph.value(edge, "edgeType"), graph.value(edge, "wasDerivedFrom")
    about = statement if isinstance(statement, NamedNode) else edge
    return {
        "type": kind.value if kind else "",
        "statement": statement.value if statement else "",
        **said_of(graph, about),
    }


def _edges(graph: Graph) -> Iterable[tuple[NamedNode, NamedNode, NamedNode]]:
    """Yield start, end and node of each derived edge that has both ends."""
    for edge in graph.instances("DerivedEdge"):
        start, end = graph.value(edge, "edgeFrom"), graph.value(edge, "edgeTo")
        if isinstance(start, NamedNode) and isinstance(end, NamedNode):
            yield start, end, edge


def said_of(graph: Graph, statement: NamedNode) -> dict[str, str]:
    """Return what every edge carries of the statement that it comes from."""
    known = graph.kept("said", dict[NamedNode, dict[str, str]])
    if statement not in known:
        known[statement] = _said_of(graph, statement)
    return known[statement]


def _said_of(graph: Graph, statement: NamedNode) -> dict[str, str]:
    ontology = graph.ontology
    kinds = [
        words
        for name, words in _KINDS.items()
        for t in graph.objects(statement, TYPE.value)
        if ontology.is_a(t.value, ontology.classes[name].iri)
    ]
    valence = graph.value(statement, "effectValence") or graph.value(statement, "claimedValence")
    status = graph.value(statement, "effectiveStatus") or graph.value(statement, "reviewStatus")
    rated = [c for c in graph.objects(statement, "certainty") if isinstance(c, NamedNode)]
    ratings = {
        f"{graph.notation(rating)} ({graph.notation(graph.value(c, 'ratingSystem'))})"
        for c in rated
        if (rating := graph.value(c, "rating"))
    }
    return {
        "kind": kinds[0] if kinds else "",
        "valence": graph.notation(valence),
        "contrast": " / ".join(graph.notation(v) for v in graph.objects(statement, "contrast")),
        "certainty": " / ".join(sorted(ratings)),
        "reviewStatus": graph.notation(status),
        "retraction": _retraction(graph, sources_of(graph, statement)),
    }


def sources_of(graph: Graph, statement: NamedNode) -> Iterator[Term]:
    """Yield the sources that a statement names, also by citations."""
    for line in graph.objects(statement, "evidenceLine"):
        if isinstance(line, NamedNode):
            yield from graph.objects(line, "source")
            for citation in graph.objects(line, "citation"):
                if isinstance(citation, NamedNode):
                    yield from graph.objects(citation, "citedSource")


def _retraction(graph: Graph, sources: Iterable[Term]) -> str:
    """Return the most severe of what a reader must know of some sources, such as ``retracted``."""
    found = (s for s in sources if isinstance(s, NamedNode))
    return most_severe(graph.notation(graph.value(s, "retractionStatus")) for s in found)
