"""The compaction algorithm of JSON-LD 1.1 for the contexts that the ontology gives.

Those have a few kinds of terms: plain ones, types, ``@id``, ``@vocab`` with the members of a list,
and maps of languages. https://www.w3.org/TR/json-ld11-api/#compaction-algorithms
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.graph import Graph, Term
from kg.jsonld.nodes import INTEGER
from kg.ontology import LANG_STRING, RDFS, TYPE, XSD
from kg.ontology import Term as OntologyTerm

Shown = tuple[Term, dict[str, Any] | None]
"""A value, and the node object that is written for it if it is embedded."""


class Compaction:
    """Terms and values of a graph as its context writes them; ids are whole IRIs."""

    def __init__(self, graph: Graph) -> None:
        self.ontology, self.prefixes = graph.ontology, graph.prefixes()
        self._properties = {t.iri: t for t in graph.ontology.properties.values()}
        classes = {t.iri: t.name for t in graph.ontology.classes.values()}
        plain = {t.iri: t.name for t in self._properties.values() if _plain(t)}
        self._names = {**plain, **classes}

    def iri(self, iri: str) -> str:
        """Return an IRI with a prefix if there is one for it."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and iri != namespace:
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def name(self, iri: str) -> str:
        """Return the name of a class, or what else stands for an IRI of a vocabulary."""
        return self._names.get(iri) or self.iri(iri)

    def head(self, subject: NamedNode, types: Iterable[Term]) -> dict[str, Any]:
        """Return the beginning of a node object: its id and its types."""
        node: dict[str, Any] = {"id": self.iri(subject.value)}
        names = [self.name(t.value) for t in types if isinstance(t, NamedNode)]
        if names:
            node["type"] = names[0] if len(names) == 1 else names
        return node

    def put(self, node: dict[str, Any], predicate: NamedNode, shown: Sequence[Shown]) -> None:
        """Add the values of a property to a node, under the keys that the context has for them."""
        term = None if predicate == TYPE else self._properties.get(predicate.value)
        for value, embedded in shown:
            if term and term.range == LANG_STRING and isinstance(value, Literal) and value.language:
                _add(node.setdefault(term.name, {}), value.language, value.value)
            elif term and self._fits(term, value):
                _add(node, term.name, embedded or self._coerced(term, value))
            else:
                _add(node, self.iri(predicate.value), embedded or self._whole(value))

    def _fits(self, term: OntologyTerm, value: Term) -> bool:
        """Tell whether the context has the name of a property for a value."""
        if _plain(term):
            return True
        literal_wanted = term.range.startswith((XSD, RDFS))
        if isinstance(value, NamedNode):
            return not literal_wanted and term.range != LANG_STRING
        return literal_wanted and not value.language and value.datatype.value == term.range

    def _coerced(self, term: OntologyTerm, value: Term) -> Any:
        if _plain(term):
            return self._whole(value)
        if isinstance(value, NamedNode):
            members = self.ontology.members(term.range)
            if not members:
                return self.iri(value.value)
            names = (name for name, member in members.items() if member.iri == value.value)
            return min(names, key=lambda n: (len(n), n), default=self.name(value.value))
        if term.range == XSD + "integer" and INTEGER.fullmatch(value.value):
            return int(value.value)
        if term.range == XSD + "boolean" and value.value in ("true", "false"):
            return value.value == "true"
        return value.value

    def _whole(self, value: Term) -> Any:
        """Return a value that no term of the context coerces."""
        if isinstance(value, NamedNode):
            return {"id": self.iri(value.value)}
        if value.language:
            return {"@language": value.language, "@value": value.value}
        if value.datatype.value == XSD + "string":
            return value.value
        return {"type": self.name(value.datatype.value), "@value": value.value}


def _plain(term: OntologyTerm) -> bool:
    """Tell whether the context maps a property to its IRI and says no more."""
    return term.range == XSD + "string" or not term.range


def _add(target: dict[str, Any], key: str, value: Any) -> None:
    """Add a value: the first stands alone, several are a list."""
    if key not in target:
        target[key] = value
    elif isinstance(target[key], list):
        target[key].append(value)
    else:
        target[key] = [target[key], value]
