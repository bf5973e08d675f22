"""Records as people write them, before the ontology has said what they mean.

A value is a :class:`Text`, a :class:`Mapping` or a :class:`Sequence`; each keeps its place in
the file. Texts are kept as written: ``0.80`` stays ``0.80`` and ``no`` stays ``no``, because the
datatype comes from the ontology and not from the file format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import Place


class Text(NamedTuple):
    """A scalar as written; ``empty`` when there was nothing."""

    text: str
    place: Place
    empty: bool = False


class Entry(NamedTuple):
    """A key of a mapping with its value."""

    key: Text
    value: Value


@dataclass(frozen=True, slots=True)
class Mapping:
    """A record, or a value nested in one; ``partial`` when it only adds to a record elsewhere."""

    entries: tuple[Entry, ...]
    place: Place
    partial: bool = False

    def get(self, key: str) -> Value | None:
        """Return the value of a key, or ``None``."""
        return next((e.value for e in self.entries if e.key.text == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: tuple[Value, ...]
    place: Place


Value = Text | Mapping | Sequence
Record = Mapping
