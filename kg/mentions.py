"""Where a file of RDF names an entity: parsers of RDF keep no places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from kg.errors import Place

_PREFIX = re.compile(
    r"""^\s*@?prefix\s+(?P<name>[^\s:]*):\s*<(?P<space>[^>]*)>"""
    r"""|\bxmlns:(?P<x>[\w.-]+)\s*=\s*["'](?P<xspace>[^"']*)["']"""
    r"""|"(?P<j>[\w.-]+)"\s*:\s*"(?P<jspace>[a-z]+:[^"]*[/#:])\"""",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = re.compile(
    r"""^(?P<indent>[ \t]*)(?:<(?P<iri>[^\s<>]*)>|(?P<short>[^\s<>"'@#]*:[^\s<>"',;]*))"""
    r"""|"@id"\s*:\s*"(?P<json>[^"]*)"|\brdf:about\s*=\s*["'](?P<xml>[^"']*)["']""",
    re.MULTILINE,
)


def places(text: str, name: str, base: str, nodes: Iterable[NamedNode]) -> dict[NamedNode, Place]:
    """Return where a text in Turtle, N-Triples, RDF/XML or JSON-LD first names entities.

    A name that begins its line counts more than one within a description of something else. An
    entity that is named in another way has the beginning of the text.

    :param name: that of the file, for places.
    :param base: what relative IRIs are resolved against.
    """
    first: dict[str, Place] = {}
    within: dict[str, Place] = {}
    line, counted = 1, 0
    for start, iri, is_indented in _names(text, base):
        line += text.count("\n", counted, start)
        counted = start
        known = within if is_indented else first
        if iri not in known:
            known[iri] = Place(name, line, start - text.rfind("\n", 0, start))
    begin = Place(name, 1, 1)
    return {n: first.get(n.value) or within.get(n.value) or begin for n in nodes}


def _names(text: str, base: str) -> Iterator[tuple[int, str, bool]]:
    """Yield where an IRI begins, the IRI, and whether it is indented."""
    spaces = {
        m["name"] or m["x"] or m["j"] or "": m["space"] or m["xspace"] or m["jspace"] or ""
        for m in _PREFIX.finditer(text)
    }
    for match in _NAME.finditer(text):
        kind = match.lastgroup or ""
        written, start = match[kind], match.start(kind)
        if kind == "iri":
            start -= 1
        prefix, colon, local = written.partition(":")
        if kind != "iri" and colon and prefix in spaces:
            yield start, spaces[prefix] + local, bool(match["indent"])
        elif kind != "short":
            yield start, written if colon else urljoin(base, written), bool(match["indent"])
