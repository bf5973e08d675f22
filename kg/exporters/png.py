"""The figure as PNG, drawn by resvg with the typefaces that come with this package."""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import replace

from kg import resources
from kg.errors import UsageError, packages_for
from kg.figure.drawing import draw
from kg.figure.fit import fitted
from kg.figure.focus import focused
from kg.figure.look import FIDELITY as FIGURE
from kg.figure.look import Look
from kg.figure.svg import render
from kg.graph import Graph

FIDELITY = replace(FIGURE, changes={**FIGURE.changes, "prefLabel": "shortened if it does not fit"})
DPI = 300
FINE = 10_000_000
"""Pixels of a picture without a size: it has 2 pixels a px of the figure if they are no more."""
MOST = 100_000_000
"""Pixels of a picture of a given size: more need gigabytes of memory, and few programs open it."""
_SIZE = re.compile(r'(<svg [^>]*?)width="([\d.]+)(mm)?" height="([\d.]+)(?:mm)?"')
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_UNCHANGED = (1, 0, 0, 0, 1, 0)
_START = 33
"""Where the first chunk of a PNG, its header, ends."""


def write(graph: Graph, look: Look) -> bytes:
    """Return the figure of a graph as PNG.

    A figure of a given size has 300 dots per inch. Any other has 1 to 2 pixels a px: 2, or as many
    as :data:`FINE` allows.

    :raises UsageError: if the package that draws it is not installed, the labels do not fit the
        look, or the picture would have more than :data:`MOST` pixels.
    """
    with packages_for("PNG", "png"):
        from resvg import render as drawn
        from resvg import usvg

    drawing = focused(draw(graph), look.focus, look.depth)
    svg = enlarged(look.apply(render(drawing, fitted(drawing, look))))
    options = usvg.Options.default()
    options.dpi, options.font_family = DPI, "DejaVu Sans"
    # No font of the machine takes part, so the bytes are the same on every one.
    for name in _FONTS:
        options.load_font_file(str(resources.site_file(name)))
    data = bytes(drawn(usvg.Tree.from_str(svg, options), _UNCHANGED))
    return data[:_START] + _texts(graph) + data[_START:]


def enlarged(svg: str) -> str:
    """Return a figure as large in px as its picture is in pixels; one in millimetres as it is.

    :raises UsageError: if the picture would have too many pixels.
    """
    opening = _SIZE.search(svg)
    if opening is None:
        return svg
    is_sized = opening[3] is not None
    unit = DPI / 25.4 if is_sized else 1.0
    wide, high = float(opening[2]), float(opening[4])
    pixels = wide * high * unit**2
    if pixels > MOST:
        raise UsageError(
            f"the picture would have {pixels / 1e6:.0f} million pixels, and the limit is "
            f"{MOST / 1e6:.0f} million",
            hint="write SVG, choose a smaller --width-mm, or draw a part with --focus",
        )
    if is_sized:
        return svg
    zoom = min(2.0, max(1.0, math.sqrt(FINE / pixels)))
    size = f'{opening[1]}width="{wide * zoom:g}" height="{high * zoom:g}"'
    return svg[: opening.start()] + size + svg[opening.end() :]


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
