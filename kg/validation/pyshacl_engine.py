"""pySHACL, the reference engine: every constraint, one focus node after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.errors import packages_for
from kg.graph import Graph, Term
from kg.graph.bridges import rdflib_term, rdflib_triple
from kg.ontology import RDFS, SH, TYPE
from kg.shacl.plan import Node
from kg.validation.shapes import Raw, Shapes

if TYPE_CHECKING:
    import rdflib

_SUBCLASS = NamedNode(RDFS + "subClassOf")


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology, by pySHACL.

    :raises UsageError: if pySHACL or rdflib is not installed.
    """
    with packages_for("the engine 'pyshacl'"):
        import pyshacl  # noqa: F401  (before anything is done)
        import rdflib

    shapes_graph = rdflib.Graph()
    for triple in shapes.triples:
        shapes_graph.add(tuple(rdflib_term(t) for t in triple))  # type: ignore[arg-type]
    data = data_graph(graph)
    yield from _run(data, shapes_graph)


def data_graph(graph: Graph) -> rdflib.Graph:
    """Return what is validated: all statements, and the classes of concepts and of classes."""
    import rdflib

    data = rdflib.Graph()
    for quad in graph.quads():
        data.add(rdflib_triple(quad))
    for triple in graph.ontology.triples:
        if triple.predicate in (TYPE, _SUBCLASS):
            data.add(tuple(rdflib_term(t) for t in triple))  # type: ignore[arg-type]
    return data


def _run(data: rdflib.Graph, shapes_graph: rdflib.Graph) -> Iterator[Raw]:
    import pyshacl
    import rdflib
    from rdflib.namespace import SH as SHN

    _, found, _ = pyshacl.validate(
        data,
        shacl_graph=shapes_graph,
        inference="none",
        inplace=True,
        allow_warnings=True,
        advanced=False,
    )
    assert isinstance(found, rdflib.Graph)
    # Only what hangs from the report: a result of sh:node has others below it, as sh:detail.
    for result in found.objects(None, SHN.result):
        one = dict(found.predicate_objects(result))
        path, value = one.get(SHN.resultPath), one.get(SHN.value)
        yield Raw(
            _node(one[SHN.sourceShape]),
            str(one[SHN.sourceConstraintComponent]),
            _term(one[SHN.focusNode]),
            NamedNode(str(path)) if isinstance(path, rdflib.URIRef) else None,
            None if value is None else _term(value),
            str(one.get(SHN.resultMessage, "")),
            str(one.get(SHN.resultSeverity, SH + "Violation")),
        )


def _term(term: Any) -> Term:
    found = _node(term)
    return NamedNode(f"_:{found.value}") if isinstance(found, BlankNode) else found


def _node(term: Any) -> Node:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        kind = NamedNode(str(term.datatype)) if term.datatype else None
        return Literal(str(term), datatype=kind)
    return BlankNode(str(term))
