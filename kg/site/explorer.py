"""The explorer: the graph in columns with search, filters and a panel, and a free layout."""

from __future__ import annotations

from kg.evidence.ages import BANDS
from kg.evidence.findings import LEVELS
from kg.evidence.index import Index, natural, unique
from kg.figure.drawing import HEADINGS, STATEMENT, Node
from kg.site.columns import empty, render
from kg.site.explorer_data import MOST_DRAWN, ExplorerData, picture
from kg.site.html import Html, el, join
from kg.site.marks import LEVEL_WORDS
from kg.site.parts import Parts, plural, table
from kg.site.shell import Page, kind_words

_ELSEWHERE = (
    "There are too many statements for one page: they are listed on the pages of their "
    "interventions and outcomes."
)
_TABS = (("explorer.html", "Columns"), ("free.html", "Free layout"))


class Explorer:
    """Makes the two pages of the explorer."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        self.picture = picture(index)
        self.small = self.picture.columns is not None
        self.data = ExplorerData(index, parts, self.picture)

    def page(self) -> Page:
        """Return the explorer in columns, with the tables of all that the graph holds."""
        drawing = self.picture.drawing
        statements = [n for n in drawing.nodes if n.column == STATEMENT]
        label = (
            f"{plural(len(drawing.nodes), 'entity')} in columns: {', '.join(HEADINGS.values())}. "
            "The tables below say the same."
        )
        svg = render(self.picture.columns, label) if self.picture.columns else empty(label)
        hint = (
            "Press / to search. Tab into the graph, arrows to neighbours, Enter opens, Esc clears."
            if self.small
            else "This graph is too large to be drawn at once: search, or start from the map."
        )
        body = join(
            [
                el("div", self._top("explorer.html"), class_="wrap"),
                el("div", self._controls(statements), class_="wrap js-only"),
                el("p", hint, class_="wrap small soft", id="hint"),
                el(
                    "div",
                    el(
                        "div",
                        svg,
                        id="canvas",
                        class_="canvas",
                        role="region",
                        tabindex=-1,
                        aria_label="Graph in columns",
                    ),
                    el(
                        "aside",
                        el("p", "Choose an entity in the graph, or search for one.", class_="soft"),
                        id="panel",
                        class_="panel",
                        tabindex=-1,
                        aria_label="Details of the chosen entity",
                    ),
                    class_="bench",
                ),
                el("div", self._tables(), class_="wrap"),
            ]
        )
        return Page(
            "explorer.html",
            "Explorer",
            body,
            "explorer.html",
            ("explorer.css",),
            ("explorer.js", "sheets.js"),
            self.data.columns(),
            wide=True,
        )

    def free(self) -> Page:
        """Return the page with the free layout."""
        body = join(
            [
                el("div", self._top("free.html"), class_="wrap"),
                el(
                    "p",
                    "Drag entities to where you want them; the wheel zooms, a click shows what "
                    "an entity is joined to. This is a canvas for a pointer; by keyboard, use the ",
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
                    el(
                        "p",
                        "The free layout needs JavaScript; the tables of the explorer do not.",
                        class_="wrap",
                    ),
                ),
                el(
                    "div",
                    el(
                        "div",
                        id="free",
                        class_="free",
                        role="img",
                        aria_label="The graph in a free layout; the explorer has it as tables",
                    ),
                    el(
                        "aside",
                        el("p", "Choose an entity.", class_="soft"),
                        id="panel",
                        class_="panel",
                        aria_label="Details of the chosen entity",
                    ),
                    class_="bench always",
                ),
            ]
        )
        return Page(
            "free.html",
            "Free layout",
            body,
            "explorer.html",
            ("explorer.css",),
            ("cytoscape.min.js", "free.js"),
            self.data.free(),
            wide=True,
        )

    # -- above the graph  -----------------------------------------------------------

    def _top(self, current: str) -> Html:
        tabs = [
            el(
                "li",
                el(
                    "a",
                    name,
                    href=path,
                    aria_current="page" if path == current else None,
                    class_="tab",
                ),
            )
            for path, name in _TABS
        ]
        return el(
            "div",
            el("h1", "Explorer"),
            el("nav", el("ul", tabs, class_="tabs"), aria_label="Layouts"),
            class_="headrow",
        )

    def _controls(self, statements: list[Node]) -> Html:
        outcomes = unique(o for n in statements for o in self.data.outcomes(n))
        outcomes = sorted(outcomes, key=lambda o: natural(self.index.label(o)))
        states = sorted(unique(self.data.status(n) for n in statements))
        choices = (
            ("age", "Age of the children", [(b.id, b.label) for b in BANDS]),
            ("outcome", "Outcome", [(self.index.short(o), self.index.label(o)) for o in outcomes]),
            ("certainty", "Certainty", [(lv, LEVEL_WORDS[lv]) for lv in LEVELS]),
            (
                "status",
                "Review status",
                [(s, self.index.member_label("ReviewStatus", s)) for s in states],
            ),
        )
        selects = [
            el(
                "label",
                el("span", title),
                el(
                    "select",
                    el("option", "any", value=""),
                    [el("option", words, value=value) for value, words in options],
                    id=f"f-{key}",
                ),
            )
            for key, title, options in choices
        ]
        search = el(
            "div",
            el("label", "Search", for_="search"),
            el(
                "input",
                type="search",
                id="search",
                autocomplete="off",
                role="combobox",
                aria_expanded="false",
                aria_controls="results",
                aria_autocomplete="list",
                placeholder="label, synonym, id, DOI",
            ),
            el("ul", id="results", role="listbox", aria_label="Matches", hidden=True),
            class_="search",
        )
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

    # -- everything as tables ------------------------------------------------------------------

    def _tables(self) -> Html:
        index = self.index
        ages = [n for n in self.picture.drawing.nodes if "#" in n.id]
        every = [(iri, index.label(iri)) for iri in index.entities]
        every += [(self.data.iri(n), n.label) for n in ages]
        entities, count = every, f"{len(every):,}"
        if not self.small:
            entities = [t for t in every if not index.is_a(t[0], "Statement")][:MOST_DRAWN]
            count = f"{len(entities):,} of {len(every):,}"
        nodes = [
            (
                self.parts.ref(iri, label),
                kind_words(index, iri),
                index.short(iri),
                self.parts.stamp(iri),
            )
            for iri, label in entities
        ]
        return join(
            [
                el("h2", "All of it as tables", id="tables", class_="screen"),
                el(
                    "details",
                    el("summary", f"All entities ({count})"),
                    None if self.small else el("p", _ELSEWHERE),
                    table("Entities of the graph", ("Entity", "Kind", "Id", "Review"), nodes),
                    id="all-entities",
                ),
                self._relations(),
            ]
        )

    def _relations(self) -> Html:
        """Return the table of all relations; of a large graph, where else they are."""
        index = self.index
        count = f"All relations ({len(index.relations):,})"
        if not self.small:
            return el(
                "p",
                f"{count} are too many for one page: the page of each entity has its own, and the "
                "downloads have all of them.",
            )
        edges = [
            (
                self.parts.ref(r.start),
                index.term_label(r.type),
                self.parts.ref(r.end),
                self.parts.ref(r.origin, index.short(r.origin)),
            )
            for r in index.relations
        ]
        return el(
            "details",
            el("summary", count),
            table(
                "All relations of the graph, each with the record it comes from",
                ("From", "Relation", "To", "Says"),
                edges,
            ),
            id="all-relations",
        )
