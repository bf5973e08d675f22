"""What is validated, indexed once: terms as numbers, properties as tables, classes as sets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, NamedNode

from kg.shacl.names import SUBCLASS, TYPE
from kg.shacl.plan import Node
from kg.shacl.plan.paths import (
    Alternative,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
)

Statement = tuple[NamedNode | BlankNode, NamedNode, Node]
Ids = Collection[int]
Table = Mapping[int, Ids]
Walk = Callable[[int], Ids]
_NONE: frozenset[int] = frozenset()


class Data:
    """The triples of a data graph, each once.

    A term is a number: its place in ``terms``. Numbers are made for terms that no triple has, too,
    so that a shape can speak of them.
    """

    def __init__(self, triples: Iterable[Statement]) -> None:
        ids: dict[Node, int] = {}
        tables: dict[int, dict[int, Ids]] = {}
        number = ids.setdefault
        for s, p, o in triples:
            subject = number(s, len(ids))
            table = tables.setdefault(number(p, len(ids)), {})
            _put(table, subject, number(o, len(ids)))
        self.terms: list[Node] = list(ids)
        self._ids = ids
        self._tables = tables
        self._inverse: dict[int, dict[int, Ids]] = {}
        self._instances: dict[Node, frozenset[int]] = {}

    def id(self, term: Node) -> int:
        """Return the number of a term."""
        found = self._ids.setdefault(term, len(self.terms))
        if found == len(self.terms):
            self.terms.append(term)
        return found

    def table(self, predicate: NamedNode) -> Table:
        """Return subject → objects of a property."""
        return self._tables.get(self._ids.get(predicate, -1), {})

    def inverse(self, predicate: NamedNode) -> Table:
        """Return object → subjects of a property."""
        key = self._ids.get(predicate, -1)
        found = self._inverse.get(key)
        if found is None:
            found = self._inverse[key] = {}
            for subject, objects in self._tables.get(key, {}).items():
                for o in objects:
                    _put(found, o, subject)
        return found

    def about(self, subject: int) -> Iterator[tuple[NamedNode, Ids]]:
        """Yield each property of a subject with its objects."""
        for predicate, table in self._tables.items():
            if subject in table:
                yield self.terms[predicate], table[subject]  # type: ignore[misc]  # a predicate

    def instances(self, kind: NamedNode) -> frozenset[int]:
        """Return the SHACL instances of a class: of it and of those below it (section 1.1)."""
        found = self._instances.get(kind)
        if found is None:
            below = _closure(self.inverse(SUBCLASS).get, [self.id(kind)])
            typed = self.inverse(TYPE)
            found = frozenset().union(*(typed.get(c, _NONE) for c in below))
            self._instances[kind] = found
        return found

    def walk(self, path: Path) -> Walk:
        """Return what leads from a node to the set of nodes at the end of a path (2.3.1)."""
        match path:
            case Predicate(iri):
                return _look_up(self.table(iri))
            case Inverse(Predicate(iri)):
                return _look_up(self.inverse(iri))
            case Inverse(inner):
                return self.walk(_inverted(inner))
            case Sequence(parts):
                return _chain([self.walk(part) for part in parts])
            case Alternative(parts):
                walks = [self.walk(part) for part in parts]
                return lambda node: _NONE.union(*(walk(node) for walk in walks))
            case ZeroOrMore(inner):
                step = self.walk(inner)
                return lambda node: _closure(step, [node])
            case OneOrMore(inner):
                step = self.walk(inner)
                return lambda node: _closure(step, step(node))
            case ZeroOrOne(inner):
                step = self.walk(inner)
                return lambda node: {node, *step(node)}


def _put(table: dict[int, Ids], key: int, value: int) -> None:
    """Add a value; most keys have one, and a tuple of one number is the cheapest collection."""
    known = table.get(key)
    if known is None:
        table[key] = (value,)
    elif isinstance(known, set):
        known.add(value)
    elif value not in known:
        table[key] = {*known, value}


def _look_up(table: Table) -> Walk:
    return lambda node: table.get(node, _NONE)


def _chain(walks: list[Walk]) -> Walk:
    def walk(node: int) -> Ids:
        reached: Ids = (node,)
        for step in walks:
            reached = _NONE.union(*(step(one) for one in reached))
        return reached

    return walk


def _closure(step: Callable[[int], Ids | None], start: Ids) -> set[int]:
    """Return the start and all that steps lead to from there; circles do no harm."""
    reached, waiting = set(start), list(start)
    while waiting:
        new = set(step(waiting.pop()) or ()) - reached
        reached |= new
        waiting += new
    return reached


def _inverted(path: Path) -> Path:
    """Return the path that leads back: inverses are pushed down to single properties."""
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return inner
        case Sequence(parts):
            return Sequence(tuple(_inverted(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(_inverted(part) for part in parts))
        case ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            return type(path)(_inverted(inner))
