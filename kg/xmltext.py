"""Text of any origin, made fit for markup and for terminals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"[\s\u2028\u2029\u0085]+")
_JOINERS = "\u200c\u200d"
_JOINED = rf"[^\x00-\x7f\s{_JOINERS}]"
_LOOSE = re.compile(f"(?<!{_JOINED})[{_JOINERS}]|[{_JOINERS}](?!{_JOINED})")
"""A joiner that does not stand between two characters."""
_PLAIN = re.compile(r"[ -~]*")


def legal(text: str) -> str:
    """Replace characters that XML 1.0 forbids by U+FFFD (https://www.w3.org/TR/xml/#charsets)."""
    return _ILLEGAL.sub("\ufffd", text)


def whole(text: str) -> str:
    """Return a text with its lines and spaces, or nothing if it has nothing else.

    For formats that hold any text; see :func:`legal`.
    """
    return legal(text) if not text.isspace() else ""


@lru_cache(maxsize=1 << 15)
def clean(text: str) -> str:
    """Return a text on one line, without what an XML document or a line of text cannot bear.

    Control, format (with the marks that reverse the direction of writing), unassigned and
    private characters go. What joins two characters stays between them: emoji, Persian and Hindi
    need it.
    """
    if not _PLAIN.fullmatch(text):
        text = "".join(c for c in text if c.isspace() or c in _JOINERS or _allowed(c))
        text = _LOOSE.sub("", text)
    return _SPACES.sub(" ", text).strip()


def visible(text: str) -> str:
    r"""Return a text with its control and format characters as escapes, such as ``\x1b``.

    A terminal would obey them: they move the cursor, hide text or turn the direction of writing.
    Line ends and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in "\n\t" or _allowed(c) else _escape(c) for c in text)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


@lru_cache(maxsize=4096)
def _allowed(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
