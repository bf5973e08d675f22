"""Text that any XML parser accepts."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Replace characters that XML 1.0 forbids by U+FFFD (https://www.w3.org/TR/xml/#charsets)."""
    return _ILLEGAL.sub("\ufffd", text)
