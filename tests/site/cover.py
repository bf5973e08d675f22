"""Chooses pages that have all that the pages of a site have, where all are too many."""

from __future__ import annotations

from html.parser import HTMLParser

from site_help import VOID


class Contexts(HTMLParser):
    """Finds the contexts of a page: the names, classes and attributes from its root to an element.

    How often an element occurs, and what text it has, makes no difference.
    """

    def __init__(self, name: str, page: bytes) -> None:
        super().__init__()
        self.path: tuple[str, ...] = (name.partition("/")[0],)  # contexts of a class are its own
        self.found: set[tuple[str, ...]] = set()
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = sorted(name for name, _ in attrs)
        step = f"{tag} {dict(attrs).get('class')} {dict(attrs).get('role')} {names}"
        self.found.add((*self.path, step))
        if tag not in VOID:
            self.path = (*self.path, step)

    def handle_endtag(self, tag: str) -> None:
        self.path = self.path[:-1]


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
