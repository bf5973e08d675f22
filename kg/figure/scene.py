"""Positions of everything in a drawing: cards in columns, headings, and the course of each edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.figure import layout as lay
from kg.figure.cards import DEEPEST, INDENT, Card, card
from kg.figure.drawing import AGE, COMPONENT, OUTCOME, SOURCE, STATEMENT, Drawing, Edge, Node
from kg.figure.grid import NATURAL, Grid
from kg.figure.lanes import Leg, lanes
from kg.figure.shapes import STYLES
from kg.figure.text import cut

GROUP = 10.0
"""Size of type of the name of a group."""
UNJOINED = "not connected to the rest"

_GAPS = {STATEMENT: 4.0, SOURCE: 7.0}
_GROUP_GAP = 6.0
_HEADING_HEIGHT = 14.0


def columns(drawing: Drawing, grid: Grid = NATURAL) -> dict[int, float]:
    """Return where each column that has nodes begins."""
    return grid.starts(node.column for node in drawing.nodes)


@dataclass(frozen=True, slots=True)
class Placed:
    """A card and its top left corner."""

    card: Card
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Route:
    """The course of an edge between columns: its legs, and the lane of each that has one."""

    edge: Edge
    legs: tuple[tuple[Leg, float | None], ...]


@dataclass(frozen=True, slots=True)
class Corner:
    """An edge within a column: the points of a line."""

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
    elbows: tuple[Corner, ...]
    arcs: tuple[Corner, ...]
    bottom: float


_layout = lru_cache(maxsize=1)(lay.layout)
"""Lays out once what is drawn twice: as a figure, and in the explorer."""


def arrange(drawing: Drawing, top: float, grid: Grid = NATURAL) -> Scene:
    """Place a drawing below a height."""
    left = columns(drawing, grid)
    depth = lay.depths({node.id: node.parent for node in drawing.nodes})
    cards = {node.id: card(node, depth[node.id], grid) for node in drawing.nodes}
    names, nodes = _stack(drawing, cards)
    edges = [lay.Edge(e.start, e.end, _via(e, cards)) for e in drawing.edges]
    found = _layout(tuple(nodes), tuple(edges))
    places = {
        name: Placed(
            c,
            left[c.node.column] + INDENT * min(depth[name], DEEPEST),
            top + found.tops[name],
        )
        for name, c in cards.items()
    }
    headings = [
        Heading(
            cut(text, GROUP, grid.column(column) - 2, bold=True),
            left[column] + 2,
            top + found.tops[name] + GROUP,
        )
        for name, (text, column) in names.items()
    ]
    courses = [
        list(_legs(edge, places[edge.start], places[edge.end], left, levels, top, grid))
        for edge, levels in zip(drawing.edges, found.channels, strict=True)
    ]
    chosen = lanes([leg for course in courses for leg in course])
    inner = [(e, places[e.start], places[e.end]) for e in drawing.inner]
    below = {e for e, start, _ in inner if start.card.node.parent == e.end and depth[e.start]}
    return Scene(
        tuple(places.values()),
        tuple(headings),
        tuple(
            Route(edge, tuple((leg, chosen.get(leg)) for leg in course))
            for edge, course in zip(drawing.edges, courses, strict=True)
        ),
        tuple(Corner(e, _elbow(a, b)) for e, a, b in inner if e in below),
        tuple(Corner(e, _arc(a, b)) for e, a, b in inner if e not in below),
        top + found.height,
    )


def _stack(
    drawing: Drawing, cards: dict[str, Card]
) -> tuple[dict[str, tuple[str, int]], list[lay.Node]]:
    """Return the headings of groups, and everything that the layout has to place."""
    names: dict[str, tuple[str, int]] = {}
    nodes: dict[str, lay.Node] = {}
    for node in drawing.nodes:
        parent = ""
        for group, shown in _groups(node):
            if group not in nodes:
                height = _HEADING_HEIGHT if shown else 0.0
                gap = 14.0 if shown else _GROUP_GAP
                rank = 0.0 if node.joined and not parent else 1.0
                nodes[group] = lay.Node(group, node.column, height, gap, rank, group, parent, True)
                if shown:
                    names[group] = (shown, node.column)
            parent = group
        nodes[node.id] = lay.Node(
            node.id,
            node.column,
            cards[node.id].height,
            _GAPS.get(node.column, 6.0),
            float(node.rank) if node.column == COMPONENT else 0.0,
            f"{node.rank:06} {node.label}",
            node.parent or parent,
        )
    return names, list(nodes.values())


def _groups(node: Node) -> list[tuple[str, str]]:
    """Return ids and shown names of a node's groups, from the widest; no node has such an id."""
    if node.parent:
        return []
    if not node.joined:
        return [(f"\1{node.column} unjoined", UNJOINED)]
    if node.column == OUTCOME:
        return [(f"\1{node.column} {g}", g or "domain not stated") for g in node.groups]
    paths = ["\1".join(node.groups[: n + 1]) for n in range(len(node.groups))]
    return [(f"\1{node.column} {path}", "") for path in paths]


def _via(edge: Edge, cards: dict[str, Card]) -> str:
    """Bundle edges: by their start if that is an age or component, else by their end."""
    column = cards[edge.start].node.column
    return edge.start if column in (AGE, COMPONENT) else edge.end


def _legs(
    edge: Edge,
    start: Placed,
    end: Placed,
    left: dict[int, float],
    levels: list[float],
    top: float,
    grid: Grid,
) -> Iterator[Leg]:
    """Yield the way of an edge through each gutter; between them it runs level past a column."""
    first, last = start.card.node.column, end.card.node.column
    out, into = STYLES[start.card.node.kind].inset[1], STYLES[end.card.node.kind].inset[0]
    x, y = start.x + start.card.width - out, start.y + start.card.height / 2
    passed = zip((c for c in left if first < c < last), levels, strict=True)
    stops = [(c, left[c], top + level) for c, level in passed]
    stops.append((last, end.x + into, end.y + end.card.height / 2))
    look = edge.valence if edge.type == "outcome" else edge.type
    column = first
    for following, to_x, to_y in stops:
        gutter = (left[column] + grid.column(column), left[following])
        shared = to_y if column >= STATEMENT else y
        yield Leg(x, y, to_x, to_y, gutter, (round(shared, 3), look))
        x, y, column = left[following] + grid.column(following), to_y, following


def _elbow(below: Placed, above: Placed) -> tuple[tuple[float, float], ...]:
    """Return the corner from a parent down to what is indented below it."""
    x, y = above.x + INDENT / 2, below.y + below.card.height / 2
    inset = STYLES[below.card.node.kind].inset[0]
    return (x, above.y + above.card.height), (x, y), (below.x + inset, y)


def _arc(a: Placed, b: Placed) -> tuple[tuple[float, float], ...]:
    return (a.x, a.y + a.card.height / 2), (b.x, b.y + b.card.height / 2)
