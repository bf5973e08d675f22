"""TriG whose numbers every reader takes as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.literals import BARE
from kg.ontology import XSD

_QUOTED = "urn:clinical-evidence-kg:quoted:"
"""Stands before the datatype of a number for as long as it must not lose its quotation marks."""
_NUMBERS = {
    "integer": "[+-]?[0-9]+",
    "decimal": r"[+-]?[0-9]*\.[0-9]+",
    "double": r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+",
}
"""Datatype → the values that pyoxigraph writes without quotation marks."""
_MARKED = re.compile(rb'(?<=[0-9.])"\^\^<' + _QUOTED.encode() + b"([a-z]+)>")


def trig(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> bytes:
    """Return quads as TriG; numbers stand between quotation marks where readers differ on them."""
    marked = map(_marked, quads)
    text = serialize(marked, format=RdfFormat.TRIG, prefixes=dict(prefixes))
    assert text is not None
    return _MARKED.sub(rb'"^^<' + XSD.encode() + rb"\1>", text)


def _marked(quad: Quad) -> Quad:
    value = quad.object
    if not isinstance(value, Literal) or value.language:
        return quad
    kind = value.datatype.value.removeprefix(XSD)
    if kind not in _NUMBERS or not re.fullmatch(_NUMBERS[kind], value.value):
        return quad
    if kind in BARE and re.fullmatch(BARE[kind], value.value):
        return quad
    named = Literal(value.value, datatype=NamedNode(_QUOTED + kind))
    return Quad(quad.subject, quad.predicate, named, quad.graph_name)
