r"""Regular expressions of XPath, which SHACL's ``sh:pattern`` uses, as those of Python.

Translated: the flags ``s m i x q`` (``x`` ignores white space outside classes and knows no
comments), ``$`` without ``m`` (the end of the text only, not before a last line feed), ``\i \c``
with their complements, and ``\p{…}`` for general categories. Left to Python: ``\w``, where XPath
counts symbols as word characters and ``_`` not; ``\d`` and ``\s``; look-around and other constructs
that XPath lacks, which are accepted. Refused: subtraction of classes, Unicode blocks.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

from kg.shacl.errors import ShaclError

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": 0, "q": 0}
_START = ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_START += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_REST = _START + r"\-.0-9\xb7\u0300-\u036f\u203f-\u2040"
_NAMES = {"i": _START, "c": _REST}


@cache
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """Return a pattern of XPath as one of Python; use its ``search``.

    :raises ShaclError: if it is not a regular expression, or one that Python cannot express.
    """
    unknown = [flag for flag in flags if flag not in _FLAGS]
    if unknown:
        raise ShaclError(f"unknown flag '{unknown[0]}' of a pattern", hint="known: s m i x q")
    options = 0
    for flag in flags:
        options |= _FLAGS[flag]
    try:
        text = re.escape(pattern) if "q" in flags else _translated(pattern, flags)
        return re.compile(text, options)
    except re.error as error:
        raise ShaclError(f"'{pattern}' is not a regular expression: {error}") from error


def _translated(pattern: str, flags: str) -> str:
    done: list[str] = []
    inside, position = False, 0
    while position < len(pattern):
        char = pattern[position]
        if char == "\\":
            piece, position = _escape(pattern, position, inside)
            done.append(piece)
            continue
        position += 1
        if inside:
            if char == "[" and done[-1] == "-":
                raise ShaclError(
                    f"'{pattern}' subtracts one class of characters from another",
                    hint="write the remaining characters out, or a second sh:pattern",
                )
            inside = char != "]"
            # Python warns of these in a class; it may one day read them as operations on sets.
            done.append("\\" + char if char in "[&|~" else char)
        elif char == "[":
            inside = True
            done.append(char)
            if pattern[position : position + 1] == "^":
                done.append("^")
                position += 1
        elif char == "$" and "m" not in flags:
            done.append(r"\Z")
        elif not ("x" in flags and char in " \t\n\r"):
            done.append(char)
    return "".join(done)


def _escape(pattern: str, position: int, inside: bool) -> tuple[str, int]:
    """Return an escape as Python writes it, and where the pattern goes on."""
    letter = pattern[position + 1 : position + 2]
    if letter in ("p", "P"):
        match = re.compile(r"\\[pP]\{([A-Z][a-z]?)\}").match(pattern, position)
        if not match:
            raise ShaclError(
                f"'{pattern}' uses a Unicode block or a malformed \\p",
                hint="write the range of characters, or a general category such as \\p{L}",
            )
        return _class(_category(match[1]), letter == "P", inside, pattern), match.end()
    if letter.lower() in _NAMES and letter:
        negated = letter.isupper()
        return _class(_NAMES[letter.lower()], negated, inside, pattern), position + 2
    return pattern[position : position + 2], position + 2


def _class(ranges: str, negated: bool, inside: bool, pattern: str) -> str:
    if not inside:
        return f"[{'^' if negated else ''}{ranges}]"
    if negated:
        raise ShaclError(
            f"'{pattern}' has a complement such as \\P or \\I within a class",
            hint="write it as an alternative: ([…]|\\P{…})",
        )
    return ranges


@cache
def _category(name: str) -> str:
    """Return the ranges of a general category such as ``L`` or ``Nd``, for use in a class."""
    points = (c for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)).startswith(name))
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    if not ranges:
        raise ShaclError(f"no characters are in the Unicode category '{name}'")
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
