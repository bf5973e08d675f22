"""Positions of the nodes of a layered drawing: columns, barycentre sweeps, no overlap.

Nodes come with a column and a height, edges lead from a column to one further right. A node may
have a parent in its own column: it is then placed below it, one step further in, and a parent with
all its descendants is never interrupted by other nodes. An edge that passes a column on its way is
led through a channel between two nodes of that column, so that it crosses no label.

The order within a column is found by sweeps that sort by the mean position of the neighbours
(Sugiyama, Tagawa, Toda 1981, doi:10.1109/TSMC.1981.4308636), the positions by isotonic regression
(pool adjacent violators): each node as near to its neighbours as the order and the heights allow.
It is deterministic: the same input gives the same positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

CHANNEL_HEIGHT = 2.0
CHANNEL_GAP = 2.0
_FAINT = 0.001


@dataclass(frozen=True, slots=True)
class Node:
    """A node to place.

    ``gap`` is the least distance to whatever is above it. ``rank`` goes before everything
    else among the children of one parent (0 for all: the sweeps alone decide; all different: the
    order is given), ``order`` decides ties. Nothing may come between a ``tied`` node and the next.
    """

    id: str
    column: int
    height: float
    gap: float = 8.0
    rank: float = 0.0
    order: str = ""
    parent: str = ""
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between columns; edges with the same ``via`` share their channels."""

    start: str
    end: str
    via: str = ""


def depths(parents: Mapping[str, str]) -> dict[str, int]:
    """Return how deep each entity is below its parents.

    :param parents: entity → its parent, or ``""``. A parent that is not a key does not count,
        nor does any in a circle.
    """
    found: dict[str, int] = {}
    for name in parents:
        path: list[str] = []
        while name in parents and name not in found and name not in path:
            path.append(name)
            name = parents[name]
        in_circle = path[path.index(name) :] if name in path else []
        found.update(dict.fromkeys(in_circle, 0))
        for below in reversed(path[: len(path) - len(in_circle)]):
            found[below] = found.get(parents[below], -1) + 1
    return found


@dataclass(frozen=True)
class Layout:
    """What was found: the top of each node and its depth below its parents, and the channels.

    ``channels`` has, for each edge in the order given, one height (of the middle of the channel)
    for each column that the edge passes, from left to right. ``order`` has the nodes of each
    column from top to bottom.
    """

    tops: dict[str, float]
    depths: dict[str, int]
    channels: list[list[float]]
    order: dict[int, list[str]]
    height: float


def layout(nodes: Sequence[Node], edges: Sequence[Edge], sweeps: int = 8) -> Layout:
    """Place nodes and lead edges.

    :param sweeps: how often the order is improved from left to right and back.
    :return: a place for every node, from height 0 down.
    :raises ValueError: if an id occurs twice, or an edge has an unknown end or does not lead to
        the right.
    """
    if not nodes:
        return Layout({}, {}, [[] for _ in edges], {}, 0.0)
    return _Placing(nodes, edges).run(sweeps)


@dataclass
class _Column:
    """The items of one column: the forest of its nodes, and the channels between them."""

    children: dict[str, list[str]] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)


class _Placing:
    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
        self.nodes = {node.id: node for node in nodes}
        if len(self.nodes) != len(nodes):
            raise ValueError("two nodes have the same id")
        self.columns = {c: _Column() for c in sorted({n.column for n in nodes})}
        self.depths: dict[str, int] = {}
        self._plant()
        self.column_of = {node.id: node.column for node in nodes}
        self.chains = [self._chain(edge) for edge in edges]
        self.left: dict[str, list[str]] = {}
        self.right: dict[str, list[str]] = {}
        for chain in self.chains:
            for a, b in pairwise(chain):
                self.right.setdefault(a, []).append(b)
                self.left.setdefault(b, []).append(a)
        for near in (*self.left.values(), *self.right.values()):
            near.sort()  # the order in which edges are given makes no difference
        self.y = dict.fromkeys(self.column_of, 0.0)
        self.sizes = dict.fromkeys(self.column_of, (CHANNEL_GAP, CHANNEL_HEIGHT))
        self.sizes |= {node.id: (node.gap, node.height) for node in nodes}
        self.total = 0.0
        self._start()

    # -- setting up ------------------------------------------------------------------------

    def _plant(self) -> None:
        """Build the forest of each column; a parent that is unknown or its own heir counts not."""
        same_column = {
            node.id: node.parent
            for node in self.nodes.values()
            if node.parent not in self.nodes or self.nodes[node.parent].column == node.column
        }
        self.depths = {**dict.fromkeys(self.nodes, 0), **depths(same_column)}
        for node in sorted(self.nodes.values(), key=lambda n: (n.rank, n.order, n.id)):
            parent = node.parent if self.depths[node.id] else ""
            self.columns[node.column].children.setdefault(parent, []).append(node.id)

    def _chain(self, edge: Edge) -> list[str]:
        """Return the ends of an edge with the channels between them."""
        try:
            first, last = self.nodes[edge.start].column, self.nodes[edge.end].column
        except KeyError as error:
            raise ValueError(f"an edge has an unknown end: {error}") from error
        if first >= last:
            raise ValueError(f"the edge {edge.start} → {edge.end} does not lead to the right")
        chain = [edge.start]
        via = edge.via or f"{edge.start} {edge.end}"
        for number, column in self.columns.items():
            if first < number < last:
                channel = f"\0{via}\0{number}"  # no id of a node has a NUL
                if channel not in self.column_of:
                    self.column_of[channel] = number
                    column.channels.append(channel)
                chain.append(channel)
        return [*chain, edge.end]

    def _start(self) -> None:
        for column in self.columns.values():
            column.channels.sort()
            column.order = self._walk(column, {}, {}) + column.channels
        self.total = max(
            sum(sum(self.sizes[item]) for item in column.order) for column in self.columns.values()
        )  # with the gap above the first one, so that the order makes no difference
        for column in self.columns.values():
            self._pack(column.order, self.y, {})

    # -- sweeping --------------------------------------------------------------------------

    def run(self, sweeps: int) -> Layout:
        numbers = list(self.columns)
        best: tuple[float, dict[int, list[str]], dict[str, float]] | None = None
        before: dict[int, list[str]] = {}
        for _ in range(sweeps):
            for number in reversed(numbers):
                self._arrange(self.columns[number], self.right, self.left)
            for number in numbers:
                self._arrange(self.columns[number], self.left, self.right)
            crossings = self._crossings()
            order = {n: list(c.order) for n, c in self.columns.items()}
            if best is None or crossings < best[0]:
                best = crossings, order, dict(self.y)
            if order == before:
                break
            before = order
        if best:
            for number, items in best[1].items():
                self.columns[number].order = items
            self.y = best[2]
        self._align(numbers)
        return self._result()

    def _arrange(
        self, column: _Column, side: dict[str, list[str]], other: dict[str, list[str]]
    ) -> None:
        """Order a column by the neighbours on one side, and place it."""
        wanted = self._wanted(column.order, side)
        reals = self._walk(column, wanted, self._wanted(column.order, other))
        places = self._pack(reals, {}, wanted)
        column.order = self._with_channels(column, reals, places, wanted)
        self._pack(column.order, self.y, wanted)

    def _wanted(self, items: Iterable[str], side: dict[str, list[str]]) -> dict[str, float]:
        """Return the mean height of the neighbours of each item that has any on one side."""
        return {
            item: sum(self.y[n] for n in near) / len(near)
            for item in items
            if (near := side.get(item))
        }

    def _walk(
        self, column: _Column, wanted: dict[str, float], second: dict[str, float]
    ) -> list[str]:
        """Return the nodes of a column, each before its children, siblings sorted.

        Siblings are sorted by where they and all below them want to be, at a tie by where they
        want to be as seen from the other side.
        """
        order = self._descend(column, lambda item: item)
        first, then = self._means(order, wanted), self._means(order, second)

        def key(item: str) -> tuple[float, float, float, str, str]:
            node, place = self.nodes[item], self.y[item]
            want = round(first.get(item, place), 3)
            return node.rank, want, then.get(item, place), node.order, item

        return self._descend(column, key)

    def _descend(self, column: _Column, key: Callable[[str], Any]) -> list[str]:
        """Walk through a forest, without recursion: a chain may be longer than the stack."""
        done: list[str] = []
        waiting = sorted(column.children.get("", []), key=key, reverse=True)
        while waiting:
            item = waiting.pop()
            done.append(item)
            waiting += sorted(column.children.get(item, []), key=key, reverse=True)
        return done

    def _means(self, order: list[str], wanted: dict[str, float]) -> dict[str, float]:
        """Return the mean wish of each item and all below it, if there is any."""
        sums: dict[str, tuple[float, int]] = {}
        for item in reversed(order):
            total, count = sums.get(item, (0.0, 0))
            if item in wanted:
                total, count = total + wanted[item], count + 1
            sums[item] = (total, count)
            if self.depths[item]:
                parent = self.nodes[item].parent
                above, number = sums.get(parent, (0.0, 0))
                sums[parent] = (above + total, number + count)
        return {item: total / count for item, (total, count) in sums.items() if count}

    def _with_channels(
        self,
        column: _Column,
        reals: list[str],
        places: dict[str, float],
        wanted: dict[str, float],
    ) -> list[str]:
        """Put each channel into the gap nearest to where it wants to be."""
        queue = sorted(column.channels, key=lambda c: (wanted.get(c, self.y[c]), c), reverse=True)
        found: list[str] = []
        tied = False
        for item in reals:
            while queue and not tied and wanted.get(queue[-1], self.y[queue[-1]]) < places[item]:
                found.append(queue.pop())
            found.append(item)
            tied = self.nodes[item].tied
        return found + queue[::-1]

    # -- placing ---------------------------------------------------------------------------

    def _needed(self, order: list[str]) -> float:
        """Return the height of items that are as close together as allowed."""
        sizes = [self.sizes[item] for item in order]
        return sum(gap + height for gap, height in sizes) - (sizes[0][0] if sizes else 0.0)

    def _pack(
        self, order: list[str], places: dict[str, float], wanted: dict[str, float]
    ) -> dict[str, float]:
        """Place items in order, each as near to where it wants to be as the others allow.

        With the heights taken away, what remains is an isotonic regression; its solution within
        limits is the free solution, cut at the limits.
        """
        middles = self._packed(order)
        shifts = self._shifts(order, middles, wanted)
        blocks: list[list[float]] = []  # [sum of weight · shift, sum of weight, items]
        for item, shift in zip(order, shifts, strict=True):
            weight = 1.0 if item in wanted else _FAINT
            blocks.append([weight * shift, weight, 1])
            while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
                last = blocks.pop()
                blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
        slack = max(0.0, self.total - self._needed(order))
        found = [min(max(b[0] / b[1], 0.0), slack) for b in blocks for _ in range(int(b[2]))]
        for item, packed, shift in zip(order, middles, found, strict=True):
            places[item] = packed + shift
        return places

    def _packed(self, order: list[str]) -> list[float]:
        """Return the middles of items that are as close together as allowed."""
        bottom, middles = 0.0, []
        for number, item in enumerate(order):
            gap, height = self.sizes[item]
            top = bottom + (gap if number else 0.0)
            middles.append(top + height / 2)
            bottom = top + height
        return middles

    def _shifts(
        self, order: list[str], packed: list[float], wanted: dict[str, float]
    ) -> list[float]:
        """Return how far below its packed place each item wants to be.

        What wants nothing itself stays close above its first child, or below the one before it.
        """
        pairs = zip(order, packed, strict=True)
        wishes = [wanted[item] - place if item in wanted else None for item, place in pairs]
        for n in range(len(order) - 2, -1, -1):
            if wishes[n] is None and self._leads(order[n], order[n + 1]):
                wishes[n] = wishes[n + 1]
        for n in range(1, len(order)):
            if wishes[n] is None and self.depths.get(order[n]):
                wishes[n] = wishes[n - 1]
        return [
            self.y[i] - p if wish is None else wish
            for i, p, wish in zip(order, packed, wishes, strict=True)
        ]

    def _leads(self, item: str, following: str) -> bool:
        """Tell whether an item should be directly above the one that follows it."""
        node, after = self.nodes.get(item), self.nodes.get(following)
        return bool(node and after and (node.tied or after.parent == item))

    def _align(self, numbers: list[int]) -> None:
        """Place the columns once more, from the fullest one outwards, without a new order."""
        spine = max(numbers, key=lambda n: (self._needed(self.columns[n].order), -n))
        at = numbers.index(spine)
        sides = [(n, self.right) for n in reversed(numbers[:at])]
        sides += [(n, self.left) for n in numbers[at + 1 :]]
        for number, side in sides:
            order = self.columns[number].order
            self._pack(order, self.y, self._wanted(order, side))

    # -- judging ---------------------------------------------------------------------------

    def _crossings(self) -> float:
        """Count the crossings of all edges between neighbouring columns."""
        position = {i: n for c in self.columns.values() for n, i in enumerate(c.order)}
        pairs: dict[int, set[tuple[int, int]]] = {}
        for chain in self.chains:
            for a, b in pairwise(chain):
                pairs.setdefault(self.column_of[a], set()).add((position[a], position[b]))
        return sum(_inversions([b for _, b in sorted(found)]) for found in pairs.values())

    def _result(self) -> Layout:
        tops = {i: self.y[i] - node.height / 2 for i, node in self.nodes.items()}
        return Layout(
            tops,
            self.depths,
            [[self.y[c] for c in chain[1:-1]] for chain in self.chains],
            {n: [i for i in c.order if i in self.nodes] for n, c in self.columns.items()},
            self.total,
        )


def _inversions(values: list[int]) -> int:
    """Count the pairs in the wrong order, in O(n log n), with a Fenwick tree."""
    size = max(values, default=0) + 2
    tree = [0] * (size + 1)
    count = 0
    for seen, value in enumerate(values):
        i, not_above = value + 1, 0
        while i:
            not_above += tree[i]
            i -= i & -i
        count += seen - not_above
        i = value + 1
        while i <= size:
            tree[i] += 1
            i += i & -i
    return count
