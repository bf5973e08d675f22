"""A drawing as SVG: one file, no script, no style sheet, nothing from outside.

Colours and fonts are attributes, so that the figure looks the same in a browser, in a drawing
program and inside a page with a strict content security policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.figure.cards import NOTE, Card
from kg.figure.drawing import HEADINGS, Drawing, Edge
from kg.figure.frame import footer, header
from kg.figure.grid import MARGIN, NATURAL, Grid
from kg.figure.markup import plain, text, words
from kg.figure.scene import (
    GROUP,
    Corner,
    Placed,
    Route,
    Scene,
    arrange,
    columns,
)
from kg.figure.shapes import (
    DASHES,
    GREY,
    INK,
    LINES,
    STYLES,
    TREE,
    VALENCES,
    alert,
    draw_marks,
    glyph,
    number,
)
from kg.figure.text import wrap

FONTS = "system-ui, 'DejaVu Sans', sans-serif"
BEND = 12.0
"""The radius of the bends of edges."""
_HEAD, _HEAD_LINES = 14.0, 4
"""The size of a column's heading, and how many lines it may have."""


def render(drawing: Drawing, grid: Grid = NATURAL) -> str:
    """Return a drawing as the text of an SVG file; the same drawing gives the same text."""
    wide = grid.width(node.column for node in drawing.nodes)
    head, top = header(drawing, MARGIN, wide - 2 * MARGIN)
    heads, below = _heads(drawing, grid, top)
    scene = arrange(drawing, below, grid)
    foot, bottom = footer(drawing, MARGIN, scene.bottom + 40, wide - 2 * MARGIN)
    parts = [
        *_opening(drawing, wide, bottom + MARGIN),
        *_columns(drawing, grid, top, scene.bottom),
        *heads,
        *_edges(scene),
        *_headings(scene),
        '<g id="kg-nodes" stroke-width="1.5" stroke-linejoin="round">',
        *(_card(placed) for placed in scene.cards),
        "</g>",
        '<g id="kg-frame">',
        *head,
        *foot,
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _opening(drawing: Drawing, wide: float, high: float) -> Iterator[str]:
    w, h = number(wide), number(high)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<!-- clinical-evidence-kg: figure of a graph -->"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
        ' role="img" aria-labelledby="kg-title kg-desc"'
        f' font-family="{FONTS}" fill="{INK}">'
    )
    yield f'<title id="kg-title">{plain(drawing.heading)}</title>'
    about = f"{plain(drawing.attribution)} {plain(drawing.digest)}"
    yield f"<metadata>{about}</metadata>"
    yield f'<desc id="kg-desc">{plain(drawing.description)}</desc>'
    yield f'<rect width="{w}" height="{h}" fill="#ffffff"/>'


def _heads(drawing: Drawing, grid: Grid, top: float) -> tuple[list[str], float]:
    """Return heading and census of each column, and the height below the tallest of them."""
    found, bottom = list[str](), top + 44
    for column, x in columns(drawing, grid).items():
        y, w = top + 21, grid.column(column)
        for line in wrap(HEADINGS[column], _HEAD, w, _HEAD_LINES, bold=True):
            found.append(words(line, x, y, _HEAD, bold=True))
            y += 16
        for line in wrap(drawing.census(column), NOTE, w, _HEAD_LINES):
            found.append(words(line, x, y - 2, NOTE, soft=True))
            y += 12
        bottom = max(bottom, y - 5)
    return found, bottom


def _columns(drawing: Drawing, grid: Grid, top: float, bottom: float) -> Iterator[str]:
    for column, x in columns(drawing, grid).items():
        w = grid.column(column)
        yield (
            f'<rect x="{number(x - 6)}" y="{number(top)}" width="{number(w + 12)}"'
            f' height="{number(bottom - top + 14)}" fill="#f7f7f7"/>'
        )
        rule = f"M{number(x - 6)} {number(top)}h{number(w + 12)}"
        yield f'<path d="{rule}" stroke="{INK}" stroke-width="2"/>'


# -- edges -----------------------------------------------------------------------------------------


def _edges(scene: Scene) -> Iterator[str]:
    kinds: dict[tuple[str, float, str, float], list[str]] = {}
    for route in scene.routes:
        look = LINES.get(route.edge.type, GREY)
        opacity = 0.75
        if route.edge.type == "outcome":
            look, opacity = (VALENCES.get(route.edge.valence, GREY[0]), 1.3, ""), 0.7
        kinds.setdefault((*look, opacity), []).append(_path(route.edge, curve(route)))
    inner = [_path(r.edge, straight(r)) for r in scene.elbows]
    inner += [_path(r.edge, bow(r)) for r in scene.arcs]
    kinds.setdefault((*TREE, 1.0), []).extend(inner)
    yield '<g id="kg-edges" fill="none">'
    for (colour, thick, dashes, opacity), paths in sorted(kinds.items()):
        dashed = f' stroke-dasharray="{dashes}" stroke-linecap="round"' if dashes else ""
        yield f'<g stroke="{colour}" stroke-width="{thick}" stroke-opacity="{opacity}"{dashed}>'
        yield from paths
        yield "</g>"
    yield "</g>"


def _path(edge: Edge, course: str) -> str:
    said = " ".join(edge.statements)
    return (
        f'<path d="{course}" data-type="{plain(edge.type)}" data-from="{plain(edge.start)}"'
        f' data-to="{plain(edge.end)}" data-statement="{plain(said)}"/>'
    )


def curve(route: Route) -> str:
    """Return the course of an edge: level, with a rounded bend into each lane and out of it."""
    n, (start, _) = number, route.legs[0]
    course = f"M{n(start.x)} {n(start.y)}"
    for leg, lane in route.legs:
        if lane is None:
            course += f"L{n(leg.to_x)} {n(leg.to_y)}"
            continue
        down = 1 if leg.to_y > leg.y else -1
        bend = min(BEND, abs(leg.to_y - leg.y) / 2, lane - leg.x, leg.to_x - lane)
        course += (
            f"H{n(lane - bend)}Q{n(lane)} {n(leg.y)} {n(lane)} {n(leg.y + down * bend)}"
            f"V{n(leg.to_y - down * bend)}Q{n(lane)} {n(leg.to_y)} {n(lane + bend)} {n(leg.to_y)}"
            f"H{n(leg.to_x)}"
        )
    return course


def straight(corner: Corner) -> str:
    """Return an edge to what is indented below its parent."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in corner.points)


def bow(corner: Corner) -> str:
    """Return an edge between two entities of one column that are apart."""
    (x, y), (to_x, to_y) = corner.points
    out = min(x, to_x) - 16
    return (
        f"M{number(x)} {number(y)}C{number(out)} {number(y)} {number(out)} {number(to_y)}"
        f" {number(to_x)} {number(to_y)}"
    )


# -- nodes -----------------------------------------------------------------------------------------


def _headings(scene: Scene) -> Iterator[str]:
    for heading in scene.headings:
        yield words(heading.text, heading.x, heading.y, GROUP, bold=True, soft=True)


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
        *(text(line, x, y, style.ink, style.soft) for line in card.lines),
        *signs(card, x, y),
        "</g>",
    ]
    return "".join(parts)


def signs(card: Card, x: float, y: float) -> Iterator[str]:
    """Yield the marks of certainty, the glyph of valence and the warning of a card."""
    style = STYLES[card.node.kind]
    found = "".join(draw_marks(m.filled, x + m.x, y + m.y) for m in card.marks)
    if card.node.valence:
        found += glyph(card.node.valence, x + card.width - 14, y + card.height / 2)
    if card.node.alerts:
        found += alert(x + style.left + 6, y + 10)
    if found:
        yield f'<g stroke-width="1">{found}</g>'
