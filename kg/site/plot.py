"""Plots in rows: a name, lines with marks at their places, and words next to each line.

Places are percentages of the width that a line gets, and all words are HTML: a plot fills any
width, from a telephone to a sheet of paper, without smaller letters, clipped words or scrolling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.figure.shapes import number
from kg.site.html import Child, Html, el, join

Line = tuple[Iterable[Html], Child]
"""Marks, drawn in their order, and the words next to them."""
Tick = tuple[float, str, bool]
"""Place, words, and whether the words may go where there is little space."""


def share(fraction: float) -> str:
    """Return a place between 0 and 1 as a percentage."""
    return f"{number(min(max(fraction, 0.0), 1.0) * 100)}%"


def at(fraction: float, d: str, class_: str) -> Html:
    """Return a shape of fixed size at a place; its path is drawn around the middle of the line."""
    return el("svg", el("path", d=d, class_=class_), x=share(fraction), y="50%", class_="at")


def upright(fraction: float, class_: str) -> Html:
    """Return a line from the top to the bottom at a place."""
    x = share(fraction)
    return el("line", x1=x, x2=x, y1="0", y2="100%", class_=class_)


def level(start: float, end: float, class_: str) -> Html:
    """Return a line in the middle from one place to another."""
    return el("line", x1=share(start), x2=share(end), y1="50%", y2="50%", class_=class_)


def bar(start: float, end: float, class_: str) -> Html:
    """Return a bar in the middle from one place to another, at least a hair wide."""
    shape = el("rect", y=-6.5, width=share(max(end - start, 0.002)), height=13, class_=class_)
    return el("svg", shape, x=share(start), y="50%", class_="at")


def row(name: Child, lines: Iterable[Line], class_: str = "row", ages: str = "") -> Html:
    """Return a row: what it is about, and its lines; ``ages`` is its course for a child's age."""
    shown = [
        el(
            "div",
            el("svg", list(marks), class_="marks-line", aria_hidden="true"),
            el("div", words, class_="words"),
            class_="line",
        )
        for marks, words in lines
    ]
    return el(
        "div",
        el("div", name, class_="name"),
        el("div", shown, class_="lines"),
        class_=class_,
        data_ages=ages or None,
    )


def axis(ticks: Sequence[Tick], below: Child = None) -> Html:
    """Return a row with the words of an axis, and what is below them."""
    words = [
        el("text", text, x=share(x), y="70%", class_="minor" if is_minor else None)
        for x, text, is_minor in ticks
    ]
    plot = el("div", el("svg", words, class_="marks-line", aria_hidden="true"), below)
    line = el("div", plot, el("div", class_="words"), class_="line")
    return el("div", el("div", class_="name"), el("div", line, class_="lines"), class_="row axis")


def plot(rows: Iterable[Html], label: str) -> Html:
    """Return a plot from its rows."""
    return el("div", join(list(rows)), class_="plot", role="group", aria_label=label)
