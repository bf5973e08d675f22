"""The explorer: the graph in columns with search, filters and a panel, and a free layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kg.evidence.ages import BANDS, YES, overlap
from kg.evidence.findings import GRADE, LEVELS
from kg.evidence.index import Index, natural, unique
from kg.figure.drawing import HEADINGS, STATEMENT, Node
from kg.site.columns import empty, render
from kg.site.explorer_data import ExplorerData, picture
from kg.site.html import Html, el, join
from kg.site.marks import LEVEL_WORDS
from kg.site.parts import Parts
from kg.site.plain import SURE, both, label
from kg.site.shell import Page
from kg.site.table import plural


class Explorer:
    """Makes the two pages of the explorer."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        self.picture = picture(index)
        self.small = self.picture.columns is not None
        self.data = ExplorerData(index, parts, self.picture)

    def page(self) -> Page:
        """Return the explorer in columns, where the graph is drawn."""
        drawing = self.picture.drawing
        statements = [n for n in drawing.nodes if n.column == STATEMENT]
        named = (
            f"{plural(len(drawing.nodes), 'entity')} in columns: {', '.join(HEADINGS.values())}. "
            "The page of all entities and relations says the same in tables."
        )
        svg = render(self.picture.columns, named) if self.picture.columns else empty(named)
        hint = (
            "Press / to search. Tab into the graph, arrows to neighbours, Enter opens, Esc clears."
            if self.small
            else "This graph is too large to be drawn at once: search, or start from the map."
        )
        body = join(
            [
                el("div", el("h1", label("Explorer")), class_="wrap"),
                el("div", self._controls(statements), class_="wrap js-only"),
                el("p", hint, class_="wrap small soft", id="hint"),
                self._start(),
                el(
                    "div",
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
                        el("svg", id="mini", class_="mini", aria_hidden="true", hidden=True),
                        class_="stage",
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
                el(
                    "p",
                    "The same without a drawing: ",
                    el("a", "all entities and relations as tables", href="tables.html"),
                    ".",
                    class_="wrap",
                    id="tables",
                ),
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
                el("div", el("h1", "Free layout"), class_="wrap"),
                el(
                    "p",
                    "The free layout is for a screen. On paper, print the explorer.",
                    class_="wrap paper",
                ),
                el(
                    "p",
                    "Drag entities to where you want them; the wheel zooms, a click shows its "
                    "neighbours. This is a canvas for a pointer; by keyboard, use the ",
                    el("a", "columns", href="explorer.html", class_="tab plain"),
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

    def _start(self) -> Html:
        """Return what a reader meets first: five questions; and what an empty result says."""
        links = [el("li", el("a", words, href=f"#{place}")) for words, place in self._questions()]
        none = [
            el("p", "Nothing matches these filters together."),
            el("button", "Clear filters", type="button", id="clear-none"),
        ]
        return join(
            [
                el(
                    "div",
                    el("h2", "Search above, or begin with a question"),
                    el("ul", links),
                    id="start",
                    class_="wrap js-only start",
                ),
                el("div", none, id="none", class_="wrap js-only start", hidden=True),
            ]
        )

    def _questions(self) -> Iterator[tuple[str, str]]:
        """Yield five questions that the graph has most to say on, with their places."""
        index, found = self.index, self.parts.findings.all
        fullest = (
            ("What was found on {}?", [o for f in found for o in f.outcomes]),
            ("What is known about {}?", [i for f in found for i in f.interventions]),
            ("What rests on {}?", [s for f in found for s in f.sources]),
        )
        for words, every in fullest:
            for iri, _ in sorted(Counter(every).items(), key=lambda i: (-i[1], i[0]))[:1]:
                yield words.format(index.label(iri)), f"node={index.short(iri)}"
        bands = Counter(b.id for f in found for b in BANDS if overlap(f.ages, b) == YES)
        for band in sorted((b for b in BANDS if bands[b.id]), key=lambda b: -bands[b.id])[:1]:
            yield f"What was studied in children aged {band.label}?", f"age={band.id}"
        levels = Counter(f.level for f in found if f.level in GRADE)
        for level in sorted(levels, key=lambda n: -levels[n])[:1]:
            rated = f"Which findings are rated {LEVEL_WORDS[level]}?"
            plain = f"Of which findings is one {SURE[level]}?"
            yield both(rated, plain), f"certainty={level}"

    def _controls(self, statements: list[Node]) -> Html:
        outcomes = unique(o for n in statements for o in self.data.outcomes(n))
        outcomes = sorted(outcomes, key=lambda o: natural(self.index.label(o)))
        states = sorted(unique(self.data.status(n) for n in statements))
        choices = (
            ("age", "Age of the children", [(b.id, b.label) for b in BANDS]),
            ("outcome", "Outcome", [(self.index.short(o), self.index.label(o)) for o in outcomes]),
            ("certainty", "Certainty", [(lv, LEVEL_WORDS[lv], SURE[lv]) for lv in LEVELS]),
            (
                "status",
                "Review status",
                [(s, self.index.member_label("ReviewStatus", s)) for s in states],
            ),
        )
        selects = [
            el(
                "label",
                el("span", label(title)),
                el(
                    "select",
                    el("option", "any", value=""),
                    [
                        el("option", words, value=value, data_plain=plain[0] if plain else None)
                        for value, words, *plain in options
                    ],
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
                ("clear", "Start again"),
                ("all", "Draw everything"),
                ("fit", "Fit"),
                ("zoom-out", "Smaller"),
                ("zoom-in", "Larger"),
                ("save-svg", "Save as SVG"),
                ("save-png", "Save as PNG"),
            )
        ]
        buttons.append(el("a", "Free layout", href="free.html", class_="tab button"))
        return join(
            [
                el("div", search, selects, class_="filters"),
                el("div", el("p", id="count", role="status"), buttons, class_="controls"),
            ]
        )
