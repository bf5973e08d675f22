"""A drawing as SVG: one file, no script, no style sheet, nothing from outside.

Colours and fonts are attributes, so that the figure looks the same in a browser, in a drawing
program and inside a page with a strict content security policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from kg.views.cards import Card, Line
from kg.views.drawing import HEADINGS, Drawing, Edge
from kg.views.frame import HEADER_GAP, Mark, footer, header, plain
from kg.views.scene import GROUP, MARGIN, WIDTH, WIDTHS, Placed, Route, Scene, arrange, left_of
from kg.views.shapes import FAINT, INK, SOFT, STYLES, VALENCES, alert, draw_marks, glyph, number

FONTS = "system-ui, 'DejaVu Sans', sans-serif"
LINES = {
    "componentOf": ("#4c93bf", 1.2, ""),
    "targetPopulation": ("#a89a00", 1.4, ""),
    "population": ("#a89a00", 1.4, "1.5 3"),
    "ageRange": ("#a89a00", 1.4, ""),
}
"""Type of edge → colour, width and dashes; all others are grey."""
_GREY = ("#8a8a8a", 1.0, "")
DASHES = "5 3"


def render(drawing: Drawing) -> str:
    """Return a drawing as the text of an SVG file; the same drawing gives the same text."""
    head, top = header(drawing, MARGIN, WIDTH - 2 * MARGIN)
    scene = arrange(drawing, top + 44)
    foot, bottom = footer(drawing, MARGIN, scene.bottom + 40, WIDTH - 2 * MARGIN)
    parts = [
        *_opening(drawing, bottom + MARGIN),
        *_columns(drawing, top, scene.bottom),
        *_edges(scene),
        *_headings(scene),
        '<g id="kg-nodes" stroke-width="1.5" stroke-linejoin="round">',
        *(_card(placed) for placed in scene.cards),
        "</g>",
        *(_mark(mark) for mark in (*head, *foot)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _opening(drawing: Drawing, height: float) -> Iterator[str]:
    size = f"{number(WIDTH)} {number(height)}"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(WIDTH)}" height="{number(height)}"'
        f' viewBox="0 0 {size}" role="img" aria-labelledby="kg-title kg-desc"'
        f' font-family="{FONTS}" fill="{INK}">'
    )
    yield f'<title id="kg-title">{plain(drawing.heading())}</title>'
    yield f'<desc id="kg-desc">{plain(drawing.description())}</desc>'
    yield (
        f"<metadata>clinical-evidence-kg figure of {plain(drawing.base)}"
        f" {plain(drawing.digest)}</metadata>"
    )
    yield f'<rect width="{number(WIDTH)}" height="{number(height)}" fill="#ffffff"/>'


def _columns(drawing: Drawing, top: float, bottom: float) -> Iterator[str]:
    present = {node.column for node in drawing.nodes}
    for column in sorted(present):
        x, w = left_of(column), WIDTHS[column]
        yield (
            f'<rect x="{number(x - 6)}" y="{number(top)}" width="{number(w + 12)}"'
            f' height="{number(bottom - top + 14)}" fill="#f7f7f7"/>'
        )
        yield f'<path d="M{number(x - 6)} {number(top)}h{number(w + 12)}" stroke="{INK}" stroke-width="2"/>'
        yield _text(Line(HEADINGS[column], 0, 0, 14, True), x, top + 21)
        yield _text(Line(drawing.census(column), 0, 0, 9.2, soft=True), x, top + 34)


# -- edges -----------------------------------------------------------------------------------------


def _edges(scene: Scene) -> Iterator[str]:
    kinds: dict[tuple[str, float, str, float], list[str]] = {}
    for route in scene.routes:
        look = LINES.get(route.edge.type, _GREY)
        opacity = 0.75
        if route.edge.type == "outcome":
            look, opacity = (VALENCES.get(route.edge.valence, _GREY[0]), 1.3, ""), 0.7
        kinds.setdefault((*look, opacity), []).append(_path(route.edge, _curve(route)))
    inner = [_path(r.edge, _straight(r)) for r in scene.elbows]
    inner += [_path(r.edge, _bow(r)) for r in scene.arcs]
    kinds.setdefault((SOFT, 1.1, "", 1.0), []).extend(inner)
    yield '<g id="kg-edges" fill="none">'
    for (colour, width, dashes, opacity), paths in sorted(kinds.items()):
        dashed = f' stroke-dasharray="{dashes}" stroke-linecap="round"' if dashes else ""
        yield (
            f'<g stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}"{dashed}>'
        )
        yield from paths
        yield "</g>"
    yield "</g>"


def _path(edge: Edge, course: str) -> str:
    said = " ".join(edge.statements)
    return (
        f'<path d="{course}" data-type="{plain(edge.type)}" data-from="{plain(edge.start)}"'
        f' data-to="{plain(edge.end)}" data-statement="{plain(said)}"/>'
    )


def _curve(route: Route) -> str:
    (x, y), *rest = route.points
    text = f"M{number(x)} {number(y)}"
    for n, (to_x, to_y) in enumerate(rest):
        if n % 2:  # level, past a column
            text += f"H{number(to_x)}"
        else:
            half = (to_x - x) / 2
            text += (
                f"C{number(x + half)} {number(y)} {number(to_x - half)} {number(to_y)}"
                f" {number(to_x)} {number(to_y)}"
            )
        x, y = to_x, to_y
    return text


def _straight(route: Route) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in route.points)


def _bow(route: Route) -> str:
    (x, y), (to_x, to_y) = route.points
    out = min(x, to_x) - 16
    return (
        f"M{number(x)} {number(y)}C{number(out)} {number(y)} {number(out)} {number(to_y)}"
        f" {number(to_x)} {number(to_y)}"
    )


# -- nodes -----------------------------------------------------------------------------------------


def _headings(scene: Scene) -> Iterator[str]:
    for heading in scene.headings:
        yield _text(Line(heading.text, 0, 0, GROUP, True, soft=True), heading.x, heading.y)


def _card(placed: Placed) -> str:
    card, x, y = placed.card, placed.x, placed.y
    node, style = card.node, STYLES[card.node.kind]
    dashes = f' stroke-dasharray="{DASHES}"' if node.stamp else ""
    same = f' data-same="{plain(" ".join(node.same))}"' if node.same else ""
    parts = [
        f'<g data-id="{plain(node.id)}" data-kind="{plain(node.kind)}"{same}>',
        f"<title>{plain(node.title)}</title>",
        f'<path d="{style.outline(x, y, card.width, card.height)}" fill="{style.fill}"'
        f' stroke="{INK}"{dashes}/>',
        *(_text(line, x + line.x, y + line.y, style.ink, style.soft) for line in card.lines),
        *_signs(card, x, y),
        "</g>",
    ]
    return "".join(parts)


def _signs(card: Card, x: float, y: float) -> Iterator[str]:
    style = STYLES[card.node.kind]
    signs = "".join(draw_marks(m.filled, x + m.x, y + m.y) for m in card.marks)
    if card.node.valence:
        signs += glyph(card.node.valence, x + card.width - 14, y + card.height / 2)
    if card.node.alerts:
        signs += alert(x + style.left + 6, y + 10)
    if signs:
        yield f'<g stroke-width="1">{signs}</g>'


def _text(line: Line, x: float, y: float, ink: str = INK, soft: str = SOFT) -> str:
    bold = ' font-weight="700"' if line.bold else ""
    fill = soft if line.soft else ink
    colour = "" if fill == INK else f' fill="{fill}"'
    struck = ' text-decoration="line-through"' if line.struck else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(line.size)}"{bold}{colour}'
        f"{struck}>{plain(line.text)}</text>"
    )
