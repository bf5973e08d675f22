"""Triple patterns of SPARQL, with properties and paths, as joins in SQL."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter

from pyoxigraph import NamedNode

from kg.shacl.names import SUBCLASS
from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sparql_needs import limited
from kg.shacl.sparql_query import Group, Pattern, Term, Unsupported, Variable, ends
from kg.shacl.sql.conditions import Conditions
from kg.shacl.sql.database import Database
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.functions import spelt
from kg.shacl.sql.paths import Steps, TooFar, turned
from kg.shacl.sql.scope import Scope, Uncertain

_FURTHEST = 100
"""Steps of a path with ``*`` or ``+`` that are followed."""
_PAIRS = 2_000_000
"""Pairs of nodes up to which such a path is followed."""
_MOST = 4
"""Patterns that are joined although they only say that a property is there."""


class Triples(Conditions):
    """Joins what triple patterns match to a :class:`~kg.shacl.sql.scope.Scope`.

    :param uses: how often each variable of the query is written.
    """

    counting = False
    """Whether rows are counted: each statement then counts once, and no pattern is left out."""

    def __init__(self, database: Database, uses: Counter[str]) -> None:
        super().__init__(database)
        self.uses = uses

    @abstractmethod
    def union(self, scope: Scope, groups: tuple[Group, ...]) -> None:
        """Join the rows of some groups."""

    def patterns(self, scope: Scope, group: Group, waiting: list[Pattern]) -> None:
        """Join patterns, those last whose paths are repeated: from what the others bind."""
        many = len(waiting) > _MOST and not self.counting
        loose = False
        while waiting:
            near = [p for p in waiting if any(scope.owner(name) for name in ends(p))]
            if loose and not near:
                raise Unsupported("a repeated path that leads far")
            pattern = min(near or waiting, key=lambda p: _repeats(p.path))
            waiting.remove(pattern)
            loose |= not self._pattern(scope, group, pattern, many=many)

    def _pattern(self, scope: Scope, group: Group, pattern: Pattern, *, many: bool) -> bool:
        """Join a pattern; return whether that joins its ends."""
        subject, path, end = pattern.subject, pattern.path, pattern.object
        if isinstance(path, Variable):
            codes = [self.db.code(iri) for iri in limited(group, path.name)]
            self._fact(scope, subject, codes, end)
            if not scope.upper and scope.owner(path.name):
                raise Uncertain
            scope.leave_open({path.name})
        elif isinstance(path, paths.Predicate):
            code = self.db.code(path.iri)
            if many and self._only_there(scope, subject, end):
                assert isinstance(subject, Variable)
                have = f"IN (SELECT k FROM fact WHERE p = {code})"
                scope.conditions.append(f"{scope.key(subject.name)} {have}")
            else:
                self._fact(scope, subject, [code], end)
        else:
            return self._path(scope, group, subject, path, end)
        return True

    def _only_there(self, scope: Scope, subject: Term, end: Term) -> bool:
        """Tell whether a pattern says no more than that a known subject has a property."""
        known = isinstance(subject, Variable) and subject.name in scope.keys
        return known and isinstance(end, Variable) and self.uses[end.name] == 1

    def _fact(self, scope: Scope, subject: Term, codes: list[int], end: Term) -> None:
        properties = f"p IN ({', '.join(map(str, codes)) or 'NULL'})"
        if self.counting:
            alias = scope.joined(f"(SELECT DISTINCT k, p, o FROM fact WHERE {properties})", "f")
            scope.doubts.append(spelt(f"{alias}.o"))
        else:
            alias = scope.joined("fact", "f")
            scope.conditions.append(f"{alias}.{properties}")
        scope.bind(subject, "k", f"{alias}.k")
        scope.bind(end, "t", f"{alias}.o")

    def _path(self, scope: Scope, group: Group, subject: Term, path: Path, end: Term) -> bool:
        def follow(start: Term, part: Path, stop: Term) -> bool:
            return self._pattern(scope, group, Pattern(start, part, stop), many=False)

        match path:
            case paths.Inverse(paths.Predicate() as inner):
                return follow(end, inner, subject)
            case paths.Inverse(inner):
                return follow(subject, turned(inner), end)
            case paths.Sequence((*first, paths.ZeroOrMore(paths.Predicate(iri)))) if (
                iri == SUBCLASS and isinstance(end, NamedNode)
            ):
                middle = Variable(self.name("_:"))
                joined = follow(subject, paths.Sequence(tuple(first)), middle)
                below = ", ".join(map(quoted, sorted(self.db.classes(end))))
                scope.conditions.append(f"{scope.term(middle.name)} IN ({below})")
                return joined
            case paths.Sequence(steps):
                if (
                    isinstance(end, Variable)
                    and scope.owner(end.name)
                    and not _held(subject, scope)
                ):
                    subject, end = end, subject
                    steps = tuple(turned(step) for step in reversed(steps))
                joined = True
                for step in steps[:-1]:
                    middle = Variable(self.name("_:"))
                    joined &= follow(subject, step, middle)
                    subject = middle
                return follow(subject, steps[-1], end) and joined
            case paths.Alternative(steps):
                own = tuple(Group([Pattern(subject, step, end)]) for step in steps)
                self.union(scope, own)
                return True
            case paths.ZeroOrOne(inner) | paths.ZeroOrMore(inner) | paths.OneOrMore(inner):
                if self._repeated(scope, subject, path, end):
                    return True
                if not scope.upper:
                    return follow(subject, inner, end)  # one step is certainly a way
                scope.leave_open({e.name for e in (subject, end) if isinstance(e, Variable)})
                if isinstance(path, paths.OneOrMore) and isinstance(subject, Variable):
                    follow(subject, inner, Variable(self.name("_:")))
        return False

    def _repeated(self, scope: Scope, subject: Term, path: Path, end: Term) -> bool:
        """Follow a repeated path from what one of its ends can be; tell whether that was done."""
        for start, way, stop in ((subject, path, end), (end, turned(path), subject)):
            if terms := self._starts(scope, start, way):
                steps = Steps(self.db, "t", _FURTHEST, _PAIRS)
                try:
                    pairs = steps.follow(way, f"SELECT n AS f, n AS v FROM ({terms})")
                except TooFar:
                    return False
                alias = scope.joined(pairs, "w")
                scope.bind(start, "t", f"{alias}.f")
                scope.bind(stop, "t", f"{alias}.v")
                return True
        return False

    def _starts(self, scope: Scope, start: Term, path: Path) -> str:
        """Return a query for the terms that one end of a path can be, ``""`` if it may be any."""
        if not isinstance(start, Variable):
            return f"SELECT {quoted(str(start))} AS n" if isinstance(start, NamedNode) else ""
        owner = scope.owner(start.name)
        if owner and not owner.parent:
            return f"SELECT DISTINCT {owner.term(start.name)} AS n {owner.source()}"
        if not owner and isinstance(path, paths.OneOrMore):
            match path.path:
                case paths.Predicate(iri):
                    return f"SELECT DISTINCT s AS n FROM t WHERE p = {self.db.code(iri)}"
                case paths.Inverse(paths.Predicate(iri)):
                    return f"SELECT DISTINCT o AS n FROM t WHERE p = {self.db.code(iri)}"
        if not owner and start.name == "this":
            return "SELECT DISTINCT s AS n FROM t"  # who is asked for is a subject
        return ""


def _repeats(path: Path | Variable) -> bool:
    match path:
        case paths.Sequence(steps) | paths.Alternative(steps):
            return any(map(_repeats, steps))
        case paths.Inverse(inner):
            return _repeats(inner)
        case _:
            return not isinstance(path, Variable | paths.Predicate)


def _held(term: Term, scope: Scope) -> bool:
    return not isinstance(term, Variable) or scope.owner(term.name) is not None
