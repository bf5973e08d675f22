"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation, 21 May 2024).

Labels of blank nodes that depend on the content alone. Sections and names of the steps are those
of the recommendation. It allows poison graphs, whose nodes look alike in every order; the work on
them is counted, and given up after :data:`MOST_EFFORT`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from kg.errors import InputError

MOST_EFFORT = 150_000
"""How many statements are read at most to tell apart nodes that look alike by themselves."""
_DEEPEST = 2_000
"""How many nodes may lead to each other before one is known."""


class _Issuer:
    """Identifiers in the order in which they were issued (section 4.5)."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix, self.issued = prefix, issued or {}

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


def labels(quads: Iterable[Quad], algorithm: str = "sha256") -> dict[str, str]:
    """Return the canonical label (``c14n0`` …) of each blank node of a dataset, by its label there.

    :param algorithm: ``sha256`` or ``sha384``.
    :raises InputError: if too many nodes cannot be distinguished.
    """
    return _Canonical(quads, algorithm).labels()


def canonical(quads: Iterable[Quad], algorithm: str = "sha256") -> str:
    """Return a dataset as canonical N-Quads; datasets that say the same give the same text.

    :raises InputError: if too many nodes cannot be distinguished.
    """
    given = list(quads)
    return _text_of(given, labels(given, algorithm))


def measured(quads: Sequence[Quad]) -> tuple[str, dict[str, str], int]:
    """Return what :func:`canonical` and :func:`labels` do, and how many statements were read.

    :raises InputError: if too many nodes cannot be distinguished.
    """
    work = _Canonical(quads, "sha256")
    names = work.labels()
    return _text_of(quads, names), names, work.effort


def _text_of(quads: Iterable[Quad], names: dict[str, str]) -> str:
    return "".join(sorted({_line(quad, names) for quad in quads}))


class _Canonical:
    def __init__(self, quads: Iterable[Quad], algorithm: str) -> None:
        self.algorithm, self.effort = algorithm, 0
        self.quads: dict[str, list[Quad]] = {}
        for quad in dict.fromkeys(quads):
            for node in dict.fromkeys(n for _, n in _places(quad)):
                self.quads.setdefault(node, []).append(quad)
        self.first = {node: self._first_degree(node) for node in self.quads}
        self.issuer = _Issuer("c14n")

    def labels(self) -> dict[str, str]:
        """Section 4.4.3."""
        by_hash: dict[str, list[str]] = {}
        for node, digest in self.first.items():
            by_hash.setdefault(digest, []).append(node)
        for digest in sorted(by_hash):
            if len(by_hash[digest]) == 1:
                self.issuer.issue(by_hash[digest][0])
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + 3 * _DEEPEST)
        try:
            for digest in sorted(by_hash):
                self._issue_alike(by_hash[digest])
        finally:
            sys.setrecursionlimit(limit)
        return self.issuer.issued

    def _issue_alike(self, nodes: Sequence[str]) -> None:
        found: list[tuple[str, _Issuer]] = []
        for node in nodes:
            if node not in self.issuer.issued:
                issuer = _Issuer("b")
                issuer.issue(node)
                found.append(self._n_degree(node, issuer, 1))
        for _, issuer in sorted(found, key=lambda pair: pair[0]):
            for node in issuer.issued:
                self.issuer.issue(node)

    def _first_degree(self, node: str) -> str:
        """Section 4.6."""
        names = {n: "a" if n == node else "z" for q in self.quads[node] for _, n in _places(q)}
        return self._hash("".join(sorted(_line(quad, names) for quad in self.quads[node])))

    def _related(self, node: str, quad: Quad, issuer: _Issuer, place: str) -> str:
        """Section 4.7."""
        known = self.issuer.issued.get(node) or issuer.issued.get(node)
        text = f"_:{known}" if known else self.first[node]
        return self._hash(place + ("" if place == "g" else str(quad.predicate)) + text)

    def _n_degree(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Section 4.8."""
        self._count(len(self.quads[node]), depth)
        alike: dict[str, list[str]] = {}
        for quad in self.quads[node]:
            for place, other in _places(quad):
                if other != node:
                    alike.setdefault(self._related(other, quad, issuer, place), []).append(other)
        text = ""
        for digest in sorted(alike):
            path, issuer = self._shortest(alike[digest], issuer, depth)
            text += digest + path
        return self._hash(text), issuer

    def _shortest(self, nodes: Sequence[str], issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Return the smallest path through nodes that look alike, of all their orders."""
        if len(nodes) == 1:
            only = self._path(nodes, issuer, None, depth)
            assert only is not None
            return only
        best: tuple[str, _Issuer] | None = None
        for order in permutations(nodes):
            self._count(len(order), depth)
            if (found := self._path(order, issuer.copy(), best and best[0], depth)) and (
                best is None or found[0] < best[0]
            ):
                best = found
        assert best is not None
        return best

    def _path(
        self, order: Sequence[str], issuer: _Issuer, best: str | None, depth: int
    ) -> tuple[str, _Issuer] | None:
        """Return the path of one order, ``None`` as soon as it is worse than the best."""
        path, waiting = "", []
        for node in order:
            if known := self.issuer.issued.get(node):
                path += f"_:{known}"
            else:
                if node not in issuer.issued:
                    waiting.append(node)
                path += f"_:{issuer.issue(node)}"
            if best is not None and len(path) >= len(best) and path > best:
                return None
        for node in waiting:
            digest, deeper = self._n_degree(node, issuer, depth + 1)
            path += f"_:{issuer.issue(node)}<{digest}>"
            issuer = deeper
            if best is not None and len(path) >= len(best) and path > best:
                return None
        return path, issuer

    def _count(self, work: int, depth: int) -> None:
        self.effort += work
        if self.effort > MOST_EFFORT or depth > _DEEPEST:
            raise InputError(
                f"{len(self.quads)} blank nodes that refer to each other cannot be distinguished",
                hint="give them IRIs: to compare every order of them would take too long",
            )

    def _hash(self, text: str) -> str:
        return hashlib.new(self.algorithm, text.encode()).hexdigest()


def _places(quad: Quad) -> Iterator[tuple[str, str]]:
    """Yield place (``s``, ``o``, ``g``) and label of each blank node of a statement."""
    for place, term in (("s", quad.subject), ("o", quad.object), ("g", quad.graph_name)):
        if isinstance(term, BlankNode):
            yield place, term.value


def _line(quad: Quad, names: dict[str, str]) -> str:
    """Return a line of canonical N-Quads, with labels given."""
    terms = [quad.subject, quad.predicate, quad.object]
    if not isinstance(quad.graph_name, DefaultGraph):
        terms.append(quad.graph_name)
    shown = (f"_:{names[t.value]}" if isinstance(t, BlankNode) else _text(t) for t in terms)
    return " ".join(shown) + " .\n"


def _text(term: object) -> str:
    return f"<{term.value}>" if isinstance(term, NamedNode) else str(term)
