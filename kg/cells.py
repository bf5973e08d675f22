r"""Cells of tables that spreadsheets open: a text must not become a formula.

A spreadsheet executes a cell that begins with ``=``, ``+``, ``-`` or ``@``
(https://owasp.org/www-community/attacks/CSV_Injection). Such a text gets an apostrophe before it,
which :func:`plain` takes away again; a number is left as it is. No two texts become one: a text
that begins with apostrophes before such a sign gets one more.
"""

from __future__ import annotations

import re

RISKY = "^'*[=+\\-@\t\r\n＝＋－＠]"
"""What a text begins with that a spreadsheet may execute, or that looks as if it was made safe."""
NUMBER = r"^[+\-]?(\d+(\.\d*)?|\.\d+)([eE][+\-]?\d+)?$"
"""A number, which may begin with a sign. Both are regular expressions for SQL as well."""


def safe(text: str) -> str:
    """Return a text for a cell.

    >>> [safe(text) for text in ("=1+1", "-0.5", "-x", "'=1", "a")]
    ["'=1+1", '-0.5', "'-x", "''=1", 'a']
    """
    if re.match(RISKY, text) and not re.fullmatch(NUMBER, text):
        return f"'{text}"
    return text


def plain(text: str) -> str:
    """Return the text of a cell that :func:`safe` has written.

    >>> [plain(text) for text in ("'=1+1", "-0.5", "''=1", "'a")]
    ['=1+1', '-0.5', "'=1", "'a"]
    """
    if text.startswith("'") and re.match(RISKY, text):
        return text[1:]
    return text
