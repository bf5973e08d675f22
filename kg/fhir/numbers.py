"""JSON whose numbers keep their digits: 0.80 stays 0.80 on the way in and on the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")


class Number(str):
    """A number as it was written."""

    __slots__ = ()


def number(text: str) -> Number:
    """Return a decimal of RDF as a number of JSON, digit by digit.

    Only what JSON forbids changes: a plus sign, zeros in front, a missing digit beside the point.

    >>> [str(number(t)) for t in ("0.80", "+.5", "007", "-3.")]
    ['0.80', '0.5', '7', '-3']

    :raises ValueError: if the text is not a number.
    """
    if _JSON_NUMBER.fullmatch(text):
        return Number(text)
    found = _DECIMAL.fullmatch(text)
    if not found or not (found[2] or found[3]):
        raise ValueError(f"{text!r} is not a number")
    whole = found[2].lstrip("0") or "0"
    sign = "-" if found[1] == "-" else ""
    return Number(f"{sign}{whole}.{found[3]}" if found[3] else f"{sign}{whole}")


def loads(text: str | bytes) -> Any:
    """Read JSON; each number is a :class:`Number`.

    :raises ValueError: if it is not JSON, an object has a duplicate key, or there is a number
        that JSON does not have, such as NaN.
    """
    return json.loads(
        text,
        parse_float=Number,
        parse_int=Number,
        parse_constant=_no_constant,
        object_pairs_hook=_object,
    )


def dumps(value: Any, indent: int | None = 1) -> str:
    """Return a value as JSON, all characters as they are, objects in their own order.

    :param indent: spaces before each level; ``None`` puts all on one line.
    """
    pieces: list[str] = []
    line, step = ("", "") if indent is None else ("\n", " " * indent)
    _write(value, line, step, pieces.append)
    return "".join(pieces)


def _write(value: Any, line: str, step: str, put: Callable[[str], None]) -> None:
    kind = type(value)
    if kind is str:
        put(encode_basestring(value))
    elif kind is Number:
        put(value)
    elif kind is dict and value:
        inner = line + step
        opening = "{"
        for key, one in value.items():
            put(f"{opening}{inner}{encode_basestring(key)}: ")
            _write(one, inner, step, put)
            opening = ","
        put(f"{line}}}")
    elif kind is list and value:
        inner = line + step
        opening = "["
        for one in value:
            put(f"{opening}{inner}")
            _write(one, inner, step, put)
            opening = ","
        put(f"{line}]")
    else:
        put(json.dumps(value))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(k for k, _ in pairs if sum(k == other for other, _ in pairs) > 1)
        raise ValueError(f"the key {twice!r} is a duplicate in its object")
    return found
