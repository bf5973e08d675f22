"""The landing page: what the graph is, the evidence map, how it was reviewed, how to use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.evidence.findings import Finding
from kg.evidence.index import Index
from kg.site.child_age import control
from kg.site.evidence_map import EvidenceMap, empty_outcomes
from kg.site.explorer_data import Once
from kg.site.html import Html, el, join
from kg.site.marks import LEVEL_WORDS, SIDE_SHORT, SIDE_WORDS, glyph, mark
from kg.site.parts import Parts
from kg.site.plain import SURE, WAYS, both, label, plain_certainty, plain_names, plain_result
from kg.site.shell import Page, Shell, fresh, licence_name
from kg.site.start import start
from kg.site.table import plural, showing
from kg.site.wording import minus, one_state, result, traced

_SHORT = {"differ": "differ", "unrated": "not rated"}
"""Words of the legend for what is not a level of GRADE."""


def home(index: Index, parts: Parts, shell: Shell) -> Page:
    """Return the landing page."""
    found = parts.findings.all
    chart = EvidenceMap(index, parts)
    body = join(
        [
            _map(chart, found),
            _about(index, parts, chart, shell),
            _review(index, found),
            _use(index, shell),
            _dialog() if chart.opens else Html(""),
        ]
    )
    data = None
    if chart.opens:
        courses = Once()
        cards = [_card(parts, f, courses) for f in chart.listed]
        data = {
            "findings": cards,
            "courses": courses.values,
            "one": bool(one_state(index)),
            "plain": plain_names(),
            "sure": SURE,
            "ways": WAYS,
        }
    return Page("index.html", shell.title, body, "index.html", ("map.css",), ("map.js",), data)


def _map(chart: EvidenceMap, found: Sequence[Finding]) -> Html:
    if not found:
        return join(
            [
                el("h1", label("Evidence map"), id="map"),
                el("p", "This graph has no finding that may be shown."),
            ]
        )
    caption = join(
        [
            "Number of findings by intervention and outcome. ",
            el("strong", "An empty cell means: no finding in this graph. "),
            "It does not mean that there is no effect, nor that nobody has studied it.",
        ]
    )
    return join(
        [
            el("h1", label("Evidence map"), id="map"),
            start(chart.index, chart.parts),
            legend(found),
            el("div", control("findings"), _switches(chart), class_="controls js-only"),
            chart.table(caption),
            el("p", role="status", id="map-count", class_="soft small js-only"),
        ]
    )


def _about(index: Index, parts: Parts, chart: EvidenceMap, shell: Shell) -> Html:
    """Return what the map is and is not, and how much of the graph it shows."""
    about = index.text(index.base, "definition") or (
        "A graph of clinical evidence: what was done, with whom, what was found, and by whom."
    )
    found = parts.findings.all
    gaps = empty_outcomes(index, found)
    rows, columns = len(chart.frame.rows), len(chart.frame.columns)
    studied = len({i for f in found for i in f.interventions})
    measured = len({o for f in found for o in f.outcomes})
    outcomes = f"and {columns:,} of {measured:,} outcomes"
    if rows < studied or columns < measured:
        outcomes += ": those with most findings; the explorer finds the others"
    counts = (
        (len(index.instances("Intervention")), "interventions"),
        (len(found), "findings"),
        (len(index.instances("Recommendation")), "recommendations"),
        (len(index.instances("Outcome")), "outcomes"),
        (len(index.instances("Source")), "sources"),
    )
    statements = index.instances("Statement")
    approved = sum(not index.text(s, "stamp") for s in statements)
    facts = [el("li", el("b", f"{n:,}"), name) for n, name in counts]
    facts.append(el("li", el("b", f"{approved} of {len(statements)}"), "statements approved"))
    return join(
        [
            parts.caveats(index.instances("Practice")),
            el("h2", f"About {shell.title}", id="about"),
            el("p", about, class_="prose"),
            el("ul", facts, class_="facts"),
            showing(rows, studied, f"practices with a finding, {outcomes}") if found else None,
            el(
                "p",
                "The map shows what evidence there is, not what it says: choose a cell to read its "
                "findings. Nothing is pooled or weighed. Certainty says how sure one can be of a "
                "result by GRADE, whatever its direction; ratings by other systems are given in "
                "words with the finding. A claim is what an article reports of other work: it is "
                "no evidence, and the map shows claims where you ask for them. ",
                f"{traced(index)} ",
                el("a", "How to compare quotes", href="#review"),
                class_="prose",
            ),
            el(
                "p",
                f"Outcomes without any finding, {len(gaps):,} of "
                f"{len(index.instances('Outcome')):,}: ",
                parts.few(gaps) if gaps else "none",
                ".",
                class_="small soft",
            ),
        ]
    )


def _switches(chart: EvidenceMap) -> Html:
    """Return the controls of the map beside the age of the child."""
    claims = len(chart.listed) - len(chart.parts.findings.all)
    box = el("input", type="checkbox", id="claims")
    words = f" Show claims, which are no evidence ({chart.placed():,} of {claims:,} have a cell)"
    return join(
        [
            el("label", box, words) if claims else None,
            el("button", "Unfold all outcomes", type="button", id="unfold"),
        ]
    )


def legend(found: Sequence[Finding]) -> Html:
    """Return the legend in one line: certainty, direction, and what a hatched cell means."""
    levels = Counter(f.level for f in found)
    sides = Counter(f.side for f in found)
    marks = [
        el(
            "li",
            mark(level, str(levels[level])),
            both(_SHORT.get(level, words.removeprefix("GRADE ")), SURE[level]),
            data_level=level,
            title=words,
        )
        for level, words in LEVEL_WORDS.items()
        if level != "differ" or levels[level]
    ]
    glyphs = [
        el(
            "li",
            glyph(side),
            join([both(words, WAYS[side]), " "]),
            el("span", f"({sides[side]})", class_="total"),
            data_side=side,
            title=SIDE_WORDS[side],
        )
        for side, words in SIDE_SHORT.items()
    ]
    items = [
        el("li", label("GRADE"), class_="legend-title"),
        *marks,
        el("li", label("Direction"), class_="legend-title"),
        *glyphs,
        el("li", el("span", class_="hatched"), "no finding"),
    ]
    return el(
        "div",
        el("ul", items, class_="legend line"),
        class_="legend-box",
        role="region",
        aria_label="Legend: number of findings by certainty and by direction",
        tabindex=0,
    )


def _review(index: Index, found: Sequence[Finding]) -> Html:
    statements = index.instances("Statement")
    states = Counter(
        index.words(s, "effectiveStatus") or index.words(s, "reviewStatus") or "none recorded"
        for s in statements
    )
    day = fresh(index)
    pages = [
        el(
            "li",
            el("a", index.label(a), href=index.href(a)),
            ": ",
            index.words(a, "reviewStatus") or "not stated",
            f", last changed {index.text(a, 'modified')}" if index.text(a, "modified") else "",
        )
        for a in index.instances("Article")
    ]
    return join(
        [
            el("h2", "How it was reviewed", id="review"),
            el(
                "p",
                "Each statement has a review status of its own. Only an approval by somebody who "
                "is "
                "not its author makes it approved; everything else is stamped and drawn with a "
                "dashed outline, and should be read as a draft.",
                class_="prose",
            ),
            el(
                "ul",
                [
                    el("li", f"{name}: {plural(n, 'statement')}")
                    for name, n in sorted(states.items())
                ],
            ),
            el(
                "p",
                "What a statement quotes is first a place to look for. To compare it with a text "
                "that you have: ",
                el("code", "kg quotes check --text ID=FILE"),
                ", with the id of the document and your copy.",
                class_="prose",
            ),
            el("p", f"Last review event: {day}." if day else "No review event is recorded."),
            *([el("p", "Review status of the articles:"), el("ul", pages)] if pages else []),
        ]
    )


def _use(index: Index, shell: Shell) -> Html:
    base = index.base
    licence = index.text(base, "license")
    version = index.text(base, "versionInfo")
    digest = index.digest
    cite = f"{shell.title}{f', version {version}' if version else ''}. {base}. Content {digest}."
    files = [
        el("li", el("a", path.rpartition("/")[2], href=path, download=path.rpartition("/")[2]))
        for path in shell.downloads
    ]
    return join(
        [
            el("h2", "How to use and cite it", id="use"),
            el("p", cite, class_="card hash", id="citation"),
            el("p", "Data: ", el("a", licence_name(licence), href=licence), ".")
            if licence
            else None,
            el("h3", "Downloads") if files else None,
            el("ul", files, class_="inline-list downloads") if files else None,
            el(
                "p",
                "All of them are made from the same graph as these pages. The pages themselves "
                "work "
                "without a network: copy the folder and open index.html.",
                class_="small soft prose",
            ),
            el("h3", "What these pages use"),
            el(
                "p",
                "The free layout of the explorer is drawn by Cytoscape.js 3.34.4 (MIT licence, "
                "© The Cytoscape Consortium), which lies beside the pages with its whole notice.",
                class_="small soft prose",
            ),
        ]
    )


def _dialog() -> Html:
    return el(
        "dialog",
        el(
            "div",
            el("h2", id="cell-title"),
            el("button", "Close", type="button", id="cell-close"),
            class_="dialog-head",
        ),
        el("div", id="cell-body"),
        id="cell",
        aria_labelledby="cell-title",
    )


def _card(parts: Parts, f: Finding, courses: Once) -> dict[str, object]:
    """Return what a cell's dialog shows of a finding or claim, and its course of ages."""
    index = parts.index
    return {
        "course": courses.number(parts.courses.of(f)),
        "level": "" if f.is_claim else f.level,
        "doubts": f"{'; '.join(f.doubts).capitalize()}." if f.doubts else "",
        "href": index.page(f.iri),
        "id": f.identifier,
        "words": f.wordings,
        "side": f.side,
        "direction": result(f),
        "plain": [plain_result(f), plain_certainty(f)],
        "effect": [minus(e.text()) for e in f.estimates] + list(f.arms),
        "versus": "change within one group"
        if f.contrast == "withinGroup"
        else ", ".join(index.label(c) for c in f.comparators) or "comparator not stated",
        "certainty": [f"{r.words} ({r.origin})" for r in f.ratings] or ["not rated"],
        "design": ", ".join(part for part in (f.designs, f.counts) if part),
        "sources": [index.label(s) for s in f.sources],
        "stamp": f.stamp,
    }
