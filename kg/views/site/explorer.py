"""The explorer: the graph in columns, with search, filters and a panel; a second tab lays it freely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.views.cards import LABEL, WIDTHS
from kg.views.drawing import HEADINGS, STATEMENT, Drawing, Node, draw
from kg.views.scene import Placed
from kg.views.shapes import STYLES
from kg.views.site.ages import BANDS, UNTOLD, YES, child_ages, overlap
from kg.views.site.columns import Columns, empty, place, plain_cards, render
from kg.views.site.findings import LEVELS, wordings
from kg.views.site.html import Html, el, join
from kg.views.site.index import Index, natural, unique
from kg.views.site.linked_data import LinkedData
from kg.views.site.marks import LEVEL_WORDS
from kg.views.site.parts import Parts, plural, table
from kg.views.site.shell import Page, kind_words
from kg.views.text import wrap

MOST_DRAWN = 2000
"""Above this many things nothing is drawn at first: a reader starts from the map or a search."""
_TABS = (("explorer.html", "Columns"), ("free.html", "Free layout"))
_SEARCHED = ("altLabel", "abbreviation", "identifier", "doi", "pmid", "title")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn of a graph, and where; ``columns`` is there if it is not too large."""

    drawing: Drawing
    columns: Columns | None


def picture(index: Index) -> Picture:
    """Choose what is drawn, and place it unless there is too much of it."""
    drawing = draw(index.graph)
    return Picture(drawing, place(drawing) if len(drawing.nodes) <= MOST_DRAWN else None)


def _lines(at: Placed | None, node: Node) -> list[str]:
    """Return the lines of a label as they were broken for its card, else a short label."""
    if at is None:
        return wrap(node.label, LABEL, 150.0, 2)
    return [line.text for line in at.card.lines if line.size == LABEL and not line.soft]


class Explorer:
    """Makes the two pages of the explorer."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        self.linked = LinkedData(index)
        self.picture = picture(index)
        self.small = self.picture.columns is not None

    def page(self) -> Page:
        """Return the explorer in columns, with the tables of all that the graph holds."""
        drawing = self.picture.drawing
        statements = [n for n in drawing.nodes if n.column == STATEMENT]
        label = (
            f"{plural(len(drawing.nodes), 'thing')} in columns: {', '.join(HEADINGS.values())}. "
            "The tables below say the same."
        )
        svg = render(self.picture.columns, label) if self.picture.columns else empty(label)
        hint = (
            "Press / to search. Tab into the graph, arrows to neighbours, Enter opens, Esc clears."
            if self.small
            else "This graph is too large to be drawn at once: search, or start from the evidence map."
        )
        body = join(
            [
                el("div", self._top("explorer.html"), class_="wrap"),
                el("div", self._controls(statements), class_="wrap js-only"),
                el("p", hint, class_="wrap small soft", id="hint"),
                el(
                    "div",
                    el("div", svg, id="canvas", class_="canvas", role="region", tabindex=-1,
                       aria_label="Graph in columns"),
                    el("aside", el("p", "Choose a thing in the graph, or search for one.",
                                   class_="soft"), id="panel", class_="panel", tabindex=-1,
                       aria_label="Details of the chosen thing"),
                    class_="bench",
                ),
                el("div", self._tables(), class_="wrap"),
            ]
        )  # fmt: skip
        return Page("explorer.html", "Explorer", body, "explorer.html", ("explorer.css",),
                    ("explorer.js",), self._data(), wide=True)  # fmt: skip

    def free(self) -> Page:
        """Return the page with the free layout."""
        body = join(
            [
                el("div", self._top("free.html"), class_="wrap"),
                el(
                    "p",
                    "Drag things to where they tell you most; the wheel zooms, a click shows what a "
                    "thing is joined to. This is a canvas, for a pointer: everything in it can be "
                    "reached by keyboard in the ",
                    el("a", "columns", href="explorer.html"),
                    ".",
                    class_="wrap small soft",
                ),
                el(
                    "div",
                    el("button", "Whole graph", type="button", id="fit"),
                    el("button", "Readable size", type="button", id="reset"),
                    class_="wrap controls js-only",
                ),
                el(
                    "noscript",
                    el("p", "The free layout needs JavaScript; the tables of the explorer do not.",
                       class_="wrap"),
                ),
                el(
                    "div",
                    el("div", id="free", class_="free", role="img",
                       aria_label="The graph in a free layout; the explorer has the same as a table"),
                    el("aside", el("p", "Choose a thing.", class_="soft"), id="panel",
                       class_="panel", aria_label="Details of the chosen thing"),
                    class_="bench always",
                ),
            ]
        )  # fmt: skip
        return Page("free.html", "Free layout", body, "explorer.html", ("explorer.css",),
                    ("cytoscape.min.js", "free.js"), self._free_data(), wide=True)  # fmt: skip

    # -- what stands above the graph -----------------------------------------------------------

    def _top(self, current: str) -> Html:
        tabs = [
            el("li", el("a", name, href=path, aria_current="page" if path == current else None,
                        class_="tab"))
            for path, name in _TABS
        ]  # fmt: skip
        return el(
            "div",
            el("h1", "Explorer"),
            el("nav", el("ul", tabs, class_="tabs"), aria_label="Layouts"),
            class_="headrow",
        )

    def _controls(self, statements: list[Node]) -> Html:
        outcomes = unique(o for n in statements for o in self._outcomes(n))
        outcomes = sorted(outcomes, key=lambda o: natural(self.index.label(o)))
        states = sorted(unique(self._status(n) for n in statements))
        choices = (
            ("age", "Age of the children", [(b.id, b.label) for b in BANDS]),
            ("outcome", "Outcome", [(self.index.short(o), self.index.label(o)) for o in outcomes]),
            ("certainty", "Certainty", [(lv, LEVEL_WORDS[lv]) for lv in LEVELS]),
            ("status", "Review status", [(s, self._status_words(s)) for s in states]),
        )
        selects = [
            el("label", el("span", title), el("select", el("option", "any", value=""),
               [el("option", words, value=value) for value, words in options], id=f"f-{key}"))
            for key, title, options in choices
        ]  # fmt: skip
        search = el(
            "div",
            el("label", "Search", for_="search"),
            el("input", type="search", id="search", autocomplete="off", role="combobox",
               aria_expanded="false", aria_controls="results", aria_autocomplete="list",
               placeholder="label, synonym, id, DOI"),
            el("ul", id="results", role="listbox", aria_label="Matches", hidden=True),
            class_="search",
        )  # fmt: skip
        buttons = [
            el("button", words, type="button", id=id)
            for id, words in (
                ("near", "Only what is joined to it"),
                ("clear", "Show all"),
                ("zoom-out", "Smaller"),
                ("zoom-in", "Larger"),
                ("save-svg", "Save as SVG"),
                ("save-png", "Save as PNG"),
            )
        ]
        return join(
            [
                el("div", search, selects, class_="filters"),
                el("div", el("p", id="count", role="status"), buttons, class_="controls"),
            ]
        )

    # -- data for the script -------------------------------------------------------------------

    def _iri(self, node: Node) -> str:
        return self.index.graph.node(node.id).value

    def _outcomes(self, node: Node) -> list[str]:
        return self.index.things(self._iri(node), "outcome")

    def _status(self, node: Node) -> str:
        iri = self._iri(node)
        found = self.index.notation(iri, "effectiveStatus") or self.index.notation(iri, "reviewStatus")
        return found or "unknown"

    def _status_words(self, notation: str) -> str:
        return self.index.member_label("ReviewStatus", notation)

    def _data(self) -> dict[str, Any]:
        drawing = self.picture.drawing
        names = {n.id: i for i, n in enumerate(drawing.nodes)}
        edges = sorted({*drawing.edges, *drawing.inner}, key=lambda e: (e.start, e.end, e.type))
        return {
            "large": not self.small,
            "columns": {str(c): [HEADINGS[c], WIDTHS[c]] for c in HEADINGS},
            "cards": {} if self.small else plain_cards(),
            "types": {e.type: self.index.term_label(e.type) for e in edges},
            "nodes": [self._node(node) for node in drawing.nodes],
            "edges": [[names[e.start], names[e.end], e.type, list(e.statements)] for e in edges],
        }

    def _node(self, node: Node) -> dict[str, Any]:
        index, iri = self.index, self._iri(node)
        data: dict[str, Any] = {
            "id": node.id,
            "kind": kind_words(index, iri),
            "shape": node.kind,
            "column": node.column,
            "label": node.label,
            "note": node.note,
            "href": index.href(iri),
            "find": [*node.same, *(t for key in _SEARCHED for t in index.texts(iri, key))],
            "stamp": node.stamp,
        }
        if node.column == STATEMENT:
            data["facets"] = self._facets(node)
        if self.small:
            data["words"] = wordings(index, iri)
            data["rows"] = [[name, value] for name, value in self._rows(node, iri) if value]
            data["ld"] = self.linked.own(iri)
        return data

    def _facets(self, node: Node) -> dict[str, Any]:
        iri = self._iri(node)
        finding = self.parts.findings.by_iri.get(iri)
        ages = finding.ages if finding else child_ages(
            self.index, self.index.things(iri, "population")
        )
        answers = {b.id: overlap(ages, b) for b in BANDS}
        return {
            "age": [b for b, a in answers.items() if a == YES],
            "untold": [b for b, a in answers.items() if a == UNTOLD],
            "outcome": [self.index.short(o) for o in self._outcomes(node)],
            "certainty": [finding.level] if finding else [],
            "status": [self._status(node)],
        }

    def _rows(self, node: Node, iri: str) -> Iterable[tuple[str, str | list[str]]]:
        """Yield what the panel says of a node: names and texts, in order."""
        index = self.index
        if definition := index.text(iri, "definition"):
            yield "What it is", definition
        if finding := self.parts.findings.by_iri.get(iri):
            yield "Result", f"{finding.direction_words} ({finding.valence_words or 'no valence'})"
            yield "Effect", [e.text() for e in finding.estimates] + list(finding.arms) or "no number given"
            within = finding.contrast == "withinGroup"
            others = ", ".join(index.label(c) for c in finding.comparators)
            yield "Compared with", "change within one group" if within else others or "not stated"
            rated = [f"{r.words} ({r.origin})" for r in finding.ratings]
            yield "Certainty", rated or "not rated: nobody has given a rating that this graph knows of"
            yield "Design", ", ".join(t for t in (finding.designs, finding.counts) if t)
            yield "Ages", [f"{a.words} ({a.basis_words})" for a in finding.ages]
        elif node.note:
            yield "In short", node.note
        quotes = [q for q in index.things(iri, "quote")]
        yield "Quote", [self._quote(q) for q in quotes]
        if index.is_a(iri, "Source"):
            yield "DOI", index.text(iri, "doi")
            gone = index.words(iri, "retractionStatus")
            day = index.text(iri, "checkedOn")
            yield "Retraction", f"{gone}{f', checked {day}' if day else ''}"
        status = index.words(iri, "effectiveStatus") or index.words(iri, "reviewStatus")
        yield "Review status", node.stamp or status

    def _quote(self, quote: str) -> str:
        index = self.index
        where = index.words(quote, "quotedFrom")
        place_ = index.text(quote, "start")
        words = index.text(quote, "exact")
        parts = [f"“{words}”" if words else "text not shown"]
        parts.append(f"in {where}" if where else "")
        parts.append(f"characters {place_} to {index.text(quote, 'end')}" if place_ else "")
        parts.append(index.text(quote, "locator"))
        digest = index.text(quote, "exactDigest")
        parts.append(f"{digest[:19]}…" if digest and not words else "")
        return ", ".join(p for p in parts if p)

    def _free_data(self) -> dict[str, Any]:
        drawing, placed = self.picture.drawing, self.picture.columns
        places = placed.places() if placed else {}
        names = {n.id: i for i, n in enumerate(drawing.nodes)}
        nodes = []
        for node in drawing.nodes:
            at = places.get(node.id)
            style = STYLES[node.kind]
            nodes.append(
                {
                    "id": node.id,
                    "label": node.label,
                    "kind": kind_words(self.index, self._iri(node)),
                    "shape": node.kind,
                    "fill": style.fill,
                    "ink": style.ink,
                    "href": self.index.href(self._iri(node)),
                    "stamp": node.stamp,
                    "column": node.column,
                    "lines": "\n".join(_lines(at, node)),
                    "w": round(at.card.width) if at else 170,
                    "h": round(at.card.height) if at else 40,
                    "x": round(at.x + at.card.width / 2) if at else 0,
                    "y": round(at.y + at.card.height / 2) if at else 0,
                }
            )
        edges = sorted({*drawing.edges, *drawing.inner}, key=lambda e: (e.start, e.end, e.type))
        return {
            "large": not self.small,
            "types": {e.type: self.index.term_label(e.type) for e in edges},
            "nodes": nodes,
            "edges": [[names[e.start], names[e.end], e.type] for e in edges],
        }

    # -- everything as tables ------------------------------------------------------------------

    def _tables(self) -> Html:
        index = self.index
        ages = [n for n in self.picture.drawing.nodes if "#" in n.id]
        things = [(iri, index.label(iri)) for iri in index.entities]
        things += [(self._iri(n), n.label) for n in ages]
        nodes = [
            (self.parts.ref(iri, label), kind_words(index, iri), index.short(iri), self.parts.stamp(iri))
            for iri, label in things
        ]
        edges = [
            (
                self.parts.ref(r.start),
                index.term_label(r.type),
                self.parts.ref(r.end),
                self.parts.ref(r.origin, index.short(r.origin)),
            )
            for r in index.relations
        ]
        return join(
            [
                el("h2", "All of it as tables", id="tables"),
                el("details", el("summary", f"All things ({len(nodes):,})"),
                   table("All things of the graph", ("Thing", "Kind", "Id", "Review"), nodes),
                   class_="print", id="all-things"),
                el("details", el("summary", f"All relations ({len(edges):,})"),
                   table("All relations of the graph, each with the record it comes from",
                         ("From", "Relation", "To", "Says"), edges),
                   class_="print", id="all-relations"),
            ]
        )  # fmt: skip
