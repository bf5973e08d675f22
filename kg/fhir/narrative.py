"""The narrative of a resource: what a person reads where no program does, caveats first."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from kg.xmltext import clean

Row = tuple[str, str]


def narrative(heading: str, rows: Iterable[Row], warnings: Iterable[str]) -> dict[str, Any]:
    """Return a narrative: a heading, what limits the use, and a line for each row with a text."""
    body = [f"<h2>{_text(heading)}</h2>"]
    body += [f"<p><strong>{_text(w)}</strong></p>" for w in warnings]
    found = [(name, text) for name, text in rows if clean(text)]
    if found:
        items = (f"<li>{_text(name)}: {_text(text)}</li>" for name, text in found)
        body.append(f"<ul>{''.join(items)}</ul>")
    return wrapped("".join(body))


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as XHTML."""
    head = "".join(f"<th>{_text(h)}</th>" for h in heads)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table border="1"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def wrapped(markup: str) -> dict[str, Any]:
    """Return XHTML as a narrative that was made from the rest of the resource."""
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">{markup}</div>',
    }


def _text(text: str) -> str:
    return escape(clean(text), quote=False)
