"""Tables, and the words that count what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from kg.site.html import Child, Html, el, join
from kg.site.plain import PLAIN, audience, counted, label


def scroll(table: Html, label: str) -> Html:
    """Return a table in a region that scrolls sideways and can be reached by keyboard."""
    return el("div", table, class_="scroll", role="region", aria_label=label, tabindex=0)


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 finding`` or ``2 findings``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def showing(shown: int, total: int, what: str) -> Html:
    """Return how many of how many are shown: said always, not only where something is missing."""
    return el("p", counted(f"Showing {shown:,} of {total:,} {what}."), class_="showing")


def head(heads: Iterable[str]) -> Html:
    """Return the row of heads of a table, in the words of both audiences."""
    return el(
        "thead", el("tr", [el("th", label(h), scope="col", class_=audience(h)) for h in heads])
    )


def cell(content: Child, head: str) -> Html:
    """Return a cell, which says its head itself where a screen is narrow."""
    return el("td", content, data_head=head, data_plain=PLAIN.get(head), class_=audience(head))


def pairs(rows: Iterable[tuple[str, Child]]) -> Html:
    """Return names with their values, for a list of them; those without a value are left out."""
    return join(
        [
            join(
                [
                    el("dt", label(name), class_=audience(name)),
                    el("dd", value, class_=audience(name)),
                ]
            )
            for name, value in rows
            if value
        ]
    )


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Iterable[str | Html]],
    courses: Iterable[str] = (),
) -> Html:
    """Return a plain table, the first cell of each row its header.

    :param courses: the course of each row for the age of a child, see :mod:`kg.site.child_age`.
    """
    body = []
    for row, course in zip_longest(rows, courses):
        first, *rest = row
        cells = [cell(c, h) for c, h in zip(rest, heads[1:], strict=True)]
        body.append(el("tr", el("th", first, scope="row"), cells, data_ages=course))
    return scroll(
        el(
            "table",
            el("caption", counted(caption)),
            head(heads),
            el("tbody", body),
            class_="list stack",
        ),
        caption,
    )
