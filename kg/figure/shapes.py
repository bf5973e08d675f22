"""Shapes and colours: kinds of nodes, valences, marks of certainty. All drawn, none from a font.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), chosen to stay apart for
colour-blind readers. No meaning hangs on a colour alone: each kind has an outline of its own, each
valence a glyph, each certainty a number of marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

INK, SOFT, FAINT = "#1a1a1a", "#4a4a4a", "#767676"
GREEN, YELLOW, BLUE, VERMILLION = "#009e73", "#f0e442", "#0072b2", "#d55e00"

Outline = Callable[[float, float, float, float], str]
"""x, y, width and height → the path of an outline that fills them."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind looks.

    ``left`` and ``right`` are what its ends take of the space for text, ``inset`` how far inside
    its left and right end it is entered and left at half its height, ``foot``
    what is below the text.
    """

    fill: str
    outline: Outline
    left: float = 9.0
    right: float = 9.0
    ink: str = INK
    soft: str = SOFT
    bold: bool = False
    inset: tuple[float, float] = (0.0, 0.0)
    foot: float = 0.0


GREY = ("#8a8a8a", 1.0, "")
TREE = ("#6a6a6a", 1.0, "")
LINES: Mapping[str, tuple[str, float, str]] = {
    "cites": ("#a6a6a6", 1.0, ""),
    "componentOf": ("#4c93bf", 1.2, ""),
    "targetPopulation": ("#a89a00", 1.4, ""),
    "population": ("#a89a00", 1.4, "1.5 3"),
    "ageRange": ("#a89a00", 1.4, ""),
}
"""Type of edge → colour, width and dashes of its line; all others are grey."""
DASHES = "5 3"
"""The outline of what is not approved."""


def number(value: float) -> str:
    """Return a number with at most one decimal, the same everywhere."""
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def path(*points: tuple[float, float]) -> str:
    """Return a closed path through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def rounded(x: float, y: float, w: float, h: float, r: float) -> str:
    """Return a rectangle with rounded corners as a path."""
    r = min(r, w / 2, h / 2)
    n, a = number, f"a{number(r)} {number(r)} 0 0 1 "
    return (
        f"M{n(x + r)} {n(y)}h{n(w - 2 * r)}{a}{n(r)} {n(r)}v{n(h - 2 * r)}{a}{n(-r)} {n(r)}"
        f"h{n(2 * r - w)}{a}{n(-r)} {n(-r)}v{n(2 * r - h)}{a}{n(r)} {n(-r)}Z"
    )


def _hexagon(x: float, y: float, w: float, h: float) -> str:
    s, m = 9.0, y + h / 2
    return path((x, m), (x + s, y), (x + w - s, y), (x + w, m), (x + w - s, y + h), (x + s, y + h))


def _pill(x: float, y: float, w: float, h: float) -> str:
    return rounded(x, y, w, h, 13.0)


def _chevron(x: float, y: float, w: float, h: float) -> str:
    s, m = 9.0, y + h / 2
    right = x + w
    return path((x, y), (right - s, y), (right, m), (right - s, y + h), (x, y + h), (x + s, m))


def _slanted(x: float, y: float, w: float, h: float) -> str:
    return path((x + 8, y), (x + w, y), (x + w - 8, y + h), (x, y + h))


def _soft_box(x: float, y: float, w: float, h: float) -> str:
    return rounded(x, y, w, h, 6.0)


def _box(x: float, y: float, w: float, h: float) -> str:
    return path((x, y), (x + w, y), (x + w, y + h), (x, y + h))


def _signpost(x: float, y: float, w: float, h: float) -> str:
    return path((x, y), (x + w - 10, y), (x + w, y + h / 2), (x + w - 10, y + h), (x, y + h))


def _octagon(x: float, y: float, w: float, h: float) -> str:
    c, r, b = 7.0, x + w, y + h
    top, right = ((x + c, y), (r - c, y)), ((r, y + c), (r, b - c))
    bottom, left = ((r - c, b), (x + c, b)), ((x, b - c), (x, y + c))
    return path(*top, *right, *bottom, *left)


def _folded(x: float, y: float, w: float, h: float) -> str:
    f, r = 10.0, x + w
    page = path((x, y), (r - f, y), (r, y + f), (r, y + h), (x, y + h))
    return page + f"M{number(r - f)} {number(y)}v{number(f)}h{number(f)}"


def _spoken(x: float, y: float, w: float, h: float) -> str:
    """Return a box with the tail of a speech bubble: somebody says so."""
    tail = min(6.0, h / 4)
    body = f"M{number(x)} {number(y)}h{number(w)}v{number(h - tail)}h{number(-(w - 3 * tail))}"
    return f"{body}l{number(-tail)} {number(tail)}v{number(-tail)}h{number(-2 * tail)}Z"


def _window(x: float, y: float, w: float, h: float) -> str:
    return _box(x, y, w, h) + f"M{number(x)} {number(y + 4)}h{number(w)}"


def _spined(x: float, y: float, w: float, h: float) -> str:
    return _box(x, y, w, h) + f"M{number(x + 4)} {number(y)}v{number(h)}"


def _notched(x: float, y: float, w: float, h: float) -> str:
    return path((x + 8, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y + 8))


STYLES: Mapping[str, Style] = {
    "AgeRange": Style("#f8f3a6", _hexagon, 13, 13),
    "Phase": Style("#9bd2f2", _chevron, 16, 13, inset=(9.0, 0.0)),
    "Technique": Style("#cfe9f9", _slanted, 13, 13, inset=(4.0, 4.0)),
    "Component": Style("#cfe9f9", _pill, 12, 12),
    "Intervention": Style(BLUE, _soft_box, 9, 9, "#ffffff", "#ffffff", True),
    "Practice": Style("#b3d5e8", _notched, 12, 9),
    "Finding": Style("#fdf1d9", _box, 9, 9),
    "Claim": Style("#ffffff", _spoken, 9, 9, foot=6),
    "Recommendation": Style("#f5c965", _signpost, 9, 18),
    "Outcome": Style("#f0d7e5", _octagon, 10, 10),
    "Source": Style("#f4f4f4", _folded, 9, 13),
    "Article": Style("#f4f4f4", _window, 9, 9),
    "Document": Style("#f4f4f4", _spined, 13, 9),
}
"""Kind → how it looks."""


# -- valence ---------------------------------------------------------------------------------------

VALENCES: Mapping[str, str] = {
    "favourable": GREEN,
    "unfavourable": VERMILLION,
    "neutral": "#5c5c5c",
    "mixed": INK,
    "insufficient": "#8c8c8c",
    "unknown": "#8c8c8c",
}
"""Valence → the colour of its edges."""


GLYPHS: Mapping[str, str] = {
    "favourable": "M5 .8 9.4 9H.6Z",
    "unfavourable": "M.6 1h8.8L5 9.2Z",
    "neutral": "M1 2.2h8v2.2H1ZM1 5.8h8v2.2H1Z",
    "mixed": "M5 .4 8.2 4H1.8ZM1.8 6h6.4L5 9.6Z",
    "insufficient": "M5 .8A4.2 4.2 0 1 1 5 9.2 4.2 4.2 0 1 1 5 .8Z",
    "unknown": "M2.6 3a2.5 2.5 0 1 1 3.9 2.1c-1 .7-1.4 1-1.4 2.1M5.1 8.6v1",
}
"""Valence → the outline of its glyph in a square of 10, the same on pages and in figures."""

_FILLS = {
    "favourable": GREEN,
    "unfavourable": VERMILLION,
    "neutral": "#5c5c5c",
    "mixed": INK,
    "insufficient": "#ffffff",
}


def glyph(valence: str, x: float, y: float) -> str:
    """Return the glyph of a valence around a point, 12 units wide; nothing for other words."""
    if valence not in GLYPHS:
        return ""
    fill = _FILLS.get(valence, "none")
    place = f"translate({number(x - 6)} {number(y - 6)}) scale(1.2)"
    return f'<path transform="{place}" d="{GLYPHS[valence]}" fill="{fill}" stroke="{INK}"/>'


def _shape(outline: str, fill: str) -> str:
    return f'<path d="{outline}" fill="{fill}" stroke="{INK}"/>'


def circle(x: float, y: float, r: float, fill: str) -> str:
    """Return a circle with a thin dark outline."""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}" stroke="{INK}"/>'
    )


# -- certainty -------------------------------------------------------------------------------------

_MARKS = {"high": 4, "moderate": 3, "low": 2, "veryLow": 1}
MARK_STEP = 11.0


def marks(rating: str, system: str) -> int:
    """Return how many of four marks show a rating; 0 if the system is not GRADE.

    Ratings of clearinghouses are not GRADE certainty and get no such marks.
    """
    return _MARKS.get(rating, 0) if system == "GRADE" else 0


def draw_marks(filled: int, x: float, y: float) -> str:
    """Return four circles from a point to the right, the filled ones with a cross in them."""
    n, found = number, ""
    for i in range(4):
        middle = x + 4.5 + i * MARK_STEP
        found += circle(middle, y, 4.5, "#ffffff")
        if i < filled:
            cross = f"M{n(middle - 4.5)} {n(y)}h9M{n(middle)} {n(y - 4.5)}v9"
            found += f'<path d="{cross}" stroke="{INK}" stroke-width="1.4"/>'
    return found


def alert(x: float, y: float) -> str:
    """Return a warning triangle around a point, 12 units wide."""
    n = number
    outline = path((x - 6, y + 5), (x, y - 6), (x + 6, y + 5))
    sign = f"M{n(x)} {n(y - 2.5)}v3.6M{n(x)} {n(y + 2.6)}v1.2"
    return _shape(outline, YELLOW) + f'<path d="{sign}" stroke="{INK}" stroke-width="1.5"/>'
