"""RDF/XML: for tools that read no other syntax of RDF."""

from __future__ import annotations

import re

from pyoxigraph import Literal, RdfFormat, Triple, serialize

from kg.contract import Fidelity
from kg.errors import InputError
from kg.graph import Graph, Term
from kg.ontology import XSD
from kg.xmltext import clean, legal

FIDELITY = Fidelity(
    changes={"control-characters": "U+FFFD, as XML forbids them"},
    drops=dict.fromkeys(
        ("asserted-derived", "named-graphs"),
        "RDF/XML has no named graphs; kg derives the statements again",
    ),
)


_NAMED = re.compile(r".*[^\W\d][\w.-]*", re.DOTALL)
"""IRIs that end in a name of XML, which RDF/XML needs as the name of an element."""


def write(graph: Graph) -> bytes:
    """Return the asserted statements of a graph.

    :raises InputError: if a property has an IRI that XML cannot name.
    """
    for predicate in sorted({fact.predicate.value for fact in graph.asserted()}):
        if not _NAMED.fullmatch(predicate):
            raise InputError(
                f"RDF/XML cannot name the property <{predicate}>",
                hint="its IRI would have to end in a name that begins with a letter; "
                "kg export turtle has no such limit",
            )
    triples = (Triple(s, p, _legal(o)) for s, p, o in graph.asserted())
    body = serialize(triples, format=RdfFormat.RDF_XML, prefixes=dict(graph.prefixes()))
    assert body is not None
    lines = ("Written by clinical-evidence-kg.", *graph.caveats(), *graph.attribution())
    # Two hyphens would end a comment of XML.
    text = "\n".join(clean(line).replace("--", "- -") for line in lines)
    start, end, rest = body.partition(b"?>")
    return start + end + f"\n<!--\n{text}\n-->".encode() + rest


def _legal(value: Term) -> Term:
    if not isinstance(value, Literal) or legal(value.value) == value.value:
        return value
    if value.language:
        return Literal(legal(value.value), language=value.language)
    if value.datatype.value == XSD + "string":
        return Literal(legal(value.value))
    return Literal(legal(value.value), datatype=value.datatype)
