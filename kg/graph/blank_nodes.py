"""Blank nodes → IRIs that depend on the content alone (RDF 1.1 Concepts, section 3.5).

Blank nodes that are linked to each other form a component. Most components are trees, and RDF
lists are such trees: their labels are hashes, made in linear time from the leaves to the root and
back. Where nodes are shared or form a circle, hashes are refined until they distinguish all nodes
apart; among nodes that still look alike each is tried as the first, and the smallest text wins.
That can take exponential time, so it is given up with an error after :data:`MOST_EFFORT`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad

from kg.errors import InputError

GENID = "/.well-known/genid/"
MOST_EFFORT = 2_000_000
"""How many statements are read again, at most, to distinguish the blank nodes of a component."""

Labels = dict[str, str]


def is_skolem(term: object) -> bool:
    """Tell whether a term was a blank node before :func:`skolemised` named it."""
    return isinstance(term, NamedNode) and GENID in term.value


def skolemised(quads: Iterable[Quad], base: str) -> Iterator[Quad]:
    """Replace blank nodes by IRIs; two files that say the same get the same IRIs.

    :param base: the IRI of the graph, in whose namespace the IRIs are made.
    :raises InputError: if too many blank nodes cannot be determined apart.
    """
    given = list(quads)
    touching = [q for q in given if any(True for _ in _blanks(q))]
    if not touching:
        yield from given
        return
    labels = _labels(touching)
    root = base.rstrip("/#") + GENID

    def named(term: object) -> object:
        return NamedNode(root + labels[term.value]) if isinstance(term, BlankNode) else term

    for q in dict.fromkeys(given):
        yield Quad(named(q.subject), q.predicate, named(q.object), named(q.graph_name))  # type: ignore[arg-type]


def _blanks(quad: Quad) -> Iterator[str]:
    for term in (quad.subject, quad.object, quad.graph_name):
        if isinstance(term, BlankNode):
            yield term.value


def _labels(quads: Sequence[Quad]) -> Labels:
    """Return a label for each blank node. Components with equal content are numbered."""
    found: Labels = {}
    seen: Counter[str] = Counter()
    for component in _components(quads):
        labels = _tree(component) or _refined(component)
        whole = _hash(*sorted(labels.values()))
        number = seen[whole]
        seen[whole] += 1
        for node, label in labels.items():
            found[node] = _hash(label, str(number))[:32] if number else label[:32]
    return found


def _components(quads: Sequence[Quad]) -> Iterator[list[Quad]]:
    """Yield the statements of each set of blank nodes that are linked to each other."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for quad in quads:
        first, *others = _blanks(quad)
        for other in others:
            parent[root(other)] = root(first)
        root(first)
    grouped: dict[str, list[Quad]] = {}
    for quad in quads:
        grouped.setdefault(root(next(_blanks(quad))), []).append(quad)
    yield from grouped.values()


def _tree(quads: Sequence[Quad]) -> Labels | None:
    """Return the labels of a component in which each node has one place, else ``None``.

    A hash of all that hangs below a node is made first. A label is then made of the label of the
    node above, the property, that hash, and a number among siblings that say the same: which of
    these gets which number makes no difference.
    """
    below: dict[str, list[tuple[str, str]]] = {}
    plain: dict[str, list[str]] = {}
    above: dict[str, str] = {}
    for q in dict.fromkeys(quads):
        s, o = q.subject, q.object
        if isinstance(q.graph_name, BlankNode):
            return None
        if isinstance(s, BlankNode):
            plain.setdefault(s.value, [])
            below.setdefault(s.value, [])
        if isinstance(o, BlankNode):
            plain.setdefault(o.value, [])
            below.setdefault(o.value, [])
        link = f"{q.predicate} {q.graph_name}"
        if isinstance(s, BlankNode) and isinstance(o, BlankNode):
            if o.value in above or o.value == s.value:
                return None
            above[o.value] = s.value
            below[s.value].append((link, o.value))
        elif isinstance(s, BlankNode):
            plain[s.value].append(f"> {link} {o}")
        else:
            assert isinstance(o, BlankNode)
            plain[o.value].append(f"< {link} {s}")
    roots = [node for node in below if node not in above]
    if len(roots) != 1:  # a circle hangs below no root
        return None
    order = list(roots)
    for node in order:
        order.extend(child for _, child in below[node])
    content: Labels = {}
    for node in reversed(order):
        children = (f"{link} {content[child]}" for link, child in below[node])
        content[node] = _hash(*sorted(plain[node]), "", *sorted(children))
    labels = {roots[0]: content[roots[0]]}
    for node in order:
        alike: Counter[str] = Counter()
        for link, child in below[node]:
            place = f"{link} {content[child]}"
            labels[child] = _hash(labels[node], place, str(alike[place]))
            alike[place] += 1
    return labels


def _refined(quads: Sequence[Quad]) -> Labels:
    """Return the labels of a component in which nodes are shared or form a circle."""
    nodes = list(dict.fromkeys(node for q in quads for node in _blanks(q)))
    unique = list(dict.fromkeys(quads))
    effort = Counter[str]()

    def settled(colours: Labels) -> Labels:
        """Refine until no more nodes can be distinguished."""
        kinds = len(set(colours.values()))
        while True:
            effort["statements"] += len(unique)
            if effort["statements"] > MOST_EFFORT:
                raise InputError(
                    f"{len(nodes)} blank nodes that refer to each other cannot be distinguished",
                    hint="give them IRIs: to compare every order of them would take too long",
                )
            colours = _next(unique, colours)
            now = len(set(colours.values()))
            if now in (kinds, len(nodes)):
                return colours
            kinds = now

    def best(colours: Labels) -> tuple[list[str], Labels]:
        """Return the smallest text of the component, and the hashes that give it."""
        colours = settled(colours)
        by_colour: dict[str, list[str]] = {}
        for node, colour in colours.items():
            by_colour.setdefault(colour, []).append(node)
        alike = [colour for colour, some in by_colour.items() if len(some) > 1]
        if not alike:
            return sorted(_lines(unique, colours)), colours
        tried = by_colour[min(alike)]
        return min(
            (best({**colours, node: _hash(colours[node], "first")}) for node in tried),
            key=lambda found: found[0],
        )

    return best(dict.fromkeys(nodes, ""))[1]


def _lines(quads: Iterable[Quad], colours: Mapping[str, str]) -> Iterator[str]:
    for q in quads:
        terms = (q.subject, q.predicate, q.object, q.graph_name)
        yield " ".join(colours[t.value] if isinstance(t, BlankNode) else str(t) for t in terms)


def _next(quads: Sequence[Quad], colours: Mapping[str, str]) -> Labels:
    """Return hashes of what is said of each node, in which other nodes have their hashes so far."""

    def text(term: object, own: str) -> str:
        if not isinstance(term, BlankNode):
            return str(term)
        return "_:" if term.value == own else f"_:{colours[term.value]}"

    said: dict[str, list[str]] = {node: [colours[node]] for node in colours}
    for q in quads:
        for node in set(_blanks(q)):
            terms = (q.subject, q.predicate, q.object, q.graph_name)
            said[node].append(" ".join(text(term, node) for term in terms))
    return {node: _hash(*sorted(lines)) for node, lines in said.items()}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
