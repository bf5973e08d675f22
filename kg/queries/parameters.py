"""Values of parameters: from what a person writes to a term, checked on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph
from kg.ontology import TYPE, XSD

DAYS: Mapping[str, Decimal] = {
    "d": Decimal(1),
    "wk": Decimal(7),
    "mo": Decimal("30.4375"),
    "a": Decimal("365.25"),
}
"""Unit of age (UCUM) → days, by the declared conversion 1 a = 12 mo = 365.25 d, 1 wk = 7 d."""

_AGE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?(d|wk|mo|a)", re.ASCII)
_IRI = re.compile(r"[^\s<>\"{}|\\^`]+")
_OTHER_UNITS = {
    "day": "d",
    "days": "d",
    "w": "wk",
    "week": "wk",
    "weeks": "wk",
    "m": "mo",
    "month": "mo",
    "months": "mo",
    "y": "a",
    "yr": "a",
    "year": "a",
    "years": "a",
}


def term(graph: Graph, kind: str, text: str) -> NamedNode | Literal:
    """Return the term that a value of a parameter means.

    :param kind: a key of :data:`KINDS`, or the name of a controlled list.
    :raises UsageError: if the text is not such a value.
    """
    read = KINDS.get(kind)
    return read(graph, text) if read else _member(graph, kind, text)


def days(text: str) -> Decimal:
    """Return an age such as ``18mo``, ``2a``, ``10wk`` or ``30d`` in days, exactly.

    >>> days("18mo")
    Decimal('547.8750')

    :raises UsageError: if the text is not an age.
    """
    found = _AGE.fullmatch(text.strip())
    if not found:
        word = re.fullmatch(r"[\d.]+ ?([a-z]+)", text.strip().lower())
        unit = _OTHER_UNITS.get(word[1]) if word else None
        hint = (
            f"write '{unit}' for the unit" if unit else "an age is a number and one of d, wk, mo, a"
        )
        raise UsageError(f"'{text}' is not an age such as 18mo, 2a, 10wk or 30d", hint=hint)
    return Decimal(found[1]) * DAYS[found[2]]


def _age(_graph: Graph, text: str) -> Literal:
    return Literal(f"{days(text):f}", datatype=NamedNode(XSD + "decimal"))


def _iri(graph: Graph, text: str) -> NamedNode:
    if _IRI.fullmatch(text):
        with suppress(UsageError):  # an IRI that pyoxigraph does not take
            node = graph.node(text)
            if graph.value(node, TYPE.value) is not None:
                return node
    ids = [graph.short(n) for n in graph.instances("Entity") if "#" not in n.value]
    hint = did_you_mean(text, ids) or "an id is written as in intervention/pcit"
    raise UsageError(f"nothing in the graph has the id '{text}'", hint=hint)


def _text(_graph: Graph, text: str) -> Literal:
    return Literal(text)


def _date(_graph: Graph, text: str) -> Literal:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        with suppress(ValueError):
            date.fromisoformat(text)
            return Literal(text, datatype=NamedNode(XSD + "date"))
    raise UsageError(f"'{text}' is not a date", hint="a date is written as in 2025-02-25")


def _integer(_graph: Graph, text: str) -> Literal:
    if not re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        raise UsageError(f"'{text}' is not a whole number", hint="digits only, as in 24")
    return Literal(int(text))


def _member(graph: Graph, list_name: str, text: str) -> NamedNode:
    members = graph.ontology.members(graph.ontology.classes[list_name].iri)
    if text not in members:
        hint = did_you_mean(text, members) or f"one of {', '.join(members)}"
        raise UsageError(f"'{text}' is not a valid value for {list_name}", hint=hint)
    return NamedNode(members[text].iri)


KINDS: Mapping[str, Callable[[Graph, str], NamedNode | Literal]] = {
    "age": _age,
    "date": _date,
    "integer": _integer,
    "iri": _iri,
    "text": _text,
}
"""Type of parameter → what reads its values. The names of controlled lists are types too."""
MEASURES = frozenset({"age", "date", "integer"})
"""Types whose values are compared by size; a question with such a default needs a value."""
