"""Which properties a SPARQL query can look at, so that a store needs to hold nothing else.

Where a property is a variable, ``FILTER (?property IN (…))`` in the same group must limit it. A
path that may have length zero reaches every node of a graph; it is taken only where its ends are
found by other patterns. For anything else the answer is that everything is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from pyoxigraph import NamedNode

from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sparql_query import (
    Call,
    Group,
    Pattern,
    Unsupported,
    Variable,
    conjuncts,
)
from kg.shacl.sparql_reader import read


def needed(text: str, prefixes: Mapping[str, str]) -> frozenset[NamedNode] | None:
    """Return the properties that a query looks at, or ``None`` if it may look at all."""
    return _needed(text, tuple(sorted(prefixes.items())))


@lru_cache(maxsize=256)
def _needed(text: str, prefixes: tuple[tuple[str, str], ...]) -> frozenset[NamedNode] | None:
    try:
        group = read(text, dict(prefixes)).group
        _hold(group, frozenset())
        return frozenset(_properties(group))
    except Unsupported:
        return None


def all_needed(queries: Iterable[tuple[str, Mapping[str, str]]]) -> frozenset[NamedNode] | None:
    """Return the properties that some queries look at together, or ``None`` for all."""
    found: frozenset[NamedNode] = frozenset()
    for text, prefixes in queries:
        own = needed(text, prefixes)
        if own is None:
            return None
        found |= own
    return found


def limited(group: Group, name: str) -> frozenset[NamedNode]:
    """Return the IRIs that a variable of a group can be, by a condition ``?name IN (…)``.

    :raises Unsupported: if there is no such condition.
    """
    for condition in conjuncts(group.filters):
        if isinstance(condition, Call) and condition.name == "IN":
            first, *members = condition.arguments
            iris = frozenset(m for m in members if isinstance(m, NamedNode))
            if first == Variable(name) and len(iris) == len(set(members)):
                return iris
    raise Unsupported(f"the property ?{name}")


def steps(path: Path) -> Iterator[NamedNode]:
    """Yield the properties of a path."""
    match path:
        case paths.Predicate(iri):
            yield iri
        case paths.Sequence(parts) | paths.Alternative(parts):
            for part in parts:
                yield from steps(part)
        case paths.Inverse(inner) | paths.ZeroOrMore(inner) | paths.OneOrMore(inner):
            yield from steps(inner)
        case paths.ZeroOrOne(inner):
            yield from steps(inner)


def may_be_empty(path: Path) -> bool:
    """Tell whether some part of a path may have length zero."""
    match path:
        case paths.ZeroOrMore() | paths.ZeroOrOne():
            return True
        case paths.Sequence(parts) | paths.Alternative(parts):
            return any(map(may_be_empty, parts))
        case paths.Inverse(inner) | paths.OneOrMore(inner):
            return may_be_empty(inner)
        case _:
            return False


def _properties(group: Group) -> Iterator[NamedNode]:
    for element in group.elements:
        if isinstance(element, Pattern):
            if isinstance(element.path, Variable):
                yield from limited(group, element.path.name)
            else:
                yield from steps(element.path)
    for inner in group.inner():
        yield from _properties(inner)


def _hold(group: Group, around: frozenset[str]) -> None:
    """See that the ends of paths that may be empty are found by other patterns.

    :param around: variables that patterns of the groups around this one find.
    :raises Unsupported: if not: a pattern that is optional finds nothing for sure.
    """
    held, open_ends = set(around), set[str]()
    for pattern in group.elements:
        if isinstance(pattern, Pattern):
            empty = not isinstance(pattern.path, Variable) and may_be_empty(pattern.path)
            for end in (pattern.subject, pattern.object):
                if isinstance(end, Variable):
                    (open_ends if empty else held).add(end.name)
    if not open_ends <= held:
        raise Unsupported("a path of length zero between any nodes")
    for inner in group.inner():
        _hold(inner, frozenset(held))
