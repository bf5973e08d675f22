"""SVG elements for text: escaped, with plain attributes."""

from __future__ import annotations

from html import escape

from kg.figure.cards import Line
from kg.figure.shapes import INK, SOFT, number
from kg.xmltext import legal


def plain(text: str) -> str:
    """Return a text that is inert in XML, as content and as the value of an attribute."""
    return escape(legal(text))


def text(line: Line, x: float, y: float, ink: str = INK, soft: str = SOFT) -> str:
    """Return a line of text whose card begins at a point."""
    bold = ' font-weight="700"' if line.bold else ""
    fill = soft if line.soft else ink
    colour = "" if fill == INK else f' fill="{fill}"'
    struck = ' text-decoration="line-through"' if line.struck else ""
    return (
        f'<text x="{number(x + line.x)}" y="{number(y + line.y)}"'
        f' font-size="{number(line.size)}"{bold}{colour}{struck}>{plain(line.text)}</text>'
    )


def words(
    content: str, x: float, y: float, size: float, bold: bool = False, soft: bool = False
) -> str:
    """Return one line of text at a point (its baseline)."""
    return text(Line(content, 0, 0, size, bold, soft), x, y)
