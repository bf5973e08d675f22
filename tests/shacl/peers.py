"""Three SHACL engines behind one function each: triples and shapes as Turtle → rows, counted."""

from __future__ import annotations

import logging
import warnings
from collections import Counter

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from kg.graph.bridges import rdflib_term
from kg.ontology import SH
from kg.shacl.plan import Node
from kg.shacl.sparql import validate
from kg.validation import pyshacl_engine
from kg.validation.shapes import Shapes

PREFIXES = """\
@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Row = tuple[str, str, str, str]
"""Source shape, component, focus node, value; blank nodes are ``_:``."""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((PREFIXES + text).encode(), RdfFormat.TURTLE)]


def name(term: Node | None) -> str:
    if term is None:
        return ""
    return "_:" if isinstance(term, BlankNode) else str(term)


def ours(data: str, shapes: str) -> Counter[Row]:
    found = validate(triples(data), Shapes(tuple(triples(shapes))))
    return Counter(
        (
            name(result.shape.node),
            result.constraint.component.removeprefix(SH),
            name(result.focus),
            name(result.value),
        )
        for result in found
    )


def pyshacl(data: str, shapes: str) -> Counter[Row] | None:
    """Return the rows of pySHACL, or ``None`` where it gives up."""
    import pyshacl
    import rdflib
    from pyshacl.errors import ReportableRuntimeError

    def graph(text: str) -> rdflib.Graph:
        found = rdflib.Graph()
        for triple in triples(text):
            found.add(tuple(rdflib_term(term) for term in triple))
        return found

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it tells of each ill-typed literal
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = pyshacl.validate(
                graph(data), shacl_graph=graph(shapes), advanced="sh:target [" in shapes
            )
        except (ReportableRuntimeError, ArithmeticError, TypeError):
            return None
    report = found[1]
    assert isinstance(report, rdflib.Graph), report

    def one(result: rdflib.term.Node, key: str) -> Node | None:
        value = report.value(result, rdflib.SH[key])
        return None if value is None else pyshacl_engine._node(value)

    return Counter(
        (
            name(one(result, "sourceShape")),
            name(one(result, "sourceConstraintComponent"))[1:-1].removeprefix(SH),
            name(one(result, "focusNode")),
            name(one(result, "value")),
        )
        for result in report.objects(None, rdflib.SH.result)
    )


def shacl(data: str, shapes: str) -> Counter[Row]:
    """Return the rows of the Rust engine ``shacl``."""
    import shacl

    def term(text: str | None) -> str:
        if text is None:
            return ""
        if text.startswith("_:"):
            return "_:"
        line = f"<x:s> <x:p> {text} .".encode()  # its terms are written out, ours parsed
        return name(next(iter(parse(line, RdfFormat.N_TRIPLES))).object)  # type: ignore[arg-type]

    report = shacl.Shapes.from_turtle(PREFIXES + shapes).validate_turtle(PREFIXES + data)
    return Counter(
        (
            str(NamedNode((result.source_shape or "").strip("<>"))),
            result.component_iri.strip("<>").removeprefix(SH),
            term(result.focus_node),
            term(result.value),
        )
        for result in report.results
    )
