"""A shapes graph, readable by subject and predicate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Triple

from kg.shacl.plan import Node


@dataclass(frozen=True)
class ShapesGraph:
    """The triples of a shapes graph, and the prefixes that its files declare, with their IRIs."""

    triples: tuple[Triple, ...] = field(repr=False)
    prefixes: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @cached_property
    def _index(self) -> dict[tuple[Node, str], list[Node]]:
        index: dict[tuple[Node, str], list[Node]] = {}
        for s, p, o in dict.fromkeys(self.triples):
            index.setdefault((s, p.value), []).append(o)
        return index

    @cached_property
    def _by_subject(self) -> dict[Node, list[tuple[str, Node]]]:
        index: dict[Node, list[tuple[str, Node]]] = {}
        for (subject, predicate), values in self._index.items():
            index.setdefault(subject, []).extend((predicate, value) for value in values)
        return index

    @cached_property
    def _by_predicate(self) -> dict[str, list[Node]]:
        index: dict[str, list[Node]] = {}
        for subject, predicate in self._index:
            index.setdefault(predicate, []).append(subject)
        return index

    def about(self, node: Node) -> list[tuple[str, Node]]:
        """Return every property of a node, by its full IRI, with its value."""
        return self._by_subject.get(node, [])

    def within(self, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield what :meth:`about` has of a node and of the blank nodes that hang from it."""
        reached = [node]
        for one in reached:
            for predicate, value in self.about(one):
                yield predicate, value
                if isinstance(value, BlankNode) and value not in reached:
                    reached.append(value)

    def properties(self) -> Iterator[tuple[Node, str, list[Node]]]:
        """Yield each subject with each of its properties and the values, in their order."""
        for (subject, predicate), values in self._index.items():
            yield subject, predicate, values

    def objects(self, node: Node, predicate: str) -> list[Node]:
        """Return the values of a property, by its full IRI."""
        return self._index.get((node, predicate), [])

    def subjects(self, predicate: str) -> Iterator[Node]:
        """Yield each shape that has a property, once."""
        yield from self._by_predicate.get(predicate, ())
