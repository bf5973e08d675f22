"""Records → graph. The ontology decides what each key means and how each value is typed.

All mistakes are collected and reported together; after any mistake there is no graph, since a
graph that lacks what its authors wrote would be exported as if it were whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg import literals, suggestions
from kg.diagnostics import Diagnostic, RecordsError, record_diagnostic
from kg.errors import Place, did_you_mean
from kg.graph import Graph
from kg.ontology import ABOUT, FACT, LANG_STRING, LONGEST_ID, RDFS, TYPE, XSD, Ontology, Term, kebab
from kg.records import Mapping, Record, Sequence, Text, Value

_ID = re.compile(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9.-]*")
_RESERVED = {"id", "type"}
_DESCRIBES = "describes"
_FACT_PROPERTY, _FACT_VALUE = "factProperty", "factValue"


def build(records: Iterable[Record], ontology: Ontology, base: str, language: str = "en") -> Graph:
    """Turn records into a graph.

    :param records: the records of every file of a project.
    :param ontology: the schema: what keys mean and what values they take.
    :param base: the IRI before every id; ends in ``/`` or ``#``.
    :param language: language of texts that do not name one (BCP 47).
    :raises RecordsError: if anything is wrong; it carries a diagnostic for each mistake.
    """
    builder = _Builder(Graph(ontology, base), language)
    builder.run(list(records))
    if builder.found:
        raise RecordsError(sorted(builder.found, key=Diagnostic.sort_key))
    return builder.graph


@dataclass(frozen=True)
class _Entity:
    """A record whose id and class are sound."""

    name: str
    kind: Term
    record: Record


@dataclass(frozen=True)
class _Nested:
    """A nested value that waits for the IRI of its parent."""

    kind: Term
    fields: tuple[tuple[Term, _Object, Place], ...]
    place: Place

    def content(self) -> str:
        """Return what the value says, whatever the order in which it was written."""
        lines = [f"{p.iri} {_said(o)}" for p, o, _ in self.fields]
        return f"[{self.kind.iri}\n" + "\n".join(sorted(lines)) + "]"


_Object = NamedNode | Literal | _Nested


def _said(value: _Object) -> str:
    return value.content() if isinstance(value, _Nested) else str(value)


class _Builder:
    def __init__(self, graph: Graph, language: str) -> None:
        self.graph = graph
        self.ontology = graph.ontology
        self.language = language
        self.found: list[Diagnostic] = []
        self.quads: list[Quad] = []
        self.entities: dict[str, _Entity] = {}
        self.segments = {kebab(name): term for name, term in self.ontology.classes.items()}

    def run(self, records: list[Record]) -> None:
        partial = [r for r in records if r.partial]
        for record in records:
            if not record.partial:
                self.register(record)
        for entity in self.entities.values():
            self.entity(entity, entity.record)
        for record in partial:
            name = record.get("id")
            assert isinstance(name, Text)
            if name.text in self.entities:
                self.entity(self.entities[name.text], record)
            else:
                self.unknown_reference(name, name.text)
        self.graph.extend(self.quads)

    # -- ids and types -----------------------------------------------------------------------

    def register(self, record: Record) -> None:
        name = record.get("id")
        if not isinstance(name, Text) or name.empty:
            self.report("YML-002", "the record has no id", record.place)
            return
        if len(name.text) > LONGEST_ID:
            message = f"the id has {len(name.text)} characters, and {LONGEST_ID} are the limit"
            self.report("IDS-001", message, name.place)
            return
        if not _ID.fullmatch(name.text):
            self.report("IDS-001", f"'{name.text}' is not an id", name.place)
            return
        if name.text in self.entities:
            first = self.entities[name.text].record.place
            message = f"the id '{name.text}' is already used at {first}"
            self.report("IDS-002", message, name.place, name.text)
            return
        kind = self.kind_of(name, record.get("type"))
        if kind is not None:
            self.entities[name.text] = _Entity(name.text, kind, record)

    def kind_of(self, name: Text, given: Value | None) -> Term | None:
        segment = name.text.partition("/")[0]
        by_id = self.segments.get(segment)
        if given is None:
            if by_id is None:
                hint = did_you_mean(segment, self.segments)
                self.report("TYP-001", f"no class for '{segment}/…'", name.place, name.text, hint)
            return by_id
        kind = self.named_class(given, name.text)
        if kind and (by_id is None or not self.ontology.is_a(kind.iri, by_id.iri)):
            message = f"'{name.text}' is not the id of a {kind.name}"
            self.report("TYP-002", message, name.place, name.text)
            return None
        return kind

    def named_class(self, given: Value, focus: str) -> Term | None:
        if not isinstance(given, Text):
            self.report("VAL-001", "'type' takes the name of one class", given.place, focus)
            return None
        kind = self.ontology.classes.get(given.text)
        if kind is None:
            hint = did_you_mean(given.text, self.ontology.classes)
            self.report("TYP-001", f"no class '{given.text}'", given.place, focus, hint)
        return kind

    # -- records -----------------------------------------------------------------------------

    def entity(self, entity: _Entity, record: Record) -> None:
        node = NamedNode(self.graph.base + entity.name)
        self.graph.places.setdefault((node,), record.place)
        self.quads.append(Quad(node, TYPE, NamedNode(entity.kind.iri)))
        for prop, value, place in self.fields(record, entity.kind, entity.name):
            self.write(node, entity.name, prop, value, place)

    def write(
        self, subject: NamedNode, entity: str, prop: Term, value: _Object, place: Place
    ) -> None:
        predicate = NamedNode(prop.iri)
        if isinstance(value, _Nested):
            node = self.nested_iri(subject, entity, prop, value)
            self.graph.places.setdefault((node,), value.place)
            self.quads.append(Quad(node, TYPE, NamedNode(value.kind.iri)))
            for inner_prop, inner, inner_place in value.fields:
                self.write(node, entity, inner_prop, inner, inner_place)
            value = node
        self.graph.places.setdefault((subject, predicate, value), place)
        self.quads.append(Quad(subject, predicate, value))

    def nested_iri(self, subject: NamedNode, entity: str, prop: Term, value: _Nested) -> NamedNode:
        """IRI of a nested value, from its parent and its content: order counts for nothing."""
        digest = hashlib.sha256(f"{subject.value}\n{value.content()}".encode()).hexdigest()
        return NamedNode(f"{self.graph.base}{entity}#{prop.name}-{digest[:12]}")

    def fields(
        self, mapping: Mapping, kind: Term, focus: str
    ) -> Iterator[tuple[Term, _Object, Place]]:
        for entry in mapping.entries:
            if entry.key.text in _RESERVED:
                continue
            prop = self.property(entry.key, kind, focus)
            if prop is None:
                continue
            for item in self.items(entry.value, prop, focus):
                if prop.range == FACT:
                    yield from self.facts(item, mapping.get(_DESCRIBES), prop, focus)
                    continue
                value = self.value(item, prop, mapping, focus)
                if value is not None:
                    yield prop, value, item.place

    def facts(
        self, item: Text | Mapping, described: Value | None, prop: Term, focus: str
    ) -> Iterator[tuple[Term, _Object, Place]]:
        """Yield a fact for each key and value below ``sets``.

        :param described: what the facts are about where they do not say it.
        """
        about = self.ontology.properties[ABOUT]
        if not isinstance(item, Mapping):
            message = f"'{prop.name}' takes a mapping of properties to values"
            self.report("VAL-001", message, item.place, focus)
            return
        given = item.get(ABOUT) or described
        if given is None:
            message = f"'{prop.name}' does not say of what: add '{ABOUT}'"
            self.report("VAL-001", message, item.place, focus)
            return
        for name in self.items(given, about, focus):
            entity = self.value(name, about, item, focus)
            if isinstance(name, Text) and isinstance(entity, NamedNode):
                kind = self.entities[name.text].kind
                for key, value, place in self.stated(item, kind, focus):
                    said = (about, entity, place), key, (self.part(_FACT_VALUE), value, place)
                    yield prop, _Nested(self.ontology.by_iri[FACT], said, place), place

    def stated(
        self, item: Mapping, kind: Term, focus: str
    ) -> Iterator[tuple[tuple[Term, _Object, Place], _Object, Place]]:
        """Yield the property and the value of each fact about an entity of a class."""
        for entry in item.entries:
            if entry.key.text == ABOUT:
                continue
            stated = self.property(entry.key, kind, focus)
            if stated is None:
                continue
            if not any(self.ontology.is_a(kind.iri, c) for c in stated.fact_of):
                message = f"'{stated.name}' is not a clinical fact of {kind.name}"
                self.report("KEY-004", message, entry.key.place, focus)
                continue
            key = self.part(_FACT_PROPERTY), NamedNode(stated.iri), entry.key.place
            for one in self.items(entry.value, stated, focus):
                value = self.value(one, stated, item, focus)
                if value is not None:
                    yield key, value, one.place

    def part(self, name: str) -> Term:
        return self.ontology.properties[name]

    def property(self, key: Text, kind: Term, focus: str) -> Term | None:
        prop = self.ontology.properties.get(key.text)
        if prop is None:
            hint = suggestions.key(key.text, kind, self.ontology)
            self.report("KEY-001", f"no term '{key.text}'", key.place, focus, hint)
            return None
        if prop.derived:
            self.report("KEY-003", f"'{key.text}' is derived", key.place, focus)
            return None
        domains = prop.domain
        if domains and not any(self.ontology.is_a(kind.iri, d) for d in domains):
            allowed = " or ".join(self.class_name(d) for d in domains)
            message = f"'{key.text}' is a key of {allowed}, not of {kind.name}"
            hint = suggestions.key(key.text, kind, self.ontology)
            self.report("KEY-002", message, key.place, focus, hint)
            return None
        return prop

    def items(self, value: Value, prop: Term, focus: str) -> Iterator[Text | Mapping]:
        """Yield one value after another; a mapping of languages counts as one value each."""
        if isinstance(value, Sequence):
            if not value.items:
                self.report("YML-004", f"'{prop.name}' is an empty list", value.place, focus)
            for item in value.items:
                if isinstance(item, Sequence):
                    message = f"'{prop.name}' takes a list of values, not a list of lists"
                    self.report("VAL-001", message, item.place, focus)
                else:
                    yield from self.items(item, prop, focus)
        elif isinstance(value, Text) and value.empty:
            self.report("YML-004", f"'{prop.name}' has no value", value.place, focus)
        elif isinstance(value, Mapping) and prop.range == LANG_STRING and value.entries:
            for entry in value.entries:
                if isinstance(entry.value, Text) and entry.value.empty:
                    message = f"'{prop.name}' has no text in '{entry.key.text}'"
                    self.report("YML-004", message, entry.value.place, focus)
                else:
                    yield Mapping((entry,), entry.value.place)
        else:
            yield value

    # -- values ------------------------------------------------------------------------------

    def value(
        self, item: Text | Mapping, prop: Term, mapping: Mapping, focus: str
    ) -> _Object | None:
        wanted = prop.range
        if wanted == LANG_STRING:
            return self.language_text(item, prop, focus)
        if not wanted or wanted.startswith((XSD, RDFS)):
            return self.literal(item, prop, wanted or XSD + "string", focus)
        if isinstance(item, Mapping):
            return self.nested(item, prop, focus)
        if "/" in item.text:
            return self.reference(item, prop, focus)
        return self.notation(item, prop, mapping, focus)

    def language_text(self, item: Text | Mapping, prop: Term, focus: str) -> Literal | None:
        if isinstance(item, Text):
            return Literal(item.text, language=self.language)
        entry = item.entries[0] if item.entries else None
        if entry is None or not isinstance(entry.value, Text):
            message = f"'{prop.name}' takes a text, or a mapping of languages to texts"
            self.report("VAL-001", message, item.place, focus)
            return None
        if not literals.is_language(entry.key.text):
            message = f"'{entry.key.text}' is not a language tag such as en or en-GB"
            self.report("VAL-002", message, entry.key.place, focus)
            return None
        return Literal(entry.value.text, language=entry.key.text)

    def literal(
        self, item: Text | Mapping, prop: Term, datatype: str, focus: str
    ) -> Literal | None:
        wanted = literals.expected(datatype)
        if isinstance(item, Mapping):
            message = f"'{prop.name}' takes {wanted}, not a mapping"
            self.report("VAL-001", message, item.place, focus)
            return None
        if not literals.well_formed(item.text, datatype):
            message = f"'{prop.name}' takes {wanted}, not '{item.text}'"
            self.report("VAL-002", message, item.place, focus)
            return None
        return literals.typed(item.text, datatype)

    def nested(self, item: Mapping, prop: Term, focus: str) -> _Nested | None:
        kind: Term | None = self.ontology.by_iri.get(prop.range)
        given = item.get("type")
        if item.get("id") is not None:
            message = f"a value of '{prop.name}' written in place has no id; give it a record"
            self.report("VAL-001", message, item.place, focus)
            return None
        if given is not None:
            kind = self.named_class(given, focus)
            if kind and not self.ontology.is_a(kind.iri, prop.range):
                message = f"'{prop.name}' takes a {self.class_name(prop.range)}, not a {kind.name}"
                self.report("REF-002", message, given.place, focus)
                return None
        if kind is None:
            return None
        return _Nested(kind, tuple(self.fields(item, kind, focus)), item.place)

    def reference(self, item: Text, prop: Term, focus: str) -> NamedNode | None:
        entity = self.entities.get(item.text)
        if entity is None:
            self.unknown_reference(item, focus)
            return None
        if not self.ontology.is_a(entity.kind.iri, prop.range):
            wanted = self.class_name(prop.range)
            message = f"'{prop.name}' takes a {wanted}; '{item.text}' is a {entity.kind.name}"
            self.report("REF-002", message, item.place, focus)
            return None
        return NamedNode(self.graph.base + item.text)

    def unknown_reference(self, item: Text, focus: str) -> None:
        hint = did_you_mean(item.text, self.entities)
        self.report("REF-001", f"no record '{item.text}'", item.place, focus, hint)

    def notation(self, item: Text, prop: Term, mapping: Mapping, focus: str) -> NamedNode | None:
        members = self.ontology.members(prop.range)
        if item.text in members:
            return NamedNode(members[item.text].iri)
        if members:
            hint = suggestions.value(item.text, prop, mapping, self.ontology)
            message = f"'{item.text}' is not a valid value for '{prop.name}'"
            self.report("VAL-003", message, item.place, focus, hint)
        else:
            wanted = self.class_name(prop.range)
            message = f"'{prop.name}' takes a {wanted}: its id, or a mapping"
            self.report("VAL-001", message, item.place, focus)
        return None

    def class_name(self, iri: str) -> str:
        term = self.ontology.by_iri.get(iri)
        return term.name if term else iri

    def report(
        self, code: str, message: str, place: Place, focus: str = "", hint: str = ""
    ) -> None:
        self.found.append(record_diagnostic(code, message, place, focus=focus, hint=hint))
