"""Ids from words."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile("[a-z0-9]+")


def slug(text: str, longest: int) -> str:
    """Return the first words of a text in lower-case ASCII, joined by hyphens, for an id.

    :param longest: how many characters it may have.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found = ""
    for word in _WORD.findall(text.lower().replace("'", "")):
        if found and len(found) + len(word) >= longest:
            break
        found = f"{found}-{word}" if found else word[:longest]
    return found
