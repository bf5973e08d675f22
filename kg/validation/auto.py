"""The default engine: all of SHACL Core and SHACL-SPARQL, in memory and on a SPARQL store."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.graph import Graph
from kg.graph.blank_nodes import RANDOM
from kg.ontology import RDFS, TYPE, Ontology, compact
from kg.shacl.memory import Result
from kg.shacl.plan import Node, Query
from kg.shacl.sparql import validate
from kg.validation.messages import sentence
from kg.validation.shapes import Raw, Shapes

_SUBCLASS = NamedNode(RDFS + "subClassOf")
_RANDOM = re.compile(RANDOM)


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology.

    :raises InputError: if a shape is ill-formed, negates itself, or uses what SHACL does not know.
    """
    for result in validate(statements(graph), shapes):
        yield raw(result, graph.base)


def run_as_written(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate the statements of a file with its own blank nodes.

    :raises UnlabelledError: before the first result, if a result mentions a blank node that has no
        label in the file.
    :raises InputError: see :func:`run`.
    """
    results = list(validate(statements(graph), shapes))
    for result in results:
        mentioned = (result.focus, result.value, *(result.bindings or {}).values())
        if any(isinstance(term, BlankNode) and _RANDOM.fullmatch(term.value) for term in mentioned):
            raise UnlabelledError
    yield from (raw(result, graph.base) for result in results)


class UnlabelledError(Exception):
    """A result mentions a blank node without a label, which would have another one in each run."""


def statements(graph: Graph) -> Iterator[Quad]:
    """Yield what is validated: all statements, and the classes of concepts and of classes.

    What was a blank node in a file is one again.
    """
    yield from graph.with_blanks()
    yield from (Quad(*triple) for triple in class_tree(graph.ontology))


def class_tree(ontology: Ontology) -> Iterator[Triple]:
    """Yield the classes of concepts and of classes, without which targets are incomplete."""
    yield from (t for t in ontology.triples if t.predicate in (TYPE, _SUBCLASS))


def raw(result: Result, base: str) -> Raw:
    """Return a result as every engine gives it."""
    return Raw(
        result.shape.node,
        result.constraint.component,
        result.focus,
        result.path,
        result.value,
        messages(result, base),
        result.shape.severity,
    )


def messages(result: Result, base: str = "") -> tuple[Literal, ...]:
    """Return the messages of a result: of the query, of the shape, or a plain English sentence.

    ``{?name}`` and ``{$name}`` are replaced by what the query bound (section 5.3.2).
    """
    bindings = result.bindings or {}
    own = bindings.get("message")
    texts = result.constraint.messages if isinstance(result.constraint, Query) else ()
    texts = (own,) if isinstance(own, Literal) else texts or result.shape.messages
    if not texts:
        return (Literal(sentence(result, lambda node: _short(node, base)), language="en"),)
    if not bindings:
        return texts

    def cell(match: re.Match[str]) -> str:
        term = bindings.get(match[1])
        return match[0] if term is None else _short(term, base)

    return tuple(
        Literal(re.sub(r"\{[?$](\w+)\}", cell, text.value), language=text.language)
        for text in texts
    )


def _short(node: Node, base: str) -> str:
    return compact(node.value, base) if isinstance(node, NamedNode) else node.value
