"""Quotes against the texts that are at hand: found again, and moved positions fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from kg.assertion import text_digest
from kg.errors import Place
from kg.graph import Graph
from kg.journal import change, editing
from kg.loading import load, read_copies
from kg.project import Project
from kg.quotes import find_quote, texts_of
from kg.reviewing.decisions import project_of
from kg.reviewing.edits import Edit, edited

STATES: Mapping[str, str] = {
    "gone": "not in the text any more",
    "changed": "other words are between the same surroundings",
    "ambiguous": "at several places, and its surroundings do not tell which",
    "moved": "at another place",
    "same": "where it was",
    "notChecked": "no text at hand, or no words and no digest to look for",
}
"""State of a quote → what it means, the worst first."""


@dataclass(frozen=True, slots=True)
class QuoteFound:
    """Where a quote was looked for, and what was found.

    ``statement`` is what the quote is part of, ``place`` where the quote is written, ``before`` and
    ``now`` are its positions in code points, the end exclusive; ``now`` is that of the words
    found, where they were found once.
    """

    state: str
    statement: str
    document: str
    place: Place | None
    before: tuple[int, int] | None
    now: tuple[int, int] | None
    edits: tuple[Edit, ...] = ()


def check_quotes(
    source: Graph | str | Path | Project | None = None,
    texts: Mapping[str, str | Path] | None = None,
) -> list[QuoteFound]:
    """Look for every quote of a graph in the texts that are at hand, and return what was found.

    :param texts: id of a document → a file with its text, beside the texts of the project.
    :raises InputError: if something cannot be read.
    :raises UsageError: if a text is given for something that is not a document of the graph.
    """
    graph = source if isinstance(source, Graph) else load(source)
    return list(_found(graph, texts or {}))


def fix_moved(
    source: str | Path | Project | None = None, texts: Mapping[str, str | Path] | None = None
) -> tuple[list[QuoteFound], tuple[Path, ...]]:
    """Put the positions of moved quotes right in their files; return what was found and the files.

    ``start`` and ``end`` are changed, and ``sourceDigest`` with them, since it names the text in
    which they count. All other bytes stay. The approval of a statement whose quote is changed does
    not hold any more: it covers the place of the quote.

    :raises UsageError: if a position is not written so that it can be changed in place.
    """
    project = project_of(source)
    with editing(project.folder):
        found = check_quotes(project, texts)
        edits = [edit for quote in found for edit in quote.edits]
        changed = edited(project.folder, edits)
        if changed:
            change(project.folder, changed)
    return found, tuple(changed)


def _found(graph: Graph, files: Mapping[str, str | Path]) -> Iterator[QuoteFound]:
    copies = {graph.node(name): text for name, text in read_copies(graph, files).items()}
    texts = texts_of(graph) | copies
    digests = {document: text_digest(text) for document, text in texts.items()}
    for quote in graph.instances("Quote"):
        document = graph.value(quote, "quotedFrom")
        text = texts.get(document) if document else None
        start, end = graph.value(quote, "start"), graph.value(quote, "end")
        before = (int(start.value), int(end.value)) if start and end else None
        state, first, last = ("notChecked", None, None)
        if text is not None:
            state, first, last = find_quote(graph, quote, text)
        now = (first, last) if first is not None and last is not None else None
        edits: Iterable[Edit] = ()
        if before and now and document and state in ("same", "moved"):
            values = {"start": str(now[0]), "end": str(now[1]), "sourceDigest": digests[document]}
            edits = _edits(graph, quote, values)
        yield QuoteFound(
            state,
            graph.short(NamedNode(quote.value.partition("#")[0])),
            graph.short(document) if document else "",
            graph.places.get((quote,)),
            before,
            now,
            tuple(edits),
        )


def _edits(graph: Graph, quote: NamedNode, values: Mapping[str, str]) -> Iterator[Edit]:
    for key, after in values.items():
        before = graph.value(quote, key)
        if before is None or before.value == after:
            continue
        place = graph.places.get((quote, graph.property_iri(key), before))
        if place:
            yield Edit(place, key, before.value, after)
