"""What neither a shape nor a rule can see: digests, texts behind quotes, numbers in wordings.

Each observation becomes a derived statement, so that the shapes, which are the only place where
rules are, can judge it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.graph import Graph, Term
from kg.ontology import CEKG, TYPE
from kg.review_rules import NOT_ASSERTED

Observation = tuple[NamedNode, NamedNode, Term]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGEST = NamedNode(CEKG + "assertionDigest")
_CHECK = NamedNode(CEKG + "quoteCheck")
_EXTRA = NamedNode(CEKG + "extraNumber")


def observations(graph: Graph, copies: Mapping[str, str]) -> Iterator[Observation]:
    """Yield every observation about a graph, in a fixed order.

    :param copies: id of a document → its whole text, where the reader has a copy.
    """
    texts = _texts(graph) | {graph.node(name): text for name, text in copies.items()}
    for statement in graph.instances("Statement"):
        parts = list(_assertion(graph, statement))
        yield statement, _DIGEST, Literal(_digest("\n".join(sorted(_line(p) for p in parts))))
        yield from _extra_numbers(graph, statement, parts)
    for quote in graph.instances("Quote"):
        yield quote, _CHECK, NamedNode(f"{CEKG}QuoteCheck-{check_quote(graph, quote, texts)}")


def check_quote(graph: Graph, quote: NamedNode, texts: Mapping[Term, str]) -> str:
    """Compare a quote with the text it is taken from.

    Positions are 0-based Unicode code points, the end exclusive, as in the Web Annotation text
    position selector (https://www.w3.org/TR/annotation-model/#text-position-selector).

    :param texts: document → its whole text, for the documents that are available.
    :return: ``matches``, ``differs``, or ``notChecked`` where the text is not available or the
        quote has neither its own words nor their digest.
    """
    source = graph.value(quote, "quotedFrom")
    text = texts.get(source) if source else None
    if text is None:
        return "notChecked"
    whole, digest = graph.value(quote, "sourceDigest"), graph.value(quote, "exactDigest")
    exact, start, end = (graph.value(quote, k) for k in ("exact", "start", "end"))
    if whole and whole.value != _digest(text):
        return "differs"
    if start and end:
        passage = text[int(start.value) : int(end.value)]
        right = (not exact or exact.value == passage) and (
            not digest or digest.value == _digest(passage)
        )
        return "matches" if right else "differs"
    if exact:
        return "matches" if exact.value in text else "differs"
    return "notChecked"


def _texts(graph: Graph) -> dict[Term, str]:
    """Return the texts that the project holds, by document."""
    texts: dict[Term, str] = {}
    for folder in graph.ontology.folders:
        for document in graph.instances("Document"):
            name = graph.value(document, "textFile")
            if name and (file := _inside(folder, name.value)):
                texts[document] = file.read_bytes().decode("utf-8", "replace")
    return texts


def _inside(folder: Path, name: str) -> Path | None:
    """Return a file of the project, never one outside its folder."""
    file = (folder / name).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _assertion(graph: Graph, statement: NamedNode) -> Iterator[tuple[NamedNode, str, Term]]:
    """Yield the triples that a reviewer approves: the statement with all that is nested in it."""
    own = statement.value + "#"
    waiting, seen = [statement], {statement}
    while waiting:
        node = waiting.pop()
        for predicate, value in graph.properties(node):
            if node == statement and predicate.value in NOT_ASSERTED:
                continue
            yield node, predicate.value, value
            if isinstance(value, NamedNode) and value.value.startswith(own) and value not in seen:
                seen.add(value)
                waiting.append(value)


def _line(part: tuple[NamedNode, str, Term]) -> str:
    return f"{part[0]} <{part[1]}> {part[2]}"


def _extra_numbers(
    graph: Graph, statement: NamedNode, parts: list[tuple[NamedNode, str, Term]]
) -> Iterator[Observation]:
    """Yield each number that a wording has and the statement behind it has nowhere."""
    wordings = {o for _, p, o in parts if p == CEKG + "wording"}
    known: set[str] = set()
    for node, predicate, value in parts:
        if node not in wordings and predicate != TYPE.value:
            known |= _numbers(value)
            if isinstance(value, NamedNode) and not value.value.startswith(statement.value + "#"):
                known |= _numbers_of(graph, value)
    for wording in sorted(wordings, key=str):
        assert isinstance(wording, NamedNode)
        for text in graph.objects(wording, "text"):
            for number in sorted(_numbers(text) - known):
                yield wording, _EXTRA, Literal(number)


def _numbers(value: Term) -> set[str]:
    if isinstance(value, NamedNode):
        return set()
    return {n.replace(",", "").lstrip("0") or "0" for n in _NUMBER.findall(value.value)}


def _numbers_of(graph: Graph, node: NamedNode) -> set[str]:
    """Return the numbers of an entity that a statement refers to, with what is nested in it."""
    found: set[str] = set()
    for predicate, value in graph.properties(node):
        if predicate == TYPE:
            continue
        found |= _numbers(value)
        if isinstance(value, NamedNode) and value.value.startswith(node.value + "#"):
            found |= _numbers_of(graph, value)
    return found
