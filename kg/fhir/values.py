"""The values of a slot before a version of FHIR is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.fhir.numbers import Number

Values = Mapping[str, Any]
"""Slot → value, or values; what is ``None``, empty or ``False`` is left out."""


@dataclass(frozen=True, slots=True)
class Coding:
    """A code of a vocabulary."""

    system: str
    code: str
    display: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """A notation with what it is called, and codes that mean the same.

    ``list`` is the IRI of the controlled list of ours that the notation is from, if it is.
    """

    notation: str = ""
    text: str = ""
    list: str = ""
    codings: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A link to what is made from an entity by a shape of the table."""

    shape: str
    iri: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name of something in a system of names."""

    value: str
    system: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity: digits as written, unit in words, UCUM code, and ``<`` for an upper bound."""

    value: Number
    unit: str = ""
    code: str = ""
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A range; a limit that is not known is ``None``."""

    low: Amount | None
    high: Amount | None


@dataclass(slots=True)
class Draft:
    """A resource before it is written: its shape, what it is about, its slots and its narrative.

    ``lines`` are the rows of the narrative: what each is called, and the text. ``warnings`` are
    the caveats of this resource alone.
    """

    shape: str
    iri: str
    values: dict[str, Any]
    lines: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
