"""``kg import schema-org``: works, therapies, conditions and others in the terms of schema.org.

FILE is JSON-LD, or a page of HTML with JSON-LD in it. Nothing is fetched: names count as those of
schema.org, with or without its address. Claims and recommendations are left out, since schema.org
has no terms for what makes a statement; with them go their reviews and the marks of citations.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kg.errors import InputError
from kg.imports import Drafts, Given
from kg.imports.foreign import Entities
from kg.readers import decoded
from kg.schema_org import IDENTIFIERS, SOURCES, TYPES

_SCRIPT = re.compile(
    r"<script[^>]*type\s*=\s*[\"']?application/ld\+json[^>]*>(.*?)</script", re.DOTALL | re.I
)
_OWN = re.compile(r"^(?:https?://schema\.org/|schema:)")
_KINDS: Mapping[str, str] = {
    **dict.fromkeys((*SOURCES.values(), "MedicalScholarlyArticle", "Article", "Book"), "Source"),
    **{types[0]: kind for kind, types in TYPES.items()},
    **dict.fromkeys(("TherapeuticProcedure", "PsychologicalTreatment"), "Intervention"),
}
"""Type of schema.org → class."""
_SOURCE_TYPES = {
    "ScholarlyArticle": "journalArticle",
    "WebPage": "webPage",
    "Chapter": "bookChapter",
}
"""Type of schema.org → type of a source, where the thing does not name it itself."""
_LEFT_OUT = ("Statement", "ReviewEvent", "Citation", "KnowledgeGraph")
_PARTS = {"name": "publishedIn", "volumeNumber": "volume", "issueNumber": "issue"}
_IDENTIFIERS = {**IDENTIFIERS, "isbn": "urn:isbn:"}


def read(given: Given) -> Drafts:
    """Propose a record for each entity of a class that is known.

    :raises InputError: if the file holds no JSON-LD.
    """
    things = list(_things(list(_documents(given))))
    roots = [str(t.get("@id")) for t in things if "Dataset" in _types(t)]
    found = Entities(given, roots[0] if roots else given.known.base)
    ontology, left = given.known.ontology, Counter[str]()
    for thing in things:
        kind = _kind(thing, given)
        term = ontology.classes.get(kind)
        if term is None or any(ontology.is_a(term.iri, ontology.classes[c].iri) for c in _LEFT_OUT):
            left[kind or ", ".join(_types(thing))] += 1
            continue
        name = next(iter(_texts(thing.get("name"))), "")
        values = (*_values(thing), ("sourceType", _source_type(thing, given)))
        found.add(str(thing.get("@id") or ""), kind, name, values)
    said = ", ".join(f"{number} {name}" for name, number in sorted(left.items()))
    return found.drafts(f"left out: {said}" if said else "")


def _documents(given: Given) -> Iterator[Any]:
    """Yield the documents of JSON-LD in a file.

    :raises InputError: if there are none, or one cannot be read.
    """
    text = decoded(given.data(), given.name)
    scripts = [(match.start(1), match[1]) for match in _SCRIPT.finditer(text)]
    hint = "name a file of JSON-LD, or a page of HTML that has some"
    if not scripts and text.lstrip().startswith("<"):
        raise InputError(f"{given.name} is a page without a script of JSON-LD", hint=hint)
    for start, part in scripts or [(0, text)]:
        before = text.count("\n", 0, start)
        try:
            yield json.loads(part)
        except json.JSONDecodeError as error:
            place = f"{given.name}:{before + error.lineno}:{error.colno}"
            raise InputError(f"{place}: not JSON-LD: {error.msg}", hint=hint) from error
        except (ValueError, RecursionError) as error:
            place = f"{given.name}:{before + 1}"
            raise InputError(f"{place}: not JSON-LD: nested too deeply", hint=hint) from error


def _things(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the things of some documents; what is nested in a thing is no thing of its own."""
    if isinstance(value, list):
        for item in value:
            yield from _things(item)
    elif isinstance(value, dict):
        own = {_OWN.sub("", key): inner for key, inner in value.items()}
        if "@type" in own:
            yield own
        else:
            yield from _things(own.get("@graph"))


def _types(thing: Mapping[str, Any]) -> list[str]:
    return [_OWN.sub("", kind) for kind in _texts(thing.get("@type"))]


def _kind(thing: Mapping[str, Any], given: Given) -> str:
    """Return the class that a thing names itself, else the closest one; nothing where none is."""
    for iri in _texts(thing.get("additionalType")):
        known = given.known.ontology.by_iri.get(iri)
        if known and known.name in given.known.ontology.classes:
            return known.name
    return next((_KINDS[kind] for kind in _types(thing) if kind in _KINDS), "")


def _source_type(thing: Mapping[str, Any], given: Given) -> str:
    """Return the type that a source names itself, else the closest one; nothing where none is."""
    ontology = given.known.ontology
    known = {t.iri for t in ontology.members(ontology.properties["sourceType"].range).values()}
    named = [text for text in _texts(thing.get("additionalType")) if text in known]
    return next(
        iter([*named, *(_SOURCE_TYPES[t] for t in _types(thing) if t in _SOURCE_TYPES)]), ""
    )


def _values(thing: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    names = thing.get("alternateName")
    for name in names if isinstance(names, list) else [names]:
        language = str(name.get("@language", "")) if isinstance(name, dict) else ""
        yield from (("altLabel", text, language) for text in _texts(name))
    for text in _texts(thing.get("sameAs")):
        for key, start in _IDENTIFIERS.items():
            if text.startswith(start):
                yield key, text.removeprefix(start)
    authors = _texts(thing.get("creditText")) or [", ".join(_texts(thing.get("author")))]
    yield "authors", authors[0]
    yield "year", next(iter(_texts(thing.get("datePublished"))), "")[:4]
    yield "pages", next(iter(_texts(thing.get("pagination"))), "")
    for text in _texts(thing.get("url")):
        yield "url", text
    part = thing.get("isPartOf")
    while isinstance(part, dict):
        own = {_OWN.sub("", key): inner for key, inner in part.items()}
        for key, name in _PARTS.items():
            yield name, next(iter(_texts(own.get(key))), "")
        part = own.get("isPartOf")


def _texts(value: Any) -> list[str]:
    """Return the texts of a value: of a list each, of an object its value or its name."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return _texts(value.get("@value", value.get("name")))
    return [str(value)] if isinstance(value, str | int | float) and value != "" else []
