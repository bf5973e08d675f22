"""JSON text in pieces: an object whose long array need not be in memory as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def text(value: Any) -> str:
    """Return a value as JSON, indented by two, with all characters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def line(value: Any) -> str:
    """Return a value as JSON on one line."""
    return _encode(value)


def object_with(head: Mapping[str, Any], key: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a JSON object that ends in an array.

    :param head: what comes before the array, at least one entry.
    :param key: the name of the array.
    :param items: its members, as JSON.
    """
    yield f"{text(head)[:-2]},\n  {json.dumps(key)}: "
    yield from _indented(array(items))
    yield "\n}"


def array(items: Iterable[str]) -> Iterator[str]:
    """Yield a JSON array of members that are JSON already."""
    opened = False
    for item in items:
        yield ",\n" if opened else "[\n"
        yield indent(item, "  ")
        opened = True
    yield "\n]" if opened else "[]"


def members(items: Iterable[Any]) -> Iterator[str]:
    """Yield the members of a JSON array, one per line, without its brackets."""
    for number, item in enumerate(items):
        yield (",\n" if number else "") + json.dumps(item, ensure_ascii=False)


def _indented(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece.replace("\n", "\n  ")
