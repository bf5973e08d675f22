"""How wide a figure is: its columns, the gutters between them, and how both give way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.figure.drawing import AGE, COMPONENT, INTERVENTION, OUTCOME, SOURCE, STATEMENT

WIDTHS = {AGE: 152.0, COMPONENT: 178.0, INTERVENTION: 204.0, STATEMENT: 372.0, OUTCOME: 170.0,
          SOURCE: 232.0}  # fmt: skip
"""Column → its natural width in px."""
GUTTERS = {AGE: 48.0, COMPONENT: 44.0, INTERVENTION: 74.0, STATEMENT: 150.0, OUTCOME: 84.0,
           SOURCE: 0.0}  # fmt: skip
"""Column → the space after it in px, wider if more edges run there."""
MARGIN = 28.0
NARROWEST = 920.0
"""The least natural width of a figure: the legend looks crowded below it."""
_LEAST_GUTTER, _MOST_GUTTER = 0.75, 1.5


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a figure, as shares of their natural widths.

    ``whole`` is the width of the whole figure in px where one was asked for, else 0.
    """

    column_share: float = 1.0
    gutter_share: float = 1.0
    whole: float = 0.0

    def column(self, column: int) -> float:
        """Return how wide a column is."""
        return WIDTHS[column] * self.column_share

    def lines(self, most: int) -> int:
        """Return how many lines a text may have at most that may have so many by nature."""
        return most if self.column_share >= 1 else 3 * most

    def starts(self, columns: Iterable[int]) -> dict[int, float]:
        """Return where each of the columns that are drawn begins."""
        found: dict[int, float] = {}
        x = MARGIN
        for column in sorted(set(columns)):
            found[column] = x
            x += self.column(column) + GUTTERS[column] * self.gutter_share
        return found

    def width(self, columns: Iterable[int]) -> float:
        """Return the width of a figure with these columns."""
        if self.whole:
            return self.whole
        ends = [x + self.column(column) for column, x in self.starts(columns).items()]
        return max(NARROWEST, *ends, 0.0) + MARGIN


NATURAL = Grid()


def grid_of(width: float, columns: Iterable[int]) -> Grid:
    """Return the grid with which these columns fill a figure of a width in px.

    Columns and gutters shrink and grow alike, but a gutter keeps space for its edges.
    """
    drawn = sorted(set(columns))
    texts, gaps = sum(WIDTHS[c] for c in drawn), sum(GUTTERS[c] for c in drawn[:-1])
    space = width - 2 * MARGIN
    if not drawn:
        return Grid(whole=width)
    gutter = min(max(space / (texts + gaps), _LEAST_GUTTER), _MOST_GUTTER)
    return Grid((space - gaps * gutter) / texts, gutter, width)
