"""Resources that records were read from: exported as they came, with what was corrected since."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.fhir.elements import place
from kg.fhir.fill import Json
from kg.fhir.names import EXTENSIONS
from kg.fhir.numbers import loads
from kg.fhir.read import Reader
from kg.fhir.reading import Reading
from kg.fhir.table import Table
from kg.ontology import TYPE

_OURS = {"type", "fhirResource", "reviewStatus", "creator", "stamp"}
"""Properties that say nothing about what the resource says."""
SLOTS = {
    "wording": ("assertion", "description"),
    "population": ("variable", "population", "useContext"),
    "intervention": ("variable",),
    "comparator": ("variable",),
    "outcome": ("variable",),
    "studyDesign": ("design", "synthesis"),
    "effectDirection": ("direction", "valence"),
    "participants": ("estimate",),
    "studies": ("estimate",),
    "absoluteEffect": ("estimate",),
    "arm": ("estimate",),
    "evidenceLine": ("source",),
    "recommends": ("action",),
    "strength": ("strength", "action"),
    "direction": ("direction", "action"),
    "prefLabel": ("title",),
    "altLabel": ("abbreviation",),
    "ageRange": ("characteristic", "useContext"),
    "condition": ("characteristic",),
    "member": ("characteristic", "combination"),
    "doi": ("workIdentifier", "location"),
    "pmid": ("workIdentifier",),
    "url": ("location",),
    "title": ("workTitle",),
    "retractionStatus": ("state", "retractionStatus", "status"),
    **dict.fromkeys(("year", "publishedIn", "volume", "issue", "pages"), ("form",)),
}
"""Property → the slots that it fills; others fill the slot of their own name."""


class Kept:
    """The resources that the records of a graph were read from."""

    def __init__(self, reading: Reading, table: Table) -> None:
        self.reading, self.table = reading, table
        index = reading.index
        texts = {
            iri: values["fhirResource"][0].value
            for iri, values in index.forward.items()
            if "fhirResource" in values
        }
        self._resources = {iri: r for iri, text in texts.items() if (r := _read(text))}
        self._ids = {place(r): index.short(iri) for iri, r in self._resources.items()}

    def of(self, iri: str, type_: str) -> Json | None:
        """Return the resource that an entity was read from, if it is of a type."""
        found = self._resources.get(iri)
        return found if found and found["resourceType"] == type_ else None

    def corrected(self, kept: Json, made: Json, shape: str, iri: str) -> Json:
        """Return the resource as it came; elements whose record was corrected as they are now."""
        slots = [s for key in self._changed(kept, iri) for s in SLOTS.get(key, (key,))]
        elements = self.table.shapes[shape].elements
        ways = {elements[slot].steps[0] for slot in slots if slot in elements}
        if not ways:
            return kept
        found = dict(kept)
        for way in (*ways, "text"):
            name = way.removesuffix("[]")
            if way.startswith("@"):
                url = EXTENSIONS + way[1:]
                others = [e for e in found.get("extension", []) if e.get("url") != url]
                ours = [e for e in made.get("extension", []) if e["url"] == url]
                found["extension"] = [*others, *ours]
            elif name in made:
                found[name] = made[name]
            else:
                found.pop(name, None)
        return {key: value for key, value in found.items() if value != []}

    def _changed(self, kept: Json, iri: str) -> list[str]:
        """Return the properties of an entity that differ from what its resource was read as."""
        index = self.reading.index
        kinds = {place(kept): index.kind(iri)}
        reader = Reader(self.table, [kept], kinds, self._ids)
        proposed = reader.read()[self._ids[place(kept)]]
        names = {t.iri: n for n, t in index.ontology.properties.items()}
        asserted = {names.get(p, p) for p, _ in index.asserted.get(iri, ()) if p != TYPE.value}
        keys = sorted((asserted | set(proposed)) - _OURS - {"id"})
        return [key for key in keys if not self._same(iri, key, proposed.get(key, []))]

    def _same(self, iri: str, key: str, proposed: Any) -> bool:
        wanted = proposed if isinstance(proposed, list) else [proposed]
        values = list(self.reading.index.values(iri, key))
        if len(values) != len(wanted):
            return False
        for one in wanted:
            match = next((v for v in values if self._is(v, one)), None)
            if match is None:
                return False
            values.remove(match)
        return True

    def _is(self, value: NamedNode | Literal, wanted: Any) -> bool:
        index = self.reading.index
        if isinstance(wanted, dict):
            mine = {k for k, v in index.forward.get(value.value, {}).items() if v}
            return mine == set(wanted) and all(
                self._same(value.value, key, inner) for key, inner in wanted.items()
            )
        if isinstance(value, Literal):
            return value.value.split() == str(wanted).split()  # spaces are no correction
        term = index.ontology.by_iri.get(value.value)
        return str(wanted) in (index.short(value.value), term.name if term else "")


def _read(text: str) -> Json | None:
    try:
        found = loads(text)
    except ValueError:
        return None
    is_resource = isinstance(found, dict) and isinstance(found.get("resourceType"), str)
    return found if is_resource and isinstance(found.get("id", ""), str) else None
