"""pySHACL, the reference engine: every constraint, one focus node after another."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import packages_for
from kg.graph import Graph
from kg.graph.bridges import rdflib_term, rdflib_triple
from kg.ontology import SH, local_name
from kg.shacl.errors import ShaclError
from kg.shacl.plan import Node
from kg.shacl.plan.queries import calls, functions, sparql, target
from kg.shacl.plan.reader import ADVANCED
from kg.shacl.plan.terms import Terms
from kg.shacl.shapes_graph import ShapesGraph
from kg.validation.auto import statements
from kg.validation.shapes import Raw, Shapes

if TYPE_CHECKING:
    import rdflib


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology, by pySHACL.

    :raises ShaclError: if pySHACL does not accept the shapes.
    :raises UsageError: if pySHACL or rdflib is not installed.
    """
    with packages_for("the engine 'pyshacl'"):
        import pyshacl  # noqa: F401  (before anything is done)
        import rdflib

    # rdflib logs a traceback for each literal that is not of its datatype; the shapes report it.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    data, shapes_graph = rdflib.Graph(), rdflib.Graph()
    for quad in statements(graph):
        data.add(rdflib_triple(quad))
    executed, advanced = given(shapes)
    for triple in executed:
        shapes_graph.add(tuple(rdflib_term(t) for t in triple))  # type: ignore[arg-type]
    for prefix, iri in shapes.prefixes:
        data.bind(
            prefix, iri, replace=True
        )  # queries take undeclared prefixes from the graph that they run on
    for raw in _run(data, shapes_graph, advanced):
        # It drops the language of some messages.
        own = {o.value: o for o in shapes.objects(raw.shape, SH + "message")}
        texts = (own.get(message.value, message) for message in raw.messages)
        kept = tuple(t for t in texts if isinstance(t, Literal))
        yield replace(raw, messages=kept or (_violated(raw.component),))


def given(shapes: ShapesGraph) -> tuple[list[Triple], bool]:
    """Return what pySHACL gets of some shapes, and whether it needs its advanced features.

    Targets that are SPARQL are among those. No engine here executes the others.

    :raises ShaclError: if a target asks another server, which pySHACL would let it do.
    """
    terms = Terms(shapes)
    own = functions(terms)
    kept = [t for t in shapes.triples if t.predicate.value.removeprefix(SH) not in ADVANCED]
    kept = [t for t in kept if not (own and t.predicate.value == SH + "sparql" and _asks(terms, t))]
    targets = [t for t in kept if t.predicate.value == SH + "target"]
    for triple in targets:
        target(terms, triple.subject, triple.object)  # type: ignore[arg-type]  # no triple terms
    return kept, bool(targets)


def _asks(terms: Terms, given: Triple) -> bool:
    """Tell whether a constraint calls a function that the shapes graph declares."""
    query = sparql(terms, given.subject, None, given.object)  # type: ignore[arg-type]
    return query is not None and calls(query, functions(terms))


def _violated(component: str) -> Literal:
    """Return a message for a result without one, as those of queries may be."""
    return Literal(f"The constraint {local_name(component)} is violated.", language="en")


def _run(data: rdflib.Graph, shapes_graph: rdflib.Graph, advanced: bool) -> Iterator[Raw]:
    import pyshacl
    import rdflib
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
    from rdflib.namespace import SH as SHN

    try:
        _, found, _ = pyshacl.validate(
            data,
            shacl_graph=shapes_graph,
            inference="none",
            inplace=True,
            allow_warnings=True,
            advanced=advanced,
        )
    except (ReportableRuntimeError, ShapeLoadError) as error:
        raise ShaclError(f"pySHACL rejects the shapes: {error}", hint="fix them") from error
    except Exception as error:  # of any kind: its parsers of SPARQL do not wrap their own
        reason = f"pySHACL fails on the shapes: {type(error).__name__}: {error}"
        raise ShaclError(reason, hint="use another engine, such as 'auto'") from error
    if not isinstance(found, rdflib.Graph):
        raise ShaclError(f"pySHACL rejects the shapes: {found}", hint="fix them")
    terms = Terms(ShapesGraph(tuple(Triple(*map(_node, t)) for t in found)))  # type: ignore[arg-type]
    # Only what hangs from the report: a result of sh:node has others below it, as sh:detail.
    for result in found.objects(None, SHN.result):
        one = dict(found.predicate_objects(result))
        path, value = one.get(SHN.resultPath), one.get(SHN.value)
        texts = (_node(m) for m in found.objects(result, SHN.resultMessage))
        yield Raw(
            _node(one[SHN.sourceShape]),
            str(one[SHN.sourceConstraintComponent]),
            _node(one[SHN.focusNode]),
            None if path is None else terms.path(_node(path), _node(result)),
            None if value is None else _node(value),
            tuple(sorted((m for m in texts if isinstance(m, Literal)), key=str)),
            str(one.get(SHN.resultSeverity, SH + "Violation")),
        )


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
