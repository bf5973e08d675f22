"""The statements that a SPARQL query can look at for some nodes as ``$this``, and no others.

From those nodes the patterns of the query lead to other nodes, step by step. Each variable gets the
nodes that its first pattern leads to, which are all that it can be in a solution for those nodes;
each pattern then asks for the statements about the nodes at one of its ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sparql_needs import limited
from kg.shacl.sparql_query import (
    Assigned,
    Group,
    Optional,
    Pattern,
    Query,
    Term,
    Union,
    Unsupported,
    Variable,
    names,
)
from kg.shacl.sql.database import Database
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.paths import turned

_FURTHEST = 100
"""Steps of a path with ``*`` or ``+`` that are followed."""
Nodes = dict[str, frozenset[str]]
"""Variable → the tables ``n`` of the terms that it can be."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """A pattern whose path is some properties, read in one direction."""

    subject: Term
    codes: frozenset[int]
    object: Term


def around(database: Database, query: Query, few: str) -> str:
    """Return a query for the statements ``k, p, o`` that a query can look at.

    :param few: a table ``s`` of the nodes that it is asked for.
    :raises Unsupported: if some pattern is not connected to ``$this``.
    """
    found = _Surroundings(database)
    start = database.table(f"SELECT DISTINCT s AS n FROM {few}")
    found.group(query.group, {"this": frozenset({start})}, frozenset())
    return " UNION ".join(f"SELECT k, p, o FROM {table}" for table in found.tables)


class _Surroundings:
    def __init__(self, database: Database) -> None:
        self.db = database
        self.tables: list[str] = []
        self._fresh = 0

    def group(self, group: Group, known: Nodes, outside: frozenset[str]) -> Nodes:
        """Follow the patterns of a group; return what is known of variables after it.

        :param outside: variables that are bound beside this group, without being known in it.
        """
        known = dict(known)
        waiting: list[Pattern | Union] = []
        for place, element in enumerate(group.elements):
            if isinstance(element, Pattern | Union):
                waiting.append(element)
            elif isinstance(element, Optional):
                self._see_apart(group, place, element, outside)
            elif isinstance(element, Query):
                self._nested(element, known)
            elif not isinstance(element, Assigned):
                raise Unsupported("MINUS")
        while waiting:
            near = next((e for e in waiting if self._reaches(e, known)), None)
            if near is None:
                raise Unsupported("a pattern that is not connected with $this")
            waiting.remove(near)
            if isinstance(near, Pattern):
                self._pattern(group, near, known)
            else:
                self._union(near.groups, known, outside | _others(group, near))
        for element in group.elements:
            if isinstance(element, Optional):
                self.group(element.group, known, frozenset(known))
        for inner in group.conditions():
            self.group(inner, known, frozenset(known))
        return known

    def _see_apart(
        self, group: Group, place: int, element: Optional, outside: frozenset[str]
    ) -> None:
        """See that what an OPTIONAL binds is not bound after it.

        :raises Unsupported: if it is: statements that do not agree with that would be missed.
        """
        before = {n for e in group.elements[:place] for n in names(Group([e]))} | {"this"}
        after = {n for e in group.elements[place + 1 :] for n in names(Group([e]))}
        if (set(names(element.group)) - before) & (after | outside):
            raise Unsupported("an OPTIONAL whose variables are bound after it")

    def _nested(self, query: Query, known: Nodes) -> None:
        """Follow a nested query from ``$this`` alone: its other variables may be its own."""
        if query.cut:
            raise Unsupported("LIMIT or OFFSET in a nested SELECT")
        start = {name: nodes for name, nodes in known.items() if name == "this"}
        for name, nodes in self.group(query.group, start, frozenset()).items():
            if name in query.selected:
                known.setdefault(name, nodes)

    def _union(self, groups: Iterable[Group], known: Nodes, outside: frozenset[str]) -> None:
        ends = [self.group(group, known, outside) for group in groups]
        for name in set.intersection(*(set(end) for end in ends)) - set(known):
            known[name] = frozenset().union(*(end[name] for end in ends))

    def _reaches(self, element: Pattern | Union, known: Nodes) -> bool:
        if isinstance(element, Union):
            return all(set(names(g)) & set(known) or not list(names(g)) for g in element.groups)
        ends = (element.subject, element.object)
        return any(isinstance(e, Variable) and e.name in known for e in ends)

    # -- patterns ----------------------------------------------------------------------------

    def _pattern(self, group: Group, pattern: Pattern, known: Nodes) -> None:
        path = pattern.path
        if isinstance(path, Variable):
            codes = frozenset(self.db.code(iri) for iri in limited(group, path.name))
            self._edge(_Edge(pattern.subject, codes, pattern.object), known)
        else:
            self._path(pattern.subject, path, pattern.object, known)

    def _path(self, subject: Term, path: Path, end: Term, known: Nodes) -> None:
        match path:
            case paths.Predicate(iri):
                self._edge(_Edge(subject, frozenset({self.db.code(iri)}), end), known)
            case paths.Inverse(paths.Predicate() as inner):
                self._path(end, inner, subject, known)
            case paths.Inverse(inner):
                self._path(subject, turned(inner), end, known)
            case paths.Sequence(parts):
                self._sequence(subject, parts, end, known)
            case paths.Alternative(parts):
                groups = [Group([Pattern(subject, part, end)]) for part in parts]
                self._union(groups, known, frozenset())
            case paths.ZeroOrOne(inner) | paths.ZeroOrMore(inner) | paths.OneOrMore(inner):
                if not (isinstance(subject, Variable) and subject.name in known):
                    subject, inner, end = end, turned(inner), subject
                self._closure(subject, inner, end, known)

    def _sequence(self, subject: Term, parts: tuple[Path, ...], end: Term, known: Nodes) -> None:
        """Follow the parts of a path from the end that is known."""
        if not (isinstance(subject, Variable) and subject.name in known):
            subject, end = end, subject
            parts = tuple(turned(part) for part in reversed(parts))
        for part in parts[:-1]:
            self._fresh += 1
            middle = Variable(f"_:{self._fresh}")
            self._path(subject, part, middle, known)
            subject = middle
        self._path(subject, parts[-1], end, known)

    def _closure(self, subject: Term, inner: Path, end: Term, known: Nodes) -> None:
        """Follow a path again and again, from each new node alone."""
        if not isinstance(subject, Variable):
            raise Unsupported("a repeated path from a term")
        every = new = self._nodes(known[subject.name])
        if subject.name == "this":  # a path of length zero finds no node that nothing is said of
            about = f"SELECT k, p, o FROM fact WHERE k IN ({self.db.about(every)})"
            self.tables.append(self.db.table(about))
        for _ in range(_FURTHEST):
            if not self.db.count(new):
                break
            step = {"from": frozenset({new})}
            self._path(Variable("from"), inner, Variable("to"), step)
            reached = self._nodes(step["to"])
            new = self.db.table(f"SELECT DISTINCT n FROM {reached} ANTI JOIN {every} USING (n)")
            every = self.db.table(f"SELECT n FROM {every} UNION SELECT n FROM {new}")
        else:
            raise Unsupported("a repeated path that leads far")
        if isinstance(end, Variable):
            known.setdefault(end.name, frozenset({every}))

    def _nodes(self, tables: frozenset[str]) -> str:
        """Return one table of the nodes of some."""
        if len(tables) == 1:
            return next(iter(tables))
        return self.db.table(" UNION ".join(f"SELECT n FROM {table}" for table in sorted(tables)))

    def _edge(self, edge: _Edge, known: Nodes) -> None:
        """Keep the statements about what is known of one end, and note the other end."""
        subject, end = edge.subject, edge.object
        tests = [f"p IN ({', '.join(map(str, sorted(edge.codes))) or 'NULL'})"]
        if isinstance(subject, Variable) and subject.name in known:
            tests.append(f"k IN ({self.db.about(self._nodes(known[subject.name]))})")
            if isinstance(end, NamedNode):
                tests.append(f"o = {quoted(str(end))}")
            other, cell = end, "o"
        else:
            assert isinstance(end, Variable)
            tests.append(f"o IN (SELECT n FROM {self._nodes(known[end.name])})")
            other, cell = subject, "s"
        table = self.db.table(f"SELECT k, p, o FROM fact WHERE {' AND '.join(tests)}")
        self.tables.append(table)
        if isinstance(other, Literal | NamedNode) or other.name in known:
            return
        rows = self.db.named(f"SELECT * FROM {table}") if cell == "s" else table
        source = f"({rows})" if cell == "s" else table
        known[other.name] = frozenset({self.db.table(f"SELECT DISTINCT {cell} AS n FROM {source}")})


def _others(group: Group, element: Union) -> frozenset[str]:
    """Return the variables of a group that are bound beside a part of it."""
    beside = [e for e in group.elements if e is not element]
    return frozenset(n for e in beside for n in names(Group([e])))
