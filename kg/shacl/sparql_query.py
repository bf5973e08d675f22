"""SPARQL queries as data: the patterns and conditions of a SELECT or ASK.

They are read by :mod:`kg.shacl.sparql_reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.shacl.plan.paths import Path


class Unsupported(Exception):
    """Something in a query that the reader does not know."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, by its name; blank nodes of a query have names that begin with ``_:``."""

    name: str


Term = Variable | NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; the property is a path or a variable."""

    subject: Term
    path: Path | Variable
    object: Term


@dataclass(frozen=True, slots=True)
class Exists:
    """``EXISTS`` of a group; its negation is a :class:`Call` of ``!``."""

    group: Group


@dataclass(frozen=True, slots=True)
class Call:
    """An operator, such as ``&&``, ``IN`` or ``<``, or a function by its name in capitals."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Variable | NamedNode | Literal | Call | Exists


@dataclass(frozen=True, slots=True)
class Optional:
    """``OPTIONAL`` of a group."""

    group: Group


@dataclass(frozen=True, slots=True)
class Union:
    """Groups of which any may match; a plain nested group is a union of one."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """``MINUS`` of a group."""

    group: Group


@dataclass(frozen=True, slots=True)
class Assigned:
    """Variables that get values in another way: BIND, VALUES."""

    names: frozenset[str]


@dataclass(slots=True)
class Group:
    """What stands between braces: elements in their order, and all conditions."""

    elements: list[Pattern | Optional | Union | Minus | Assigned | Query] = field(
        default_factory=list
    )
    filters: list[Expression] = field(default_factory=list)

    def patterns(self) -> Iterator[Pattern]:
        """Yield all triple patterns, those of inner groups and of conditions too."""
        yield from (e for e in self.elements if isinstance(e, Pattern))
        for inner in self.inner():
            yield from inner.patterns()

    def inner(self) -> Iterator[Group]:
        """Yield the groups directly within."""
        for element in self.elements:
            if isinstance(element, Union):
                yield from element.groups
            elif isinstance(element, Optional | Minus | Query):
                yield element.group
        yield from self.conditions()

    def conditions(self) -> Iterator[Group]:
        """Yield the groups of EXISTS in the conditions."""
        for condition in self.filters:
            yield from (e.group for e in _parts(condition) if isinstance(e, Exists))


@dataclass(slots=True)
class Query:
    """A query, also a nested one.

    ``selected`` are the variables between SELECT and the pattern, ``after`` the words after it,
    such as GROUP and LIMIT. ``least`` is how many solutions a value of ``$this`` must have, as far
    as a condition on their number says so.
    """

    selected: frozenset[str]
    group: Group
    after: frozenset[str]
    ask: bool = False
    least: int = 1


def _parts(expression: Expression) -> Iterator[Expression]:
    yield expression
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from _parts(argument)


def variables(expression: Expression) -> Iterator[str]:
    """Yield the names of the variables of an expression, but for those within EXISTS."""
    for part in _parts(expression):
        if isinstance(part, Variable):
            yield part.name


def ends(pattern: Pattern) -> Iterator[str]:
    """Yield the names of the variables of a pattern."""
    parts = (pattern.subject, pattern.path, pattern.object)
    yield from (part.name for part in parts if isinstance(part, Variable))


def names(group: Group) -> Iterator[str]:
    """Yield the name of each variable of a group, as often as it is written there."""
    for element in group.elements:
        if isinstance(element, Pattern):
            yield from ends(element)
        elif isinstance(element, Assigned):
            yield from element.names
        elif isinstance(element, Query):
            yield from element.selected
    for condition in group.filters:
        yield from variables(condition)
    for inner in group.inner():
        yield from names(inner)


def conjuncts(filters: list[Expression]) -> Iterator[Expression]:
    """Yield the conditions that must all hold: the operands of ``&&`` one by one."""
    for condition in filters:
        if isinstance(condition, Call) and condition.name == "&&":
            yield from conjuncts(list(condition.arguments))
        else:
            yield condition
