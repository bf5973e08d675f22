"""Blank nodes → IRIs that depend on the content alone (RDF 1.1 Concepts, section 3.5).

Blank nodes that are linked to each other form a component. Most components are trees, and RDF
lists are such trees: their labels are hashes, made in linear time from the leaves to the root and
back. Where nodes are shared or form a circle, labels are the canonical ones of the component
(:mod:`kg.graph.rdfc`), which can take exponential time and is given up with an error.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad

from kg.errors import InputError
from kg.graph import rdfc

GENID = "/.well-known/genid/"
PER_STATEMENT = 20
"""How often each statement of a file may be read, beside :data:`kg.graph.rdfc.MOST_EFFORT`."""
RANDOM = "[a-f][0-9a-f]{19,31}"
"""Regular expression of the labels that pyoxigraph gives to blank nodes without one."""
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
    blanks = [_blanks(quad) for quad in given]
    if not any(blanks):
        yield from given
        return
    labels = _labels([quad for quad, own in zip(given, blanks, strict=True) if own])
    root = base.rstrip("/#") + GENID
    names = {node: NamedNode(root + label) for node, label in labels.items()}

    def named(term: object) -> object:
        return names[term.value] if isinstance(term, BlankNode) else term

    for q, own in dict(zip(given, blanks, strict=True)).items():
        s, o, name = q.subject, q.object, q.graph_name
        yield Quad(named(s), q.predicate, named(o), named(name)) if own else q  # type: ignore[arg-type]


def _blanks(quad: Quad) -> list[str]:
    terms = (quad.subject, quad.object, quad.graph_name)
    return [term.value for term in terms if isinstance(term, BlankNode)]


def _labels(quads: Sequence[Quad]) -> Labels:
    """Return a label for each blank node. Components with equal content are numbered."""
    found: Labels = {}
    seen: Counter[str] = Counter()
    effort, most = 0, rdfc.MOST_EFFORT + PER_STATEMENT * len(quads)
    for component in _components(quads):
        labels = _tree(component)
        if labels is None:
            text, names, work = rdfc.measured(component)
            labels = {node: _hash(_hash(text), name) for node, name in names.items()}
            effort += work
            if effort > most:
                raise InputError(
                    f"the {len(quads)} statements with blank nodes form too many circles: "
                    f"{most} were read to distinguish their nodes, which is the limit",
                    hint="give the nodes IRIs",
                )
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
        grouped.setdefault(root(_blanks(quad)[0]), []).append(quad)
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


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
