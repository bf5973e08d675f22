"""What neither a shape nor a rule can see: digests, texts behind quotes, numbers in wordings.

Each observation becomes a derived statement, so that the shapes, which are the only place where
rules are, can judge it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

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
CHANGED = NamedNode(CEKG + "changedSinceApproval")
"""The property of what :func:`changed` yields."""
_CHECK = NamedNode(CEKG + "quoteCheck")
_EXTRA = NamedNode(CEKG + "extraNumber")
_LEVEL = CEKG + "ciLevel"
OBSERVED = frozenset(p.value for p in (_DIGEST, _EVENT_DIGEST, _CHECK, _EXTRA))
"""The properties of what :func:`observations` yields."""


def observations(graph: Graph, copies: Mapping[str, str]) -> Iterator[Observation]:
    """Yield every observation about a graph, in a fixed order.

    :param copies: id of a document → its whole text, where the reader has a copy.
    """
    texts = texts_of(graph) | {graph.node(name): text for name, text in copies.items()}
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

    :param texts: document → its whole text, for the documents that are available.
    :return: ``matches``, ``differs``, or ``notChecked`` where the text is not available or the
        quote has neither its own words nor their digest.
    """
    source = graph.value(quote, "quotedFrom")
    text = texts.get(source) if source else None
    if text is None:
        return "notChecked"
    whole, exact = graph.value(quote, "sourceDigest"), graph.value(quote, "exact")
    if whole and whole.value != text_digest(text):
        return "differs"
    state = find_quote(graph, quote, text).state
    if state == "same" or (exact and not graph.value(quote, "start") and exact.value in text):
        return "matches"
    return "notChecked" if state == "notChecked" else "differs"


class Found(NamedTuple):
    """Where a quote is in a text: see :func:`find_quote`."""

    state: str
    start: int | None = None
    end: int | None = None


def find_quote(graph: Graph, quote: NamedNode, text: str) -> Found:
    """Find a quote in a text: at its position, by its words or digest, or by its surroundings.

    The time is linear in the length of the text.

    :return: ``same`` (at its position, or the only place of a quote without one), ``moved``,
        ``changed`` (other words between the same surroundings), ``gone``, ``ambiguous`` (at
        several places, and its surroundings do not tell which), or ``notChecked`` where the quote
        has neither its own words nor both a digest and a position.
    """
    exact, digest, prefix, suffix = (
        value.value if (value := graph.value(quote, key)) else ""
        for key in ("exact", "exactDigest", "prefix", "suffix")
    )
    start, end = (_number(graph.value(quote, key)) for key in ("start", "end"))
    placed = start is not None and end is not None
    if not exact and not (digest and placed):
        return Found("notChecked")
    if start is not None and end is not None and _is(text[start:end], exact, digest):
        return Found("same", start, end)
    length = len(exact) if exact else (end or 0) - (start or 0)
    places = [p for p in _places(text, exact, digest, length) if p != start or not placed]
    if len(places) > 1:
        fitting = [p for p in places if _within(text, p, p + length, prefix, suffix)]
        if len(fitting) != 1 or not (prefix or suffix):
            return Found("ambiguous")
        places = fitting
    if places:
        return Found("moved" if placed else "same", places[0], places[0] + length)
    between = _between(text, prefix, suffix, 3 * length + 200)
    return Found("changed", *between) if between else Found("gone")


def _number(value: Term | None) -> int | None:
    return int(value.value) if value and value.value.isdecimal() else None


def _is(passage: str, exact: str, digest: str) -> bool:
    return (not exact or exact == passage) and (not digest or digest == text_digest(passage))


def _places(text: str, exact: str, digest: str, length: int) -> list[int]:
    """Return where some words, or words of this length and digest, are; overlaps included."""
    if exact:
        found, place = [], text.find(exact)
        while place >= 0:
            found.append(place)
            place = text.find(exact, place + 1)
        return found if _is(exact, exact, digest) else []
    last = len(text) - length
    return [p for p in range(last + 1) if text_digest(text[p : p + length]) == digest]


def _within(text: str, start: int, end: int, prefix: str, suffix: str) -> bool:
    before = text[max(start - len(prefix) - 1, 0) : start].rstrip()
    after = text[end : end + len(suffix) + 1].lstrip()
    return before.endswith(prefix.strip()) and after.startswith(suffix.strip())


def _between(text: str, prefix: str, suffix: str, longest: int) -> tuple[int, int] | None:
    """Return the only passage between two surroundings that are each there once."""
    before, after = prefix.strip(), suffix.strip()
    if not before or not after or text.count(before) != 1 or text.count(after) != 1:
        return None
    start, end = text.index(before) + len(before), text.index(after)
    return (start, end) if 0 < end - start <= longest else None


def text_files(graph: Graph) -> list[str]:
    """Return the paths, within the project, of the files of texts that documents name, sorted."""
    return sorted({fact.object.value for fact in graph.facts(graph.property_iri("textFile"))})


def texts_of(graph: Graph) -> dict[Term, str]:
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
            yield statement, CHANGED, Literal(text)


def _extra_numbers(graph: Graph, statement: NamedNode) -> Iterator[Observation]:
    """Yield each number that a wording has and the statement behind it has nowhere."""
    parts: list[Said] = own(graph, statement)
    wordings = {said.object for said in parts if said.predicate.value == CEKG + "wording"}
    known: set[str] = set()
    numbers: dict[NamedNode, set[str]] = graph.kept("numbers of entities", dict)
    for node, predicate, value, _ in parts:
        if node not in wordings and predicate != TYPE:
            known |= _numbers(value)
            if predicate.value == _LEVEL:
                known |= _percent(value)
            if isinstance(value, NamedNode) and not value.value.startswith(statement.value + "#"):
                if value not in numbers:
                    numbers[value] = _numbers_of(graph, value)
                known |= numbers[value]
    for wording in sorted(wordings, key=str):
        if not isinstance(wording, NamedNode):
            continue  # the shapes report it
        for text in graph.objects(wording, "text"):
            for number in sorted(set(_NUMBER.findall(text.value))):
                if _bare(number) not in known:
                    yield wording, _EXTRA, Literal(number)


def _numbers(value: Term) -> set[str]:
    if isinstance(value, NamedNode):
        return set()
    return {_bare(number) for number in _NUMBER.findall(value.value)}


def _bare(number: str) -> str:
    """Return a number without commas and leading zeros."""
    return number.replace(",", "").lstrip("0") or "0"


def _percent(value: Term) -> set[str]:
    """Return a fraction as people write it: 0.95 as 95, of 95 % CI."""
    try:
        return {f"{(Decimal(value.value) * 100).normalize():f}"}
    except InvalidOperation:
        return set()


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
