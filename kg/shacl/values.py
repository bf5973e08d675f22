"""Literals as values: which are well-formed, and which is less.

Lexical forms and values are those of XML Schema 1.1 part 2. A lexical form with white space round
it is ill-typed: RDF 1.1 takes the lexical space as it is, before white space is collapsed. Order
is that of ``<`` in SPARQL 1.1 (section 17.3): numbers by value, exact unless a float or a double
takes part, then strings, booleans, dates, times and durations. Where one time has a zone and the
other has none, the answer is that of XML Schema: known when they are more than 14 hours apart.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from pyoxigraph import Literal

from kg.shacl.names import XSD

_ZONE = r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]+)?))|(24:00:00(?:\.0+)?))"
_HALF_DAY_ZONE = 14 * 3600
_NAME_START = (
    ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_REST = _NAME_START + r"\-.0-9\xb7\u0300-\u036f\u203f-\u2040"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that can be compared with others of its ``family``; ``rank`` orders numeric types."""

    family: str
    content: Any
    rank: int = 0
    zoned: bool = False


def well_formed(literal: Literal) -> bool:
    """Tell whether the text of a literal is in the lexical space of its datatype.

    Datatypes other than those of XML Schema accept every text.
    """
    datatype = literal.datatype.value
    if not datatype.startswith(XSD):
        return True
    reader = _READERS.get(datatype[len(XSD) :])
    return reader is None or reader(literal.value) is not None


def value(literal: Literal) -> Value | None:
    """Return the value of a literal, or ``None`` if it is ill-typed or has no order."""
    datatype = literal.datatype.value
    if not datatype.startswith(XSD):
        return None
    reader = _READERS.get(datatype[len(XSD) :])
    found = reader(literal.value) if reader else None
    return found if found and found.family else None


def compare(one: Value | None, other: Value | None) -> int | None:
    """Return -1, 0 or 1 as one value is less, equal or greater; ``None`` if incomparable."""
    if one is None or other is None or one.family != other.family:
        return None
    if one.family == "number":
        return _numbers(one, other)
    if one.family == "duration":
        return _durations(one.content, other.content)
    if one.zoned == other.zoned:
        return _order(one.content, other.content)
    sign, zoned, local = (1, one, other) if one.zoned else (-1, other, one)
    seconds, fraction = local.content
    # A local time is between itself in zone +14:00 and itself in zone -14:00.
    if zoned.content < (seconds - _HALF_DAY_ZONE, fraction):
        return -sign
    if zoned.content > (seconds + _HALF_DAY_ZONE, fraction):
        return sign
    return None


def identity(literal: Literal) -> Hashable:
    """Return what literals of one datatype have in common if and only if they compare as equal.

    A literal without a value has it in common with none.
    """
    own = value(literal)
    if own is None or compare(own, own) != 0:
        return literal
    content = _promoted(own, own.rank) if own.family == "number" and own.rank else own.content
    return own.family, own.zoned, content


def _order(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


def _numbers(one: Value, other: Value) -> int | None:
    rank = max(one.rank, other.rank)
    if rank == 0:
        return _order(one.content, other.content)
    pair = [_promoted(v, rank) for v in (one, other)]
    if pair[0] != pair[0] or pair[1] != pair[1]:
        return None  # NaN is neither less than, equal to nor greater than anything
    return _order(*pair)


def _promoted(number: Value, rank: int) -> float:
    """Return a number as xs:float (rank 1) or xs:double (rank 2), as XPath promotes it."""
    content = float(number.content)
    return _single(content) if rank == 1 else content


def _single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


# -- readers: text → value, or None for a text outside the lexical space -------------------------

Reader = Callable[[str], Value | None]
_compiled = cache(re.compile)  # when first used: compiling all of them takes a while
_NO_ORDER = Value("", None)


def _text(pattern: str, family: str = "") -> Reader:
    """Return a reader for texts that match; with a family they can be compared as strings."""

    def read(text: str) -> Value | None:
        if not _compiled(pattern).fullmatch(text):
            return None
        return Value(family, text) if family else _NO_ORDER

    return read


def _integer(least: int | None = None, most: int | None = None) -> Reader:

    def read(text: str) -> Value | None:
        if not _compiled("[+-]?[0-9]+").fullmatch(text):
            return None
        number = Decimal(text)
        if (least is not None and number < least) or (most is not None and number > most):
            return None
        return Value("number", number)

    return read


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")


def _decimal(text: str) -> Value | None:
    return Value("number", Decimal(text)) if _DECIMAL.fullmatch(text) else None


def _floating(rank: int) -> Reader:
    def read(text: str) -> Value | None:
        if not _DOUBLE.fullmatch(text):
            return None
        number = float(text)
        return Value("number", _single(number) if rank == 1 else number, rank)

    return read


def _boolean(text: str) -> Value | None:
    if text not in ("true", "false", "1", "0"):
        return None
    return Value("boolean", text in ("true", "1"))


def _moment(family: str, pattern: str, parts: str) -> Reader:
    """Return a reader of points in time.

    :param parts: what the groups of the pattern are, one letter each: Y, M, D, or T for a time.
    """

    def read(text: str) -> Value | None:
        match = _compiled(pattern + _ZONE, re.ASCII).fullmatch(text)
        if not match:
            return None
        groups = list(match.groups())
        zone = groups.pop()
        # What is not said is taken from a leap year with a January of 31 days.
        year, month, day, seconds, fraction = 1972, 1, 1, 0, Decimal(0)
        for part in parts:
            if part == "T":
                hour, minute, second, midnight = groups[:4]
                del groups[:4]
                whole, _, rest = ("0" if midnight else second).partition(".")
                clock = (24, 0) if midnight else (int(hour), int(minute))
                seconds = clock[0] * 3600 + clock[1] * 60 + int(whole)
                fraction = Decimal("0." + (rest or "0"))
            elif part == "Y":
                year = _whole(groups.pop(0))
            elif part == "M":
                month = int(groups.pop(0))
            else:
                day = int(groups.pop(0))
        if day > _days_in(year, month):
            return None
        start = _days(year, month, day) * 86400 + seconds - _offset(zone)
        return Value(family, (start, fraction), 0, zone is not None)

    return read


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days(year: int, month: int, day: int) -> int:
    """Return the number of a day in the proleptic Gregorian calendar, for any year."""
    before = year - 1
    leap = before // 4 - before // 100 + before // 400
    return before * 365 + leap + sum(_days_in(year, m) for m in range(1, month)) + day


def _offset(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


_DURATION = re.compile(
    r"(-?)P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(\.[0-9]+)?S)?)?"
)
_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""The four moments at which XML Schema 1.1 (section 3.3.6.1) compares durations."""


def _duration(years: bool = True, days: bool = True) -> Reader:
    def read(text: str) -> Value | None:
        match = _DURATION.fullmatch(text)
        if not match:
            return None
        sign, year, month, day, hour, minute, second, fraction = match.groups()
        if (not years and (year or month)) or (not days and (day or "T" in text)):
            return None
        factor = -1 if sign else 1
        months = _whole(year) * 12 + _whole(month)
        whole = _whole(day) * 86400 + _whole(hour) * 3600 + _whole(minute) * 60 + _whole(second)
        rest = Decimal("0" + (fraction or ""))
        return Value("duration", (factor * months, factor * whole, factor * rest))

    return read


def _whole(text: str | None) -> int:
    """Return a number of any length; ``int(text)`` refuses those of more than 4300 digits."""
    return int(Decimal(text or 0))


def _durations(one: tuple[int, int, Decimal], other: tuple[int, int, Decimal]) -> int | None:
    answers = {
        _order(_end(one, start), _end(other, start))
        for start in (_STARTS if one[0] != other[0] else _STARTS[:1])
    }
    return answers.pop() if len(answers) == 1 else None


def _end(duration: tuple[int, int, Decimal], start: tuple[int, int]) -> tuple[int, Decimal]:
    months, seconds, fraction = duration
    year, month = divmod(start[0] * 12 + start[1] - 1 + months, 12)
    whole = _days(year, month + 1, 1) * 86400 + seconds
    return (whole - 1, fraction + 1) if fraction < 0 else (whole, fraction)


_BITS = {"long": 63, "int": 31, "short": 15, "byte": 7}
_DATE_TIME = rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}"
_TOKEN = r"(?! )(?!(?s:.*)  )[^\t\n\r]*(?<! )"
_PLAIN: Mapping[str, Reader] = {
    "string": _text("(?s:.*)", "string"),
    "normalizedString": _text(r"[^\t\n\r]*", "string"),
    "token": _text(_TOKEN, "string"),
    "language": _text(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", "string"),
    "NMTOKEN": _text(f"[{_NAME_REST}]+", "string"),
    "Name": _text(f"[{_NAME_START}][{_NAME_REST}]*", "string"),
    "NCName": _text(f"(?!:)[{_NAME_START}](?:(?!:)[{_NAME_REST}])*", "string"),
    "anyURI": _text(r"[^\x00-\x20<>\"{}|\\^`]*"),
    "hexBinary": _text(r"(?:[0-9a-fA-F]{2})*"),
    "base64Binary": _text(
        r"(?:(?:[A-Za-z0-9+/] ?){4})*"
        r"(?:(?:[A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?="
        r"|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
    ),
    "boolean": _boolean,
    "decimal": _decimal,
    "integer": _integer(),
    "nonNegativeInteger": _integer(0),
    "positiveInteger": _integer(1),
    "nonPositiveInteger": _integer(None, 0),
    "negativeInteger": _integer(None, -1),
    "float": _floating(1),
    "double": _floating(2),
    "dateTime": _moment("dateTime", _DATE_TIME, "YMDT"),
    "date": _moment("date", rf"{_YEAR}-{_MONTH}-{_DAY}", "YMD"),
    "time": _moment("time", _TIME, "T"),
    "gYear": _moment("gYear", _YEAR, "Y"),
    "gYearMonth": _moment("gYearMonth", rf"{_YEAR}-{_MONTH}", "YM"),
    "gMonth": _moment("gMonth", rf"--{_MONTH}", "M"),
    "gMonthDay": _moment("gMonthDay", rf"--{_MONTH}-{_DAY}", "MD"),
    "gDay": _moment("gDay", rf"---{_DAY}", "D"),
    "duration": _duration(),
    "yearMonthDuration": _duration(days=False),
    "dayTimeDuration": _duration(years=False),
}


def _stamp(text: str) -> Value | None:
    found = _PLAIN["dateTime"](text)
    return found if found and found.zoned else None


_READERS: dict[str, Reader] = {
    name: lru_cache(maxsize=4096)(reader)
    for name, reader in {
        **_PLAIN,
        "dateTimeStamp": _stamp,
        **{n: _integer(-(2**b), 2**b - 1) for n, b in _BITS.items()},
        **{"unsigned" + n.title(): _integer(0, 2 ** (b + 1) - 1) for n, b in _BITS.items()},
    }.items()
}
