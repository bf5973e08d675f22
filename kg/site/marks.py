"""Marks of certainty, glyphs of direction, badges of kinds: small SVG that needs no font.

Certainty is shown by colour, border, number of crossed circles and words; direction by the shape of
a glyph and words. The two are never merged into one sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import sqrt

from kg.evidence.findings import (
    AGAINST,
    FAVOURS,
    INSUFFICIENT,
    LEVELS,
    MIXED,
    NO_DIFFERENCE,
    UNKNOWN,
)
from kg.figure.shapes import GLYPHS, STYLES, number
from kg.site.html import Html, el

LEVEL_WORDS: Mapping[str, str] = {
    "high": "GRADE high",
    "moderate": "GRADE moderate",
    "low": "GRADE low",
    "veryLow": "GRADE very low",
    "differ": "raters differ",
    "unrated": "no GRADE rating",
}
SIDE_WORDS: Mapping[str, str] = {
    FAVOURS: "favours the intervention",
    AGAINST: "against the intervention",
    NO_DIFFERENCE: "no difference between the groups",
    MIXED: "mixed: results point in several directions",
    INSUFFICIENT: "insufficient: the evidence cannot tell",
    UNKNOWN: "no direction: change within one group, comparison not stated, or not reported",
}
SIDE_SHORT: Mapping[str, str] = {
    FAVOURS: "favour",
    AGAINST: "against",
    NO_DIFFERENCE: "no difference",
    MIXED: "mixed",
    INSUFFICIENT: "insufficient",
    UNKNOWN: "no direction",
}
FILLED = {"high": 4, "moderate": 3, "low": 2, "veryLow": 1}
_GLYPHS = {
    FAVOURS: GLYPHS["favourable"],
    AGAINST: GLYPHS["unfavourable"],
    NO_DIFFERENCE: GLYPHS["neutral"],
    MIXED: GLYPHS["mixed"],
    INSUFFICIENT: GLYPHS["insufficient"],
    UNKNOWN: GLYPHS["unknown"],
}


def diameter(count: int) -> float:
    """Return the width of a mark whose area grows with a number, within what a cell can hold."""
    return min(25.0 + 4.4 * (sqrt(count) - 1), 46.0)


def _shape(level: str, middle: float, y: float, size: float) -> Html:
    r = size / 2
    if level == "unrated":
        return el(
            "rect",
            x=number(middle - r),
            y=number(y - r),
            width=number(size),
            height=number(size),
            rx=5,
        )
    return el("circle", cx=number(middle), cy=number(y), r=number(r))


def _row(level: str, middle: float, y: float) -> Html:
    """Return the row of four circles, the filled ones crossed, below a mark."""
    filled = FILLED.get(level)
    if filled is None:
        return Html("")
    r, step = 3.1, 7.4
    left = middle - 1.5 * step
    found = []
    for n in range(4):
        x = left + n * step
        found.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="{r}"/>')
        if n < filled:
            found.append(
                f'<path d="M{number(x - r)} {number(y)}h{2 * r}M{number(x)} '
                f'{number(y - r)}v{2 * r}"/>'
            )
    return Html(f'<g class="oplus">{"".join(found)}</g>')


def cell(levels: Mapping[str, int], sides: Mapping[str, int], across: int = 2) -> Html:
    """Return the marks of a cell: one a level of certainty, its number inside, glyphs below.

    :param across: how many marks are next to each other.
    """
    shown = [(level, levels[level]) for level in LEVELS if levels.get(level)]
    rows = [shown[i : i + across] for i in range(0, len(shown), across)]
    column = max(34.0, *(diameter(n) + 8 for _, n in shown)) if shown else 34.0
    width = column * max((len(row) for row in rows), default=1)
    parts: list[Html] = []
    y = 3.0
    for row in rows:
        tall = max(diameter(n) for _, n in row)
        for n, (level, count) in enumerate(row):
            middle = width / 2 + (n - (len(row) - 1) / 2) * column
            parts.append(
                el(
                    "g",
                    _shape(level, middle, y + tall / 2, diameter(count)),
                    el("text", str(count), x=number(middle), y=number(y + tall / 2 + 4.6)),
                    class_=f"m m-{level}",
                )
            )
            parts.append(_row(level, middle, y + tall + 6))
        y += tall + (12 if any(level in FILLED for level, _ in row) else 4)
    glyphs, w = _sides(sides)
    width = max(width, w)
    parts.append(
        Html(f'<g transform="translate({number((width - w) / 2)} {number(y)})">{glyphs}</g>')
    )
    return el(
        "svg",
        parts,
        width=number(width),
        height=number(y + 12),
        aria_hidden="true",
        viewBox=f"0 0 {number(width)} {number(y + 12)}",
        class_="marks",
    )


def _sides(sides: Mapping[str, int]) -> tuple[str, float]:
    shown = [(side, sides[side]) for side in SIDE_WORDS if sides.get(side)]
    x, parts = 0.0, []
    for side, count in shown:
        parts.append(
            f'<path class="{_class(side)}" transform="translate({number(x)})" d="{_GLYPHS[side]}"/>'
        )
        x += 12
        if len(shown) > 1 or count > 1:
            parts.append(f'<text class="n" x="{number(x)}" y="9">{count}</text>')
            x += 6.5 * len(str(count)) + 3
    return "".join(parts), max(x - 2, 10.0)


def _class(side: str) -> str:
    return f"g-{side.replace(' ', '-')}"


def claim(count: int) -> Html:
    """Return the mark of claims: a hollow diamond with their number, unlike any of a finding."""
    return el(
        "svg",
        el("path", d="M15 1.5 28.5 15 15 28.5 1.5 15Z", class_="claimed"),
        el("text", str(count), x=15, y=19),
        width=30,
        height=30,
        viewBox="0 0 30 30",
        class_="marks claims",
        aria_hidden="true",
    )


def glyph(side: str, *, hollow: bool = False) -> Html:
    """Return the glyph of a direction, to go with its words; hollow for what is claimed."""
    path = el("path", d=_GLYPHS[side], class_="g-claimed" if hollow else _class(side))
    return el(
        "svg", path, width=11, height=11, viewBox="0 0 10 10", class_="glyph", aria_hidden="true"
    )


def mark(level: str, label: str = "") -> Html:
    """Return a mark for a legend."""
    tall = 34 if level in FILLED else 26
    inner = [
        el("g", _shape(level, 17, 13, 24), el("text", label, x=17, y=17.6), class_=f"m m-{level}"),
        _row(level, 17, 30),
    ]
    return el(
        "svg",
        inner,
        width=34,
        height=tall,
        viewBox=f"0 0 34 {tall}",
        class_="marks",
        aria_hidden="true",
    )


def oplus(rating: str) -> Html:
    """Return the row of circles of a GRADE rating, to go with its words."""
    row = _row(rating, 15, 5)
    return el(
        "svg", row, width=45, height=15, viewBox="0 0 30 10", class_="marks", aria_hidden="true"
    )


@lru_cache(maxsize=1 << 10)
def badge(kind: str, names: tuple[str, ...] = ()) -> Html:
    """Return the outline of a kind as the figure and the explorer draw it, without text."""
    known = next((k for k in (kind, *names) if k in STYLES), "")
    if not known:
        return Html("")
    style = STYLES[known]
    outline = el("path", d=style.outline(1, 1, 30, 16), fill=style.fill)
    return el(
        "svg", outline, width=32, height=18, viewBox="0 0 32 18", class_="badge", aria_hidden="true"
    )
