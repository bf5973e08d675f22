"""How a picture looks in print: its width or the size of its type, and whether it is in greys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.contract import Fidelity
from kg.errors import UsageError

MM_PER_POINT = 25.4 / 72
_COLOUR = re.compile(r'(?<==")#([0-9a-fA-F]{6})(?=")')
_SIZE = re.compile(r'(<svg [^>]*?)width="([\d.]+)" height="([\d.]+)"')

FIDELITY = Fidelity(
    changes={
        "Entity": "a card in the column of its kind",
        "DerivedEdge": "a line between two cards",
        "prefLabel": "shortened if it does not fit, complete in the tooltip",
        "edgeType": "a line of its own style for each kind",
        "effectValence": "a mark on the line, with words",
        "claimedValence": "a hollow mark on the line, with words",
        "asserted-derived": "drawn as asserted relations are",
        "languages": "one label a card, English if there is one",
        "datatypes": "text",
        "control-characters": "replaced or left out",
        "long-texts": "shortened where they do not fit, complete in the tooltips of SVG",
    },
    others="a picture of entities and their relations",
)
"""What both formats of the picture keep."""


@dataclass(frozen=True, slots=True)
class Look:
    """Size and colours of a picture; by default as it was drawn.

    ``width_mm`` is its whole width in millimetres, ``font_size`` the size of the labels in points.
    With the size of type the picture is scaled; with both it is laid out for them, and with the
    width alone for words of at least 6 points; it is refused where its labels do not fit (see
    :func:`kg.figure.fit.fitted`). ``focus`` is the id of an entity: only what is connected to it in
    at most ``depth`` steps is drawn.
    """

    width_mm: float | None = None
    font_size: float | None = None
    greyscale: bool = False
    focus: str = ""
    depth: int = 2

    def __post_init__(self) -> None:
        for name, value in (("width", self.width_mm), ("font size", self.font_size)):
            if value is not None and not 0 < value < 100_000:
                raise UsageError(f"a {name} of {value:g} is not possible")
        if self.depth < 1:
            raise UsageError(f"a depth of {self.depth} is not possible", hint="give 1 or more")

    def apply(self, svg: str) -> str:
        """Return an SVG, as :func:`kg.figure.svg.render` gives it, with this look."""
        from kg.figure.cards import LABEL  # the command line knows looks before anything is drawn

        if self.greyscale:
            svg = _COLOUR.sub(lambda found: f"#{_grey(found[1])}", svg)
        opening = _SIZE.search(svg)
        if opening and (self.width_mm is not None or self.font_size is not None):
            wide, high = float(opening[2]), float(opening[3])
            mm = self.width_mm or (self.font_size or 0) * MM_PER_POINT * wide / LABEL
            size = f'{opening[1]}width="{_mm(mm)}" height="{_mm(mm * high / wide)}"'
            svg = svg[: opening.start()] + size + svg[opening.end() :]
        return svg


def _mm(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "mm"


def _grey(colour: str) -> str:
    """Return the grey of the same luminance (ITU-R BT.709 weights, on the values as they are)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return f"{round(0.2126 * red + 0.7152 * green + 0.0722 * blue):02x}" * 3
