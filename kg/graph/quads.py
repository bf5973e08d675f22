"""The quads of a graph in the order in which they came, with indexes that follow each addition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.ontology import TYPE

Term = NamedNode | Literal
GraphName = NamedNode | BlankNode | DefaultGraph
DEFAULT = DefaultGraph()


class Block(NamedTuple):
    """What is said of one entity, in no order: what is asserted, and every value by property."""

    asserted: list[tuple[NamedNode, Term]]
    values: dict[NamedNode, list[Term]]


NOTHING = Block([], {})


class Quads:
    """Quads, each once. An index is made when first asked for; later quads are added to it."""

    def __init__(self) -> None:
        self._all: dict[Quad, None] = {}
        self._blocks: dict[object, Block] | None = None
        self._by_predicate: dict[NamedNode, list[Quad]] | None = None
        self._by_type: dict[str, set[NamedNode]] | None = None
        self._lines: dict[GraphName, list[tuple[str, Quad]]] = {}
        self._unsorted: dict[GraphName, list[Quad]] = {}

    def copy(self) -> Quads:
        """Return the same quads, which can change by themselves, with the indexes that are made."""
        made = Quads()
        made._all = self._all.copy()
        made._lines = self._lines.copy()  # lists of lines are replaced, never changed
        made._unsorted = {name: quads[:] for name, quads in self._unsorted.items()}
        if self._blocks is not None:
            made._blocks = {
                subject: Block(block.asserted[:], {p: v[:] for p, v in block.values.items()})
                for subject, block in self._blocks.items()
            }
        if self._by_predicate is not None:
            made._by_predicate = {p: quads[:] for p, quads in self._by_predicate.items()}
        if self._by_type is not None:
            made._by_type = {kind: nodes.copy() for kind, nodes in self._by_type.items()}
        return made

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._all)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads; those that are there already change nothing."""
        added = [quad for quad in dict.fromkeys(quads) if quad not in self._all]
        self._all.update(dict.fromkeys(added))
        if self._blocks is not None:
            _into_blocks(self._blocks, added)
        if self._by_predicate is not None:
            _by_predicate(self._by_predicate, added)
        if self._by_type is not None:
            _by_type(self._by_type, [quad for quad in added if quad.predicate == TYPE])
        for quad in added if self._lines else ():
            if quad.graph_name in self._lines:
                self._unsorted.setdefault(quad.graph_name, []).append(quad)

    def of(self, subject: NamedNode) -> Block:
        """Return what is said of an entity."""
        if self._blocks is None:
            self._blocks = {}
            _into_blocks(self._blocks, self._all)
        return self._blocks.get(subject, NOTHING)

    def with_predicate(self, predicate: NamedNode) -> list[Quad]:
        """Return the quads with a property, in their order."""
        if self._by_predicate is None:
            self._by_predicate = {}
            _by_predicate(self._by_predicate, self._all)
        return self._by_predicate.get(predicate, [])

    def by_type(self) -> Mapping[str, set[NamedNode]]:
        """Return the IRI of each class that is stated → what is of it."""
        if self._by_type is None:
            self._by_type = {}
            _by_type(self._by_type, self.with_predicate(TYPE))
        return self._by_type

    def lines(self, name: GraphName) -> list[tuple[str, Quad]]:
        """Return the lines of N-Quads of one of the graphs, sorted by code point, with the quads.

        The lines are canonical (RDF 1.1 N-Quads), without the line end.
        """
        known = self._lines.get(name)
        if known is None:
            new = [quad for quad in self._all if quad.graph_name == name]
        else:
            new = self._unsorted.pop(name, [])
        if known is None or new:
            lines = [*(known or ()), *((f"{quad} .", quad) for quad in new)]
            self._lines[name] = known = sorted(lines, key=itemgetter(0))
        return known


def _into_blocks(blocks: dict[object, Block], quads: Iterable[Quad]) -> None:
    for subject, predicate, value, name in quads:
        block = blocks.get(subject)
        if block is None:
            block = blocks[subject] = Block([], {})
        if name == DEFAULT:
            block.asserted.append((predicate, value))
        block.values.setdefault(predicate, []).append(value)


def _by_type(found: dict[str, set[NamedNode]], quads: Iterable[Quad]) -> None:
    for node, _, kind, _ in quads:
        found.setdefault(kind.value, set()).add(node)


def _by_predicate(found: dict[NamedNode, list[Quad]], quads: Iterable[Quad]) -> None:
    for quad in quads:
        found.setdefault(quad.predicate, []).append(quad)
