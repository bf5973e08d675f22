"""Ids from words."""

from __future__ import annotations

import re
import unicodedata


def slug(text: str, longest: int) -> str:
    """Return the first words of a text in lower-case ASCII, joined by hyphens, for an id.

    :param longest: how many characters it may have.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    found = ""
    for word in words:
        if found and len(found) + len(word) >= longest:
            break
        found = f"{found}-{word}" if found else word[:longest]
    return found
