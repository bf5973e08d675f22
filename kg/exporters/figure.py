"""The whole graph as one picture: ages, what is done, what was found, on what, and who says so."""

from __future__ import annotations

from kg.graph import Graph
from kg.views.drawing import draw
from kg.views.look import Look
from kg.views.svg import render


def write(graph: Graph, look: Look | None = None) -> bytes:
    """Return the figure of a graph as SVG, in UTF-8."""
    return (look or Look()).apply(render(draw(graph))).encode()
