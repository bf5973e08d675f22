"""The figure as PNG, drawn by resvg with the typefaces that come with this package."""

from __future__ import annotations

import zlib
from dataclasses import replace

from kg import resources
from kg.errors import UsageError
from kg.figure.drawing import draw
from kg.figure.fit import fitted
from kg.figure.focus import focused
from kg.figure.look import FIDELITY as FIGURE
from kg.figure.look import Look
from kg.figure.svg import render
from kg.graph import Graph

FIDELITY = replace(
    FIGURE, changes={**FIGURE.changes, "prefLabel": "shortened where it does not fit"}
)
DPI = 300
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_START = 33
"""Where the first chunk of a PNG, its header, ends."""


def write(graph: Graph, look: Look) -> bytes:
    """Return the figure of a graph as PNG: 300 dots an inch where a size is chosen, else 2 a px.

    :raises UsageError: if the package that draws it is not installed, or the labels do not fit
        the look.
    """
    try:
        import resvg_py
    except ImportError:
        raise UsageError(
            "PNG needs the package resvg-py, which is not installed",
            hint="install the extra: pip install 'clinical-evidence-kg[png]'",
        ) from None
    drawing = focused(draw(graph), look.focus, look.depth)
    svg = look.apply(render(drawing, fitted(drawing, look)))
    sized = look.width_mm is not None or look.font_size is not None
    # No font of the machine takes part, so the bytes are the same on every one.
    data = resvg_py.svg_to_bytes(
        svg_string=svg,
        dpi=DPI,
        zoom=1.0 if sized else 2.0,
        skip_system_fonts=True,
        font_files=[str(resources.site_file(name)) for name in _FONTS],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )
    return bytes(data[:_START]) + _texts(graph) + bytes(data[_START:])


def _texts(graph: Graph) -> bytes:
    """Return software, caveats, origin and licence as text chunks (iTXt) for programs to read."""
    texts = {
        "Software": "clinical-evidence-kg",
        "Comment": "\n".join(graph.caveats()),
        "Source": "\n".join(graph.attribution()),
    }
    bodies = [f"iTXt{key}\0\0\0\0\0{text}".encode() for key, text in texts.items()]
    return b"".join(
        (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
        for body in bodies
    )
