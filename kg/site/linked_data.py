"""The statements about an entity as JSON-LD, and the entity in the terms of schema.org."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.evidence.findings import wordings
from kg.evidence.index import Index
from kg.graph import Term
from kg.ontology import TYPE, XSD

_STRING = XSD + "string"
_SCHEMA: dict[str, str] = {
    "Intervention": "PsychologicalTreatment",
    "Condition": "MedicalCondition",
    "Article": "MedicalWebPage",
    "Source": "ScholarlyArticle",
    "Recommendation": "MedicalGuidelineRecommendation",
    "Statement": "Claim",
}
"""Class → the closest type of schema.org, most special first; all others are a ``DefinedTerm``."""
_IDENTIFIERS = (("doi", "https://doi.org/"), ("pmid", "https://pubmed.ncbi.nlm.nih.gov/"))


class LinkedData:
    """Writes the JSON-LD of entities."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._known = index.graph.prefixes()
        self._names: dict[str, str] = {}
        self.parts: dict[str, list[str]] = {}
        for subject in index.asserted:
            owner = index.base + subject.removeprefix(index.base).partition("#")[0]
            self.parts.setdefault(owner if subject.startswith(index.base) else subject, []).append(
                subject
            )

    def own(self, iri: str) -> dict[str, Any]:
        """Return all asserted statements about an entity and what is nested in it, exactly."""
        nodes = [self._node(subject) for subject in self.parts.get(iri, [iri])]
        used = {p for node in nodes for p in self._prefixes(node)}
        context = {p: self._known[p] for p in sorted(used)}
        return {"@context": context, "@graph": nodes}

    def _node(self, subject: str) -> dict[str, Any]:
        node: dict[str, Any] = {"@id": subject}
        for predicate, value in self.index.asserted.get(subject, ()):
            if predicate == TYPE.value:
                node.setdefault("@type", []).append(self._compact(value.value))
            else:
                node.setdefault(self._compact(predicate), []).append(self._value(value))
        return node

    def schema(self, iri: str) -> dict[str, Any]:
        """Return an entity in the terms of https://schema.org, as far as they mean the same."""
        index = self.index
        kind = next((s for c, s in _SCHEMA.items() if index.is_a(iri, c)), "DefinedTerm")
        found: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": kind,
            "@id": iri,
            "name": index.label(iri),
        }
        if other := index.texts(iri, "altLabel"):
            found["alternateName"] = other
        words = wordings(index, iri)
        if text := words.get("clinician") or index.text(iri, "definition"):
            found["text" if kind == "Claim" else "description"] = text
        if index.is_a(iri, "Source"):
            found |= self._source(iri)
        if modified := index.text(iri, "modified"):
            found["dateModified"] = modified
        status = index.notation(iri, "effectiveStatus") or index.notation(iri, "reviewStatus")
        if status:
            found["creativeWorkStatus"] = status
        if licence := index.text(index.base, "license"):
            found["license"] = licence
        return found

    def _source(self, iri: str) -> dict[str, Any]:
        index = self.index
        same = [
            prefix + index.text(iri, key) for key, prefix in _IDENTIFIERS if index.text(iri, key)
        ]
        found: dict[str, Any] = {"sameAs": same} if same else {}
        if year := index.text(iri, "year"):
            found["datePublished"] = year
        if journal := index.text(iri, "publishedIn"):
            found["isPartOf"] = {"@type": "Periodical", "name": journal}
        return found

    def _value(self, value: Term) -> dict[str, str]:
        if isinstance(value, NamedNode):
            return {"@id": value.value}
        assert isinstance(value, Literal)
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype.value == _STRING:
            return {"@value": value.value}
        return {"@value": value.value, "@type": self._compact(value.datatype.value)}

    def _compact(self, iri: str) -> str:
        """Return the name of a class, property or datatype, few of which are used often."""
        if iri not in self._names:
            self._names[iri] = self._compacted(iri)
        return self._names[iri]

    def _compacted(self, iri: str) -> str:
        for prefix, namespace in self._known.items():
            rest = iri.removeprefix(namespace)
            # A colon or slash in the rest could be read as another IRI.
            if rest != iri and rest.replace("_", "").replace("-", "").isalnum():
                return f"{prefix}:{rest}"
        return iri

    def _prefixes(self, node: dict[str, Any]) -> set[str]:
        names = {key for key in node if key[0] != "@"} | set(node.get("@type", ()))
        names |= {
            v["@type"]
            for key, values in node.items()
            if key[0] != "@"
            for v in values
            if isinstance(v, dict) and "@type" in v
        }
        return {name.partition(":")[0] for name in names} & set(self._known)
