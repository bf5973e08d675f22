"""Reading the terms of a shapes graph: lists, paths, texts, numbers; each mistake is named."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping

from pyoxigraph import Literal, NamedNode

from kg.shacl.errors import ShaclError
from kg.shacl.names import RDF, SH, SUBCLASS, TYPE, XSD
from kg.shacl.plan import Node, Shape, paths
from kg.shacl.plan.paths import Path
from kg.shacl.shapes_graph import ShapesGraph

_NIL = NamedNode(RDF + "nil")
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
_TEXTS = (XSD + "string", RDF + "langString")
_WRAPPED_PATHS: Mapping[str, Callable[[Path], Path]] = {
    "inversePath": paths.Inverse,
    "zeroOrMorePath": paths.ZeroOrMore,
    "oneOrMorePath": paths.OneOrMore,
    "zeroOrOnePath": paths.ZeroOrOne,
}


def named(node: Node) -> str:
    """Return how a message names a node of the shapes graph."""
    return f"<{node.value}>" if isinstance(node, NamedNode) else str(node)


class Terms:
    """A shapes graph, read value by value."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self.shapes = shapes
        self._below = self._inverse(SUBCLASS)
        self._typed = self._inverse(TYPE)

    def _inverse(self, predicate: NamedNode) -> dict[Node, list[Node]]:
        found: dict[Node, list[Node]] = {}
        for subject in self.shapes.subjects(predicate.value):
            for value in self.shapes.objects(subject, predicate.value):
                found.setdefault(value, []).append(subject)
        return found

    # -- classes -----------------------------------------------------------------------------

    def subclasses(self, iri: str) -> set[Node]:
        """Return a class and those below it, by the shapes graph alone."""
        below: set[Node] = {NamedNode(iri)}
        waiting: list[Node] = list(below)
        while waiting:
            found = [s for s in self._below.get(waiting.pop(), []) if s not in below]
            below.update(found)
            waiting += found
        return below

    def instances(self, iri: str) -> dict[Node, None]:
        """Return the instances of a class and of those below it, in their order."""
        kinds = self.subclasses(iri)
        return {s: None for kind in kinds for s in self._typed.get(kind, [])}

    # -- paths (section 2.3.1) -----------------------------------------------------------------

    def path(self, node: Node, owner: Node, above: tuple[Node, ...] = ()) -> Path:
        """Return a property path; ``above`` are the nodes that it is part of.

        :raises ShaclError: if it is ill-formed.
        """
        if isinstance(node, NamedNode):
            return paths.Predicate(node)
        problem = ShaclError(
            f"shape {named(owner)} has an ill-formed sh:path",
            hint="a path is an IRI, a list of at least two paths, or one of sh:inversePath, "
            "sh:alternativePath, sh:zeroOrMorePath, sh:oneOrMorePath, sh:zeroOrOnePath",
        )
        if isinstance(node, Literal) or node in above:
            raise problem
        above = (*above, node)
        if self.shapes.objects(node, RDF + "first"):
            parts = tuple(self.path(part, owner, above) for part in self.members(node, owner))
            if len(parts) < 2:
                raise problem
            return paths.Sequence(parts)
        for value in self.shapes.objects(node, SH + "alternativePath"):
            parts = tuple(self.path(part, owner, above) for part in self.members(value, owner))
            if len(parts) < 2:
                raise problem
            return paths.Alternative(parts)
        for name, form in _WRAPPED_PATHS.items():
            for value in self.shapes.objects(node, SH + name):
                return form(self.path(value, owner, above))
        raise problem

    # -- values ------------------------------------------------------------------------------

    def members(self, head: Node, owner: Node) -> list[Node]:
        """Return the members of a list.

        :raises ShaclError: if it is not a well-formed list.
        """
        found: list[Node] = []
        seen: set[Node] = set()
        while head != _NIL:
            firsts = self.shapes.objects(head, RDF + "first")
            rests = self.shapes.objects(head, RDF + "rest")
            if len(firsts) != 1 or len(rests) != 1 or head in seen:
                raise ShaclError(
                    f"shape {named(owner)} has a list that is broken", hint="write it as ( … )"
                )
            seen.add(head)
            found.append(firsts[0])
            head = rests[0]
        return found

    def one(self, node: Node, name: str, default: str = "") -> Node:
        """Return the first value of a property of SHACL, else an IRI."""
        found = self.shapes.objects(node, SH + name)
        return found[0] if found else NamedNode(default)

    def true(self, node: Node, name: str) -> bool:
        """Tell whether a boolean is the literal ``true``; the form ``1`` means nothing in SHACL."""
        values = self.shapes.objects(node, SH + name)
        for value in values:
            if not isinstance(value, Literal) or value.datatype != _TRUE.datatype:
                raise self.wrong(node, name, value, "true or false")
        return _TRUE in values

    def messages(self, node: Node) -> tuple[Literal, ...]:
        """Return the texts of ``sh:message``.

        :raises ShaclError: if one is not a text.
        """
        found = self.shapes.objects(node, SH + "message")
        for value in found:
            if not isinstance(value, Literal) or value.datatype.value not in _TEXTS:
                raise self.wrong(node, "message", value, "a text")
        return tuple(o for o in found if isinstance(o, Literal))

    def iri(self, node: Node, name: str, value: Node) -> NamedNode:
        """Return a value that must be an IRI.

        :raises ShaclError: if it is none.
        """
        if not isinstance(value, NamedNode):
            raise self.wrong(node, name, value, "an IRI")
        return value

    def number(self, node: Node, name: str) -> int:
        """Return the whole number that a property of SHACL must have.

        :raises ShaclError: if it is none.
        """
        value = self.one(node, name)
        integer = isinstance(value, Literal) and value.datatype.value == XSD + "integer"
        if not integer or not value.value.lstrip("+-").isdecimal():
            raise self.wrong(node, name, value, "a whole number (xsd:integer)")
        return int(value.value)

    def text(self, node: Node, name: str) -> str:
        """Return the plain text of a property of SHACL, or ``""``.

        :raises ShaclError: if it is not a plain text.
        """
        for value in self.shapes.objects(node, SH + name):
            if not isinstance(value, Literal) or value.datatype.value != XSD + "string":
                raise self.wrong(node, name, value, "a plain text (xsd:string)")
            return value.value
        return ""

    @staticmethod
    def wrong(node: Node, name: str, value: Node, expected: str) -> ShaclError:
        """Return the error that says what a property should have been given."""
        return ShaclError(f"shape {named(node)}: sh:{name} is {value}", hint=f"give {expected}")


class ShapeReader(Terms):
    """A shapes graph, read shape by shape."""

    @abstractmethod
    def shape(self, node: Node) -> Shape:
        """Return a shape with all that hangs from it, which may be itself.

        :raises ShaclError: if it is ill-formed.
        """
