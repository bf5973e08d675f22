"""The table of a FHIR version: which slot is at which element, and which codes it takes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.resources import fhir_table


@dataclass(frozen=True, slots=True)
class Element:
    """The place of a slot: the steps to it, the kind of value, and the list of its codes.

    A step that ends in ``[]`` adds to a list. The step ``@name`` is an extension of ours.
    """

    steps: tuple[str, ...]
    kind: str
    codes: str

    @staticmethod
    def of(text: str) -> Element:
        """Read ``path | kind`` or ``path | kind:codes``."""
        path, _, rest = (part.strip() for part in text.partition("|"))
        kind, _, codes = rest.partition(":")
        return Element(tuple(path.split(".")), kind, codes)

    @property
    def path(self) -> str:
        """The path as people write it."""
        return ".".join(self.steps).replace("[]", "")


@dataclass(frozen=True, slots=True)
class Shape:
    """A resource, or a part of one: its type, what it is made from, and its slots in order.

    ``prefix`` precedes the ids of a shape that shares its type with another, ``fixed`` holds
    elements that are always the same. A draft that lacks a slot of ``needs`` takes the shape
    ``otherwise``.
    """

    name: str
    resource: str
    prefix: str
    of: tuple[str, ...]
    elements: Mapping[str, Element]
    fixed: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of FHIR for a notation of ours."""

    system: str
    code: str
    display: str


@dataclass(frozen=True)
class Table:
    """One version: its number, its shapes, its codes, and what it cannot take.

    ``drops`` names classes of the ontology, and slots as ``shape.slot``, with the reason.
    ``elsewhere`` are slots whose content is in another slot of this version.
    """

    version: str
    shapes: Mapping[str, Shape]
    codes: Mapping[str, Mapping[str, Code]]
    systems: Mapping[str, str]
    drops: Mapping[str, str]
    extensions: Mapping[str, Mapping[str, Any]]
    aliases: Mapping[str, Mapping[str, str]]
    elsewhere: frozenset[str]

    def notation(self, list_name: str, code: str) -> str:
        """Return our notation for a code of a list, of any family of codes, or nothing."""
        known = self.codes.get(list_name, {})
        found = next((n for n, c in known.items() if c.code == code), "")
        return found or self.aliases.get(list_name, {}).get(code, "")

    def code(self, list_name: str, notation: str) -> Code | None:
        """Return the code of a list for a notation of ours, or ``None``."""
        return self.codes.get(list_name, {}).get(notation)


@cache
def read_table(name: str) -> Table:
    """Return the table of a version.

    :param name: ``r5`` or ``r4``: the name of a file in ``tables/``.
    """
    raw = tomllib.loads(fhir_table(name).read_text(encoding="utf-8"))
    shared = tomllib.loads(fhir_table("extensions").read_text(encoding="utf-8"))
    systems = raw["systems"]
    return Table(
        raw["version"],
        {name: _shape(name, raw["shapes"]) for name in raw["shapes"]},
        {n: _codes(n, c, systems) for n, c in raw["codes"].items()},
        systems,
        raw["drops"],
        shared["extensions"],
        raw.get("aliases", {}),
        frozenset(f"{n}.{s}" for n, slots in raw["elsewhere"].items() for s in slots),
    )


def _shape(name: str, shapes: Mapping[str, Any]) -> Shape:
    raw = shapes[name]
    elements: dict[str, Element] = {}
    for other in raw.get("include", ()):
        elements |= _shape(other, shapes).elements
    elements |= {slot: Element.of(text) for slot, text in raw["elements"].items()}
    return Shape(
        name,
        raw.get("resource", ""),
        raw.get("prefix", ""),
        tuple(raw.get("from", ())),
        elements,
        raw.get("fixed", {}),
        tuple(raw.get("needs", ())),
        raw.get("otherwise", ""),
    )


def _codes(name: str, raw: Mapping[str, str], systems: Mapping[str, str]) -> dict[str, Code]:
    found = {}
    for notation, text in raw.items():
        code, _, display = (part.strip() for part in text.partition("|"))
        found[notation] = Code(systems.get(name, ""), code, display)
    return found
