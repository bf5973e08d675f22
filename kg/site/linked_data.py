"""The statements about an entity as JSON-LD, and the entity in the terms of schema.org."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.evidence.index import Index
from kg.graph import Term
from kg.ontology import TYPE, XSD
from kg.schema_org import CONTEXT, SchemaOrg

_STRING = XSD + "string"


class LinkedData:
    """Writes the JSON-LD of entities."""

    def __init__(self, index: Index) -> None:
        self.index, self._schema = index, SchemaOrg(index)
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
        return {"@context": CONTEXT, **self._schema.thing(iri)}

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
