"""YAML of one record as a person writes it: plain words where YAML takes them as they are.

A general writer of YAML looks at each character several times in Python, which is most of the time
of an import. Here a text is plain if one pattern says so, single-quoted if it has no characters to
escape, else double-quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

WIDTH = 100
_SHORT = 40
"""Texts with fewer characters, such as ids and notations, occur again and again."""
_PLAIN = re.compile(r"(?!\Z|[,\[\]{}#&*!|>'\"%@`=<\s]|[-?:](?:\s|\Z)|(?:~|null|Null|NULL)\Z)")
"""How a text begins that needs no quotes: with no sign of YAML."""
_QUOTED = re.compile(
    r"[ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*+\Z"
)
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character of UTF-16, which JSON may name; neither YAML nor RDF can hold it."""


def record(values: Mapping[str, Any]) -> str:
    """Return a record as an item of a list: texts, numbers, lists and mappings."""
    return f"- {lines(values)[2:]}"


def lines(values: Mapping[str, Any]) -> str:
    """Return the lines of keys and values within an item of a list."""
    out: list[str] = []
    _mapping(values, 2, out)
    return "".join(out)


def _mapping(values: Mapping[str, Any], indent: int, out: list[str]) -> None:
    for key, value in values.items():
        if isinstance(value, str):
            write = _line if len(value) < _SHORT else _long
            out.append(write(indent, key, value))
        elif isinstance(value, dict):
            out.append(_begin(indent, key))
            _mapping(value, indent + 2, out)
        elif isinstance(value, list | tuple):
            out.append(_begin(indent, key))
            for item in value:
                if isinstance(item, dict):
                    inner: list[str] = []
                    _mapping(item, indent + 4, inner)
                    out.append(f"{' ' * indent}  - {''.join(inner)[indent + 4 :]}")
                else:
                    out.append(f"{' ' * indent}  - {scalar(str(item), indent + 4, indent + 4)}\n")
        else:
            out.append(f"{' ' * indent}{key}: {value}\n")


@lru_cache(maxsize=1_000)
def _begin(indent: int, key: str) -> str:
    return f"{' ' * indent}{key}:\n"


def _long(indent: int, key: str, value: str) -> str:
    """Return the lines of a key and its text."""
    styled, column = _style(value), indent + len(key) + 2
    if column + len(styled) > WIDTH:
        styled = _over_lines(styled, column, indent + 2)
    return f"{' ' * indent}{key}: {styled}\n"


_line = lru_cache(maxsize=10_000)(_long)


def scalar(text: str, column: int = 0, indent: int = 2) -> str:
    """Return a text as YAML has it, over several lines if it is long.

    :param column: where the text begins in its line.
    :param indent: where the lines after the first begin.
    """
    styled = _style(text)
    return styled if column + len(styled) <= WIDTH else _over_lines(styled, column, indent)


def _style(text: str) -> str:
    """Return a text on one line: plain, or in single or double quotes."""
    is_plain = _PLAIN.match(text) and text[-1] not in " :" and "\u00a0" not in text
    needs_no_escapes = text.isprintable() or _QUOTED.match(text)  # the first is fast
    if is_plain and needs_no_escapes and not ("  " in text or " #" in text or ": " in text):
        return text
    if needs_no_escapes:
        return "'" + text.replace("'", "''") + "'"
    whole = encode_basestring(_HALF.sub("\ufffd", text))
    return _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04x}", whole)


def _over_lines(styled: str, column: int, indent: int) -> str:
    return f"\n{' ' * indent}".join(wrap(styled, WIDTH - column, WIDTH - indent))


def wrap(text: str, first: int, width: int) -> Iterator[str]:
    """Yield the lines of a text that is broken at single spaces, as late as each line allows.

    :param first: how many characters the first line has room for.
    :param width: how many the others have; a longer word gets a line of its own.
    """
    start = 0
    while len(text) - start > first:
        line = _line_of(first).match(text, start)
        if not line:
            break
        yield line[1]
        start, first = line.end(), width
    yield text[start:]


@lru_cache(maxsize=200)
def _line_of(width: int) -> re.Pattern[str]:
    """Return the pattern of a line and the space after it."""
    end = r"(?<=[^\s\\]) (?=\S)"
    return re.compile(rf"(.{{1,{max(1, width)}}}|.+?){end}", re.DOTALL)
