"""Statements as node objects of JSON-LD 1.1 for the context that the ontology gives.

What was nested in a record is nested again. The writer is our own because a serializer that is
handed a context loses values that are false in Python (0, false, "") or digits of decimals.
Whatever the context's coercion would not give back exactly is written as a full value object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.graph import Fact, Graph, Term
from kg.ontology import LANG_STRING, RDFS, RELATIVE, TYPE, XSD, Ontology, compact
from kg.ontology import Term as OntologyTerm

INTEGER = re.compile(r"0|-?[1-9]\d{0,14}")
_RELATIVE = re.compile(RELATIVE)


class Nodes:
    """The node objects of some facts of a graph.

    :param facts: facts in the order in which the values of a property are to be written.
    """

    def __init__(self, graph: Graph, facts: Iterable[Fact]) -> None:
        self.ontology: Ontology = graph.ontology
        self.base, self.prefixes = graph.base, graph.prefixes()
        self.blocks: dict[NamedNode, dict[NamedNode, list[Term]]] = {}
        for subject, predicate, value in facts:
            self.blocks.setdefault(subject, {}).setdefault(predicate, []).append(value)
        self.nested = self._nested()

    def _nested(self) -> set[NamedNode]:
        """Find the nodes to write inside their parent: a fragment of it, named by it alone."""
        parents: dict[NamedNode, list[NamedNode]] = {}
        for subject, pairs in self.blocks.items():
            for values in pairs.values():
                for value in values:
                    if isinstance(value, NamedNode) and value in self.blocks and "#" in value.value:
                        parents.setdefault(value, []).append(subject)
        owner = {n: n.value.partition("#")[0] for n in parents}
        return {
            node
            for node, above in parents.items()
            if len(above) == 1
            and above[0] != node
            and above[0].value.partition("#")[0] == owner[node]
            and not self._circular(node, parents)
        }

    def _circular(self, node: NamedNode, parents: Mapping[NamedNode, list[NamedNode]]) -> bool:
        seen, at = {node}, parents[node][0]
        while at in parents and len(parents[at]) == 1:
            if at in seen:
                return True
            seen.add(at)
            at = parents[at][0]
        return False

    def nodes(self) -> list[dict[str, Any]]:
        """Return every node that is not nested in another, sorted by IRI."""
        ordered = sorted(self.blocks, key=lambda node: node.value)
        return [self.node(s) for s in ordered if s not in self.nested]

    def node(self, subject: NamedNode) -> dict[str, Any]:
        """Return the node object of a subject."""
        found: dict[str, Any] = {"id": relative(subject.value, self.base)}
        types = self.blocks[subject].get(TYPE, [])
        if names := [self.class_name(v) for v in types if isinstance(v, NamedNode)]:
            found["type"] = names[0] if len(names) == 1 else names
        if texts := [self.expanded(v) for v in types if isinstance(v, Literal)]:
            found[TYPE.value] = texts
        for predicate, values in sorted(self.blocks[subject].items(), key=lambda i: i[0].value):
            if predicate != TYPE:
                term = self.ontology.by_iri.get(predicate.value)
                if term is None or term.name not in self.ontology.properties:
                    found[predicate.value] = [self.expanded(v) for v in values]
                elif term.range == LANG_STRING and all(_has_language(v) for v in values):
                    found[term.name] = _language_map(values)
                elif term.range == LANG_STRING:
                    key = compact(term.iri, prefixes=self.prefixes)
                    found[key] = [self.expanded(v) for v in values]
                else:
                    written = [self.value(v, term) for v in values]
                    found[term.name] = written[0] if len(written) == 1 else written
        return found

    def class_name(self, term: NamedNode) -> str:
        """Return the name of a class in the context, or its IRI."""
        known = self.ontology.by_iri.get(term.value)
        return known.name if known and known.name in self.ontology.classes else term.value

    def value(self, value: Term, term: OntologyTerm) -> Any:
        """Return a value so that the context's coercion for this key gives it back exactly."""
        if isinstance(value, NamedNode):
            literal_wanted = not term.range or term.range.startswith((XSD, RDFS))
            if literal_wanted or value in self.nested:
                return self.expanded(value)
            known = self.ontology.by_iri.get(value.value)
            member = self.ontology.members(term.range).get(known.name) if known else None
            if member and member.iri == value.value:
                return member.name
            return relative(value.value, self.base)
        datatype = value.datatype.value
        if value.language or datatype != (term.range or XSD + "string"):
            return self.expanded(value)
        if datatype == XSD + "integer" and INTEGER.fullmatch(value.value):
            return int(value.value)
        if datatype == XSD + "boolean" and value.value in ("true", "false"):
            return value.value == "true"
        return value.value

    def expanded(self, value: Term) -> dict[str, Any]:
        """Return a value as an object that means the same in every context."""
        if isinstance(value, NamedNode) and value in self.nested:
            return self.node(value)
        return value_object(value)


def value_object(value: Term) -> dict[str, str]:
    """Return a term as a value object or node reference, which no context can change."""
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == XSD + "string":
        return {"@value": value.value}
    return {"@value": value.value, "@type": value.datatype.value}


@lru_cache(maxsize=1 << 15)  # a graph names most of its entities often
def relative(iri: str, base: str) -> str:
    """Return an id relative to the base if that can be read in one way only."""
    rest = iri.removeprefix(base)
    if rest != iri and base.endswith("/") and _RELATIVE.fullmatch(rest):
        return rest
    return iri


def _has_language(value: Term) -> bool:
    return isinstance(value, Literal) and bool(value.language)


def _language_map(values: list[Term]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for value in values:
        assert isinstance(value, Literal) and value.language
        found.setdefault(value.language, []).append(value.value)
    return {k: v[0] if len(v) == 1 else v for k, v in sorted(found.items())}
