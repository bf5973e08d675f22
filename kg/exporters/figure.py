"""The whole graph as one picture: ages, what is done, what was found, on what, and who says so."""

from __future__ import annotations

from kg.figure.drawing import draw
from kg.figure.fit import fitted
from kg.figure.focus import focused
from kg.figure.look import FIDELITY as FIDELITY
from kg.figure.look import Look
from kg.figure.svg import render
from kg.graph import Graph


def write(graph: Graph, look: Look | None = None) -> bytes:
    """Return the figure of a graph as SVG, in UTF-8.

    :raises UsageError: if its labels do not fit the look.
    """
    look = look or Look()
    drawing = focused(draw(graph), look.focus, look.depth)
    return look.apply(render(drawing, fitted(drawing, look))).encode()
