"""Nodes as cards: which lines of text, how large, and where each line is on the card."""

from __future__ import annotations

from dataclasses import dataclass

from kg.figure.drawing import SOURCE, STATEMENT, Node
from kg.figure.grid import NATURAL, Grid
from kg.figure.shapes import MARK_STEP, STYLES, marks
from kg.figure.text import cut, width, wrap

LABEL, NOTE = 11.0, 10.0
"""Sizes of type: what a node is called, and what is said of it, the smallest of a figure."""

INDENT, DEEPEST = 12.0, 5
"""How far a node is indented below its parent, and from which depth on no further."""

_LEADING = 1.16
_LINES = {SOURCE: 3, STATEMENT: 2}
_PAD = 3.6
_GLYPH = 24.0
_ALERT = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its baseline from the top of the card, and its start from the left."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    soft: bool = False
    struck: bool = False

    @property
    def width(self) -> float:
        """How wide the line is, at most."""
        return width(self.text, self.size, self.bold)


@dataclass(frozen=True, slots=True)
class Marks:
    """Four marks of certainty: how many are filled, and where they begin."""

    filled: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Card:
    """A node with its measured text; all positions are from the card's top left corner."""

    node: Node
    width: float
    height: float
    lines: tuple[Line, ...]
    marks: tuple[Marks, ...] = ()


def card(node: Node, depth: int = 0, grid: Grid = NATURAL) -> Card:
    """Measure a node that is indented by a number of steps in its column."""
    style = STYLES[node.kind]
    whole = grid.column(node.column) - INDENT * min(depth, DEEPEST)
    side = _ratings(node)
    numbers = f"({', '.join(str(n) for n in node.alerts)})" if node.alerts else ""
    numbers = cut(numbers, NOTE, 60)
    left = style.left + (_ALERT + width(numbers, NOTE) + 5 if numbers else 0.0)
    right = style.right + (_GLYPH if node.valence else 0.0)
    reserved = max((s.width for s in side[0]), default=0.0)
    reserved = max([reserved, *(4 * MARK_STEP for _ in side[1])])
    space = whole - left - right - (reserved + 8 if reserved else 0.0)
    lines, bottom = [], _PAD
    most = grid.lines(_LINES.get(node.column, 3) if node.joined else 1)
    for text in wrap(node.label, LABEL, space, most, style.bold):
        lines.append(
            Line(text, left, bottom + LABEL * 0.96, LABEL, style.bold, struck=node.retracted)
        )
        bottom += LABEL * _LEADING
    for text in _notes(node, space, grid):
        lines.append(Line(text, left, bottom + NOTE, NOTE, soft=True))
        bottom += NOTE * _LEADING
    if numbers:
        lines.append(Line(numbers, style.left + _ALERT, _PAD + LABEL * 0.96, NOTE))
    below = max((s.y for s in side[0]), default=0.0)
    height = max(bottom, below + 2.5) + _PAD + style.foot
    end = whole - right
    placed = [Line(s.text, end - s.width, s.y, s.size, soft=True) for s in side[0]]
    found = [Marks(m.filled, end - 4 * MARK_STEP + 2, m.y) for m in side[1]]
    if not node.ratings and placed:
        middle = height / 2 + NOTE * 0.35
        placed = [Line(p.text, p.x, middle, p.size, soft=True) for p in placed]
    return Card(node, whole, height, (*lines, *placed), tuple(found))


def _notes(node: Node, space: float, grid: Grid) -> list[str]:
    """Return the lines of what is said of a node: two only if the first cannot hold the note."""
    if not node.note:
        return []
    lines = grid.lines(1 if width(node.note, NOTE) <= space else 2)
    return wrap(" · ".join(n for n in (node.note, node.more) if n), NOTE, space, lines)


def _ratings(node: Node) -> tuple[list[Line], list[Marks]]:
    """Return the lines and marks of a finding's certainty, as if they began at the left."""
    if node.kind != "Finding":
        return [], []
    if not node.ratings:
        return [Line("not rated", 0, 0, NOTE)], []
    lines, found, y = [], [], _PAD
    for rating in node.ratings:
        filled = marks(rating.rating, rating.system)
        if filled:
            found.append(Marks(filled, 0, y + 6))
            y += 13
            words = f"{rating.system}, {rating.origin}" if rating.origin else rating.system
        else:
            y += NOTE * _LEADING
            lines.append(Line(cut(rating.text, NOTE, 120), 0, y, NOTE))
            words = rating.origin
        if words:
            y += NOTE * _LEADING - 1
            lines.append(Line(cut(words, NOTE, 120), 0, y, NOTE))
        y += 3
    return lines, found
