"""SPARQL's functions as SQL that is sure of what it says.

A :class:`Value` holds what is known of an expression. Its SQL is NULL where nothing is certain: for
errors, for literals whose text a store may write in other digits, for texts with escapes, and where
Unicode makes databases differ. A part that is ``""`` is certain of no row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.shacl.names import LANG_STRING, XSD
from kg.shacl.sql.expressions import (
    DAY,
    SAFE_PATTERN,
    lexical,
    number,
    quoted,
)

_LONGEST = 20_000
"""Characters of SQL from which on an expression is left to the store."""
_LARGE = "1e15"
_SPELT = (
    rf'^"(?:(?:0|-?[1-9][0-9]{{0,14}})"\^\^<{XSD}integer>|-?(?:0|[1-9][0-9]{{0,6}})\.[0-9]{{0,7}}'
    rf'[1-9]"\^\^<{XSD}decimal>|{DAY}"\^\^<{XSD}date>)$'
)
"""Literals that a store writes as they are written here."""
_KEPT = [
    f"<{XSD}{name}>"
    for name in ("integer", "decimal", "double", "float", "boolean", "date", "dateTime", "anyURI")
]
"""Datatypes of XML Schema that a store does not replace by others."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of an expression, as SQL.

    ``term`` is the term, ``text`` the characters of a literal without language and datatype. Its
    number is at least ``low`` and at most ``high``, which are the same if it is known exactly.
    ``truth`` is a condition. ``constant`` is the term of an expression that is one.
    """

    term: str = ""
    text: str = ""
    low: str = ""
    high: str = ""
    truth: str = ""
    constant: NamedNode | Literal | None = None

    def mapped(self, change: Callable[[str], str]) -> Value:
        """Return the same value with other SQL for each part that has some."""
        parts = (self.term, self.text, self.low, self.high, self.truth)
        term, text, low, high, truth = (change(part) if part else "" for part in parts)
        return Value(term, text, low, high, truth)


UNKNOWN = Value()


def of_term(term: str, constant: NamedNode | Literal | None = None) -> Value:
    """Return the value that a column or constant is."""
    return Value(term, constant=constant)


def of_text(text: str) -> Value:
    """Return the value that a text is, of which no character needs an escape."""
    return Value(f"('\"' || {text} || '\"')", text) if text else UNKNOWN


def of_number(value: str) -> Value:
    """Return the value of a number that is known exactly."""
    return Value(low=value, high=value) if value else UNKNOWN


def near(low: str, high: str = "") -> Value:
    """Return the value of a calculated number, which a store knows to more digits."""

    def moved(value: str, sign: str) -> str:
        return (
            f"CASE WHEN abs({value}) < {_LARGE} THEN {value} {sign} 1e-9 * (1 + abs({value})) END"
        )

    return Value(low=moved(low, "-"), high=moved(high or low, "+"))


def text(value: Value) -> str:
    """Return SQL for the characters of a literal without language and datatype."""
    if value.text or not value.term:
        return value.text
    return f"CASE WHEN ends_with({value.term}, '\"') THEN {lexical(value.term)} END"


def bounds(value: Value) -> tuple[str, str]:
    """Return SQL for two numbers between which a number is."""
    if value.low or not value.term:
        return value.low, value.high
    return number(value.term), number(value.term)


def spelt(term: str) -> str:
    """Return a condition: a store certainly writes a term as it is written here; never NULL."""
    foreign = f"NOT contains({term}, {quoted('^^<' + XSD)})"
    return f"({foreign} OR regexp_matches({term}, {quoted(_SPELT)}))"


def _ascii(text: str) -> str:
    return f"regexp_matches({text}, '^[ -~]*$')"


def _worded(value: Value) -> str:
    """Return SQL for the characters of a literal without datatype; it may have a language."""
    if value.text or not value.term:
        return value.text
    literal = f"starts_with({value.term}, '\"') AND NOT ends_with({value.term}, '>')"
    return f"CASE WHEN {literal} THEN {lexical(value.term)} END"


def _str(value: Value) -> str:
    if value.text or not value.term:
        return value.text
    return f"CASE WHEN {spelt(value.term)} THEN {lexical(value.term)} END"


def _lang(value: Value) -> str:
    t = value.term
    if not t:
        return ""
    tag = f"regexp_extract({t}, '\"@([a-z0-9-]+)$', 1)"
    known = f"WHEN {tag} <> '' THEN {tag} END"
    literal = f"starts_with({t}, '\"') AND (ends_with({t}, '\"') OR ends_with({t}, '>'))"
    return f"CASE WHEN {literal} THEN '' {known}"


def _datatype(value: Value) -> str:
    t = value.term
    if not t:
        return ""
    iri = f"regexp_extract({t}, '\"\\^\\^(<[^<>\"]*>)$', 1)"
    kept = f"(NOT starts_with({iri}, {quoted('<' + XSD)}) OR {iri} IN ({_list(_KEPT)}))"
    return (
        f"CASE WHEN NOT starts_with({t}, '\"') THEN NULL WHEN ends_with({t}, '\"') "
        f"THEN '<{XSD}string>' WHEN NOT ends_with({t}, '>') THEN '<{LANG_STRING}>' "
        f"WHEN {iri} <> '' AND {kept} THEN {iri} END"
    )


def _list(items: Sequence[str]) -> str:
    return ", ".join(map(quoted, items))


def _cased(word: str) -> Callable[[Value], Value]:
    def function(value: Value) -> Value:
        t = text(value)
        return of_text(f"CASE WHEN {_ascii(t)} THEN {word}({t}) END" if t else "")

    return function


def _strlen(value: Value) -> Value:
    t = _worded(value)
    return of_number(f"length({t})::DOUBLE" if t else "")


def _whole(value: Value) -> int | None:
    """Return the number that a constant is, if it is a positive integer."""
    literal = value.constant
    if isinstance(literal, Literal) and literal.datatype.value == XSD + "integer":
        return int(literal.value) if re.fullmatch("[1-9][0-9]{0,8}", literal.value) else None
    return None


def _substr(value: Value, first: Value, size: Value | None = None) -> Value:
    t, start, number_ = text(value), _whole(first), _whole(size) if size else 0
    if not t or start is None or number_ is None:
        return UNKNOWN
    return of_text(f"substr({t}, {start}{f', {number_}' if size else ''})")


def _parted(before: bool) -> Callable[[Value, Value], Value]:
    def function(value: Value, sign: Value) -> Value:
        whole, part = text(value), text(sign)
        if not whole or not part:
            return UNKNOWN
        place = f"instr({whole}, {part})"
        cut = f"1, {place} - 1" if before else f"{place} + length({part})"
        found = f"WHEN {place} > 0 THEN substr({whole}, {cut}) WHEN {place} = 0 THEN ''"
        return of_text(f"CASE WHEN {part} = '' THEN NULL {found} END")

    return function


def _concat(*values: Value) -> Value:
    texts = [text(value) for value in values]
    return of_text(f"({' || '.join(texts)})") if texts and all(texts) else UNKNOWN


def _replace(value: Value, pattern: Value, by: Value) -> Value:
    """Replace what is written as it is: a regular expression without signs of its own."""
    t, plain = text(value), _constant_text(pattern)
    new = _constant_text(by)
    if not t or not plain or new is None or not re.fullmatch("[A-Za-z0-9 _#/:@,;=%&-]+", plain):
        return UNKNOWN
    if not re.fullmatch("[A-Za-z0-9 _#/:@,;=%&.-]*", new):
        return UNKNOWN
    return of_text(f"replace({t}, {quoted(plain)}, {quoted(new)})")


def _constant_text(value: Value) -> str | None:
    literal = value.constant
    if isinstance(literal, Literal) and literal.datatype.value == XSD + "string":
        return literal.value
    return None


def _abs(value: Value) -> Value:
    low, high = bounds(value)
    return of_number(f"abs({low})") if low and low == high else UNKNOWN


def _rounded(word: str, more: str = "") -> Callable[[Value], Value]:
    def function(value: Value) -> Value:
        low, high = bounds(value)
        return of_number(f"{word}({low}{more})::DOUBLE") if low and low == high else UNKNOWN

    return function


def _part_of_day(start: int, size: int) -> Callable[[Value], Value]:
    def function(value: Value) -> Value:
        if not value.term:
            return UNKNOWN
        day = quoted(rf'^"{DAY}"\^\^<{XSD}date>$')
        part = f"substr({value.term}, {start}, {size})::DOUBLE"
        return of_number(f"CASE WHEN regexp_matches({value.term}, {day}) THEN {part} END")

    return function


def _sum(one: Value, other: Value) -> Value:
    (a, b), (c, d) = bounds(one), bounds(other)
    return near(f"({a} + {c})", f"({b} + {d})") if a and c else UNKNOWN


def _difference(one: Value, other: Value) -> Value:
    (a, b), (c, d) = bounds(one), bounds(other)
    return near(f"({a} - {d})", f"({b} - {c})") if a and c else UNKNOWN


def _product(one: Value, other: Value) -> Value:
    (a, b), (c, d) = bounds(one), bounds(other)
    return near(f"({a} * {c})") if a and a == b and c and c == d else UNKNOWN


def _quotient(one: Value, other: Value) -> Value:
    (a, b), (c, d) = bounds(one), bounds(other)
    return near(f"({a} / nullif({c}, 0))") if a and a == b and c and c == d else UNKNOWN


VALUES: dict[str, Callable[..., Value]] = {
    "STR": lambda v: of_text(_str(v)),
    "LANG": lambda v: of_text(_lang(v)),
    "DATATYPE": lambda v: of_term(_datatype(v)),
    "UCASE": _cased("upper"),
    "LCASE": _cased("lower"),
    "STRLEN": _strlen,
    "SUBSTR": _substr,
    "STRBEFORE": _parted(before=True),
    "STRAFTER": _parted(before=False),
    "CONCAT": _concat,
    "REPLACE": _replace,
    "ABS": _abs,
    "CEIL": _rounded("ceil"),
    "FLOOR": _rounded("floor"),
    "ROUND": _rounded("floor", " + 0.5"),
    "YEAR": _part_of_day(2, 4),
    "MONTH": _part_of_day(7, 2),
    "DAY": _part_of_day(10, 2),
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
}
"""Functions of which the value is known from those of their arguments."""


def _kind(*begins: str) -> Callable[[Value], str]:
    def test(value: Value) -> str:
        return " OR ".join(f"starts_with({value.term}, {quoted(b)})" for b in begins if value.term)

    return test


def _within(word: str) -> Callable[[Value, Value], str]:
    def test(value: Value, part: Value) -> str:
        whole, inner = _worded(value), text(part)
        return f"{word}({whole}, {inner})" if whole and inner else ""

    return test


def _regex(value: Value, pattern: Value, flags: Value | None = None) -> str:
    """Match texts of ASCII characters, of which all regular expressions have one opinion."""
    t, plain = _worded(value), _constant_text(pattern)
    given = _constant_text(flags) if flags else ""
    if not t or plain is None or given not in ("", "i") or not plain.isascii():
        return ""
    if "&&" in plain or not SAFE_PATTERN.fullmatch(plain):
        return ""
    try:
        re.compile(plain)
    except re.error:
        return ""
    sign = quoted(("(?i)" if given else "") + plain.replace("$", r"\z"))
    short = f"length({t}) < 500 AND {_ascii(t)}"
    return f"CASE WHEN {short} THEN regexp_matches({t}, {sign}) END"


def _langmatches(tag: Value, range_: Value) -> str:
    t, wanted = text(tag), _constant_text(range_)
    if not t or wanted is None or not re.fullmatch(r"\*|[A-Za-z0-9-]+", wanted):
        return ""
    if wanted == "*":
        return f"{t} <> ''"
    return f"lower({t}) = '{wanted.lower()}' OR starts_with(lower({t}), '{wanted.lower()}-')"


def _same(one: Value, other: Value) -> str:
    a, b = one.term, other.term
    if not a or not b:
        return ""
    return f"CASE WHEN {a} = {b} THEN true WHEN {spelt(a)} AND {spelt(b)} THEN false END"


def _numeric(value: Value) -> str:
    t, (low, _) = value.term, bounds(value)
    if not t:
        return ""
    other = f"NOT starts_with({t}, '\"') OR NOT ends_with({t}, '>')"
    return f"CASE WHEN {other} THEN false WHEN {low} IS NOT NULL THEN true END"


TESTS: dict[str, Callable[..., str]] = {
    "ISIRI": _kind("<"),
    "ISURI": _kind("<"),
    "ISBLANK": _kind("_"),
    "ISLITERAL": _kind('"'),
    "ISNUMERIC": _numeric,
    "STRSTARTS": _within("starts_with"),
    "STRENDS": _within("ends_with"),
    "CONTAINS": _within("contains"),
    "REGEX": _regex,
    "LANGMATCHES": _langmatches,
    "SAMETERM": _same,
}
"""Functions that are true or false, or NULL if that is not certain."""


def call(name: str, arguments: Sequence[Value]) -> Value:
    """Return what is known of a function of some values."""
    try:
        if name in VALUES:
            found = VALUES[name](*arguments)
        elif name in TESTS:
            test = TESTS[name](*arguments)
            found = Value(truth=f"({test})" if test else "")
        else:
            return UNKNOWN
    except TypeError:  # a number of arguments that the function does not take
        return UNKNOWN
    longest = max(map(len, (found.term, found.text, found.low, found.truth)))
    return found if longest < _LONGEST else UNKNOWN


def chosen(conditions: tuple[str, str], one: Value, other: Value) -> Value:
    """Return one of two values: the first if a condition is certain, or the second."""

    def part(of: Callable[[Value], str]) -> str:
        a, b = of(one) or "NULL", of(other) or "NULL"
        if a == b == "NULL":
            return ""
        return f"(CASE WHEN {conditions[0]} THEN {a} WHEN {conditions[1]} THEN {b} END)"

    return Value(
        part(lambda v: v.term),
        part(text),
        part(lambda v: bounds(v)[0]),
        part(lambda v: bounds(v)[1]),
        part(lambda v: v.truth),
    )
