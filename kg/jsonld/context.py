"""Contexts of JSON-LD documents: whole, only what a document uses, or a reference to one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import UsageError
from kg.graph import Graph
from kg.marks import CONTEXT

SAID = ("caveats", "attribution")
"""Keys outside of the graph, with what every output must say: the context gives them no meaning."""
STAMPS = "stamps"
"""Another such key: entity → property → stamps of the unapproved statements that state it."""
_REFERENCE = re.compile(r'[^\s<>"{}|\\^`\x00-\x1f]+')
_KEYWORDS = ("@version", "id", "type")

line = json.JSONEncoder(ensure_ascii=False).encode
"""Return a value as JSON on one line."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a JSON-LD document is made.

    :param frame: the name of a frame (:data:`kg.jsonld.framing.FRAMES`); empty: the whole graph.
    :param context: the address of a context to refer to; nothing is fetched. Empty: the context
        stands in the document.
    :raises UsageError: if the address is none.
    """

    frame: str = ""
    context: str = ""

    def __post_init__(self) -> None:
        if self.context and not _REFERENCE.fullmatch(self.context):
            raise UsageError(
                f"'{self.context}' is not the address of a context",
                hint="such as https://example.org/context.jsonld",
            )


def whole(graph: Graph) -> dict[str, Any]:
    """Return the context of every term, for ids that are relative to the base of the graph."""
    return {**graph.ontology.context(graph.prefixes()), "@base": graph.base}


def reference(graph: Graph, address: str, base: str) -> list[Any]:
    """Return a reference to a context, with the base where a document has relative ids.

    :raises UsageError: if the graph has IRIs that the prefixes of that context would change.
    """
    lost = sorted({*graph.ontology.context()} - {*graph.ontology.context(graph.prefixes())})
    if lost:
        raise UsageError(
            f"the graph has IRIs that begin with '{lost[0]}:', which is a prefix of the context",
            hint="leave out --context: the context in the document then has no such prefix",
        )
    return [address, {"@base": base}] if base else [address]


def used(context: Mapping[str, Any], nodes: Iterable[Any]) -> dict[str, Any]:
    """Return the part of a context that gives nodes their meaning."""
    words: set[str] = set()
    for node in nodes:
        _words(node, words)
    kept: dict[str, Any] = {}
    for key, entry in context.items():
        if key in words and isinstance(entry, dict) and "@context" in entry:
            members = {k: v for k, v in entry["@context"].items() if k in words}
            kept[key] = {**entry, "@context": members}
        elif key in words or key in _KEYWORDS or key == "@base":
            kept[key] = entry
    _prefixes(kept, words)
    named = {word.partition(":")[0] for word in words}
    return {k: v for k, v in context.items() if k in named and k not in kept} | kept


def _words(value: Any, found: set[str]) -> None:
    """Collect what a context may give a meaning: keys and texts."""
    if isinstance(value, dict):
        for key, inner in value.items():
            found.add(key)
            _words(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _words(inner, found)
    elif isinstance(value, str):
        found.add(value)


def _prefixes(value: Any, found: set[str]) -> None:
    """Collect the names that the entries of a context are written with."""
    if isinstance(value, dict):
        for inner in value.values():
            _prefixes(inner, found)
    elif isinstance(value, str):
        found.add(value)


def document(context: Any, said: Mapping[str, Any], nodes: Iterable[str]) -> bytes:
    """Return a document: a context, what every output must say, and lines of nodes."""
    silent = CONTEXT | dict.fromkeys(said)  # keys that must not be taken for terms of a project
    context = {**silent, **context, **silent} if isinstance(context, dict) else [*context, silent]
    head = "".join(f"{line(key)}: {line(value)},\n" for key, value in said.items())
    text = f'{{"@context": {line(context)},\n{head}"@graph": [\n' + ",\n".join(nodes) + "\n]}\n"
    return text.encode()
