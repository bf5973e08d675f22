"""The site of the dataset, made once, and what its pages consist of."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from html.parser import HTMLParser
from typing import Any

import kg
from kg import resources
from kg.exporters import FOLDERS
from kg.review import select

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col"}


@cache
def shown() -> kg.Graph:
    return select(kg.load(resources.bundled_dataset()), include_unreviewed=True)[0]


@cache
def site() -> dict[str, bytes]:
    return FOLDERS["site"].files(shown())


@cache
def pages() -> dict[str, Parsed]:
    return {n: parse(d.decode()) for n, d in site().items() if n.endswith(".html")}


@dataclass
class Tag:
    """A tag; what is within it is a part of all texts of its page."""

    name: str
    attributes: dict[str, str | None]
    texts: list[str]
    start: int
    end: int | None = None

    @cached_property
    def text(self) -> str:
        """The text directly and deeply within it."""
        return "".join(self.texts[self.start : self.end])


@dataclass
class Parsed(HTMLParser):
    """A page in pieces: its tags in order, each with the text directly and deeply within it."""

    tags: list[Tag] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    open: list[Tag] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, dict(attrs), self.texts, len(self.texts))
        if len(found.attributes) != len(attrs):
            self.wrong.append(f"an attribute twice: {self.get_starttag_text()}")
        self.tags.append(found)
        if tag not in VOID:
            self.open.append(found)
        else:
            found.end = found.start

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].name != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-1].name if self.open else 'nothing'}")
        else:
            self.open.pop().end = len(self.texts)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment: {data[:40]}")

    # -- questions -----------------------------------------------------------------------------

    def all(self, name: str) -> list[Tag]:
        return [t for t in self.tags if t.name == name]

    def ids(self) -> list[str]:
        return [i for t in self.tags if (i := t.attributes.get("id"))]

    def data(self) -> Any:
        (island,) = [t for t in self.tags if t.attributes.get("id") == "kg-data"]
        return json.loads(island.text)

    def linked(self) -> list[Any]:
        kind = "application/ld+json"
        return [json.loads(t.text) for t in self.all("script") if t.attributes.get("type") == kind]

    def policy(self) -> str:
        (meta,) = [t for t in self.all("meta") if "http-equiv" in t.attributes]
        return meta.attributes["content"] or ""


def parse(text: str) -> Parsed:
    parsed = Parsed()
    parsed.feed(text)
    parsed.close()
    if parsed.open:
        parsed.wrong.append(f"not closed: {[t.name for t in parsed.open]}")
    return parsed


def code(text: str) -> list[str]:
    """Return the inlined scripts that run, as they are written."""
    return re.findall(r"<script>(.*?)</script>", text, re.DOTALL)


def styles(text: str) -> list[str]:
    return re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
