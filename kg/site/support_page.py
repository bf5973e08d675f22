"""What holds this up: sources, studies and authors without which questions have nothing left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.evidence.index import Index
from kg.evidence.support import (
    Load,
    authors_by_load,
    reviews_by_load,
    sources_by_load,
    studies_by_load,
)
from kg.site.evidence_map import place_of
from kg.site.html import Html, el, join
from kg.site.parts import Parts
from kg.site.plain import counted
from kg.site.shell import Page
from kg.site.table import pairs, plural, showing

MOST, MOST_NAMED = 200, 60
"""How many sources are ranked, and how many questions, findings or recommendations each names."""


def support_page(index: Index, parts: Parts) -> Page:
    """Return the page of what rests on one source, review, study or author alone."""
    made = _Support(index, parts)
    return Page("support.html", "What holds this up", join(list(made.body())), "support.html")


_SURNAMES = (
    "What has no source left without the works of an author. Works name their authors by surname, "
    "so that two people of one surname count as one."
)


class _Support:
    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts

    def body(self) -> Iterator[Html]:
        found = self.parts.findings
        sources = sources_by_load(found)
        total = len(found.by_question)
        alone = sum(len(load.questions) for load in sources)
        yield el("h1", "What holds this up")
        yield el(
            "p",
            f"{alone:,} of {plural(total, 'question')} (an intervention and an outcome: a cell of "
            "the map) rest on one source alone. Choose a source to see the questions, findings and "
            "recommendations that would have nothing left without it. That says nothing about how "
            "good a source is.",
            class_="lead",
        )
        rankings = (
            ("Sources", "source", sources, ""),
            ("Reviews", "review", reviews_by_load(found), "They are among the sources above."),
            ("Studies", "study", studies_by_load(found), ""),
            ("Authors", "author", authors_by_load(found), _SURNAMES),
        )
        links = [el("li", el("a", title, href=f"#{what}")) for title, what, *_ in rankings]
        yield el("nav", el("ul", links, class_="inline-list"), aria_label="On this page")
        for title, what, loads, note in rankings:
            yield from self._ranking(title, what, loads, note)

    def _ranking(self, title: str, what: str, loads: Sequence[Load], note: str) -> Iterator[Html]:
        yield el("h2", f"{title} that hold up most", id=what)
        if note:
            yield el("p", note, class_="soft")
        if not loads:
            yield el("p", f"Nothing in this graph rests on one {what} alone.")
            return
        yield showing(len(loads[:MOST]), len(loads), "that hold up something alone")
        yield join([self._entry(load) for load in loads[:MOST]])

    def _entry(self, load: Load) -> Html:
        counts = (
            (len(load.questions), "question"),
            (len(load.findings), "finding"),
            (len(load.recommendations), "recommendation"),
        )
        totals = [el("span", counted(plural(n, words))) for n, words in counts if n]
        summary = el("summary", el("h3", load.name), el("p", totals))
        cells = [
            el(
                "a",
                f"{self.index.label(i)}: {self.index.label(o)}",
                href=f"{self.index.page(i)}#{place_of(self.index, o)}",
            )
            for i, o in load.questions
        ]
        rows = (
            ("Questions", self._list(cells)),
            ("Findings", self._list([self.parts.ref(f, self._name(f)) for f in load.findings])),
            (
                "Recommendations",
                self._list([self.parts.ref(r, self._name(r)) for r in load.recommendations]),
            ),
            ("All of it", self.parts.ref(load.holder) if load.holder in self.index.forward else ""),
        )
        content = el("dl", pairs(rows), class_="facts-of")
        return el("details", summary, content, class_="entry print")

    def _list(self, items: Sequence[Html]) -> Html:
        more = len(items) - MOST_NAMED
        rest = [f"and {more:,} more, on its own page"] if more > 0 else []
        return join([*items[:MOST_NAMED], *rest], "; ")

    def _name(self, iri: str) -> str:
        return self.index.text(iri, "identifier") or self.index.name(iri)
