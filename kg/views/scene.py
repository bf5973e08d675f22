"""Where everything of a drawing stands: cards in columns, headings, and the course of each edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.views import layout as lay
from kg.views.cards import DEEPEST, INDENT, WIDTHS, Card, card
from kg.views.drawing import AGE, COMPONENT, OUTCOME, SOURCE, STATEMENT, Drawing, Edge, Node
from kg.views.shapes import STYLES

MARGIN = 28.0
GUTTERS = (48.0, 44.0, 74.0, 150.0, 84.0)
"""The room between neighbouring columns, wider where more edges run."""
GROUP = 10.0
"""Size of type of the name of a group."""
UNJOINED = "not joined to the rest"

_GAPS = {STATEMENT: 3.0, SOURCE: 7.0}
_GROUP_GAP = {STATEMENT: 7.0}
_HEADING_HEIGHT = 14.0


def left_of(column: int) -> float:
    """Return where a column begins."""
    return MARGIN + sum(WIDTHS[c] + GUTTERS[c] for c in range(column))


WIDTH = left_of(SOURCE) + WIDTHS[SOURCE] + MARGIN
"""The width of every figure."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A card and its top left corner."""

    card: Card
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Route:
    """The course of an edge: points at which it runs level, in pairs from gutter to gutter."""

    edge: Edge
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group above its members; ``y`` is its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything between the headings of the columns and the end of the longest one."""

    cards: tuple[Placed, ...]
    headings: tuple[Heading, ...]
    routes: tuple[Route, ...]
    elbows: tuple[Route, ...]
    arcs: tuple[Route, ...]
    bottom: float


def arrange(drawing: Drawing, top: float) -> Scene:
    """Place a drawing below a height."""
    depth = lay.depths({node.id: node.parent for node in drawing.nodes})
    cards = {node.id: card(node, depth[node.id]) for node in drawing.nodes}
    names, nodes = _stack(drawing, cards)
    edges = [lay.Edge(e.start, e.end, _via(e, cards)) for e in drawing.edges]
    found = lay.layout(nodes, edges)
    places = {
        name: Placed(
            c,
            left_of(c.node.column) + INDENT * min(depth[name], DEEPEST),
            top + found.tops[name],
        )
        for name, c in cards.items()
    }
    headings = [
        Heading(text, left_of(column) + 2, top + found.tops[name] + GROUP)
        for name, (text, column) in names.items()
    ]
    present = sorted(found.order)
    routes = [
        Route(edge, tuple(_course(places[edge.start], places[edge.end], present, levels, top)))
        for edge, levels in zip(drawing.edges, found.channels, strict=True)
    ]
    inner = [(e, places[e.start], places[e.end]) for e in drawing.inner]
    below = {e for e, start, _ in inner if start.card.node.parent == e.end and depth[e.start]}
    return Scene(
        tuple(places.values()),
        tuple(headings),
        tuple(routes),
        tuple(Route(e, _elbow(a, b)) for e, a, b in inner if e in below),
        tuple(Route(e, _arc(a, b)) for e, a, b in inner if e not in below),
        top + found.height,
    )


def _stack(
    drawing: Drawing, cards: dict[str, Card]
) -> tuple[dict[str, tuple[str, int]], list[lay.Node]]:
    """Return the headings of groups, and everything that the layout has to place."""
    names: dict[str, tuple[str, int]] = {}
    nodes: dict[str, lay.Node] = {}
    for node in drawing.nodes:
        group, shown = _group(node)
        parent = node.parent or group
        if group and not node.parent and group not in nodes:
            height = _HEADING_HEIGHT if shown else 0.0
            gap = _GROUP_GAP.get(node.column, 14.0)
            last = 0.0 if node.joined else 1.0
            nodes[group] = lay.Node(
                group, node.column, height, gap, last, group, "", tied=True
            )
            if shown:
                names[group] = (shown, node.column)
        nodes[node.id] = lay.Node(
            node.id,
            node.column,
            cards[node.id].height,
            _GAPS.get(node.column, 6.0),
            float(node.rank),
            node.label,
            parent,
        )
    return names, list(nodes.values())


def _group(node: Node) -> tuple[str, str]:
    """Return the id of a node's group, and its name if it is shown; no node has such an id."""
    if not node.joined:
        return f"\1{node.column} unjoined", UNJOINED
    if node.column == OUTCOME:
        return f"\1{node.column} {node.group}", node.group or "domain not stated"
    return (f"\1{node.column} {node.group}", "") if node.group else ("", "")


def _via(edge: Edge, cards: dict[str, Card]) -> str:
    """Bundle edges: by their start if that is an age or component, else by their end."""
    column = cards[edge.start].node.column
    return edge.start if column in (AGE, COMPONENT) else edge.end


def _course(
    start: Placed, end: Placed, columns: list[int], levels: list[float], top: float
) -> Iterator[tuple[float, float]]:
    """Yield the points of an edge: its start, both sides of each column it passes, its end."""
    first, last = start.card.node.column, end.card.node.column
    out, into = STYLES[start.card.node.kind].inset[1], STYLES[end.card.node.kind].inset[0]
    yield start.x + start.card.width - out, start.y + start.card.height / 2
    passed = [column for column in columns if first < column < last]
    for column, level in zip(passed, levels, strict=True):
        yield left_of(column) - 4, top + level
        yield left_of(column) + WIDTHS[column] + 4, top + level
    yield end.x + into, end.y + end.card.height / 2


def _elbow(below: Placed, above: Placed) -> tuple[tuple[float, float], ...]:
    """Return the corner from a parent down to what stands in from it."""
    x, y = above.x + INDENT / 2, below.y + below.card.height / 2
    inset = STYLES[below.card.node.kind].inset[0]
    return (x, above.y + above.card.height), (x, y), (below.x + inset, y)


def _arc(a: Placed, b: Placed) -> tuple[tuple[float, float], ...]:
    return (a.x, a.y + a.card.height / 2), (b.x, b.y + b.card.height / 2)
