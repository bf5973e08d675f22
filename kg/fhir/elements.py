"""Small readings of the elements of a resource: texts, codes, links, numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.fhir.fill import Json
from kg.fhir.names import EXTENSIONS


def plain(value: Any) -> str | None:
    """Return a number without exponent, for RDF's decimals; the resource keeps its digits.

    >>> plain("2.3e-05")
    '0.000023'
    """
    if value is None:
        return None
    text = str(value)
    try:
        return f"{Decimal(text):f}" if "e" in text.lower() else text
    except InvalidOperation:
        return None


def slug(text: str) -> str:
    """Return a text as the last part of an id.

    >>> slug("Wardlaw2014 Analysis_1.16")
    'wardlaw2014-analysis-1.16'
    """
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:80] or "x"


def place(resource: Json) -> str:
    """Return ``Type/id`` of a resource; one without id is named by its address."""
    return f"{resource['resourceType']}/{resource.get('id') or slug(str(resource.get('url', '')))}"


def target_of(link: Json) -> str:
    """Return ``Type/id`` of a reference; what is contained in the resource is named by its id."""
    reference = str(link.get("reference", ""))
    return "/".join(reference.split("/_history/")[0].split("/")[-2:]).lstrip("#")


def words(element: Json) -> str:
    """Return what an element calls itself."""
    return one_line(element.get("display") or element.get("description")) or ""


def code_of(concept: Json) -> str:
    """Return the first code of a concept, or nothing."""
    return next((str(c.get("code", "")) for c in concept.get("coding", [])), "")


def system_of(identifier: Json) -> str:
    """Return ``doi`` or ``pmid`` for identifiers of those, else the system."""
    system = str(identifier.get("system", "")).lower()
    return "doi" if "doi" in system else "pmid" if "pubmed" in system else system


def identifiers(resource: Json) -> Any:
    """Return the values of the identifiers of a resource."""
    found = [str(i["value"]) for i in resource.get("identifier", []) if "value" in i]
    return one_or_all(found)


def notes(element: Json) -> Any:
    """Return the texts of the notes of an element."""
    return one_or_all([one_line(n["text"]) for n in element.get("note", []) if "text" in n])


def extension(element: Mapping[str, Any], name: str) -> str | None:
    """Return the value of an extension of ours, or ``None``."""
    for one in element.get("extension", []):
        if one.get("url") == EXTENSIONS + name:
            return next((str(v) for k, v in one.items() if k.startswith("value")), None)
    return None


def one_line(text: Any) -> str | None:
    """Return a text without line ends, ``None`` for none."""
    return " ".join(str(text).split()) if text else None


def one_or_all(values: list[Any]) -> Any:
    """Return the one member of a list, or the list."""
    return values[0] if len(values) == 1 else values


def with_article(name: str) -> str:
    """Return ``a population`` or ``an outcome``."""
    return f"an {name.lower()}" if name[0] in "AEIOU" else f"a {name.lower()}"
