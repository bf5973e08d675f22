"""The figure as PNG, drawn by resvg with the typefaces that come with this package."""

from __future__ import annotations

import math
import re
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

FIDELITY = replace(FIGURE, changes={**FIGURE.changes, "prefLabel": "shortened if it does not fit"})
DPI = 300
FINE = 10_000_000
"""Pixels of a picture without a size: it has 2 pixels a px of the figure if they are no more."""
MOST = 100_000_000
"""Pixels of a picture of a given size: more need gigabytes of memory, and few programs open it."""
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)(mm)?" height="([\d.]+)(?:mm)?"')
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_START = 33
"""Where the first chunk of a PNG, its header, ends."""


def write(graph: Graph, look: Look) -> bytes:
    """Return the figure of a graph as PNG.

    A figure of a given size has 300 dots per inch. Any other has 1 to 2 pixels a px: 2, or as many
    as :data:`FINE` allows.

    :raises UsageError: if the package that draws it is not installed, the labels do not fit the
        look, or the picture would have more than :data:`MOST` pixels.
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
    # No font of the machine takes part, so the bytes are the same on every one.
    data = resvg_py.svg_to_bytes(
        svg_string=svg,
        dpi=DPI,
        zoom=_zoom(svg),
        skip_system_fonts=True,
        font_files=[str(resources.site_file(name)) for name in _FONTS],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )
    return bytes(data[:_START]) + _texts(graph) + bytes(data[_START:])


def _zoom(svg: str) -> float:
    """Return how many pixels a px of the figure has, or 1 if its size is given in millimetres.

    :raises UsageError: if the picture would have too many pixels.
    """
    found = _SIZE.search(svg)
    if found is None:
        return 1.0
    is_sized = found[2] is not None
    unit = DPI / 25.4 if is_sized else 1.0
    pixels = float(found[1]) * float(found[3]) * unit**2
    if pixels > MOST:
        raise UsageError(
            f"the picture would have {pixels / 1e6:.0f} million pixels, and the limit is "
            f"{MOST / 1e6:.0f} million",
            hint="write SVG, choose a smaller --width-mm, or draw a part with --focus",
        )
    return 1.0 if is_sized else min(2.0, max(1.0, math.sqrt(FINE / pixels)))


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
