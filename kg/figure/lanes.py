"""Lanes for edges in the gutters between columns.

An edge that has to rise or fall does so in a lane: a vertical line in the gutter. Edges of one
bundle share a lane, and bundles that are not at the same height may use the same lane one after the
other, so that few lines run side by side and each can be followed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

MARGIN = 14.0
"""The space between the outer lanes and the columns."""
SPACING = 8.0
"""The greatest distance between lanes."""
_CLEAR = 6.0


@dataclass(frozen=True, slots=True)
class Leg:
    """The way of an edge through one gutter, and the bundle it belongs to."""

    x: float
    y: float
    to_x: float
    to_y: float
    gutter: tuple[float, float]
    bundle: Hashable

    @property
    def level(self) -> bool:
        """Whether the leg is so nearly level that it needs no lane."""
        return abs(self.y - self.to_y) < 0.5


def lanes(legs: Sequence[Leg]) -> dict[Leg, float]:
    """Return where each leg that is not level has its lane.

    The bundles of many edges get the lanes at the left: each of their edges has to reach the lane
    from the left, and so crosses the fewest others.
    """
    gutters: dict[tuple[float, float], dict[Hashable, list[Leg]]] = {}
    for leg in legs:
        if not leg.level:
            gutters.setdefault(leg.gutter, {}).setdefault(leg.bundle, []).append(leg)
    found: dict[Leg, float] = {}
    for (left, right), bundles in gutters.items():
        taken: list[list[tuple[float, float]]] = []
        numbers: dict[Hashable, int] = {}
        for bundle, members in sorted(bundles.items(), key=lambda pair: _weight(pair[1])):
            top, bottom = _span(members)
            number = next((n for n, lane in enumerate(taken) if _free(lane, top, bottom)), None)
            if number is None:
                number = len(taken)
                taken.append([])
            taken[number].append((top, bottom))
            numbers[bundle] = number
        space = max(right - left - 2 * MARGIN, 0.0)
        step = min(SPACING, space / max(len(taken) - 1, 1))
        first = (left + right - step * (len(taken) - 1)) / 2
        for bundle, members in bundles.items():
            found.update(dict.fromkeys(members, first + step * numbers[bundle]))
    return found


def _span(legs: Sequence[Leg]) -> tuple[float, float]:
    ends = [y for leg in legs for y in (leg.y, leg.to_y)]
    return min(ends), max(ends)


def _weight(legs: Sequence[Leg]) -> tuple[float, ...]:
    top, bottom = _span(legs)
    return (-len(legs), top - bottom, top)


def _free(lane: Sequence[tuple[float, float]], top: float, bottom: float) -> bool:
    return all(bottom + _CLEAR <= a or b + _CLEAR <= top for a, b in lane)
