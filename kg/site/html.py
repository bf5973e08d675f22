"""HTML that is escaped by construction: text becomes markup through this module alone.

An element is made by a call; every string that is not :class:`Html` already is escaped, every
attribute quoted, every address checked. There are no templates that could forget to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from kg.xmltext import clean

Child = str | None | Iterable[str | None]
"""A text, markup, or several of them; ``None`` is nothing."""
Value = str | int | float | bool | None

_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col"})
_ADDRESSES = frozenset({"href", "src"})
_SAFE = re.compile(
    r"(?:https?://|mailto:|#)[^\s\\]*|[A-Za-z0-9._-][A-Za-z0-9._/-]*(?:\?age=\d+)?(?:#[^\s\\]*)?"
)
_NO_LINK = "#"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Html(str):
    """A string that is markup already and is not escaped again."""

    __slots__ = ()


def text(content: str) -> Html:
    """Return a text as markup that shows exactly this text."""
    return Html(escape(clean(content)))


def join(children: Child, by: str = "") -> Html:
    """Return the markup of children one after the other; strings among them are escaped."""
    if children is None:
        return Html("")
    if isinstance(children, Html):
        return children
    if isinstance(children, str):
        return Html(_spaced(children))
    parts = [c if isinstance(c, Html) else _spaced(c) for c in children if c]
    return Html(by.join(parts))


@lru_cache(maxsize=1 << 15)
def _spaced(content: str) -> str:
    """Escape a text among others: a blank at its beginning or end keeps words apart."""
    if not content:
        return ""
    start = " " if content[0].isspace() else ""
    end = " " if content[-1].isspace() and content.strip() else ""
    return f"{start}{text(content)}{end}"


def el(tag: str, *children: Child, **attributes: Value) -> Html:
    """Return an element.

    ``class_`` is written as ``class``, ``aria_label`` as ``aria-label``; an attribute that is
    ``None`` or ``False`` is left out, ``True`` is written without a value. An address that is
    neither a place in these pages nor http, https or mailto becomes ``#``.
    """
    start = _start(tag, tuple(attributes), *attributes.values()) if attributes else tag
    if tag in _VOID:
        return Html(f"<{start}>")
    inner = "".join([c if type(c) is Html else join(c) for c in children])
    return Html(f"<{start}>{inner}</{tag}>")


# Pages repeat few openings often. Typed, since 1 is a value and True is none.
@lru_cache(maxsize=1 << 15, typed=True)
def _start(tag: str, keys: tuple[str, ...], *values: Value) -> str:
    given = [(k, v) for k, v in zip(keys, values, strict=True) if v is not None and v is not False]
    return " ".join([tag, *(_attribute(key, value) for key, value in given)])


def _attribute(key: str, given: str | float) -> str:
    name = key.rstrip("_").replace("_", "-")
    if given is True:
        return name
    value = str(given)
    if name in _ADDRESSES:
        value = safe_address(value)
    return f'{name}="{escape(clean(value))}"'


def safe_address(address: str) -> str:
    """Return an address that may be followed, else ``#``.

    Allowed are http, https and mailto, places on the page, and files next to it or below it.
    """
    address = address.strip()
    relative = address.removeprefix("../")
    return address if _SAFE.fullmatch(relative if relative != address else address) else _NO_LINK


def island(data: Any, name: str, kind: str = "application/json") -> Html:
    """Return data as a script element that no browser runs and no text can break out of."""
    content = _encode(data)
    for character in "<>&\u2028\u2029":
        content = content.replace(character, f"\\u{ord(character):04x}")
    # Half of a surrogate pair has no UTF-8; U+FFFD is what a browser would show for it.
    content = content.encode("utf-8", "replace").decode()
    identity = f' id="{escape(name)}"' if name else ""
    return Html(f'<script type="{kind}"{identity}>{content}</script>')
