"""A graph as a writer reads it that need not hold all of it: some entities at a time.

A format that says one thing after another is written once for both ways: of a loaded graph, which
is one piece, and of a graph in a database (:mod:`kg.scale.export.pieces`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.graph import Graph

INVERSE = "^"
"""Before a property of a path: from the value to what has it."""


class DerivedEdge(NamedTuple):
    """A derived edge: the IRIs of its ends, its own, and its type."""

    start: str
    end: str
    iri: str
    type: str


class Pieces(ABC):
    """What writers ask of a graph; entities are named by their IRIs."""

    root: Graph
    """A graph with all that is said of the graph itself."""
    digest: str
    """That of the asserted statements."""
    caveats: Sequence[str]
    """What every output must say, one line each."""

    @property
    def base(self) -> str:
        """The IRI before every id, and of the graph itself."""
        return self.root.base

    def remarks(self) -> list[str]:
        """Return what every output must say, and where it comes from."""
        return [*self.caveats, *self.root.attribution()]

    @abstractmethod
    def instances(self, class_name: str) -> list[str]:
        """Return the entities of a class or of one below it, sorted."""

    @abstractmethod
    def having(self, key: str) -> list[str]:
        """Return the entities that have a property, asserted or derived, sorted.

        :param key: the local name of the property.
        """

    @abstractmethod
    def described(self) -> Iterable[str]:
        """Yield the subjects of all asserted and derived statements, sorted."""

    @abstractmethod
    def edges(self) -> list[DerivedEdge]:
        """Return the derived edges that have both ends, sorted."""

    @abstractmethod
    def of(self, iris: Iterable[str], *paths: Sequence[str]) -> Iterator[tuple[list[str], Graph]]:
        """Yield some of the entities at a time, in their order, and a graph with what they need.

        It has all that is said of the graph itself, of the entities, of what they are parts of, of
        what paths lead to, and of everything that these lead to.

        :param paths: properties to follow one after the other, such as ``("recommends",
            "^intervention")``: to the findings on what a recommendation recommends.
        """


Stream = Callable[[Pieces], Iterator[str | bytes]]
"""Yields a document bit by bit."""
Files = Callable[[Pieces], Iterator[tuple[str, str | bytes]]]
"""Yields files bit by bit, each bit with the path of its file within a folder."""


def encoded(text: str | bytes) -> bytes:
    """Return a bit of a document as it stands in a file: text in UTF-8."""
    return text.encode() if isinstance(text, str) else text


class Loaded(Pieces):
    """A loaded graph: one piece."""

    def __init__(self, graph: Graph) -> None:
        self.root, self.digest, self.caveats = graph, graph.digest(), graph.caveats()

    def instances(self, class_name: str) -> list[str]:
        """Return the entities of a class or of one below it, sorted."""
        return [node.value for node in self.root.instances(class_name)]

    def having(self, key: str) -> list[str]:
        """Return the entities that have a property, sorted."""
        return sorted({f.subject.value for f in self.root.facts(self.root.property_iri(key))})

    def described(self) -> Iterable[str]:
        """Return the subjects of all asserted and derived statements, sorted."""
        facts = (*self.root.asserted(), *self.root.derived())
        return sorted({fact.subject.value for fact in facts})

    def edges(self) -> list[DerivedEdge]:
        """Return the derived edges that have both ends, sorted."""
        found = []
        for edge in self.root.instances("DerivedEdge"):
            start, end, kind = (
                self.root.value(edge, key) for key in ("edgeFrom", "edgeTo", "edgeType")
            )
            if isinstance(start, NamedNode) and isinstance(end, NamedNode):
                text = kind.value if kind else ""
                found.append(DerivedEdge(start.value, end.value, edge.value, text))
        return sorted(found)

    def of(self, iris: Iterable[str], *paths: Sequence[str]) -> Iterator[tuple[list[str], Graph]]:
        """Yield all entities and the graph."""
        if every := list(iris):
            yield every, self.root
