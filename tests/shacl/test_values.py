"""Lexical forms, order and patterns: what XML Schema 1.1 and XPath say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.ontology import XSD
from kg.shacl.errors import ShaclError
from kg.shacl.patterns import compiled
from kg.shacl.values import compare, value, well_formed


def literal(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + kind))


WELL_FORMED = """
    date 2020-02-29|date -0004-02-29|date 12020-01-01+14:00|time 24:00:00|time 23:59:59.999Z
    dateTime 2020-01-01T24:00:00|dateTimeStamp 2020-01-01T00:00:00Z|gYear 0000|gMonthDay --02-29
    gMonth --12|gDay ---31|gYearMonth 2020-12|duration -P1Y2M3DT4H5M6.7S|yearMonthDuration P1Y
    dayTimeDuration PT0.5S|byte -128|unsignedByte 255|unsignedLong 18446744073709551615
    negativeInteger -1|decimal .5|decimal 5.|double +INF|float -1.5E-3|double NaN|boolean 0
    token a b|NCName é-1|Name a:b|NMTOKEN -1|language en-GB|hexBinary 0aF0|base64Binary YQ==
    anyURI a/b|string  x |normalizedString  x
"""
ILL_TYPED = """
    date 2020-02-30|date 2021-02-29|date 2020-1-1|date 02020-01-01|date 2020-01-01+14:01
    time 24:00:01|time 23:59:60|dateTime 2020-01-01|dateTimeStamp 2020-01-01T00:00:00|gYear 20
    gMonthDay --02-30|gMonth --13|gDay ---32|gYearMonth 2020-00|duration P|duration P1YT|duration 1Y
    yearMonthDuration P1D|dayTimeDuration P1M|byte 128|byte -129|unsignedByte -1|short 32768
    unsignedLong 18446744073709551616|negativeInteger 0|positiveInteger 0|integer 1.0|integer ١
    integer 1e3|decimal 1e3|decimal .|double 1e|double inf|float nan|boolean TRUE|boolean yes
    token a  b|NCName a:b|NCName 1a|language e_n|hexBinary abc|base64Binary YR==|anyURI a b
"""


def split(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    words = [word.lstrip() for line in lines for word in line.split("|")]
    return [(w.partition(" ")[0], w.partition(" ")[2]) for w in words]


@pytest.mark.parametrize(("kind", "text"), split(WELL_FORMED))
def test_well_formed(kind: str, text: str) -> None:
    assert well_formed(literal(text, kind))
    padded = kind in ("string", "normalizedString")
    assert well_formed(literal(f" {text}", kind)) == padded


@pytest.mark.parametrize(("kind", "text"), split(ILL_TYPED))
def test_ill_typed(kind: str, text: str) -> None:
    assert not well_formed(literal(text, kind))
    assert value(literal(text, kind)) is None


def test_datatypes_outside_xml_schema_accept_every_text() -> None:
    assert well_formed(Literal("x", datatype=NamedNode("http://example.org/dt")))
    assert well_formed(Literal("x", language="en"))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("integer", "1"), ("decimal", "1.0"), 0),
        (("integer", "9" * 50), ("integer", "9" * 49 + "8"), 1),
        (("integer", "9007199254740993"), ("double", "9007199254740992"), 0),
        (("float", "0.1"), ("double", "0.1"), 1),
        (("float", "1e40"), ("double", "1e300"), 1),
        (("double", "NaN"), ("double", "NaN"), None),
        (("double", "-INF"), ("integer", "-" + "9" * 400), 0),
        (("string", "a"), ("token", "b"), -1),
        (("string", "1"), ("integer", "1"), None),
        (("boolean", "false"), ("boolean", "1"), -1),
        (("date", "2020-01-01"), ("dateTime", "2020-01-01T00:00:00"), None),
        (("dateTime", "2020-01-01T24:00:00Z"), ("dateTime", "2020-01-02T01:00:00+01:00"), 0),
        (("dateTime", "2020-01-01T00:00:00.10Z"), ("dateTime", "2020-01-01T00:00:00.1Z"), 0),
        (("dateTime", "2020-01-01T00:00:00"), ("dateTime", "2020-01-01T13:59:59Z"), None),
        (("dateTime", "2020-01-01T00:00:00"), ("dateTime", "2020-01-01T14:00:01Z"), -1),
        (("dateTime", "2020-01-01T14:00:01Z"), ("dateTime", "2020-01-01T00:00:00"), 1),
        (("dateTime", "2020-01-01T00:00:00Z"), ("dateTime", "2020-01-01T14:00:01"), -1),
        (("date", "2020-01-01+14:00"), ("date", "2019-12-31-10:00"), 0),
        (("gYear", "-0001"), ("gYear", "0001"), -1),
        (("gYear", "1" * 5000), ("gYear", "2020"), 1),
        (("time", "10:00:00Z"), ("time", "11:00:00+01:00"), 0),
        (("duration", "P1M"), ("duration", "P30D"), None),
        (("duration", "P1M"), ("duration", "P32D"), -1),
        (("yearMonthDuration", "P1Y"), ("duration", "P12M"), 0),
        (("dayTimeDuration", "-PT1.5S"), ("dayTimeDuration", "-PT1.6S"), 1),
        (("anyURI", "a"), ("anyURI", "b"), None),
    ],
)
def test_order(one: tuple[str, str], other: tuple[str, str], expected: int | None) -> None:
    values = [value(literal(text, kind)) for kind, text in (one, other)]
    assert compare(*values) == expected
    assert compare(*reversed(values)) == (None if expected is None else -expected)


@given(st.dates(), st.dates())
def test_dates_are_ordered_as_the_calendar_orders_them(one: date, other: date) -> None:
    values = [value(literal(day.isoformat(), "date")) for day in (one, other)]
    assert compare(*values) == (one > other) - (one < other)


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("^a$", "", "a\n", False),
        ("^a$", "m", "b\na\nb", True),
        ("a.b", "", "a\nb", False),
        ("a.b", "s", "a\nb", True),
        ("A", "i", "a", True),
        ("a b#c", "x", "ab#c", True),
        ("[a b]", "x", " ", True),
        ("a.c", "q", "abc", False),
        ("a.c", "q", "a.c", True),
        (r"^\p{Lu}\P{Lu}+$", "", "Äbc", True),
        (r"^[\p{Nd}x]+$", "", "1٣x", True),
        (r"^\i\c*$", "", "_a-1", True),
        (r"^\i\c*$", "", "1a", False),
        (r"^[$]$", "", "$", True),
        (r"^[[&~|]+$", "", "[&~|", True),
        (r"\$$", "", "a$", True),
        ("^.$", "", "😀", True),
    ],
)
def test_patterns_of_xpath(pattern: str, flags: str, text: str, found: bool) -> None:
    assert bool(compiled(pattern, flags).search(text)) == found


@pytest.mark.parametrize("pattern", ["(", "[a-z-[b]]", r"\p{IsGreek}", r"\p{Xx}", r"[\I]"])
def test_patterns_that_cannot_be_used_are_refused(pattern: str) -> None:
    with pytest.raises(ShaclError):
        compiled(pattern)
