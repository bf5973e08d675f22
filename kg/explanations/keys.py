"""The keys of a class: what each takes, how many there may be, and which rules look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.ontology import RDFS, SH, XSD, local_name
from kg.shacl.plan import Node
from kg.validation.shapes import Shapes

DATATYPES: Mapping[str, str] = {
    "langString": "text in a language",
    "string": "text",
    "decimal": "decimal number",
    "integer": "whole number",
    "boolean": "true or false",
    "date": "date",
    "dateTime": "date and time",
    "gYear": "year",
    "anyURI": "web address",
}
"""Datatype → what people call it."""


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key of a class: the name of its value's class or datatype, and how many there may be.

    ``many`` is ``1``, ``0..1``, ``1..*``, ``0..*`` or ``0``, with what else the rules ask for.
    ``rules`` are the codes of the rules that look at this key on this class.
    """

    name: str
    value: str
    many: str
    definition: str
    comment: str
    example: str
    derived: bool
    rules: tuple[str, ...]


class Bound(NamedTuple):
    """What one shape with a plain path says about how often a key may occur."""

    code: str
    kind: str
    target: str
    path: str
    least: int
    most: int | None
    strict: bool
    unique: bool


def bounds(shapes: Shapes) -> tuple[Bound, ...]:
    """Return the bounds that rules with a plain path set on their keys, one entry per target."""
    return tuple(b for code, node in shapes.codes.items() for b in _bounds(shapes, code, node))


def _bounds(shapes: Shapes, code: str, node: Node) -> Iterator[Bound]:
    """Yield the bounds of a shape on a key, one per target; none without a plain path."""
    path = next(iter(shapes.objects(node, SH + "path")), None)
    if not isinstance(path, NamedNode):
        return
    most = shapes.text(node, SH + "maxCount")
    for kind in ("targetClass", "targetSubjectsOf"):
        for target in shapes.objects(node, SH + kind):
            yield Bound(
                code,
                kind,
                target.value,
                path.value,
                int(shapes.text(node, SH + "minCount") or 0),
                int(most) if most else None,
                shapes.severity(node) == SH + "Violation",
                shapes.text(node, SH + "uniqueLang") == "true",
            )


def many(found: Iterable[Bound]) -> str:
    """Return how many values a key may have by some rules: ``1..*``, and what else is asked."""
    least, most = 0, None
    notes: dict[str, list[str]] = {}
    for b in found:
        if b.strict and b.most is not None:
            most = b.most if most is None else min(most, b.most)
        if b.unique:
            notes["one a language"] = []
        if not b.least or b.target == b.path:
            continue
        if b.strict and b.kind == "targetClass":
            least = max(least, b.least)
        else:
            with_ = [] if b.kind == "targetClass" else [f"'{local_name(b.target)}'"]
            notes.setdefault("needed" if b.strict else "asked for", []).extend(with_)
    if least:
        notes = {note: with_ for note, with_ in notes.items() if note == "one a language"}
    parts = [str(least) if least == most else f"{least}..{'*' if most is None else most}"]
    for note, with_ in notes.items():
        parts.append(f"{note} with {' or '.join(with_)}" if with_ else note)
    return ", ".join(parts)


def value_name(iri: str) -> str:
    """Return what people call a range: the name of a class, or a datatype in words."""
    name = local_name(iri)
    datatype = iri.startswith((XSD, RDFS)) or name == "langString"
    return DATATYPES.get(name, name) if datatype else name
