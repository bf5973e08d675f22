"""The drawing of the explorer: the figure's cards and lines, each of which a script can move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.figure.drawing import COLUMNS, HEADINGS, Drawing, Edge
from kg.figure.grid import NATURAL, WIDTHS
from kg.figure.markup import plain, text
from kg.figure.scene import Placed, Scene, arrange, columns
from kg.figure.shapes import DASHES, GREY, INK, LINES, STYLES, VALENCES, number
from kg.figure.svg import bow, curve, signs, straight
from kg.site.html import Html

_TOP = 40.0
PLAIN_HEIGHT = 40.0
"""The height of the cards that a script draws, where a graph is too large to be drawn here."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A drawing with the places of its cards."""

    drawing: Drawing
    scene: Scene

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in px."""
        return NATURAL.width(n.column for n in self.drawing.nodes), self.scene.bottom + 24

    def places(self) -> Mapping[str, Placed]:
        """Return each card with its place, by the id of its node."""
        return {placed.card.node.id: placed for placed in self.scene.cards}


def place(drawing: Drawing) -> Columns:
    """Place a drawing in columns."""
    return Columns(drawing, arrange(drawing, _TOP))


def render(found: Columns, label: str) -> Html:
    """Return the drawing as SVG for a page."""
    w, h = (number(v) for v in found.size)
    parts = [
        f'<svg id="graph" class="graph" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img"'
        f' aria-label="{plain(label)}" xmlns="http://www.w3.org/2000/svg"'
        f' font-family="system-ui, \'DejaVu Sans\', sans-serif" fill="{INK}">',
        *_headings(found),
        '<g id="edges" fill="none">',
        *_edges(found.scene),
        "</g>",
        '<g id="nodes" stroke-width="1.5" stroke-linejoin="round">',
        *(_card(placed) for placed in found.scene.cards),
        "</g></svg>",
    ]
    return Html("".join(parts))


def empty(label: str) -> Html:
    """Return a drawing that a script fills with the neighbourhood of what a reader chooses."""
    return Html(
        f'<svg id="graph" class="graph" width="1000" height="120" viewBox="0 0 1000 120" role="img"'
        f' aria-label="{plain(label)}" xmlns="http://www.w3.org/2000/svg" fill="{INK}">'
        '<g id="heads"></g><g id="edges" fill="none"></g>'
        '<g id="nodes" stroke-width="1.5" stroke-linejoin="round"></g></svg>'
    )


def _headings(found: Columns) -> Iterator[str]:
    yield '<g id="heads">'
    for column, x in columns(found.drawing).items():
        yield (
            f'<text class="head" x="{number(x)}" y="20" font-size="14" font-weight="700">'
            f"{plain(HEADINGS[column])}</text>"
        )
        yield f'<path class="headline" d="M{number(x)} 28h{number(WIDTHS[column])}"/>'
    yield "</g>"
    yield '<g id="groups">'
    for heading in found.scene.headings:
        yield (
            f'<text class="group" x="{number(heading.x)}" y="{number(heading.y)}" font-size="10"'
            f' font-weight="700">{plain(heading.text)}</text>'
        )
    yield "</g>"


def _edges(scene: Scene) -> Iterator[str]:
    for route in scene.routes:
        yield _edge(route.edge, curve(route))
    for elbow in scene.elbows:
        yield _edge(elbow.edge, straight(elbow))
    for arc in scene.arcs:
        yield _edge(arc.edge, bow(arc))


def _edge(edge: Edge, course: str) -> str:
    colour, thick, dashes = LINES.get(edge.type, GREY)
    if edge.type == "outcome":
        colour = VALENCES.get(edge.valence, GREY[0])
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="{course}" stroke="{colour}" stroke-width="{thick}"{dashed}'
        f' data-from="{plain(edge.start)}" data-to="{plain(edge.end)}"/>'
    )


def _card(placed: Placed) -> str:
    card = placed.card
    node, style = card.node, STYLES[card.node.kind]
    dashes = f' stroke-dasharray="{DASHES}"' if node.stamp else ""
    # What is drawn at the origin can be moved by its transform alone.
    parts = [
        f'<g class="n" data-id="{plain(node.id)}"'
        f' transform="translate({number(placed.x)} {number(placed.y)})">',
        f"<title>{plain(node.title)}</title>",
        f'<path class="o" d="{style.outline(0, 0, card.width, card.height)}" fill="{style.fill}"'
        f' stroke="{INK}"{dashes}/>',
        *(text(line, 0, 0, style.ink, style.soft) for line in card.lines),
        *signs(card, 0, 0),
        "</g>",
    ]
    return "".join(parts)


def plain_cards() -> dict[str, dict[str, object]]:
    """Return, for each kind, the outline and colours of a card that a script fills with text."""
    found: dict[str, dict[str, object]] = {}
    for column, kinds in COLUMNS.items():
        for kind in kinds:
            style = STYLES[kind]
            found[kind] = {
                "path": style.outline(0, 0, WIDTHS[column], PLAIN_HEIGHT),
                "fill": style.fill,
                "ink": style.ink,
                "left": style.left,
                "column": column,
            }
    return found
