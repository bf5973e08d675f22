"""The constraints of SHACL Core (section 4): one small reader for each parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from kg.shacl import plan
from kg.shacl.names import SH, XSD
from kg.shacl.plan import Constraint, Node, PropertyShape, Shape
from kg.shacl.plan.terms import ShapeReader

_KINDS = {
    "IRI": {"IRI"},
    "BlankNode": {"BlankNode"},
    "Literal": {"Literal"},
    "BlankNodeOrIRI": {"BlankNode", "IRI"},
    "BlankNodeOrLiteral": {"BlankNode", "Literal"},
    "IRIOrLiteral": {"IRI", "Literal"},
}

Make = Callable[[ShapeReader, Node, str], Iterator[Constraint]]


def _iris(make: Callable[[NamedNode], Constraint]) -> Make:
    def read(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
        for value in reader.shapes.objects(node, SH + name):
            yield make(reader.iri(node, name, value))

    return read


def _count(make: Callable[[int], Constraint]) -> Make:
    return lambda reader, node, name: iter([make(reader.number(node, name))])


def _bound(make: Callable[[Literal], Constraint]) -> Make:
    def read(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
        value = reader.one(node, name)
        if not isinstance(value, Literal):
            raise reader.wrong(node, name, value, "a literal")
        yield make(value)

    return read


def _shape(make: Callable[[Shape], Constraint]) -> Make:
    def read(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
        for value in reader.shapes.objects(node, SH + name):
            yield make(reader.shape(value))

    return read


def _shape_list(make: Callable[[tuple[Shape, ...]], Constraint]) -> Make:
    def read(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
        for value in reader.shapes.objects(node, SH + name):
            yield make(tuple(reader.shape(member) for member in reader.members(value, node)))

    return read


def _node_kind(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    value = reader.one(node, name)
    kinds = _KINDS.get(value.value.removeprefix(SH))
    if kinds is None:
        raise reader.wrong(node, name, value, "one of " + ", ".join("sh:" + k for k in _KINDS))
    yield plan.NodeKind(frozenset(kinds))


def _pattern(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    yield plan.Pattern(reader.text(node, "pattern"), reader.text(node, "flags"))


def _language_in(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    members = reader.members(reader.one(node, name), node)
    for value in members:
        if not isinstance(value, Literal) or value.datatype.value != XSD + "string":
            raise reader.wrong(node, name, value, "a list of language codes, each a plain text")
    yield plan.LanguageIn(tuple(value.value for value in members))


def _unique_lang(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    if reader.true(node, name):
        yield plan.UniqueLang()


def _property(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    for value in reader.shapes.objects(node, SH + name):
        shape = reader.shape(value)
        if not isinstance(shape, PropertyShape):
            raise reader.wrong(node, name, value, "a property shape, one with sh:path")
        yield plan.Property(shape)


def _conforms(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    for value in reader.shapes.objects(node, SH + name):
        shape = reader.shape(value)
        if isinstance(shape, PropertyShape):
            raise reader.wrong(node, name, value, "a node shape, or use sh:property")
        yield plan.Conforms(shape)


def _qualified(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    shapes, value = reader.shapes, reader.one(node, name)
    siblings: dict[Node, Shape] = {}
    if reader.true(node, "qualifiedValueShapesDisjoint"):
        # All that hangs as a qualified value shape from the same parents (section 4.7.3).
        for _, predicate, children in shapes.properties():
            if predicate == SH + "property" and node in children:
                for other in children:
                    for wanted in shapes.objects(other, SH + "qualifiedValueShape"):
                        if wanted != value:
                            siblings[wanted] = reader.shape(wanted)
    shape, rest = reader.shape(value), tuple(siblings.values())
    if shapes.objects(node, SH + "qualifiedMinCount"):
        yield plan.QualifiedMinCount(shape, rest, reader.number(node, "qualifiedMinCount"))
    if shapes.objects(node, SH + "qualifiedMaxCount"):
        yield plan.QualifiedMaxCount(shape, rest, reader.number(node, "qualifiedMaxCount"))


def _closed(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    if not reader.true(node, name):
        return
    allowed: list[NamedNode] = []
    if ignored := reader.shapes.objects(node, SH + "ignoredProperties"):
        members = reader.members(ignored[0], node)
        allowed += [reader.iri(node, "ignoredProperties", member) for member in members]
    for child in reader.shapes.objects(node, SH + "property"):
        paths = reader.shapes.objects(child, SH + "path")
        allowed += [path for path in paths if isinstance(path, NamedNode)]
    yield plan.Closed(frozenset(allowed))


def _has_value(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    for value in reader.shapes.objects(node, SH + name):
        yield plan.HasValue(value)


def _in(reader: ShapeReader, node: Node, name: str) -> Iterator[Constraint]:
    yield plan.In(frozenset(reader.members(reader.one(node, name), node)))


CONSTRAINTS: Mapping[str, Make] = {
    "class": _iris(plan.Class),
    "datatype": _iris(plan.Datatype),
    "nodeKind": _node_kind,
    "minCount": _count(plan.MinCount),
    "maxCount": _count(plan.MaxCount),
    "minExclusive": _bound(plan.MinExclusive),
    "minInclusive": _bound(plan.MinInclusive),
    "maxExclusive": _bound(plan.MaxExclusive),
    "maxInclusive": _bound(plan.MaxInclusive),
    "minLength": _count(plan.MinLength),
    "maxLength": _count(plan.MaxLength),
    "pattern": _pattern,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "equals": _iris(plan.Equals),
    "disjoint": _iris(plan.Disjoint),
    "lessThan": _iris(plan.LessThan),
    "lessThanOrEquals": _iris(plan.LessThanOrEquals),
    "not": _shape(plan.Not),
    "and": _shape_list(plan.And),
    "or": _shape_list(plan.Or),
    "xone": _shape_list(plan.Xone),
    "node": _conforms,
    "property": _property,
    "qualifiedValueShape": _qualified,
    "closed": _closed,
    "hasValue": _has_value,
    "in": _in,
}
"""Parameter of SHACL Core → the reader of its constraints; the order is that of section 4."""
