"""Ids and addresses of resources: the same for the same graph, fit for any server."""

from __future__ import annotations

import hashlib
import re

from kg.fhir.table import Shape

EXTENSIONS = "https://w3id.org/clinical-evidence-kg/fhir/StructureDefinition/"
"""Address before the names of our extensions."""
TOOL = "https://w3id.org/clinical-evidence-kg"
UCUM = "http://unitsofmeasure.org"
URI = "urn:ietf:rfc:3986"
"""The system of identifiers that are addresses."""
_LONGEST = 64
_FORBIDDEN = re.compile(r"[^A-Za-z0-9.-]+")
_PARTS = re.compile(r"[A-Za-z0-9]+")


def resource_id(text: str, prefix: str = "") -> str:
    """Return an id of FHIR for a name of ours.

    Letters, digits, ``-`` and ``.`` stay, up to 64 characters (https://hl7.org/fhir/R5/
    datatypes.html#id). A name that had to change in more than its slash, or is too long, ends in
    twelve digits of its SHA-256, so that two names never meet in one id.

    >>> resource_id("finding/f05-1")
    'finding-f05-1'
    """
    found = prefix + _FORBIDDEN.sub("-", text.replace("/", "-", 1)).strip("-")
    if len(found) <= _LONGEST and found == prefix + text.replace("/", "-", 1):
        return found
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{found[: _LONGEST - 13].rstrip('-.')}-{digest}".lstrip("-")


def name_of(text: str) -> str:
    """Return a name for machines: a capital letter, then letters and digits, at most 255.

    >>> name_of("evidence 2: a–b")
    'Evidence2AB'
    """
    words = _PARTS.findall(text)
    joined = "".join(w[:1].upper() + w[1:] for w in words)
    return joined[:255] if re.match("[A-Z].", joined) else f"Kg{joined}"[:255]


def address(base: str, shape: Shape, id_: str) -> str:
    """Return the canonical address of a resource, which is also its full URL in a bundle."""
    return f"{base}fhir/{shape.resource}/{id_}"
