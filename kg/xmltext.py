"""Text of any origin, made fit for markup."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"[\s\u2028\u2029\u0085]+")
_PLAIN = re.compile(r"[ -~]*")


def legal(text: str) -> str:
    """Replace characters that XML 1.0 forbids by U+FFFD (https://www.w3.org/TR/xml/#charsets)."""
    return _ILLEGAL.sub("\ufffd", text)


@lru_cache(maxsize=1 << 15)
def clean(text: str) -> str:
    """Return a text on one line, without what an XML document or a line of text cannot bear.

    Control, format (with the marks that reverse the direction of writing), unassigned and
    private characters go; characters that join or select a form of an emoji go with them.
    """
    if not _PLAIN.fullmatch(text):
        text = "".join(c for c in text if c.isspace() or _allowed(c))
    return _SPACES.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def _allowed(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
