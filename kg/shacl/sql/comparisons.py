"""Comparisons of two values as SPARQL makes them, as SQL that is sure of its answer.

Each condition is true only where the answer is certain, and never NULL. What is not certain, such
as numbers of many digits, times of day or literals of unknown datatypes, makes all of them false.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal

from kg.shacl.names import XSD
from kg.shacl.sql.expressions import comparable, quoted
from kg.shacl.sql.functions import Value, bounds, text

_TRUE, _FALSE = (quoted(f'"{word}"^^<{XSD}boolean>') for word in ("true", "false"))
_KINDS = {"string": "text", "date": "day", "integer": "number", "decimal": "number"}


def sure_less(low: Value, high: Value, strict: bool) -> str:
    """Return a condition: one value is certainly less than another, or at most the same."""
    sign = "<" if strict else "<="
    return _any(f"{a} {sign} {b}" for (_, a), (b, _) in _ranges(low, high))


def sure_equal(one: Value, other: Value) -> str:
    """Return a condition: ``one = other`` is certainly true."""
    tests = [
        f"{a} = {b} AND {c} = {d} AND {a} = {d}" if a != c or b != d else f"{a} = {b}"
        for (a, c), (b, d) in _ranges(one, other)
    ]
    if one.term and other.term:
        typed = f"starts_with({one.term}, '\"') AND ends_with({one.term}, '>')"
        tests.append(f"{one.term} = {other.term} AND NOT ({typed})")
        if _either(one, other, "boolean"):
            tests.append(f"{one.term} = {other.term}")
    return _any(tests)


def sure_unequal(one: Value, other: Value) -> str:
    """Return a condition: ``one = other`` is certainly false, so that ``!=`` is true."""
    ranges = list(_ranges(one, other))
    tests = [f"{b} < {c}" for (_, b), (c, _) in ranges] + [
        f"{d} < {a}" for (a, _), (_, d) in ranges
    ]
    if one.term and other.term:
        node = f"NOT starts_with({one.term}, '\"') OR NOT starts_with({other.term}, '\"')"
        tests.append(f"{one.term} <> {other.term} AND ({node})")
        if _either(one, other, "boolean"):
            values = f"({_TRUE}, {_FALSE})"
            known = f"{one.term} IN {values} AND {other.term} IN {values}"
            tests.append(f"{one.term} <> {other.term} AND {known}")
    return _any(tests)


def sure_true(value: Value, truth: bool) -> str:
    """Return a condition: a value certainly counts as true, or certainly as false."""
    tests = []
    if value.truth:
        tests.append(value.truth if truth else f"NOT {value.truth}")
    low, high = bounds(value)
    if low:
        tests.append(f"({low} > 0 OR {high} < 0)" if truth else f"{low} = 0 AND {high} = 0")
    if characters := text(value):
        tests.append(f"{characters} {'<>' if truth else '='} ''")
    if value.term:
        tests.append(f"{value.term} = {_TRUE if truth else _FALSE}")
    return _any(tests)


def _any(tests: Iterator[str] | list[str]) -> str:
    return "(" + (" OR ".join(f"coalesce({test}, false)" for test in tests) or "false") + ")"


def _either(one: Value, other: Value, datatype: str) -> bool:
    """Tell whether one of two values is a constant of a datatype."""
    constants = (v.constant for v in (one, other))
    return any(isinstance(c, Literal) and c.datatype.value == XSD + datatype for c in constants)


def _ranges(one: Value, other: Value) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield what two values are as numbers, texts and days: the least and most that each can be."""
    constants = [v.constant for v in (one, other) if v.constant is not None]
    wanted = {
        _KINDS.get(c.datatype.value.removeprefix(XSD)) if isinstance(c, Literal) else None
        for c in constants
    }
    if wanted <= {"number"} and bounds(one)[0] and bounds(other)[0]:
        yield bounds(one), bounds(other)
    if wanted <= {"text"} and text(one) and text(other):
        yield (text(one),) * 2, (text(other),) * 2
    if wanted <= {"day"} and one.term and other.term:
        yield (comparable(one.term)[1],) * 2, (comparable(other.term)[1],) * 2
