"""Puts the values of slots where the table of a version says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.fhir.names import EXTENSIONS, UCUM
from kg.fhir.numbers import Number
from kg.fhir.table import Element, Table
from kg.fhir.values import Amount, Coded, Coding, Identifier, Ref, Span, Values

Json = dict[str, Any]


class Filler:
    """Writes values by a table; ``resolve`` says where a link leads, or ``None`` for nowhere.

    :ivar dropped: slot → how often it had a value that the table has no element for.
    :ivar used: the extensions of ours that were written.
    """

    def __init__(self, table: Table, resolve: Callable[[Ref], tuple[str, str] | None]) -> None:
        self.table = table
        self.resolve = resolve
        self.dropped: dict[str, int] = {}
        self.used: set[str] = set()

    def resource(self, shape_name: str, values: Values) -> Json:
        """Return a resource; elements are in the order of the table."""
        shape = self.table.shapes[shape_name]
        start: Json = {"resourceType": shape.resource}
        return self._fill(start, shape_name, values)

    def part(self, shape_name: str, values: Values) -> Json:
        """Return a part of a resource."""
        return self._fill({}, shape_name, values)

    def _fill(self, target: Json, shape_name: str, values: Values) -> Json:
        shape = self.table.shapes[shape_name]
        for slot in values:
            name = f"{shape_name}.{slot}"
            unknown = slot not in shape.elements and name not in self.table.elsewhere
            if unknown and _given(values[slot]):
                self.dropped[name] = self.dropped.get(name, 0) + 1
        for slot, element in shape.elements.items():
            if _given(values.get(slot)):
                self._set(target, element, values[slot])
        return target | dict(shape.fixed)

    def _set(self, target: Json, element: Element, value: Any) -> None:
        many = value if isinstance(value, list) else [value]
        found = [v for v in (self.convert(element, one) for one in many) if _given(v)]
        if not found:
            return
        *way, last = element.steps
        for step in way:
            target = _enter(target, step)
        if last.startswith("@"):
            key = element.kind
            extensions = target.setdefault("extension", [])
            url = last[1:]
            if url in self.table.extensions:
                self.used.add(url)
                url = EXTENSIONS + url
            for one in found:
                inner = {"extension": one["extension"]} if key == "parts" else {key: one}
                extensions.append({"url": url, **inner})
        elif last.endswith("[]"):
            target.setdefault(last[:-2], []).extend(found)
        else:
            target[last] = found[0]

    def convert(self, element: Element, value: Any) -> Any:
        """Return a value as the element takes it, or ``None`` if it takes no such value."""
        kind = element.kind
        if kind == "parts":
            return self.part(element.codes, value)
        if kind == "code":
            code = self.table.code(element.codes, value)
            return code.code if code else None
        if kind == "concept":
            return self.concept(element.codes, value)
        if kind == "coding":
            return next(iter(self.concept(element.codes, value).get("coding", [])), None)
        if kind in ("reference", "valueReference"):
            return self.reference(value)
        if kind == "canonical":
            found = self.resolve(value)
            return found[1] if found else None
        return _CONVERT[kind](value)

    def concept(self, codes: str, value: Coded | str) -> Json:
        """Return a notation as a CodeableConcept: code of FHIR, code of ours, other codes, text."""
        coded = Coded(value) if isinstance(value, str) else value
        known = self.table.code(codes, coded.notation)
        codings = [Coding(known.system, known.code, known.display)] if known else []
        if coded.list and coded.notation:
            codings.append(Coding(coded.list, coded.notation, coded.text))
        found: Json = {}
        if codings or coded.codings:
            found["coding"] = [_coding(c) for c in (*codings, *coded.codings)]
        if coded.text:
            found["text"] = coded.text
        return found

    def reference(self, value: Ref) -> Json:
        """Return a link with what it leads to in words; in words alone if it leads nowhere."""
        found = self.resolve(value)
        label = {"display": value.label} if value.label else {}
        return {"reference": found[0], **label} if found else label


def _given(value: Any) -> bool:
    return value is not None and value is not False and value != "" and value != [] and value != {}


def _enter(target: Json, step: str) -> Json:
    """Go a step down; a step that ends in ``[]`` leads to the one member of a list."""
    if not step.endswith("[]"):
        found: Json = target.setdefault(step, {})
        return found
    members: list[Json] = target.setdefault(step[:-2], [{}])
    return members[0]


def _coding(coding: Coding) -> Json:
    keys = ("system", "version", "code", "display")
    return {key: value for key in keys if (value := getattr(coding, key))}


def _quantity(amount: Amount) -> Json:
    found: Json = {"value": amount.value}
    if amount.comparator:
        found["comparator"] = amount.comparator
    if amount.unit:
        found["unit"] = amount.unit
    if amount.code:
        found |= {"system": UCUM, "code": amount.code}
    return found


def _range(span: Span) -> Json:
    limits: Iterable[tuple[str, Amount | None]] = (("low", span.low), ("high", span.high))
    return {key: _quantity(limit) for key, limit in limits if limit}


def _identifier(value: Identifier) -> Json:
    return (
        {"system": value.system, "value": value.value} if value.system else {"value": value.value}
    )


_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "text": str,
    "json": lambda value: value,
    "flag": bool,
    "number": Number,
    "annotation": lambda text: {"text": text},
    "contact": lambda name: {"name": name},
    "identifier": _identifier,
    "quantity": _quantity,
    "range": _range,
    "valueCode": lambda value: value.notation if isinstance(value, Coded) else value,
    "valueString": str,
    "valueInteger": Number,
    "valueDecimal": Number,
    "valueCoding": _coding,
}
