"""A JSON Schema of records, for editors: what the ontology says, in the words of JSON Schema.

It accepts what the builder accepts, as far as can be decided from one record alone: whether a
reference has a record, and whether two records have one id, only the builder can tell.

Source: JSON Schema 2020-12, https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from kg.ontology import ABOUT, FACT, LANG_STRING, RDFS, SKOS, XSD, Ontology, Term, kebab

NAME = "kg.schema.json"
"""The name that ``kg init`` gives to the schema of a project."""

Schema = dict[str, Any]

_TEXT = ["string", "number", "boolean"]
"""A text may look like a number or a truth value: YAML types it, kg does not."""
_YEAR = "-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_LEAP = "-?(?:[0-9]{2,}(?:0[48]|[2468][048]|[13579][26])|[0-9]*(?:[02468][048]|[13579][26])00)"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|(?={_YEAR}-){_LEAP}-02-29)"
)
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"

_LITERALS: dict[str, Schema] = {
    XSD + "integer": {"type": ["integer", "string"], "pattern": "^[+-]?[0-9]+$"},
    XSD + "decimal": {
        "type": ["number", "string"],
        "pattern": r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$",
    },
    XSD + "boolean": {"type": ["boolean", "string"], "pattern": "^(?:true|false|1|0)$"},
    XSD + "date": {"type": "string", "pattern": f"^{_DAY}{_ZONE}$"},
    XSD + "dateTime": {"type": "string", "pattern": f"^{_DAY}T{_TIME}{_ZONE}$"},
    XSD + "gYear": {"type": ["integer", "string"], "pattern": f"^{_YEAR}{_ZONE}$"},
    XSD + "anyURI": {
        "type": "string",
        "pattern": r'^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]*$',
    },
}
"""Datatype → values of that type as YAML has them, or as a text; other datatypes take any text."""

_LANGUAGES: Schema = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$"},
    "additionalProperties": {"type": _TEXT},
}


def json_schema(ontology: Ontology) -> Schema:
    """Return the JSON Schema of the files of records of a project.

    :param ontology: the terms of kg with those of the project, see :meth:`Project.ontology`.
    """
    return _Writer(ontology).document()


class _Writer:
    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.classes = ontology.classes
        self.keys = {n: t for n, t in ontology.properties.items() if not t.derived}

    def document(self) -> Schema:
        ranges = {t.range for t in self.keys.values()}
        nested = [c for c in self.classes.values() if c.iri in ranges]
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$comment": "Written by clinical-evidence-kg (kg schema); renew it after a change.",
            "title": "Records of the Clinical Evidence Knowledge Graph",
            "description": "A file is a list of records; a record begins with its id, such as "
            "finding/one.",
            "type": ["array", "null"],
            "items": {"$ref": "#/$defs/record"},
            "$defs": {
                "record": self.record(),
                **{f"in.{c.name}": self.nested(c) for c in nested},
                **{c.name: self.kind(c) for c in self.classes.values()},
                **{f"key.{k.name}": self.key(k) for k in self.keys.values()},
            },
        }

    def record(self) -> Schema:
        segments = [kebab(name) for name in self.classes]
        rules: list[Schema] = []
        for term in self.classes.values():
            here = {"$ref": f"#/$defs/{term.name}"}
            start = {"id": {"pattern": f"^{kebab(term.name)}/"}, "type": False}
            rules.append({"if": {"properties": start}, "then": here})
            above = [c.name for c in self.classes.values() if self.is_a(term, c)]
            named = {"properties": {"type": {"const": term.name}}, "required": ["type"]}
            ids = {"properties": {"id": {"pattern": _starts(above)}}}
            rules.append({"if": named, "then": {"allOf": [here, ids]}})
        return {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {
                    "type": "string",
                    "description": "A type and a short name: finding/one. Others refer to it.",
                    "pattern": f"^(?:{'|'.join(sorted(segments))})/[a-z0-9][a-z0-9.-]*$",
                },
                "type": {
                    "description": "The class, if it is narrower than the id says.",
                    "enum": sorted(self.classes),
                },
            },
            "allOf": rules,
        }

    def nested(self, term: Term) -> Schema:
        """Return the schema of a value that is written in place."""
        below = [c for c in self.classes.values() if self.is_a(c, term)]
        rules: list[Schema] = [
            {
                "if": {"properties": {"type": False}},
                "then": {"$ref": f"#/$defs/{term.name}"},
            }
        ]
        for kind in below:
            named = {"properties": {"type": {"const": kind.name}}, "required": ["type"]}
            rules.append({"if": named, "then": {"$ref": f"#/$defs/{kind.name}"}})
        types = {"enum": sorted(c.name for c in below)}
        return {"type": "object", "properties": {"id": False, "type": types}, "allOf": rules}

    def kind(self, term: Term) -> Schema:
        """Return the schema of a class: the keys that its records may have."""
        keys = [
            key.name
            for key in self.keys.values()
            if not key.domain or any(self.ontology.is_a(term.iri, d) for d in key.domain)
        ]
        return {
            **_words(term),
            "properties": {
                "id": True,
                "type": True,
                **{name: {"$ref": f"#/$defs/key.{name}"} for name in sorted(keys)},
            },
            "additionalProperties": False,
        }

    def key(self, term: Term) -> Schema:
        one = self.value(term)
        many = {"type": "array", "minItems": 1, "items": one}
        return {**_words(term, term.name), "anyOf": [one, many]}

    def facts(self) -> Schema:
        """Return the schema of what a statement sets: properties that are clinical facts."""
        stated = sorted(name for name, key in self.keys.items() if key.fact_of)
        return {
            "type": "object",
            "properties": {name: {"$ref": f"#/$defs/key.{name}"} for name in (ABOUT, *stated)},
            "additionalProperties": False,
        }

    def value(self, term: Term) -> Schema:
        if term.range == FACT:
            return self.facts()
        if term.range == LANG_STRING:
            return {"anyOf": [{"type": _TEXT}, _LANGUAGES]}
        if not term.range or term.range.startswith((XSD, RDFS)):
            return _LITERALS.get(term.range, {"type": _TEXT})
        wanted = self.ontology.by_iri.get(term.range)
        if wanted is None:  # a class of RDF itself, such as rdf:Property
            return {"type": _TEXT}
        members = self.ontology.members(term.range)
        meanings = {name: member.definition for name, member in sorted(members.items())}
        listed = {"enum": list(meanings), "enumDescriptions": list(meanings.values())}
        below = [c for c in self.classes.values() if self.is_a(c, wanted)]
        above = frozenset[str]().union(*(self.ontology.ancestors(c.iri) for c in below))
        # An id of any class above one of these can be that of a record of the wanted class.
        kinds = {c.name for c in self.classes.values() if c.iri in above}
        reference = {"type": "string", "pattern": _starts(kinds)}
        nested = {"$ref": f"#/$defs/in.{wanted.name}"}
        return {"anyOf": [*([listed] if members else []), reference, nested]}

    def is_a(self, one: Term, other: Term) -> bool:
        return self.ontology.is_a(one.iri, other.iri)


def _starts(classes: Iterable[str]) -> str:
    return f"^(?:{'|'.join(sorted(map(kebab, classes)))})/"


def _words(term: Term, key: str = "") -> Schema:
    """Return title, description and example of a term.

    :param key: of a key, its name: the example is then that of its value.
    """
    words: Schema = {"title": term.label or term.name}
    text = "\n\n".join(filter(None, (term.definition, term.comment)))
    if text:
        words["description"] = text
    found = _example(term.example)
    if key and isinstance(found, dict):
        found = found.get(key)
    if found is not None:
        words["examples"] = [found]
    if term.iri == SKOS + "Concept":
        words.pop("examples", None)
    return words


def _example(text: str) -> Any:
    """Return an example as data, with every scalar as it is written."""
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return None
