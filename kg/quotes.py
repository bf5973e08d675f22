"""What neither a shape nor a rule can see: digests, texts behind quotes, numbers in wordings.

Each observation becomes a derived statement, so that the shapes, which are the only place where
rules are, can judge it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.assertion import (
    Said,
    assertion_digest,
    changes,
    event_digest,
    own,
    text_digest,
)
from kg.graph import Graph, Term
from kg.ontology import CEKG, TYPE

Observation = tuple[NamedNode, NamedNode, Term]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGEST = NamedNode(CEKG + "assertionDigest")
_EVENT_DIGEST = NamedNode(CEKG + "eventDigest")
_CHANGED = NamedNode(CEKG + "changedSinceApproval")
_CHECK = NamedNode(CEKG + "quoteCheck")
_EXTRA = NamedNode(CEKG + "extraNumber")


def observations(graph: Graph, copies: Mapping[str, str]) -> Iterator[Observation]:
    """Yield every observation about a graph, in a fixed order.

    :param copies: id of a document → its whole text, where the reader has a copy.
    """
    texts = _texts(graph) | {graph.node(name): text for name, text in copies.items()}
    for statement in graph.instances("Statement"):
        yield statement, _DIGEST, Literal(assertion_digest(graph, statement))
        yield from _extra_numbers(graph, statement)
    for fact in sorted(graph.facts(_EVENT_DIGEST)):
        yield fact.subject, _EVENT_DIGEST, Literal(event_digest(graph, fact.subject))
    for quote in graph.instances("Quote"):
        yield quote, _CHECK, NamedNode(f"{CEKG}QuoteCheck-{check_quote(graph, quote, texts)}")


def check_quote(graph: Graph, quote: NamedNode, texts: Mapping[Term, str]) -> str:
    """Compare a quote with the text it is taken from.

    Positions are 0-based Unicode code points, the end exclusive, as in the Web Annotation text
    position selector (https://www.w3.org/TR/annotation-model/#text-position-selector).

    :param texts: document → its whole text, for the documents that are at hand.
    :return: ``matches``, ``differs``, or ``notChecked`` where the text is not at hand or the quote
        has neither its own words nor their digest.
    """
    source = graph.value(quote, "quotedFrom")
    text = texts.get(source) if source else None
    if text is None:
        return "notChecked"
    whole, digest = graph.value(quote, "sourceDigest"), graph.value(quote, "exactDigest")
    exact, start, end = (graph.value(quote, k) for k in ("exact", "start", "end"))
    if whole and whole.value != text_digest(text):
        return "differs"
    if start and end:
        passage = text[int(start.value) : int(end.value)]
        right = (not exact or exact.value == passage) and (
            not digest or digest.value == text_digest(passage)
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
                texts[document] = file.read_bytes().decode("utf-8-sig", "replace")
    return texts


def _inside(folder: Path, name: str) -> Path | None:
    """Return a file of the project, never one outside its folder."""
    file = (folder / name).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def changed(graph: Graph) -> Iterator[Observation]:
    """Yield what has changed in each statement since its approval; needs the digests."""
    for statement in graph.instances("Statement"):
        for text in changes(graph, statement):
            yield statement, _CHANGED, Literal(text)


def _extra_numbers(graph: Graph, statement: NamedNode) -> Iterator[Observation]:
    """Yield each number that a wording has and the statement behind it has nowhere."""
    parts: list[Said] = own(graph, statement)
    wordings = {said.object for said in parts if said.predicate.value == CEKG + "wording"}
    known: set[str] = set()
    for node, predicate, value, _ in parts:
        if node not in wordings and predicate != TYPE:
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
