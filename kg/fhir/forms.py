"""The forms that elements of FHIR have, as the table of a version says, and what breaks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from kg.fhir.numbers import Number
from kg.fhir.table import Element, Table, read_table

Form = Literal["a list of objects", "an object", "a list", "a number", "a text or a number"]
_OBJECTS = frozenset(
    ("parts", "concept", "coding", "reference", "quantity", "range", "annotation", "contact")
) | {"identifier"}
"""Kinds of values that are objects of JSON."""
_ANYWHERE: Mapping[str, Form] = {
    **dict.fromkeys(("coding", "extension", "modifierExtension"), "a list of objects"),
    **dict.fromkeys(("action", "characteristic", "subcomponent"), "a list of objects"),
    **dict.fromkeys(("low", "high", "valueCodeableConcept"), "an object"),
    **dict.fromkeys(("intended", "subjectReference"), "an object"),
}
"""Elements within data types, within themselves, and those that are read beside the table."""
_AMOUNTS = ("quantity", "low", "high")
"""What the elements are called whose value is a number."""
_DEPTH = 4
"""How deep parts that contain themselves are followed."""


def malformed(resource: Mapping[str, Any], version: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each element that does not have its form, and what it has to be."""
    name = resource["resourceType"]
    yield from _malformed(resource, name, name, _forms(version))


def _malformed(
    value: Any, shown: str, path: str, forms: Mapping[str, Form]
) -> Iterator[tuple[str, str]]:
    """Yield what is malformed within a value.

    :param shown: the path as people read it, with the numbers of members.
    :param path: the path without them.
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            where = f"{shown}.{key}"
            form = forms.get(f"{path}.{key}") or _ANYWHERE.get(key)
            if key == "value" and path.rpartition(".")[2].lower().endswith(_AMOUNTS):
                form = "a number"
            if inner is None:
                yield where, "a value: it is null"
            elif form and not _fits(inner, form):
                yield where, form
            else:
                yield from _malformed(inner, where, f"{path}.{key}", forms)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _malformed(inner, f"{shown}[{n}]", path, forms)


def _fits(value: Any, form: Form) -> bool:
    if form == "a list of objects":
        return isinstance(value, list) and all(isinstance(v, dict) for v in value)
    if form == "a list":
        return isinstance(value, list)
    if form == "an object":
        return isinstance(value, dict)
    if form == "a number":
        return isinstance(value, Number)
    return not isinstance(value, (dict, list))


@cache
def _forms(version: str) -> Mapping[str, Form]:
    """Return path → form of the elements that the table of a version names."""
    table = read_table(version)
    return {
        path: form
        for shape in table.shapes.values()
        if shape.resource and not shape.prefix
        for path, form in _of(table, shape.elements, shape.resource, _DEPTH)
    }


def _of(
    table: Table, elements: Mapping[str, Element], path: str, depth: int
) -> Iterator[tuple[str, Form]]:
    for element in elements.values():
        way = path
        for step in element.steps:
            if step.startswith("@"):
                break
            way = f"{way}.{step.removesuffix('[]')}"
            is_object = step != element.steps[-1] or element.kind in _OBJECTS
            if step.endswith("[]"):
                yield way, "a list of objects" if is_object else "a list"
            elif element.kind != "json" or is_object:
                yield way, "an object" if is_object else "a text or a number"
        else:
            if element.kind == "parts" and depth:
                yield from _of(table, table.shapes[element.codes].elements, way, depth - 1)
