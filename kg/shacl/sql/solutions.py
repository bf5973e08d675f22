"""SPARQL queries as SQL that misses no solution: which nodes may have one.

A group of patterns is written twice: as rows among which all its solutions are (*upper*), and as
rows that certainly are solutions (*lower*). ``NOT EXISTS`` of one is made from the other. So a
condition that SQL cannot judge with certainty costs time, never a result: who is left is asked on
a store (:mod:`kg.shacl.sql.queries`).

Patterns match terms as they are written, as SPARQL has it: ``1`` and ``01`` are two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from kg.shacl.names import SUBCLASS
from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sparql_needs import limited
from kg.shacl.sparql_query import (
    Assigned,
    Call,
    Exists,
    Expression,
    Group,
    Minus,
    Optional,
    Pattern,
    Query,
    Term,
    Union,
    Unsupported,
    Variable,
    ends,
    names,
)
from kg.shacl.sql.comparisons import sure_equal, sure_less, sure_unequal
from kg.shacl.sql.database import Database
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.paths import turned
from kg.shacl.sql.scope import Aliases, Scope, Uncertain

_MOST = 4
"""Patterns that are joined although they only say that a property is there."""


def candidates(database: Database, query: Query, given: Iterable[str] = ()) -> str:
    """Return a query for the ``k`` of all subjects for which a query may have a solution as $this.

    :param given: variables that have values before the query runs, besides ``$this``.
    :raises Unsupported: if the query can be true of any node, for all that is seen here.
    """
    if query.ask or ("HAVING" in query.after and "GROUP" not in query.after):
        raise Unsupported
    _see_connected(query.group)
    found = _Writer(database, query).scope(query.group, upper=True, open=given)
    assert found is not None  # only what must be certain can fail
    key = found.key("this")
    if query.least > 1 and _countable(query.group):
        return f"SELECT {key} AS k {found.source()} GROUP BY {key} HAVING count(*) >= {query.least}"
    return f"SELECT DISTINCT {key} AS k {found.source()}"


def _countable(group: Group) -> bool:
    """Tell whether a group has no more solutions than it has rows here."""
    parts = group.elements
    plain = all(isinstance(e, Pattern) and isinstance(e.path, paths.Predicate) for e in parts)
    return plain and len(parts) <= _MOST


class _Writer(Aliases):
    def __init__(self, database: Database, query: Query) -> None:
        super().__init__(database)
        self.names = set(names(query.group)) | {"this"}
        self.uses = Counter(names(query.group))

    # -- groups ------------------------------------------------------------------------------

    def scope(
        self,
        group: Group,
        *,
        upper: bool,
        parent: Scope | None = None,
        open: Iterable[str] = (),
    ) -> Scope | None:
        """Write a group; ``None`` if none of its rows is certain to be a solution.

        :param parent: the scope whose rows it is asked for, in EXISTS.
        """
        found = Scope(self, upper, parent, set(open))
        try:
            self._fill(found, group)
        except Uncertain:
            return None
        return found

    def _fill(self, scope: Scope, group: Group) -> None:
        patterns = sum(isinstance(e, Pattern) for e in group.elements)
        for element in group.elements:
            match element:
                case Pattern():
                    self._pattern(scope, group, element, many=patterns > _MOST)
                case Optional(inner):
                    self._optional(scope, inner)
                case Union(groups):
                    self._union(scope, groups)
                case Assigned(given):
                    scope.leave_open(given)
                case Minus() | Query() if not scope.upper:
                    raise Uncertain
                case Query():
                    scope.leave_open(element.selected)
        for condition in group.filters:
            if scope.upper:
                scope.conditions.append(f"NOT {self.sure(condition, False, scope)}")
            else:
                scope.conditions.append(self.sure(condition, True, scope))

    def _optional(self, scope: Scope, inner: Group) -> None:
        for name in names(inner):
            if scope.owner(name) is None:
                if name in scope.open:
                    scope.optional.pop(name, None)
                elif any(name in ends(e) for e in inner.elements if isinstance(e, Pattern)):
                    scope.optional[name] = inner
                scope.open.add(name)

    def _union(self, scope: Scope, groups: tuple[Group, ...]) -> None:
        """Join the rows of some groups; variables that not all of them have are open."""
        branches = []
        for group in groups:
            others = self.names - set(names(group))
            branch = self.scope(group, upper=scope.upper, open=others)
            if branch:
                branches.append(branch)
        if not branches:
            raise Uncertain
        held = [{*branch.keys, *branch.terms} for branch in branches]
        common = sorted(set.intersection(*held))
        kinds = {n: "k" if all(n in b.keys for b in branches) else "t" for n in common}
        parts = []
        for branch in branches:
            cells = [
                branch.keys[name] if kind == "k" else branch.term(name)
                for name, kind in kinds.items()
            ]
            chosen = ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells)) or "1 AS c"
            parts.append(f"SELECT {chosen} {branch.source()}")
        alias = scope.joined(f"({' UNION ALL '.join(parts)})", "u")
        for number, (name, kind) in enumerate(kinds.items()):
            scope.bind(Variable(name), kind, f"{alias}.c{number}")
        for name in {name for group in groups for name in names(group)} - set(common):
            if scope.owner(name) is None:
                scope.leave_open({name})

    # -- patterns ----------------------------------------------------------------------------

    def _pattern(self, scope: Scope, group: Group, pattern: Pattern, *, many: bool) -> None:
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
            self._path(scope, group, subject, path, end)

    def _only_there(self, scope: Scope, subject: Term, end: Term) -> bool:
        """Tell whether a pattern says no more than that a known subject has a property."""
        known = isinstance(subject, Variable) and subject.name in scope.keys
        return known and isinstance(end, Variable) and self.uses[end.name] == 1

    def _fact(self, scope: Scope, subject: Term, codes: list[int], end: Term) -> None:
        alias = scope.joined("fact", "f")
        scope.conditions.append(f"{alias}.p IN ({', '.join(map(str, codes)) or 'NULL'})")
        scope.bind(subject, "k", f"{alias}.k")
        scope.bind(end, "t", f"{alias}.o")

    def _path(self, scope: Scope, group: Group, subject: Term, path: Path, end: Term) -> None:
        def follow(start: Term, part: Path, stop: Term) -> None:
            self._pattern(scope, group, Pattern(start, part, stop), many=False)

        match path:
            case paths.Inverse(paths.Predicate() as inner):
                follow(end, inner, subject)
            case paths.Inverse(inner):
                follow(subject, turned(inner), end)
            case paths.Sequence((*first, paths.ZeroOrMore(paths.Predicate(iri)))) if (
                iri == SUBCLASS and isinstance(end, NamedNode)
            ):
                middle = Variable(self.name("_:"))
                follow(subject, paths.Sequence(tuple(first)), middle)
                below = ", ".join(map(quoted, sorted(self.db.classes(end))))
                scope.conditions.append(f"{scope.term(middle.name)} IN ({below})")
            case paths.Sequence(parts):
                for part in parts[:-1]:
                    middle = Variable(self.name("_:"))
                    follow(subject, part, middle)
                    subject = middle
                follow(subject, parts[-1], end)
            case paths.Alternative(parts):
                own = tuple(Group([Pattern(subject, part, end)]) for part in parts)
                self._union(scope, own)
            case paths.ZeroOrOne(inner) | paths.ZeroOrMore(inner) | paths.OneOrMore(inner):
                if not scope.upper:
                    follow(subject, inner, end)  # one step is certainly a way
                    return
                scope.leave_open({e.name for e in (subject, end) if isinstance(e, Variable)})
                if isinstance(path, paths.OneOrMore) and isinstance(subject, Variable):
                    follow(subject, inner, Variable(self.name("_:")))

    # -- conditions --------------------------------------------------------------------------

    def sure(self, e: Expression, truth: bool, scope: Scope) -> str:
        """Return a condition that holds only where an expression certainly is true, or false."""
        match e:
            case Call("!", (inner,)):
                return self.sure(inner, not truth, scope)
            case Call("&&" | "||" as name, parts):
                word = " AND " if (name == "&&") == truth else " OR "
                return f"({word.join(self.sure(part, truth, scope) for part in parts)})"
            case Exists(group):
                return self._exists(group, truth, scope)
            case Call("IN", (one, *others)):
                word = " OR " if truth else " AND "
                tests = [self._compared("=", one, other, truth, scope) for other in others]
                return f"({word.join(tests)})" if tests else str(not truth).lower()
            case Call("BOUND", (Variable(name),)):
                return self._bound(name, truth, scope)
            case Call("ISIRI" | "ISURI" | "ISBLANK" | "ISLITERAL" as name, (Variable(of),)):
                begin = {"ISBLANK": "_", "ISLITERAL": '"'}.get(name, "<")
                term = self._cell(Variable(of), scope)
                test = f"starts_with({term}, {quoted(begin)})" if term else ""
                return (test if truth else f"(NOT {test})") if test else "false"
            case Call(sign, (left, right)) if sign in ("=", "!=", "<", ">", "<=", ">="):
                return self._compared(sign, left, right, truth, scope)
            case _:
                return "false"

    def _bound(self, name: str, truth: bool, scope: Scope) -> str:
        if scope.owner(name):
            return str(truth).lower()
        if name not in scope.optional:
            return "false"
        return self._exists(scope.optional[name], truth, _without(scope, name))

    def _exists(self, group: Group, truth: bool, scope: Scope) -> str:
        """Return a condition: a group certainly has a solution, or certainly has none."""
        inner = self.scope(group, upper=not truth, parent=scope)
        rows = inner.source() if inner else ""
        if scope.parent and not self.db.sees_far and scope.parent.is_named_in(rows):
            return "false"  # nothing is certain of what the database does not take
        some = f"EXISTS (SELECT 1 {rows})" if rows else "false"
        return some if truth else f"(NOT {some})"

    def _cell(self, e: Expression, scope: Scope) -> str:
        """Return the term that an expression is, ``""`` where it is not known."""
        if isinstance(e, NamedNode | Literal):
            return quoted(str(e))
        owner = scope.owner(e.name) if isinstance(e, Variable) else None
        return owner.term(e.name) if owner and isinstance(e, Variable) else ""

    def _key(self, e: Expression, scope: Scope) -> str:
        if isinstance(e, NamedNode):
            return self.constant(e, "k")
        owner = scope.owner(e.name) if isinstance(e, Variable) else None
        return owner.keys.get(e.name, "") if owner and isinstance(e, Variable) else ""

    def _compared(
        self, sign: str, left: Expression, right: Expression, truth: bool, scope: Scope
    ) -> str:
        if sign == "!=":
            return self._compared("=", left, right, not truth, scope)
        one, other = self._key(left, scope), self._key(right, scope)
        if sign == "=" and one and other:
            return f"coalesce({one} {'=' if truth else '<>'} {other}, {str(not truth).lower()})"
        one, other = self._cell(left, scope), self._cell(right, scope)
        if not one or not other:
            return "false"
        if sign == "=":
            return sure_equal(one, other) if truth else sure_unequal(one, other)
        low, high = (other, one) if ">" in sign else (one, other)
        strict = "=" not in sign
        return sure_less(low, high, strict) if truth else sure_less(high, low, not strict)


def _without(scope: Scope, name: str) -> Scope:
    """Return a scope as it is seen from an OPTIONAL that may bind a variable."""
    found = Scope(scope.aliases, scope.upper, scope.parent, scope.open - {name})
    found.tables, found.conditions = scope.tables, scope.conditions
    found.keys, found.terms = scope.keys, scope.terms
    return found


def _see_connected(group: Group) -> None:
    """See that all patterns of a group hang together: else each row would meet each other.

    :raises Unsupported: if not, also in an inner group by itself.
    """
    parts = [set(ends(e)) for e in group.elements if isinstance(e, Pattern)]
    for element in group.elements:
        if isinstance(element, Union):
            for inner in element.groups:
                _see_connected(inner)
            parts.append(set.union(*(set(names(inner)) for inner in element.groups)))
    if not parts:
        return
    held, waiting = parts[0], parts[1:]
    while waiting:
        near = [part for part in waiting if part & held]
        if not near:
            raise Unsupported
        held = held.union(*near)
        waiting = [part for part in waiting if part not in near]
