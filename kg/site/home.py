"""The landing page: what the graph is, the evidence map, how it was reviewed, how to use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.evidence.ages import BANDS, NO, UNDETERMINED, YES, Band, overlap
from kg.evidence.findings import Finding
from kg.evidence.index import Index
from kg.site.evidence_map import EvidenceMap, empty_outcomes
from kg.site.html import Html, el, join
from kg.site.marks import LEVEL_WORDS, SIDE_WORDS, glyph, mark
from kg.site.parts import Parts, plural, showing
from kg.site.shell import Page, Shell, fresh, licence_name
from kg.site.wording import minus, result, traced


def home(index: Index, parts: Parts, shell: Shell) -> Page:
    """Return the landing page."""
    found = parts.findings.all
    chart = EvidenceMap(index, parts)
    body = join(
        [
            _intro(index, shell, found),
            _map(index, parts, chart, found),
            _by_age(parts, chart, found),
            _review(index, found),
            _use(index, shell),
            _dialog() if chart.opens else Html(""),
        ]
    )
    data = {"findings": [_card(parts, f) for f in found]} if chart.opens else None
    return Page("index.html", shell.title, body, "index.html", ("map.css",), ("map.js",), data)


def _intro(index: Index, shell: Shell, found: Sequence[Finding]) -> Html:
    about = index.text(index.base, "definition") or (
        "A graph of clinical evidence: what was done, with whom, what was found, and by whom."
    )
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
            el("h1", shell.title),
            el("p", about, class_="lead"),
            el("ul", facts, class_="facts"),
        ]
    )


def _map(index: Index, parts: Parts, chart: EvidenceMap, found: Sequence[Finding]) -> Html:
    if not found:
        return join(
            [
                el("h2", "Evidence map", id="map"),
                el("p", "This graph has no finding that may be shown."),
            ]
        )
    gaps = empty_outcomes(index, found)
    rows, columns = len(chart.frame.rows), len(chart.frame.columns)
    studied = len({i for f in found for i in f.interventions})
    measured = len({o for f in found for o in f.outcomes})
    is_cut = rows < studied or columns < measured
    outcomes = f"and {columns:,} of {measured:,} outcomes"
    if is_cut:
        outcomes += ": those with most findings; the explorer finds the others"
    caption = join(
        [
            "Number of findings by intervention and outcome. ",
            el("strong", "A hatched cell means: no finding in this graph. "),
            "It does not mean that there is no effect, nor that nobody has studied it.",
        ]
    )
    return join(
        [
            el("h2", "Evidence map", id="map"),
            el(
                "p",
                "The map shows what evidence there is, not what it says: choose a cell to read its "
                "findings. Nothing is pooled or weighed. ",
                f"{traced(index)} ",
                el("a", "How to compare quotes", href="#review"),
                class_="prose",
            ),
            showing(rows, studied, f"practices with a finding, {outcomes}"),
            legend(found),
            el("div", _folders(), class_="js-only"),
            chart.table(found, caption, name="map", whole=True),
            el(
                "p",
                "Certainty says how sure one can be of a result by GRADE, whatever its direction. "
                "Ratings by other systems are given in words with the finding; they are not GRADE "
                "ratings.",
                class_="small soft prose",
            ),
            parts.caveats(index.instances("Practice")),
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


def _folders() -> Html:
    """Return the controls that scripts bring to life."""
    options = [el("option", "all ages", value="")]
    options += [el("option", b.label, value=b.id) for b in BANDS]
    return el(
        "div",
        el("label", "Age of the children ", el("select", options, id="age")),
        el("button", "Unfold all outcomes", type="button", id="unfold"),
        el("span", role="status", id="map-count", class_="soft"),
        class_="controls",
    )


def legend(found: Sequence[Finding]) -> Html:
    """Return the legend: the one scale of certainty, and the glyphs of direction."""
    levels = Counter(f.level for f in found)
    sides = Counter(f.side for f in found)
    marks = [
        el("li", mark(level, str(levels[level])), words)
        for level, words in LEVEL_WORDS.items()
        if level != "differ" or levels[level]
    ]
    glyphs = [
        el("li", glyph(side), f"{words} ({sides[side]})") for side, words in SIDE_WORDS.items()
    ]
    return join(
        [
            el(
                "ul",
                el("li", "Certainty", class_="legend-title"),
                marks,
                el("li", "number = findings, area grows with it"),
                class_="legend",
            ),
            el("ul", el("li", "Direction", class_="legend-title"), glyphs, class_="legend"),
        ]
    )


def _by_age(parts: Parts, chart: EvidenceMap, found: Sequence[Finding]) -> Html:
    sections = [_band(chart, band, found) for band in BANDS]
    if not found:
        return Html("")
    return join(
        [
            el("h2", "By age of the children", id="ages"),
            el(
                "p",
                "A finding counts where the ages of its children overlap the band. Where a source "
                "states no age, or does not say what its edge means, that cannot be determined: "
                "the finding is in no band.",
                class_="prose",
            ),
            el("div", sections, id="bands"),
        ]
    )


def _band(chart: EvidenceMap, band: Band, found: Sequence[Finding]) -> Html:
    answers = {f.iri: overlap(f.ages, band) for f in found}
    inside = [f for f in found if answers[f.iri] == YES]
    undetermined = sum(a == UNDETERMINED for a in answers.values())
    outside = sum(a == NO for a in answers.values())
    told = f"{len(inside)} of {len(found)} findings overlap"
    rest = f"{undetermined} cannot be determined, {outside} do not"
    caption = join(
        [
            f"Findings on children of {band.label}: {told}; {rest}. ",
            "A hatched cell means: no such finding in this graph.",
        ]
    )
    inner = (
        chart.table(inside, caption, name=f"age-{band.id}", whole=False)
        if inside
        else el("p", "No finding in this graph is known to cover these ages.")
    )
    return el(
        "details",
        el("summary", f"{band.label} ", el("span", f"– {told}, {rest}", class_="soft")),
        inner,
        id=f"age-{band.id}",
        data_count=f"{told}; {rest}",
        class_="band",
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


def _card(parts: Parts, f: Finding) -> dict[str, object]:
    """Return what a cell's dialog shows of a finding."""
    index = parts.index
    return {
        "href": index.page(f.iri),
        "id": f.identifier,
        "words": f.wordings,
        "side": f.side,
        "direction": result(f),
        "effect": [minus(e.text()) for e in f.estimates] + list(f.arms),
        "versus": "change within one group"
        if f.contrast == "withinGroup"
        else ", ".join(index.label(c) for c in f.comparators) or "comparator not stated",
        "certainty": [f"{r.words} ({r.origin})" for r in f.ratings] or ["not rated"],
        "design": ", ".join(part for part in (f.designs, f.counts) if part),
        "sources": [index.label(s) for s in f.sources],
        "stamp": f.stamp,
    }
