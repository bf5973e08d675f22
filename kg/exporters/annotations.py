"""Web Annotation: each quote of a statement, at its place in the text it was taken from.

https://www.w3.org/TR/annotation-model/ and https://www.w3.org/TR/annotation-vocab/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.graph import Graph
from kg.graph.bridges import node_data
from kg.jsontext import members
from kg.pieces import Pieces

FIDELITY = Fidelity(
    changes={
        "Quote": "an annotation",
        "quote": "the body of an annotation is the statement that has the quote",
        "quotedFrom": "the source of the target",
        "exact": "exact of a TextQuoteSelector",
        "prefix": "prefix of a TextQuoteSelector",
        "suffix": "suffix of a TextQuoteSelector",
        "start": "start of a TextPositionSelector",
        "end": "end of a TextPositionSelector",
        "exactDigest": "a property of the selector",
        "sourceDigest": "a property of the state of the target",
        "locator": "the value of a FragmentSelector without a standard",
        "stamp": "a TextualBody",
        "retractionStatus": "a TextualBody of quotes from a source that is retracted, corrected or "
        "of concern",
        "languages": "not named",
        "datatypes": "those of JSON",
        "asserted-derived": "asserted statements only",
    },
    others="quotes and the statements that they are taken for",
)
CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield one collection with one page: an annotation for each statement and quote."""
    root, name = pieces.root, f"{pieces.base}annotations"
    head = {
        "@context": [CONTEXT, {"cekg": root.ontology.classes["Quote"].iri.removesuffix("Quote")}],
        "id": name,
        "type": "AnnotationCollection",
        "label": f"Quotes behind the statements of {root.label(root.root())}",
        "generator": {"id": "urn:clinical-evidence-kg", "type": "Software"},
        "summary": "\n".join(pieces.remarks()),
    }
    rights = root.value(root.root(), "license")
    if rights:
        head["rights"] = rights.value
    page = {"id": f"{name}/1", "type": "AnnotationPage", "partOf": name, "startIndex": 0}
    text = json.dumps(head, ensure_ascii=False)[:-1]
    first = json.dumps(page, ensure_ascii=False)[:-1]
    yield f'{text},\n"first": {first}, "items": [\n'
    number = 0
    for member in members(_annotations(pieces)):
        yield member
        number += 1
    yield f'\n]}},\n"total": {number}}}\n'


def _annotations(pieces: Pieces) -> Iterator[dict[str, Any]]:
    for iris, graph in pieces.of(pieces.instances("Statement")):
        for statement in map(NamedNode, iris):
            for quote in graph.objects(statement, "quote"):
                if isinstance(quote, NamedNode):
                    yield {
                        "id": quote.value,
                        "type": "Annotation",
                        "motivation": "linking",
                        "body": _body(graph, statement, quote),
                        "target": _target(graph, quote),
                    }


def _body(graph: Graph, statement: NamedNode, quote: NamedNode) -> list[dict[str, str]]:
    """Return the statement, its stamp if it is not approved, and whether the source holds."""
    body = [{"type": "SpecificResource", "source": statement.value, "purpose": "linking"}]
    for stamp in graph.objects(statement, "stamp"):
        body.append({"type": "TextualBody", "value": stamp.value, "purpose": "moderating"})
    for source in graph.objects(quote, "quotedFrom"):
        if isinstance(source, NamedNode) and (told := node_data(graph, source)["retraction"]):
            text = f"Status of the source: {told}"
            body.append({"type": "TextualBody", "value": text, "purpose": "moderating"})
    return body


def _target(graph: Graph, quote: NamedNode) -> dict[str, Any]:
    def text(name: str) -> str:
        found = graph.value(quote, name)
        return found.value if found else ""

    selectors: list[dict[str, Any]] = []
    if text("exact"):
        words = {key: text(key) for key in ("exact", "prefix", "suffix") if text(key)}
        selectors.append({"type": "TextQuoteSelector", **words})
    if text("start") and text("end"):
        place: dict[str, Any] = {key: int(text(key)) for key in ("start", "end")}
        if text("exactDigest"):
            place["cekg:exactDigest"] = text("exactDigest")
        selectors.append({"type": "TextPositionSelector", **place})
    if text("locator"):
        selectors.append({"type": "FragmentSelector", "value": text("locator")})
    target: dict[str, Any] = {"type": "SpecificResource", "source": text("quotedFrom")}
    if selectors:
        target["selector"] = selectors[0] if len(selectors) == 1 else selectors
    if text("sourceDigest"):
        target["state"] = {"type": "State", "cekg:sourceDigest": text("sourceDigest")}
    return target
