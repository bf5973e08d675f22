"""Cited works and pages as citations, and the agents behind statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kg.evidence.index import unique
from kg.fhir.findings import agent
from kg.fhir.names import TOOL, URI
from kg.fhir.reading import Reading
from kg.fhir.values import Draft, Identifier

_SYSTEMS = {
    "doi": "https://doi.org",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc",
    "isbn": "urn:ietf:rfc:3187",
}
"""Property → the system of its identifiers (https://hl7.org/fhir/R5/identifier-registry.html)."""


def sources(reading: Reading) -> Iterator[Draft]:
    """Yield a citation for each source and for each page."""
    index = reading.index
    for iri in unique(i for name in ("Source", "Article") for i in index.instances(name)):
        yield _source(reading, iri)


def _source(reading: Reading, iri: str) -> Draft:
    index = reading.index
    label = reading.label(iri)
    year = index.text(iri, "year")
    form = {
        "publishedIn": index.text(iri, "publishedIn"),
        "publishedInType": "periodical" if index.text(iri, "volume") else None,
        "volume": index.text(iri, "volume"),
        "issue": index.text(iri, "issue"),
        "year": year if re.fullmatch("[0-9]{4}", year) else index.text(iri, "modified")[:10],
        "articleNumber": index.text(iri, "articleNumber"),
        "pages": index.text(iri, "pages"),
    }
    ids = [
        Identifier(text, system)
        for key, system in _SYSTEMS.items()
        if key in index.ontology.properties
        for text in index.texts(iri, key)
    ]
    places = [("webpage", t) for key in ("url", "seenAt") for t in index.texts(iri, key)]
    places += [("doi", f"https://doi.org/{t}") for t in index.texts(iri, "doi")]
    notes = index.texts(iri, "note")
    if index.text(iri, "unresolved") == "true":
        notes.append("This source could not be identified.")
    totals = [
        f"{index.text(t, 'count')} {index.text(t, 'countOf')}"
        for t in index.nodes(iri, "reviewTotal")
    ]
    notes += [f"Totals of the review: {'; '.join(totals)}."] if totals else []
    state = reading.coded(iri, "retractionStatus")
    status = "retracted" if state and state.notation == "retracted" else reading.status(iri)
    titles = index.texts(iri, "title")
    values = reading.canonical(iri, label) | {
        "status": status,
        "stamp": index.text(iri, "stamp"),
        "retractionStatus": state,
        "confirmation": index.notation(iri, "confirmation"),
        "sourceType": index.notation(iri, "sourceType"),
        "note": notes,
        "workIdentifier": ids,
        "state": state,
        "workTitle": [{"type": "primary", "text": t} for t in titles],
        "form": [form] if any(form.values()) else [],
        "location": [{"classifier": kind, "url": _url(t)} for kind, t in dict.fromkeys(places)],
        "authors": [{"type": "authors", "text": t} for t in index.texts(iri, "authors")],
    }
    lines = [
        ("title", "; ".join(titles)),
        ("authors", index.text(iri, "authors")),
        ("published", " ".join(str(v) for k, v in form.items() if v and k != "publishedInType")),
        *((i.system, i.value) for i in ids),
        ("retraction", index.words(iri, "retractionStatus")),
        ("confirmation", index.words(iri, "confirmation")),
        *(("note", n) for n in notes),
    ]
    return Draft("source", iri, values, lines, reading.limits(iri))


def _url(text: str) -> str:
    return text.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")


def agents(reading: Reading, tool_version: str) -> Iterator[Draft]:
    """Yield who wrote and judged the statements, and the program that wrote the resources."""
    index = reading.index
    for iri in index.instances("Agent"):
        label, notes = index.label(iri), index.texts(iri, "note")
        values: dict[str, Any] = {
            "iri": Identifier(iri, URI),
            "description": "\n\n".join(notes),
            "note": notes,
            "label": label,
        }
        shape = agent(reading, iri).shape
        if shape == "software":
            values["label"] = _device(label)
        if shape == "person":
            values.pop("description"), values.pop("note")
        elif shape == "organization":
            values.pop("note")
        else:
            values.pop("description")
        yield Draft(shape, iri, values, [("name", label), *(("note", n) for n in notes)])
    name = "clinical-evidence-kg"
    values = {"iri": Identifier(TOOL, URI), "label": _device(name), "version": tool_version}
    yield Draft("software", reading.root, values, [("exporter", f"{name} {tool_version}")])


def _device(label: str) -> list[dict[str, str]]:
    return [{"label": label, "type": "registered-name"}]
