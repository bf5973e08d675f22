"""The frame of a drawing: title, stamp and legend above it, caveats and provenance below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.figure.drawing import Drawing
from kg.figure.markup import words
from kg.figure.shapes import (
    DASHES,
    INK,
    LINES,
    MARK_STEP,
    SOFT,
    STYLES,
    VALENCES,
    alert,
    draw_marks,
    glyph,
    marks,
    number,
    rounded,
)
from kg.figure.text import width, wrap

TITLE, STAMP, LEGEND, FOOT = 21.0, 14.0, 10.5, 10.0
_ROW = 20.0
_SIGN = 34.0
_NAME = 92.0

Draw = Callable[[float, float], str]
"""x and y of the middle of a sign's left end → the sign."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the legend: a sign, how wide it is, and what it means."""

    draw: Draw
    sign: float
    text: str


def header(drawing: Drawing, x: float, space: float) -> tuple[list[str], float]:
    """Return title, stamp and legend, and where they end."""
    parts, y = [], 20.0
    for line in wrap(drawing.heading, TITLE, space, 2, bold=True):
        y += TITLE * 1.2
        parts.append(words(line, x, y, TITLE, bold=True))
    y += 3
    for line in wrap(drawing.subtitle, 12, space, 3):
        y += 16
        parts.append(words(line, x, y, 12, soft=True))
    for stamp in drawing.stamps:
        lines = wrap(stamp, STAMP, space - 28, 3, bold=True)
        y += 14
        height = 18 * len(lines) + 12
        wide = max(width(line, STAMP, True) for line in lines) + 28
        parts.append(
            f'<path d="{rounded(x, y, wide, height, 4)}" fill="#fff3e6" stroke="{INK}"'
            f' stroke-width="1.5" stroke-dasharray="{DASHES}"/>'
        )
        for n, line in enumerate(lines):
            parts.append(words(line, x + 14, y + 20 + 18 * n, STAMP, bold=True))
        y += height
    y += 14
    for name, items in _legend(drawing):
        found, y = _flow(name, items, x, y, space)
        parts += [f'<g data-legend="{name}">', *found, "</g>"]
    return parts, y + 8


def narrowest(drawing: Drawing) -> float:
    """Return the smallest width at which every entry of the legend is on one line."""
    every = [item for _, items in _legend(drawing) for item in items]
    return _NAME + max((item.sign + 26 + width(item.text, LEGEND) for item in every), default=0.0)


def _flow(
    name: str, items: list[Item], x: float, y: float, space: float
) -> tuple[list[str], float]:
    """Set the entries of one part of the legend side by side, as many lines as it takes."""
    begin = x + _NAME
    parts = [words(name, x, y + 14, LEGEND, bold=True)]
    at = begin
    for item in items:
        wide = item.sign + 6 + width(item.text, LEGEND) + 20
        if at + wide > x + space and at > begin:
            at, y = begin, y + _ROW
        parts.append(f'<g stroke-width="1">{item.draw(at, y + 10)}</g>')
        parts.append(words(item.text, at + item.sign + 6, y + 14, LEGEND))
        at += wide
    return parts, y + _ROW


# -- the legend ------------------------------------------------------------------------------------


def _legend(drawing: Drawing) -> Iterator[tuple[str, list[Item]]]:
    """Yield the parts of the legend; each explains what is drawn and nothing else."""
    kinds = [Item(_box(kind), _SIGN, drawing.names[kind]) for kind in drawing.kinds()]
    if kinds:
        yield "Kinds", kinds
    drawn = {node.valence for node in drawing.nodes}
    valences = [Item(_result(v), 42, drawing.names[v]) for v in VALENCES if v in drawn]
    if valences:
        yield "Result", valences
    if certainties := list(_certainties(drawing)):
        yield "Certainty", certainties
    if signs := list(_signs(drawing)):
        yield "Signs", signs


def _box(kind: str) -> Draw:
    style = STYLES[kind]
    return lambda x, y: (
        f'<path d="{style.outline(x, y - 8, _SIGN - 2, 16)}" fill="{style.fill}" stroke="{INK}"'
        ' stroke-width="1.5" stroke-linejoin="round"/>'
    )


def _result(valence: str) -> Draw:
    return lambda x, y: (
        glyph(valence, x + 7, y)
        + (
            f'<path d="M{number(x + 17)} {number(y)}h24" stroke="{VALENCES[valence]}"'
            ' stroke-width="2"/>'
        )
    )


def _certainties(drawing: Drawing) -> Iterator[Item]:
    findings = [node for node in drawing.nodes if node.kind == "Finding"]
    rated = {(marks(r.rating, r.system), r.text) for node in findings for r in node.ratings}
    for filled, text in sorted(rated, key=lambda pair: (-pair[0], pair[1])):
        if filled:
            yield Item(_marks(filled), 4 * MARK_STEP, text)
    if any(not filled for filled, _ in rated):
        yield Item(
            _nothing, 0, "ratings of other systems are given in words; they are not GRADE ratings"
        )
    if any(not node.ratings for node in findings):
        yield Item(_nothing, 0, "“not rated”: the graph holds no rating of certainty")


def _marks(filled: int) -> Draw:
    return lambda x, y: draw_marks(filled, x, y)


def _nothing(x: float, y: float) -> str:
    return ""


def _signs(drawing: Drawing) -> Iterator[Item]:
    if any(node.stamp for node in drawing.nodes):
        yield Item(_outline(DASHES), _SIGN, "dashed outline: not approved")
    types = {edge.type for edge in drawing.edges}
    if types & {"targetPopulation", "ageRange"}:
        yield Item(_line("targetPopulation"), _SIGN, "age of the target population of what is done")
    if "population" in types:
        meaning = "age of the population of a finding or recommendation"
        yield Item(_line("population"), _SIGN, meaning)
    if "componentOf" in types:
        yield Item(_line("componentOf"), _SIGN, "part of what is done")
    if "cites" in types:
        yield Item(_line("cites"), _SIGN, "source")
    if drawing.inner:
        yield Item(_corner, 18, "part, variant or member of the entry above")
    if any(node.alerts for node in drawing.nodes):
        yield Item(lambda x, y: alert(x + 6, y), 14, "a caveat applies: see its number below")
    if any(node.retracted for node in drawing.nodes):
        yield Item(_strike, _SIGN, "retracted source")


def _outline(dashes: str) -> Draw:
    return lambda x, y: (
        f'<path d="{rounded(x, y - 8, _SIGN - 2, 16, 0)}" fill="#ffffff" stroke="{INK}"'
        f' stroke-width="1.5" stroke-dasharray="{dashes}"/>'
    )


def _line(type: str) -> Draw:
    colour, wide, dashes = LINES[type]
    dashed = f' stroke-dasharray="{dashes}" stroke-linecap="round"' if dashes else ""
    return lambda x, y: (
        f'<path d="M{number(x)} {number(y)}h{number(_SIGN - 2)}" stroke="{colour}"'
        f' stroke-width="{wide}"{dashed}/>'
    )


def _corner(x: float, y: float) -> str:
    return f'<path d="M{number(x + 4)} {number(y - 8)}v8h12" fill="none" stroke="{SOFT}"/>'


def _strike(x: float, y: float) -> str:
    return f'<path d="M{number(x)} {number(y)}h{number(_SIGN - 2)}" stroke="{INK}"/>'


# -- below the drawing -----------------------------------------------------------------------------


def footer(drawing: Drawing, x: float, y: float, space: float) -> tuple[list[str], float]:
    """Return caveats, disclaimers, remarks and provenance, and where they end."""
    half = (space - 48) / 2
    caveats = [f"({n}) {line}" for n, line in enumerate(drawing.caveats, 1)]
    left, first = _block("Caveats", caveats, x, y, half)
    remarks = [*drawing.remarks, f"Graph: {drawing.base}", drawing.digest, "clinical-evidence-kg"]
    more, first = _block("About this figure", remarks, x, first, half)
    right, second = _block("Disclaimers", list(drawing.disclaimers), x + half + 48, y, half)
    rule = f'<path d="M{number(x)} {number(y - 14)}h{number(space)}" stroke="{SOFT}"/>'
    return [rule, *left, *more, *right], max(first, second)


def _block(
    name: str, lines: list[str], x: float, y: float, space: float
) -> tuple[list[str], float]:
    if not lines:
        return [], y
    parts, y = [words(name, x, y + 8, 11.5, bold=True)], y + 12
    for line in lines:
        for part in wrap(line, FOOT, space, 100):
            y += FOOT * 1.35
            parts.append(words(part, x, y, FOOT))
        y += 3
    return parts, y + 18
