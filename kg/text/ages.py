"""Ages as a text states them: what is said of the limits, and nothing that is not."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import chain
from typing import NamedTuple

from kg.text.cues import Cues
from kg.text.people import PERSON, whose

_WORDS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
]  # fmt: skip
_NUMBER = (
    rf"(?:\d{{1,3}}(?:[.,]\d{{1,2}})?|{'|'.join(_WORDS)}|thirty|forty|fifty|sixty|seventy|eighty)"
)
_SIGNS = re.compile(r"[+<>≤≥]|\d;\d")
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_UNIT = (
    r"(?:years?|yrs?\.?|months?|mos?\.?|mths?\.?|weeks?|wks?\.?|days?|y(?:/?o)?(?![^\W⁰¹²³⁴-⁹]))"
)
_CODE = {"y": "a", "m": "mo", "w": "wk", "d": "d"}
_OLD = r"(?:[\s-](?:old|olds|of age))"
_END = r"(?![^\W⁰¹²³⁴-⁹]|[%½¼¾]|;\d)"
_TO = r"-?\s*(?:–|-|−|to-?|(?P<and>and)|until|till|through)\s*"


def _point(name: str) -> str:
    """Return the pattern of an age: groups for number, unit, and months after years.

    ``7;6`` is the notation of psychologists for 7 years and 6 months.
    """
    more = rf"(?:,?\s(?:and\s)?(?P<{name}m>\d{{1,2}})\s(?P<{name}mu>months?))?"
    noted = rf"(?:;(?P<{name}s>\d|1[01])(?!\d))?"
    return rf"(?P<{name}>birth|{_NUMBER}){noted}(?:[\s-]?(?P<{name}u>{_UNIT}){more})?"


_RANGE = re.compile(
    rf"(?<![\w.,;-])(?P<lead>(?:between|from)\s+(?:the\s+ages?\s+of\s+)?)?{_point('low')}"
    rf"{_OLD}?{_TO}(?:age\s+)?{_point('high')}(?P<old>{_OLD})?{_END}",
    re.IGNORECASE,
)
_BELOW = (
    r"under(?:\sthe\sage\sof)?|below(?:\sthe\sage\sof)?|younger\sthan|less\sthan|"
    r"before(?:\sthe\sage\sof)"
)
_ABOVE = r"over(?:\sthe\sage\sof)?|above(?:\sthe\sage\sof)?|older\sthan|more\sthan"
_LIMIT = re.compile(
    rf"\b(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE})|(?P<most>at\smost|no\solder\sthan|up\sto\sand\sincluding)"
    rf"|(?P<upto>up\sto(?:\sage)?)|(?P<least>at\sleast)|(?P<from>from))\s{_point('age')}(?P<old>{_OLD})?"
    rf"(?P<on>\s(?:on|onwards?|upwards?)\b)?{_END}",
    re.IGNORECASE,
)
_SIGN = re.compile(
    rf"(?:(?P<most>≤|<=)|(?P<least>≥|>=)|(?P<below><)|(?P<above>>))\s?"
    rf"{_point('age')}(?P<old>{_OLD})?{_END}",
    re.IGNORECASE,
)
_UNDERS = re.compile(
    rf"\b(?:under|(?P<above>over))[\s-](?P<age>{_NUMBER})[’']?e?s{_END}", re.IGNORECASE
)
_BOTH = re.compile(
    rf"\b(?:(?P<above>{_ABOVE})|(?P<least>at\sleast|from))\s{_point('low')}{_OLD}?,?\s(?:but|and)\s"
    rf"(?:(?P<below>{_BELOW})|(?P<most>at\smost|no\solder\sthan))\s{_point('high')}(?P<old>{_OLD})?"
    rf"{_END}",
    re.IGNORECASE,
)
_OPEN = re.compile(
    rf"(?<![\w.,;-]){_point('age')}(?P<old>{_OLD})?(?:(?P<up>\+|\s(?:and|or)\s(?:older|over|above|up|more))"
    rf"|(?P<down>\s(?:and|or)\s(?:younger|under|below|less)))(?P<tail>\s{_UNIT})?{_END}",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"(?<![\w.,;-])(?:{_point('age')}(?P<old>{_OLD})|(?P<aged>aged?|at\sage)\s(?:of\s)?{_point('one')})"
    rf"{_END}",
    re.IGNORECASE,
)
_ITEM = rf"{_NUMBER}(?:;\d{{1,2}})?"
_ITEM_UNIT = rf"{_ITEM}[\s-]?{_UNIT}"
_AND = r",?\s(?:and|or)\s"
_LIST = re.compile(
    rf"(?<![\w.,;-])(?:(?P<aged>(?:at\s)?ages?|aged)\s(?:of\s)?)?"
    rf"(?:(?:{_ITEM},\s)*{_ITEM}{_AND}{_ITEM_UNIT}|(?:{_ITEM_UNIT},\s)*{_ITEM_UNIT}{_AND}{_ITEM_UNIT}"
    rf"|(?(aged)(?:(?:{_ITEM},\s)+{_ITEM}{_AND}|{_ITEM}\sor\s){_ITEM}|(?!)))(?P<old>{_OLD})?{_END}",
    re.IGNORECASE,
)
"""Several ages, each for itself: they have no range."""
_WEEKS = rf"{_NUMBER}(?:\s?\+\s?\d)?(?:[\s-]?{_UNIT})?"
_SPAN = rf"{_WEEKS}(?:\s?(?:–|-|−|to|and)\s?{_WEEKS})?"
_EARLY = r"gestation(?:al)?|postmenstrual|corrected"
_BEFORE_BIRTH = re.compile(
    rf"(?:\bborn\s)?(?:\b(?:before|at|after|under|below|over|from|between|less\sthan|at\sleast)\s|[<>≤≥]\s?)?"
    rf"(?<!\w){_SPAN}[’']?\s(?:of\s)?(?:pregnancy|(?:{_EARLY})(?:\sage)?)\b"
    rf"|\b(?:{_EARLY})\sage\s(?:of\s|was\s|at\sbirth\s|=\s?|[<>≤≥]\s?)*{_SPAN}",
    re.IGNORECASE,
)
"""Time since conception, or an age corrected for a birth too early: an age of another kind."""
_MEAN = re.compile(
    rf"\bmean\sage\s(?:was\s|of\s|=\s?|is\s)?(?P<mean>\d+(?:\.\d+)?)(?:\s(?P<meanu>{_UNIT}))?"
    rf"(?:[\s,;]{{1,3}}(?P<open>\()?(?:SD|±)[\s=:]*(?P<sd>\d+(?:\.\d+)?)(?(open)\)))?(?:\s(?P<late>{_UNIT}))?",
    re.IGNORECASE,
)
_CUES = Cues({
    "number": rf"\d\w*|birth|(?:{'|'.join(_WORDS)})(?:e?s)?|{'|'.join(_TENS)}",
    "age": r"\d*(?:years?|yrs?|months?|mos?|mths?|weeks?|wks?|days?|y|yo)|aged?|ages|old|olds",
    "person": PERSON,
    "unders": "under|over",
    "range": "between|from",
    "limit": "under|below|younger|less|before|over|above|older|more|up|at|no|from",
    "one": "aged?|ages|at",
    "mean": "mean",
    "in years": "teens|teenagers?|adolescents?|school|schoolaged?",
    "before birth": "gestation|gestational|postmenstrual|corrected|pregnancy",
    "stage": """
        (?:very|young|younger|older|preschool) (?:children|adults)|pre-school (?:children|adults)
        school-aged? (?:children|adults)|schoolaged? (?:children|adults)
        children of (?:(?:primary-|secondary-|pre)?school) age
        children|adults|newborns?|neonates?|infants?|babies|toddlers?|preschoolers?|pre-schoolers?
        adolescents?|teenagers?|teens|young people
        their (?:(?:early|mid|late)[ -])?(?:[2-9]0s|teens|twenties|thirties|forties)
        their (?:(?:early|mid|late)[ -])?(?:fifties|sixties|seventies|eighties)
        infancy|early childhood|childhood|adolescence|adulthood|elderly people|elderly
    """,
})  # fmt: skip
_BEGINS = {
    pattern: sum(_CUES.bits[name] for name in names)
    for pattern, names in (
        (_MEAN, ["mean"]),
        (_RANGE, ["number", "range"]),
        (_BOTH, ["limit"]),
        (_UNDERS, ["unders"]),
        (_LIST, ["number", "one"]),
        (_LIMIT, ["limit"]),
        (_OPEN, ["number"]),
        (_ONE, ["number", "one"]),
    )
}
"""Pattern → bits of the words by which it may begin."""
_BEFORE = re.compile(
    rf"(?:\bage[ds]?\b|\bages\b|\bage\s(?:group|range|band)s?)[^.;]{{0,20}}$|"
    rf"\b(?:{PERSON})[\s,(]+(?:who are\s|from\s|of\s)?$|\bmean\sage\b[^()]{{0,30}};\srange[\s:=]*$",
    re.IGNORECASE,
)
_IN_YEARS = re.compile(
    r"\b(?:school[\s-]aged?\s(?:children|kids)|teens|teenagers?|adolescents?)[\s,(]+$",
    re.IGNORECASE,
)
"""Before a range without a unit: people whose age is never given in months."""
_SUBJECT = re.compile(rf"\b(?:{PERSON})\s$", re.IGNORECASE)
_SINCE = re.compile(r"\s(?:after|of\s(?!age))", re.IGNORECASE)
_JOINED, _JOINS = re.compile(r"\w[-–‐‑](?=\w)"), re.compile(r"[-–‐‑]\w")
"""Before and after a part of a word, as in *mother–infant* and *infant-directed*."""
_LISTED = re.compile(r",?\s(?:and\s|or\s)?(?:from\s)?|[⁰¹²³⁴-⁹\s,]+(?:and|or)\s", re.IGNORECASE)
_AGED = re.compile(
    r"\b(?:aged?|ages|age\s(?:range|group|band)s?)[\s:(]+(?:of\s|from\s|between\s)*$", re.IGNORECASE
)
_AVERAGE = re.compile(r"\b(?:mean|median|average)\sage\s$", re.IGNORECASE)


class Age(NamedTuple):
    """An age with its place: limits in ``unit`` (UCUM: ``d wk mo a``), and their bounds.

    ``words`` is true where the text gives a stage of life, or ages that are no range; ``of`` is
    whose age it is, ``""`` where the words do not say.
    """

    start: int
    end: int
    verbatim: str
    unit: str = ""
    low: str = ""
    high: str = ""
    low_bound: str = ""
    high_bound: str = ""
    mean: str = ""
    sd: str = ""
    words: bool = False
    of: str = ""


def ages(text: str, start: int, end: int) -> list[Age]:
    """Return the ages that a sentence states, in their order; durations are not among them."""
    found: list[Age] = []
    taken: set[int] = set()
    for age in _found(text, start, end, taken):
        if taken.isdisjoint(range(age.start, age.end)):
            taken.update(range(age.start, age.end))
            found.append(age)
    return sorted(found, key=lambda age: age.start) if len(found) > 1 else found


def _found(text: str, start: int, end: int, taken: Container[int]) -> Iterator[Age]:
    """Yield candidates; of two that overlap the first counts."""
    kinds, bits = _CUES.kinds(text[start:end]), _CUES.bits
    if kinds & bits["before birth"]:
        for m in _BEFORE_BIRTH.finditer(text, start, end):
            yield Age(m.start(), m.end(), _said(m), words=True)
    if kinds & bits["number"]:
        signs = bool(_SIGNS.search(text, start, end))
        if kinds & (bits["age"] | bits["unders"] | bits["in years"]) or (
            kinds & bits["person"] and (signs or kinds & bits["limit"])
        ):
            yield from _numbers(text, start, end, taken, signs=signs)
    if kinds & bits["stage"]:
        for m in _CUES.patterns["stage"].finditer(text, start, end):
            if not _JOINED.match(text, max(start, m.start() - 2)) and not _JOINS.match(
                text, m.end()
            ):
                yield Age(m.start(), m.end(), m[0], words=True)


def _numbers(
    text: str, start: int, end: int, taken: Container[int], *, signs: bool
) -> Iterator[Age]:
    """Yield ages with a number. A pattern is tried only at the words by which it may begin.

    :param taken: the places of the ages that were found before, one that was yielded included.
    :param signs: whether the sentence has a sign such as ``<``.
    """
    places = list(_CUES.places(text, start, end))

    def matches(pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        last, begins = start, _BEGINS[pattern]
        for place, kind in places:
            if (
                kind & begins
                and place >= last
                and place not in taken
                and (m := pattern.match(text, place, end))
            ):
                last = m.end()
                yield m

    for m in matches(_MEAN):
        unit = m["meanu"] or m["late"]
        if unit:
            mean, sd = m["mean"], m["sd"] or ""
            of = whose(text, start, m.start(), _CODE[unit[0].lower()], mean)
            yield Age(m.start(), m.end(), _said(m), _CODE[unit[0].lower()], mean=mean, sd=sd, of=of)
    ranges: list[Age] = []
    for m in matches(_RANGE):
        low, high = _Point(m, "low"), _Point(m, "high")
        unit = _shared(low, high)
        before = text[max(start, m.start() - 60) : m.start()]
        lead = (m["lead"] or "").lower()
        if m["and"] and "between" not in lead and not before.rstrip().lower().endswith("between"):
            continue  # two ages, not the ends of a range
        is_listed = bool(ranges) and bool(_LISTED.fullmatch(text, ranges[-1].end, m.start()))
        if is_listed and not unit:
            unit = ranges[-1].unit
        if not unit and ("age" in lead or _AGED.search(before) or _IN_YEARS.search(before)):
            unit = "a"
        is_age = is_listed or m["old"] or low.is_birth or _is_age(before) or "age" in lead
        if unit and is_age:
            ends = low.within(unit), high.within(unit)
            if ends[0] and ends[1] and float(ends[0]) <= float(ends[1]):
                bounds = "notStated", "notStated"
                ranges.append(_age(text, start, m, unit, ends[0], ends[1], *bounds))
                yield ranges[-1]
        elif is_age and low.unit and high.unit:  # no unit has both ends exactly
            yield Age(m.start(), m.end(), _said(m), words=True)
    for m in matches(_BOTH):
        low, high = _Point(m, "low"), _Point(m, "high")
        unit = _shared(low, high)
        least, most = low.within(unit), high.within(unit)
        is_age = m["old"] or _is_age(text[max(start, m.start() - 60) : m.start()])
        if unit and least and most and is_age:
            lower = "exclusive" if m["above"] else "inclusive"
            upper = "exclusive" if m["below"] else "inclusive"
            yield _age(text, start, m, unit, least, most, lower, upper)
    for m in matches(_LIST):
        if m["aged"] or m["old"]:
            yield Age(m.start(), m.end(), _said(m), words=True)
    for m in matches(_UNDERS):
        number = _written(m["age"])
        if m["above"]:
            yield _age(text, start, m, "a", number, "", "exclusive", "")
        else:
            yield _age(text, start, m, "a", "", number, "", "exclusive")
    signed = _SIGN.finditer(text, start, end) if signs else ()
    for m in chain(matches(_LIMIT), matches(_OPEN), signed):
        yield from _limit(text, start, m)
    for m in matches(_ONE):
        name = "age" if m["age"] else "one"
        point = _Point(m, name)
        unit = point.unit or "a"
        if _AVERAGE.search(text[max(start, m.start() - 20) : m.start()] + m[0][:4]):
            continue
        if value := point.within(unit):
            yield _age(text, start, m, unit, value, value, "notStated", "notStated")


def _limit(text: str, start: int, m: re.Match[str]) -> Iterator[Age]:
    groups = m.groupdict()
    point = _Point(m, "age")
    late = (groups.get("tail") or "").strip()
    unit = point.unit or (_CODE[late[0].lower()] if late else "")
    before = text[max(start, m.start() - 60) : m.start()]
    if _AVERAGE.search(before):
        return
    close = _is_age(before)
    if (groups.get("from") and not m["old"]) or (m.re is _SIGN and unit not in ("a", "mo")):
        close = bool(_AGED.search(before))
        is_limit = groups.get("on") or (unit and not _SINCE.match(text, m.end()))
        if groups.get("from") and is_limit:
            close = close or bool(_SUBJECT.search(before))
    if not (
        m["old"] or close or "the age of" in m[0].lower() or "age" in (groups.get("upto") or "")
    ):
        return
    unit = unit or "a"
    value = point.within(unit)
    if not value:
        return
    if groups.get("below"):
        yield _age(text, start, m, unit, "", value, "", "exclusive")
    elif groups.get("above"):
        yield _age(text, start, m, unit, value, "", "exclusive", "")
    elif groups.get("most") or groups.get("down"):
        yield _age(text, start, m, unit, "", value, "", "inclusive")
    elif groups.get("upto"):
        yield _age(text, start, m, unit, "", value, "", "notStated")
    elif groups.get("from"):
        yield _age(text, start, m, unit, value, "", "notStated", "")
    else:
        yield _age(text, start, m, unit, value, "", "inclusive", "")


def _written(number: str) -> str:
    """Return a number in digits, with a decimal point."""
    number = number.lower()
    if number in _WORDS:
        return str(_WORDS.index(number))
    return str(_TENS.get(number, number.replace(",", ".")))


class _Point:
    """An age such as ``birth``, ``6 months`` or ``4 years 11 months``."""

    def __init__(self, m: re.Match[str], name: str) -> None:
        self.is_birth = m[name].lower() == "birth"
        self.number = "0" if self.is_birth else _written(m[name])
        unit, more = m[f"{name}u"], m[f"{name}mu"]
        self.unit = _CODE[unit[0].lower()] if unit else ""
        self.more = m[f"{name}m"] if more and more[0].lower() == "m" and self.unit == "a" else ""
        self.is_noted = bool(m[f"{name}s"])
        if self.more or self.is_noted:
            months = int(float(self.number)) * 12 + int(self.more or m[f"{name}s"])
            self.number, self.unit = str(months), "mo"

    def within(self, unit: str) -> str:
        """Return the number in a unit, ``""`` if it cannot be given there exactly."""
        if self.is_birth or self.unit in ("", unit):
            return self.number
        factor = {("a", "mo"): 12, ("wk", "d"): 7}.get((self.unit, unit))
        if factor is None:
            return ""
        value = float(self.number) * factor
        return str(int(value)) if value == int(value) else str(value)


def _shared(low: _Point, high: _Point) -> str:
    """Return the unit of both ends, the smaller one if they differ, ``""`` if there is none."""
    units = {p.unit for p in (low, high) if p.unit and not p.is_birth}
    if len(units) <= 1:
        return units.pop() if units else ""
    return "mo" if units == {"a", "mo"} else "d" if units == {"wk", "d"} else ""


def _is_age(before: str) -> bool:
    return bool(_BEFORE.search(before))


def _age(
    text: str, start: int, m: re.Match[str], unit: str, low: str, high: str, lower: str, upper: str
) -> Age:
    of = whose(text, start, m.start(), unit, high)
    if of == "child" and unit == "a" and low and float(low) > 18:
        of = ""
    return Age(m.start(), m.end(), _said(m), unit, low, high, lower, upper, of=of)


def _said(m: re.Match[str]) -> str:
    return " ".join(m[0].split())
