"""Limits on the text of a graph file, checked before the parser sees it.

The parsers read nested text recursively or in quadratic time, and expand XML entities without end.
"""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat

from kg.errors import InputError

DEEPEST = 500
"""How many brackets, or XML elements, of a graph file may lie within each other."""
MOST_EXPANDED = 10_000_000
"""Bytes that the entities of an XML file may add to its text."""
_TURTLE = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    rb'|"(?:[^"\\\n]|\\.)*"'
    rb"|'(?:[^'\\\n]|\\.)*'"
    rb"|<[^<>\s]*>|#[^\n]*|[\[\](){}]",
    re.DOTALL,
)
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ELEMENT = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(/?)[A-Za-z_][^<>]*?(/?)>", re.DOTALL)
_ENTITY = re.compile(rb"<!ENTITY\s+([^\s%]+)\s+(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(rb"&([^;#\s&]+);")


def within_limits(name: str, text: bytes, syntax: RdfFormat) -> None:
    """Refuse a text that nests too deep, or whose XML entities expand too far.

    :param name: the name of the file, for the error.
    :raises InputError: with the line and the limit.
    """
    if syntax == RdfFormat.RDF_XML:
        _entities(name, text)
        _elements(name, text)
    elif syntax == RdfFormat.JSON_LD and not _is_flat(text):
        _brackets(name, text, _JSON)
    elif syntax in (RdfFormat.TURTLE, RdfFormat.TRIG):
        _brackets(name, text, _TURTLE)


def _is_flat(text: bytes) -> bool:
    """Tell whether no bracket of a JSON text is too deep, without looking for its place.

    That takes a sixth of the time. Each round takes away the innermost pairs.
    """
    unescaped = text.replace(rb"\\", b"").replace(rb"\"", b"")
    brackets = b"".join(unescaped.split(b'"')[::2]).translate(_ALIKE, _NO_BRACKETS)
    for _ in range(DEEPEST):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def _brackets(name: str, text: bytes, tokens: re.Pattern[bytes]) -> None:
    if sum(text.count(sign) for sign in (b"[", b"(", b"{")) <= DEEPEST:
        return
    depth = 0
    for token in tokens.finditer(text):
        sign = token[0]
        if sign in b"[({":
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(name, text, token.start())
        elif sign in b"])}":
            depth -= 1


def _elements(name: str, text: bytes) -> None:
    depth = 0
    for token in _ELEMENT.finditer(text):
        closing, empty = token[1], token[2]
        if closing is None or empty:
            continue
        depth += -1 if closing else 1
        if depth > DEEPEST:
            raise _too_deep(name, text, token.start())


def _too_deep(name: str, text: bytes, start: int) -> InputError:
    line = text.count(b"\n", 0, start) + 1
    return InputError(
        f"{name}:{line}: values are nested more than {DEEPEST} levels deep",
        hint="give inner nodes IRIs of their own, and describe them side by side",
    )


def _entities(name: str, text: bytes) -> None:
    declared = {m[1]: m[2] or m[3] or b"" for m in _ENTITY.finditer(text)}
    if not declared:
        return
    sizes: dict[bytes, int] = {}
    for entity, value in declared.items():  # an entity refers to those declared before it
        sizes[entity] = len(value) + sum(sizes.get(r, 0) for r in _REFERENCE.findall(value))
    used = sum(sizes.get(reference, 0) for reference in _REFERENCE.findall(text))
    if used > MOST_EXPANDED:
        line = text.count(b"\n", 0, text.index(b"<!ENTITY")) + 1
        raise InputError(
            f"{name}:{line}: the entities expand to more than {MOST_EXPANDED:,} bytes",
            hint="write the values in full",
        )
