"""SPARQL's expressions as conditions in SQL that are sure of their answer."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pyoxigraph import Literal, NamedNode

from kg.shacl.sparql_query import Call, Exists, Expression, Group, Variable
from kg.shacl.sql.comparisons import sure_equal, sure_less, sure_true, sure_unequal
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.functions import UNKNOWN, Value, call, chosen, of_term
from kg.shacl.sql.scope import Aliases, Scope

_SIGNS = ("=", "!=", "<", ">", "<=", ">=")


class Conditions(Aliases, ABC):
    """Writes conditions and values for the rows of a :class:`~kg.shacl.sql.scope.Scope`."""

    @abstractmethod
    def scope(self, group: Group, *, upper: bool, parent: Scope | None = None) -> Scope | None:
        """Write a group; ``None`` if none of its rows is certain to be a solution."""

    def sure(self, e: Expression, truth: bool, scope: Scope) -> str:
        """Return a condition that holds only if an expression certainly is true, or false."""
        match e:
            case Call("!", (inner,)):
                return self.sure(inner, not truth, scope)
            case Call("&&" | "||" as name, operands):
                word = " AND " if (name == "&&") == truth else " OR "
                return f"({word.join(self.sure(part, truth, scope) for part in operands)})"
            case Exists(group):
                return self._exists(group, truth, scope)
            case Call("IN", (one, *others)):
                word = " OR " if truth else " AND "
                tests = [self._compared("=", one, other, truth, scope) for other in others]
                return f"({word.join(tests)})" if tests else str(not truth).lower()
            case Call("BOUND", (Variable(name),)):
                return self._bound(name, truth, scope)
            case Call(sign, (left, right)) if sign in _SIGNS:
                return self._compared(sign, left, right, truth, scope)
            case _:
                return sure_true(self.value(e, scope), truth)

    def value(self, e: Expression, scope: Scope) -> Value:
        """Return what is known of an expression."""
        match e:
            case NamedNode() | Literal():
                return of_term(quoted(str(e)), e)
            case Variable(name):
                owner = scope.owner(name)
                return of_term(owner.term(name)) if owner else scope.assigned(name)
            case Call("IF", (condition, one, other)):
                sure = (self.sure(condition, True, scope), self.sure(condition, False, scope))
                return chosen(sure, self.value(one, scope), self.value(other, scope))
            case Call("COALESCE", (Variable(name) as first, *_)) if scope.owner(name):
                return self.value(first, scope)
            case Call("!" | "&&" | "||" | "IN" | "BOUND" | "=" | "!=" | "<" | ">" | "<=" | ">="):
                yes, no = self.sure(e, True, scope), self.sure(e, False, scope)
                return Value(truth=f"CASE WHEN {yes} THEN true WHEN {no} THEN false END")
            case Call(name, arguments):
                return scope.counted(e) or call(name, [self.value(a, scope) for a in arguments])
            case _:
                return UNKNOWN

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
        low, high = self.value(left, scope), self.value(right, scope)
        if sign == "=":
            return sure_equal(low, high) if truth else sure_unequal(low, high)
        if ">" in sign:
            low, high = high, low
        strict = "=" not in sign
        return sure_less(low, high, strict) if truth else sure_less(high, low, not strict)


def _without(scope: Scope, name: str) -> Scope:
    """Return a scope as it is seen from an OPTIONAL that may bind a variable."""
    found = Scope(scope.aliases, scope.upper, scope.parent, scope.open - {name})
    found.tables, found.conditions = scope.tables, scope.conditions
    found.keys, found.terms, found.values = scope.keys, scope.terms, scope.values
    return found
