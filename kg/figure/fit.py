"""A figure for a page: columns as wide as the width and the size of type together allow.

The drawing is laid out again for them, so that a narrow figure has more lines and is taller. It is
refused where labels would have to be broken within a word or cut, which they are not by nature.
"""

from __future__ import annotations

from kg.errors import UsageError
from kg.figure.cards import LABEL, NOTE, Line, card
from kg.figure.drawing import Drawing
from kg.figure.frame import narrowest
from kg.figure.grid import MARGIN, NATURAL, Grid, grid_of
from kg.figure.layout import depths
from kg.figure.look import MM_PER_POINT, Look
from kg.xmltext import clean

_STEPS = 12
LEAST_TYPE = 6.0
"""Points: if only a width is asked, all words of a figure are at least this large on paper."""
_LABEL = LEAST_TYPE * LABEL / NOTE
"""Points: the labels of a figure whose smallest words have the least size."""


def fitted(drawing: Drawing, look: Look) -> Grid:
    """Return the grid of a figure for a look: its natural one if its labels are large enough.

    :raises UsageError: if the labels of the drawing do not fit; it names the least width, and the
        largest type for the width.
    """
    columns = [node.column for node in drawing.nodes]
    if look.width_mm is None:
        return NATURAL
    if look.font_size is None and _type_in(NATURAL.width(columns), look.width_mm) >= _LABEL:
        return NATURAL
    size = look.font_size or _LABEL
    wide = look.width_mm / (size * MM_PER_POINT) * LABEL
    if _is_legible(drawing, grid := grid_of(wide, columns)):
        return grid
    low, high = wide, max(NATURAL.width(columns), wide)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _is_legible(drawing, grid_of(middle, columns)):
            high = middle
        else:
            low = middle
    least = high * size * MM_PER_POINT / LABEL
    largest = int(_type_in(high, look.width_mm) * 10) / 10
    part = "; --focus ENTITY draws a part of it"
    if look.focus:
        part = f"; --depth {look.depth - 1} draws less" if look.depth > 1 else ""
    what = "labels of" if look.font_size else "words of at least"
    raise UsageError(
        f"{what} {look.font_size or LEAST_TYPE:g} pt do not fit into a figure that is "
        f"{look.width_mm:g} mm wide: words would have to be broken",
        hint=f"give --width-mm {least + 0.5:.0f} or more, or --font-size {largest:g} or less{part}",
    )


def _type_in(px: float, mm: float) -> float:
    """Return the size of labels in points where so many px are drawn so many mm wide."""
    return mm / MM_PER_POINT * LABEL / px


def _is_legible(drawing: Drawing, grid: Grid) -> bool:
    """Tell whether all labels are as complete as in the natural figure, and the legend fits."""
    if grid.column_share <= 0 or grid.whole - 2 * MARGIN < narrowest(drawing):
        return False
    depth = depths({node.id: node.parent for node in drawing.nodes})
    for node in drawing.nodes:
        label, deep = clean(node.label).replace("- ", "-"), depth[node.id]
        if _shown(card(node, deep, grid).lines) != label == _shown(card(node, deep).lines):
            return False
    return True


def _shown(lines: tuple[Line, ...]) -> str:
    """Return the label that lines show; a word that is cut or broken makes it another text."""
    found = " ".join(line.text for line in lines if line.size == LABEL and not line.soft)
    return found.replace("- ", "-")  # a line may end behind a hyphen
