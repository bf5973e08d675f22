"""What the bundles of FHIR keep of a graph, R5 and R4: the mapping tables say most of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg import resources
from kg.contract import Fidelity
from kg.fhir.kept import SLOTS
from kg.fhir.table import Table, read_table
from kg.ontology import Ontology

_FILLS: Mapping[str, tuple[str, ...]] = {
    **SLOTS,
    **dict.fromkeys(("pmid", "pmcid"), ("workIdentifier",)),
    "doi": ("workIdentifier", "citation"),
    **dict.fromkeys(("authors", "year"), ("authors", "form", "citation")),
    "title": ("workTitle", "title", "citation"),
    "url": ("location", "address"),
    **dict.fromkeys(("minAge", "maxAge", "unit"), ("range",)),
    **dict.fromkeys(("ciLower", "ciUpper", "ciLevel", "pValue"), ("attribute",)),
    **dict.fromkeys(("estimateType", "testStatistic"), ("type",)),
    **dict.fromkeys(("riskWithComparator", "riskWithIntervention", "per"), ("absolute",)),
    **dict.fromkeys(("codeSystem", "codeLabel", "systemUri"), ("coding",)),
    **dict.fromkeys(("reviewed", "quotedFrom"), ("target", "source", "what")),
    "seenAt": ("location", "seenAt"),
    "mappingRelation": ("relation",),
    "domainRating": ("certainty",),
    "certaintyDomain": ("domain", "type"),
    "ratedBy": ("rater",),
    "creator": ("author",),
    "time": ("recorded", "date"),
    "toStatus": ("disposition", "status"),
    "versionInfo": ("version",),
}
"""Property → slots of the tables that it fills; others fill the slot of their own name."""
_OTHER_MEANING = {"about", "description", "end", "section", "start"}
"""Slots that have the name of a property and another meaning."""
_WORDS = (
    *("ageDescription", "definition", "dose", "deliveryMode", "modification", "procedures"),
    *("provider", "setting", "tailoring", "variantChange", "question", "registration", "overTime"),
    *("countOf", "footnote", "factValue", "textDigest"),
)
"""Properties that a person reads in a resource: in its text, its notes or its comments."""
_ALSO: Mapping[str, str] = {
    "Quote": "an extension",
    "DomainRating": "certainty.subcomponent",
    "EvidenceLine": "relatesTo, and Provenance",
    "Appraisal": "a note",
    "Disclaimer": "a note and the narrative of every resource",
    "languages": "one label a resource, English if there is one; not named",
    "datatypes": "those of FHIR",
    "asserted-derived": "not distinguished",
}
_UNNAMED = "what the mapping table has no element for"


def _declared(version: str) -> Fidelity:
    """Return what the table of a version maps, and what it leaves out with its reasons."""
    table, ontology = read_table(version), Ontology.read(resources.ontology_files())
    drops = {name: why for name, why in table.drops.items() if name in ontology.classes}
    changes = {name: how for name, how in _ALSO.items() if name not in drops}
    if "comment" not in table.shapes:
        changes["Disclaimer"] = "its words alone, in a note and the narrative of every resource"
    for shape in table.shapes.values():
        for name in shape.of:
            if name not in drops:
                changes.setdefault(name, shape.resource or f"the part '{shape.name}'")
    for name in ontology.properties:
        fills = _FILLS.get(name, () if name in _OTHER_MEANING else (name,))
        if found := list(dict.fromkeys(p for slot in fills for p in _places(table, slot))):
            changes[name] = ", ".join(found[:3])
    changes |= {name: "in words" for name in _WORDS if name not in changes}
    if "Article" in changes:
        changes["modified"] = f"{changes['Article']}.date"
    return Fidelity(changes=changes, drops=drops, others=_UNNAMED)


def _places(table: Table, slot: str) -> Iterator[str]:
    """Yield the elements of a slot, those of resources first."""
    for shape in sorted(table.shapes.values(), key=lambda s: not s.resource):
        if slot in shape.elements and f"{shape.name}.{slot}" not in table.drops:
            yield f"{shape.resource or shape.name}.{shape.elements[slot].path}"


FIDELITY = _declared("r5")
REDUCED = _declared("r4")
