"""Chooses pages that have all that the pages of a site have, where all are too many."""

from __future__ import annotations

from html.parser import HTMLParser

from site_help import VOID


class Contexts(HTMLParser):
    """Finds the contexts of a page: its class, and each element within the one that holds it.

    An element is its name, class, role and names of attributes. How often it occurs, and what text
    it has, makes no difference.
    """

    def __init__(self, name: str, page: bytes) -> None:
        super().__init__()
        self.open = [""]
        self.found: set[tuple[str, ...]] = {(name.partition("/")[0],)}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = sorted(name for name, _ in attrs)
        element = f"{tag} {dict(attrs).get('class')} {dict(attrs).get('role')} {names}"
        self.found.add((self.open[-1], element))
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()


def contexts(name: str, page: bytes) -> set[tuple[str, ...]]:
    return Contexts(name, page).found


def enough(pages: dict[str, bytes]) -> list[str]:
    """Choose pages that together have every context of all pages, the richest ones first."""
    waiting = {name: contexts(name, data) for name, data in sorted(pages.items())}
    missing, chosen = set[tuple[str, ...]]().union(*waiting.values()), []
    while missing:
        best = max(waiting, key=lambda name: len(waiting[name] & missing))
        missing -= waiting.pop(best)
        chosen.append(best)
    return chosen
