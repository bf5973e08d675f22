"""SPARQL queries as data: the patterns and conditions of a SELECT or ASK.

They are read by :mod:`kg.shacl.sparql_reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.shacl.plan.paths import Path


class Unsupported(Exception):
    """Something in a query that is not known here, in words."""


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
    """Variables that get values in another way: BIND of an expression, or VALUES."""

    names: frozenset[str]
    value: Expression | None = None


@dataclass(slots=True)
class Group:
    """What stands between braces: elements in their order, and all conditions."""

    elements: list[Element] = field(default_factory=list)
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
        """Yield the groups of EXISTS in the conditions, and in what is assigned."""
        assigned = (e.value for e in self.elements if isinstance(e, Assigned))
        for expression in (*self.filters, *assigned):
            if expression is not None:
                yield from (e.group for e in parts(expression) if isinstance(e, Exists))


@dataclass(slots=True)
class Query:
    """A query, also a nested one.

    ``selected`` are the variables between SELECT and the pattern, each with the expression that it
    is the name of, if there is one. ``grouped`` are the variables of GROUP BY, ``None`` without;
    ``having`` the conditions on groups. ``cut`` says that there is a LIMIT or OFFSET.
    """

    selected: dict[str, Expression | None]
    group: Group
    grouped: frozenset[str] | None = None
    having: tuple[Expression, ...] = ()
    cut: bool = False
    ask: bool = False


Element = Pattern | Optional | Union | Minus | Assigned | Query


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all that it is made of, but for what stands within EXISTS."""
    yield expression
    if isinstance(expression, Call):
        for argument in expression.arguments:
            yield from parts(argument)


def variables(expression: Expression) -> Iterator[str]:
    """Yield the names of the variables of an expression, but for those within EXISTS."""
    yield from (part.name for part in parts(expression) if isinstance(part, Variable))


def ends(pattern: Pattern) -> Iterator[str]:
    """Yield the names of the variables of a pattern."""
    places = (pattern.subject, pattern.path, pattern.object)
    yield from (place.name for place in places if isinstance(place, Variable))


def names(group: Group) -> Iterator[str]:
    """Yield the name of each variable of a group, as often as it is written there."""
    for element in group.elements:
        if isinstance(element, Pattern):
            yield from ends(element)
        elif isinstance(element, Assigned):
            yield from element.names
            if element.value is not None:
                yield from variables(element.value)
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
