"""Reference marks: the numbers by which a page cites its sources, and how far each reaches.

A number counts as a mark only by its form and its place; in doubt it is left out, and what was left
out but looks like a mark is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LIST = r"\d{1,8}(?:\s?[,;]\s?\d{1,8}|\s?[–-]\s?\d{1,8})*"
LOCATOR = (
    r"(?:,?\s(?:pp?\.|pages?|tables?|tab\.|fig\.|figures?|ch\.|chapters?|sec\.|sections?|§)"
    r"\s?[\w.–-]{1,9})"
)
"""The place in a source, as in ``[6, p. 14]``."""
_LOCATOR = re.compile(LOCATOR, re.IGNORECASE)
_BRACKET = rf"(?:\[\^?{_LIST}{LOCATOR}?\]|\[\[\^?{_LIST}\]\])(?:\([^\s()]*\))?|\\\[{_LIST}\\\]"
_BRACKETS = re.compile(rf"(?:{_BRACKET})(?:\s?[,;–-]?\s?(?:{_BRACKET}))*", re.IGNORECASE)
_NAMED = re.compile(rf"\((?:see\s)?(?:refs?|references?)\.?\s({_LIST})\)", re.IGNORECASE)
_BETWEEN = re.compile(r"\]\s?[–-]\s?\[")
_CARETS = re.compile(rf"\^\[?({_LIST})\]?\^")
_TAGGED = re.compile(rf"<sup>\[?({_LIST})\]?</sup>", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"[⁰¹²³⁴-⁹](?:[,˒⁻‐–-]?\s?[⁰¹²³⁴-⁹])*")
_PARENTHESES = re.compile(r"\((\d{1,3}(?:\s?[,–-]\s?\d{1,3})*)\)(?=[.;,]?\s*(?:$|\n|[A-Z]))")
_MORE = r"\d{0,2}(?:, ?\d{1,3}| ?[–-] ?\d{1,3})*"
_SHORT = rf"\d{_MORE}"
_ANY = re.compile(r"[\d⁰¹²³⁴-⁹]")
_BARE = re.compile(
    rf"(?P<list>\d(?:(?<=[^\W\d_] .)|(?<=[)\]”\"’'%] .)){_MORE})(?P<after>[.;,]?)(?=\s|$)"
)
_AFTER_NUMBER = re.compile(rf"(?:\d|\d\)) (?P<list>{_SHORT})(?=[.;]?\s*$)")
_AFTER_STOP = re.compile(rf"\.(?<=[a-z)\]]\.)(?P<list>{_SHORT})(?=\s+[A-Z]|\s*$)")
_FUSED = re.compile(rf"(?P<list>\d(?:(?<=[a-z]{{4}}.)|(?<=\).)){_MORE})(?P<after>[.;,]?)(?=\s|$)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒‐", "0123456789-,-")
_COMMA = re.compile(r"[,;\]\[]+")
_INTEGER = re.compile(r"\d+")
_LAST_WORD = re.compile(r"([^\W\d_][\w’'-]*)[.!?]?[)\]”\"’'%]*$")
_BEFORE_INTERVAL = re.compile(r"(?:\bCI|\bIQR|\brange|\binterval|[=:<>≤≥±])\W*$", re.IGNORECASE)
_NAMES_MARK = re.compile(
    r"\b(?:sources?|markers?|references?|refs?|citations?|footnotes?|notes?)\W*$", re.IGNORECASE
)
_COUNTED = re.compile(
    r"(?:\b(?:per|a|each|every)\s(?:year|month|week|day|hour|minute)|\b[a-z]{3,}\smost|\b(?:any|all)\sages?)$|"
    r"(?:\d\s(?:years?|months?|weeks?|days?|hours?|minutes?)|(?:years|months)\sof\sage|"
    r"\b(?:their|his|her|the)\s(?:[a-z]+[\s-])?(?:\d0s\s(?:and|or|to)\s)?(?:19|20)?\d0s)[)\]]?$",
    re.IGNORECASE,
)
_NOTHING_MORE = re.compile(r"[\s.;\"”’')*_]*$")
_WORDS = re.compile(r"\s+[^\W\d_]{2,}")
_COUNTS = frozenset([
    "a", "about", "above", "after", "age", "aged", "ages", "all", "an", "and", "approximately",
    "are", "around", "as", "at", "averaged", "be", "before", "below", "between", "by", "class",
    "classes", "chapter", "circa", "day", "days", "dose", "doses", "equals", "even", "every",
    "exceeded", "exceeds", "exactly", "figure", "for", "from", "grade", "grades", "group",
    "groups", "had", "has", "have", "he", "her", "his", "hour", "hours", "if", "in", "is", "it",
    "item", "items", "its", "least", "less", "level", "levels", "line", "lines", "mean",
    "median", "minute", "minutes", "minus", "model", "month", "months", "more", "most", "n",
    "nearly", "no", "not", "number", "numbered", "of", "on", "only", "or", "order", "our",
    "over", "page", "pages", "part", "parts", "per", "phase", "phases", "plus", "point",
    "points", "reached", "reaches", "round", "s", "score", "scored", "scores", "section", "she",
    "since", "stage", "stages", "step", "steps", "table", "tables", "than", "that", "the",
    "their", "these", "they", "this", "those", "through", "tier", "till", "to", "total",
    "totalled", "totaled", "type", "types", "under", "until", "up", "version", "via", "was",
    "week", "weeks", "were", "when", "with", "within", "year", "years", "you", "your", "zero",
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "trial",
    "visit", "visits", "scale", "scales", "wave", "waves", "session", "sessions", "category",
    "categories", "arm", "arms", "cohort", "cohorts",
])  # fmt: skip


class Marker(NamedTuple):
    """A group of reference marks in one place, with its numbers as printed."""

    start: int
    end: int
    numbers: tuple[str, ...]


def candidates(text: str, start: int, end: int) -> list[tuple[Marker, bool]]:
    """Return what may be reference marks in a passage, each with whether it surely is one.

    :param text: the whole text.
    :param start: where a sentence begins, no heading and no entry of a list of references.
    :param end: where it ends.
    """
    if not _ANY.search(text, start, end):
        return []
    taken: set[int] = set()
    found = []
    for mark, is_sure in (*_enclosed(text, start, end), *_bare(text, start, end)):
        if taken.isdisjoint(range(mark.start, mark.end)):
            taken.update(range(mark.start, mark.end))
            found.append((mark, is_sure))
    return found


def decide(found: Iterable[tuple[Marker, bool]]) -> tuple[list[Marker], list[Marker]]:
    """Return the reference marks of a page, and what looks like one and was not taken for one.

    :param found: the :func:`candidates` of all its sentences.
    """
    sure: list[Marker] = []
    weak: list[Marker] = []
    for mark, is_sure in found:
        (sure if is_sure else weak).append(mark)
    highest = max((int(n) for m in sure for n in m.numbers), default=0)
    certain = len(sure)
    accepted: list[Marker] = []
    doubtful: list[Marker] = []
    for mark in weak:
        fits = certain > 1 and all(int(n) <= highest for n in mark.numbers)
        (accepted if fits else doubtful).append(mark)
    return sorted(sure + accepted, key=lambda m: m.start), doubtful


def _enclosed(text: str, start: int, end: int) -> Iterator[tuple[Marker, bool]]:
    """Yield marks in brackets, in superscript and in parentheses."""
    said = text[start:end]
    for match in _BRACKETS.finditer(text, start, end) if "[" in said else ():
        tail = text[max(start, match.start() - 40) : match.start()]
        bare = re.sub(r"\]\([^\s()]*\)", "]", _LOCATOR.sub("", match[0]))
        numbers = _numbers(_BETWEEN.sub("–", bare))
        if (
            numbers
            and tail.strip(" \t*_•-")
            and not _BEFORE_INTERVAL.search(tail)
            and not _NAMES_MARK.search(tail)
            and not (len(numbers) == 1 and re.fullmatch(r"(?:19|20)\d\d", numbers[0]))
        ):
            yield Marker(match.start(), match.end(), numbers), True
    for match in _TAGGED.finditer(text, start, end) if "<" in said else ():
        if numbers := _numbers(match[1]):
            yield Marker(match.start(), match.end(), numbers), True
    for match in _CARETS.finditer(text, start, end) if "^" in said else ():
        if numbers := _numbers(match[1]):
            yield Marker(match.start(), match.end(), numbers), True
    for match in () if said.isascii() else _SUPERSCRIPT.finditer(text, start, end):
        before = re.search(r"(\S*) ?$", text[max(start, match.start() - 30) : match.start()])
        word = before[1] if before else ""
        letters = re.sub(r"[^\w/]", "", word)
        numbers = _numbers(match[0].translate(_DIGITS))
        is_power = numbers in (("2",), ("3",)) and word[-1:].isalnum()
        is_unit = is_power and (len(letters) <= 2 or "/" in letters)
        if numbers and word and not is_unit and not word[-1].isdigit():
            yield Marker(match.start(), match.end(), numbers), True
    for match in _NAMED.finditer(text, start, end) if "(" in said else ():
        if numbers := _numbers(match[1]):
            yield Marker(match.start(), match.end(), numbers), True
    for match in _PARENTHESES.finditer(text, start, end) if "(" in said else ():
        numbers = _numbers(match[1])
        tail = _tail(text, start, match.start()).rstrip()
        if numbers and _last_word_allows(tail):
            yield Marker(match.start(), match.end(), numbers), True
        elif numbers and tail[-1:].isdigit():
            yield Marker(match.start(), match.end(), numbers), False


def _bare(text: str, start: int, end: int) -> Iterator[tuple[Marker, bool]]:
    """Yield numbers without brackets: ``… trauma 1.``, ``… skills 3, 6``, ``… trauma.1``."""
    for match in _AFTER_STOP.finditer(text, start, end):
        if numbers := _numbers(match["list"]):
            is_sure = match.end() >= end and not re.search(r"[-–]", match["list"])
            yield Marker(match.start("list"), match.end("list"), numbers), is_sure
    for match in _FUSED.finditer(text, start + 1, end):
        numbers = _numbers(match["list"])
        closes = text[match.start() - 1] == ")"
        if numbers and (closes or _last_word_allows(_tail(text, start, match.start("list")))):
            yield Marker(match.start("list"), match.end("list"), numbers), False
    last = _AFTER_NUMBER.search(text, max(start, end - 30), end)
    if last and (numbers := _numbers(last["list"])):
        yield Marker(last.start("list"), last.end("list"), numbers), False
    for match in _BARE.finditer(text, start + 1, end):
        numbers = _numbers(match["list"])
        before = _tail(text, start, match.start() - 1)
        word = _last_word(before)
        if not numbers or not word or not _last_word_allows(before):
            continue
        plain = (
            before[-1:].isalpha()
            and word[1].islower()
            and not re.search(r"[–-]|\d,\d", match["list"])
        )
        named = word[1].isalpha() and len(word[1]) >= 4 and not word[1].isupper()
        marker = Marker(match.start("list"), match.end("list"), numbers)
        if _NOTHING_MORE.match(text, match.end(), end):
            if plain:
                yield marker, True
            elif named or word[1].islower():
                yield marker, False
        elif match["after"] in (",", ";") and word[1].islower() and _clause(text, match.end(), end):
            yield marker, False


def _tail(text: str, start: int, end: int) -> str:
    return text[max(start, end - 60) : end]


def _clause(text: str, position: int, end: int) -> bool:
    """Tell whether words go on after a comma, and not another number."""
    return bool(_WORDS.match(text, position, end))


def _last_word_allows(before: str) -> bool:
    """Tell whether a number after these words may be a mark and not a count, a grade or an age."""
    word = _last_word(before)
    if word is None or _NAMES_MARK.search(before[-40:]):
        return False
    return word[1].lower() not in _COUNTS or bool(_COUNTED.search(before))


def _last_word(before: str) -> re.Match[str] | None:
    return _LAST_WORD.search(before, before.rfind(" ") + 1)


def _numbers(written: str) -> tuple[str, ...]:
    """Return the numbers of a list; ranges are filled. Without sense as reference marks: none."""
    found: list[str] = []
    for part in _COMMA.split(written):
        ends = [int(n) for n in _INTEGER.findall(part)]
        if not ends:
            continue
        if len(ends) == 2 and 0 < ends[0] < ends[1] <= ends[0] + 50:
            found += map(str, range(ends[0], ends[1] + 1))
        elif len(ends) == 1 and ends[0] > 0:
            found.append(str(ends[0]))
        else:
            return ()
    return tuple(dict.fromkeys(found))


def without(text: str, start: int, end: int, marks: Iterable[Marker]) -> str:
    """Return the words of a passage without its reference marks and soft hyphens, on one line."""
    parts, position = [], start
    for mark in sorted(marks, key=lambda m: m.start):
        if start <= mark.start < end:
            parts.append(text[position : mark.start].rstrip(" \t"))
            position = mark.end
    parts.append(text[position:end])
    said = " ".join("".join(parts).replace("\u00ad", "").split())
    return said.replace(" .", ".").replace(" ,", ",").replace(" ;", ";")
