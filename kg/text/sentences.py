"""The sentences of a passage, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.text.markers import LOCATOR

_MARK = (
    rf"(?:\[{{1,2}}\^?\d[\d,;\s–-]*{LOCATOR}?\]{{1,2}}"
    r"(?:\([^\s()]{0,500}\))?(?:\s?[,–-]\s?(?=\[))?|"
    r"\\\[\d[\d,;\s–-]*\\\]|\^\[?\d[\d,;\s–-]*\]?\^|<sup>\[?\d[\d,;\s–-]*\]?</sup>|\(\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\)|"
    r"[⁰¹²³⁴-⁹⁻˒,]*[⁰¹²³⁴-⁹])"
)
_END = re.compile(
    rf"(?P<stop>[.!?…](?<![.!?…]{{2}})[.!?…]*+)(?P<close>[\"'”’»)\]*_]*+)"
    rf"(?P<marks>(?:[ \t]?{_MARK}){{0,40}})"
    r"(?P<digits>(?<!\d\.)\d{1,3}(?:,\d{1,3})*(?=\s+[A-Z\"“(]|\s*$))?"
    r"(?P<gap>\s+|$|(?=[A-Z][a-z]+[ \t]))"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"“])(?:e\.g|i\.e|et al|vs|cf|Dr|Mr|Mrs|Ms|Prof|Fig|Figs|No|Nos|approx|ca|St|"
    r"Jr|Sr|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|resp|incl|excl|min|max|yr|yrs|mo|mos|wk|wks|U\.S|U\.K|E\.U|Ph\.D|M\.D|pp?|vol|eds?|Ref|Refs|"
    r"[A-Z](?:\.[A-Z])*)$"
)
_NUMBERED = re.compile(r"(?:^|\n\s*)\(?\d+(?:\.\d+)*$")
_BULLET = re.compile(r"[•●|·](?<=[ \t].)[ \t]+(?<!\d[ \t]·[ \t])")
_AFTER_YEAR = re.compile(r"\d{4}(?:-\d{2}-\d{2})?(?=[A-Z][a-z])")
_UNSPACED = re.compile(r"[a-z]{3,}$|[a-z%)] \d{1,3}(?:, ?\d{1,3})*$")


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the place of each sentence of a passage, with its full stop and its reference marks.

    :param text: the whole text.
    :param start: where the passage begins.
    :param end: where it ends.
    """
    position = start
    for cut, following in [*_breaks(text, start, end), (end, end)]:
        yield from _trimmed(text, position, cut)
        position = following


def _breaks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where a sentence ends and the next one begins."""
    found = [(m.start(), m.end()) for m in _BULLET.finditer(text, start + 1, end)]
    found += [(m.end(), m.end()) for m in _AFTER_YEAR.finditer(text, start, end)]
    for match in _END.finditer(text, start, end):
        stop = match.end("digits") if match["digits"] else match.end("marks")
        if match.end() < end and _is_end(text, match, start):
            found.append((stop, match.end()))
    yield from sorted(found)


def _is_end(text: str, match: re.Match[str], start: int) -> bool:
    before = text[max(start, match.start() - 24) : match.start()]
    following = text[match.end() : match.end() + 1]
    if following.islower():
        return False
    if not match["gap"]:
        return bool(match["marks"]) or bool(_UNSPACED.search(before))
    if match["stop"] == ".":
        if _ABBREVIATION.search(before) and not match["marks"]:
            return False
        if _NUMBERED.search(before) and match.start() - start < 12:
            return False
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(character.isalnum() for character in text[start:end]):
        yield start, end
