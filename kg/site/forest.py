"""Forest plots: effects by outcome, one measure an axis, nothing pooled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import exp, floor, log, log10

from kg.evidence.effects import Effect, Panel, Unplaced, null, panels
from kg.evidence.findings import RATIOS, Estimate, Finding
from kg.evidence.grade import COMPARATOR, INTERVENTION
from kg.evidence.index import Index, natural
from kg.site import plot
from kg.site.child_age import control
from kg.site.html import Html, el, join, text
from kg.site.marks import FILLED, glyph, oplus
from kg.site.parts import Parts
from kg.site.plain import both, plain_certainty, plain_counts, plain_result
from kg.site.shell import Page
from kg.site.table import plural, showing, table
from kg.site.wording import minus, result, short

MOST_ON_AXIS, MOST_DRAWN, MOST_LISTED = 40, 400, 200
"""How many effects one axis has, all axes have, and the table of the others lists."""
_SQUARE = "M-4-4h8v8h-8Z"
_FAMILIES = {"cohensD": "SMD", "hedgesG": "SMD"}
"""Measures in the same unit, standard deviations, have axes of the same length."""
_WHOLE = {"correlation": 1.0}
"""Measures that cannot go beyond a number: their axis shows all of it."""


def by_outcome(index: Index, found: Iterable[Panel]) -> list[tuple[str, list[Panel]]]:
    """Return panels by outcome, the outcomes with most effects and the fullest panels first."""
    some: dict[str, list[Panel]] = {}
    for panel in sorted(found, key=lambda p: (-len(p.effects), p.type)):
        some.setdefault(panel.outcome, []).append(panel)
    counts = {outcome: sum(len(p.effects) for p in own) for outcome, own in some.items()}
    order = sorted(some, key=lambda o: (-counts[o], natural(index.label(o))))
    return [(outcome, some[outcome]) for outcome in order]


def drawable(ordered: list[tuple[str, list[Panel]]]) -> list[tuple[str, list[Panel]]]:
    """Return the first outcomes, with all of their panels, that fit on a page."""
    left = MOST_DRAWN
    chosen: list[tuple[str, list[Panel]]] = []
    for outcome, own in ordered:
        left -= sum(len(_shown(p).effects) for p in own)
        if left < 0 and chosen:
            break
        chosen.append((outcome, own))
    return chosen


def _shown(panel: Panel) -> Panel:
    """Return a panel with as many effects as one axis has."""
    return replace(panel, effects=panel.effects[:MOST_ON_AXIS])


def forest(index: Index, parts: Parts) -> Page:
    """Return the page of effects."""
    found, rest = panels(index, parts.findings.all)
    every = by_outcome(index, found)
    chosen = drawable(every)
    shown = [_shown(p) for _, own in chosen for p in own]
    axes = _axes(shown)
    caveats = parts.caveats(i for p in shown for e in p.effects for i in e.finding.interventions)
    body = [
        el("h1", both("Effects", "How large the differences are")),
        el("p", both(_LEAD, _PLAIN_LEAD), class_="lead"),
        caveats,
        control("effects"),
    ]
    if found:
        effects = sum(len(p.effects) for p in found)
        what = f"effects with an axis, on {len(chosen):,} of {plural(len(every), 'outcome')}"
        body.append(showing(sum(len(p.effects) for p in shown), effects, what))
    for outcome, own in chosen:
        body.append(el("h2", parts.ref(outcome)))
        for panel in own:
            body += list(_panel(index, parts, panel, axes[_family(panel.type)]))
    if others := [outcome for outcome, _ in every[len(chosen) :]]:
        body.append(el("h2", f"Outcomes whose effects are on their own pages: {len(others):,}"))
        body.append(el("p", parts.few(others)))
    if not found:
        body.append(el("p", "No finding in this graph has an effect that can be drawn."))
    if rest:
        body.append(_without_axis(parts, rest))
    return Page("forest.html", "Effects", join(body), "forest.html", ("plot.css",))


def _panel(index: Index, parts: Parts, panel: Panel, axis: _Axis) -> Iterable[Html]:
    measure = panel.effects[0].estimate.words
    scale = ", logarithmic axis" if panel.is_ratio else ""
    title = f"{measure}{scale}: {plural(len(panel.effects), 'effect')}, not pooled"
    plain = f"{plural(len(panel.effects), 'difference')}, measured in one way"
    yield el("h3", both(f"{title[:1].upper()}{title[1:]}", plain))
    shown = _shown(panel)
    if len(shown.effects) < len(panel.effects):
        yield showing(len(shown.effects), len(panel.effects), "effects")
        yield el("p", "All effects are on the page of ", parts.ref(panel.outcome), ".")
    yield _plot(index, parts, shown, axis)
    yield el(
        "details",
        el("summary", "The same as a table"),
        table(
            f"{index.label(panel.outcome)}: {title}",
            _HEADS,
            [_cells(parts, e.finding, e.estimate) for e in shown.effects],
        ),
    )


_LEAD = (
    "Each effect as its source gives it, by outcome. Nothing is pooled. A measure has the same "
    "axis in all plots, and different measures never share one. An open mark has no interval, so "
    "its precision is not known."
)
_PLAIN_LEAD = (
    "Each square is a result. The line in the middle means no difference; the words below say "
    "which side is better. A longer bar means that the result is less precise. An open square has "
    "no bar, because its source does not say how precise it is."
)


_HEADS = (
    "Intervention",
    "Outcome",
    "Compared with",
    "Effect and interval",
    "Test",
    "Result",
    "Size",
    "Source",
)


def _without_axis(parts: Parts, rest: Sequence[Unplaced]) -> Html:
    """Return the effects without an axis; on paper they have a wide page of their own."""
    why = (
        "A mark would be on the wrong side, or on no side, of an axis. Each row says why; "
        "the direction is the one that the source states."
    )
    return el(
        "div",
        el("h2", f"Effects without an axis: {len(rest):,}", id="no-axis"),
        el("p", why),
        showing(len(rest[:MOST_LISTED]), len(rest), "effects without an axis"),
        _not_drawn(parts, rest[:MOST_LISTED]),
        class_="across",
    )


def _not_drawn(parts: Parts, found: Sequence[Unplaced]) -> Html:
    rows = [(*_cells(parts, u.finding, u.estimate), u.reason) for u in found]
    courses = [parts.courses.of(u.finding) for u in found]
    return table("Effects that are not drawn", (*_HEADS, "Why it is not drawn"), rows, courses)


def _cells(parts: Parts, f: Finding, e: Estimate) -> tuple[str | Html, ...]:
    number = minus(e.value) if e.value else "no value"
    interval = "no interval"
    if e.low and e.high:
        interval = minus(f"{e.low} to {e.high} ({e.level or 'level not given'})")
    place = [parts.ref(f.iri, f.identifier), " ", parts.stamp(f.iri)]
    subgroup = el("div", f.subgroup, class_="small") if f.subgroup else None
    return (
        join([parts.refs(f.interventions), subgroup, el("div", place, class_="small")]),
        parts.refs(f.outcomes),
        parts.comparison(f),
        join([el("div", f"{e.words} {number}"), el("div", interval, class_="small soft")]),
        ", ".join(p for p in (e.p, e.test) if p) or "–",
        parts.direction(f),
        f.counts or "not stated",
        parts.works(f.sources),
    )


def _family(type_: str) -> str:
    return _FAMILIES.get(type_, type_)


def _axes(shown: Iterable[Panel]) -> dict[str, _Axis]:
    """Return one axis for each measure, long enough for all of its effects on the page."""
    numbers: dict[str, list[float]] = {}
    for panel in shown:
        for e in panel.effects:
            known = [v for v in (e.value, e.low, e.high) if v is not None]
            numbers.setdefault(_family(panel.type), []).extend(known)
    return {type_: _Axis(type_, found) for type_, found in numbers.items()}


class _Axis:
    """Positions of numbers: as far to both sides of the null, logarithmic for ratios."""

    def __init__(self, type_: str, numbers: Iterable[float]) -> None:
        self.log = type_ in RATIOS
        self.middle = self._at(null(type_))
        reach = max((abs(self._at(n) - self.middle) for n in numbers), default=0.0) or 1.0
        self.reach = max(_WHOLE.get(type_, 0.0), reach) * 1.06

    def _at(self, value: float) -> float:
        return log(value) if self.log else value

    def x(self, value: float) -> float:
        """Return the place of a number, between 0 and 1."""
        return (self._at(value) - self.middle + self.reach) / (2 * self.reach)

    def ticks(self) -> list[float]:
        """Return the numbers to write at the axis."""
        low, high = self.middle - self.reach, self.middle + self.reach
        if self.log:
            decades = range(floor(low / log(10)), floor(high / log(10)) + 1)
            steps = (1,) if self.reach > log(60) else (1, 2, 5)
            every = [round(n * 10.0**d, 12) for d in decades for n in steps]
            return [v for v in every if exp(low) <= v <= exp(high)]
        step = 10 ** floor(log10(2 * self.reach / 7))
        step = next(s for s in (step, 2 * step, 5 * step, 10 * step) if 2 * self.reach / s <= 7)
        count = floor(self.reach / step)
        return [round(self.middle + n * step, 10) for n in range(-count, count + 1)]


def _plot(index: Index, parts: Parts, panel: Panel, axis: _Axis) -> Html:
    behind = [plot.upright(axis.x(tick), "tick") for tick in axis.ticks()]
    behind.append(plot.upright(axis.x(panel.null), "null"))
    rows = [_row(index, parts, effect, axis, behind) for effect in panel.effects]
    outcome = index.label(panel.outcome)
    ends = el(
        "div",
        el("span", "← ", _end(panel.left, outcome)),
        el("span", _end(panel.right, outcome), " →"),
        class_="ends",
    )
    ticks = axis.ticks()
    middle = ticks.index(panel.null)  # always has its number, also where there is little space
    words: list[plot.Tick] = [
        (axis.x(tick), minus(f"{tick:g}"), (n - middle) % 2 == 1) for n, tick in enumerate(ticks)
    ]
    rows.append(plot.axis(words, ends))
    return plot.plot(rows, f"Forest plot of {outcome}; the table below says the same")


_BETTER = {INTERVENTION: "better with it", COMPARATOR: "better with the other"}


def _end(side: str, outcome: str) -> Html:
    """Return what an end of an axis means."""
    if side in _BETTER:
        return both(f"favours the {side}", _BETTER[side])
    return text(f"{side}: {outcome}")


def _row(index: Index, parts: Parts, effect: Effect, axis: _Axis, behind: list[Html]) -> Html:
    f, e = effect.finding, effect.estimate
    versus = ", ".join(index.short_label(c) for c in f.comparators)
    subgroup = f.subgroup.rstrip(".")
    small = join([part for part in (f.identifier, f"vs {versus}" if versus else "") if part], " · ")
    size = both(f.counts or "N not stated", plain_counts(f) or "how many took part is not given")
    names = ", ".join(index.label(i) for i in f.interventions)
    name = [
        el("a", subgroup if effect.is_part else names, href=index.page(f.iri)),
        el("div", subgroup, class_="small") if subgroup and not effect.is_part else None,
        el("div", small, " · ", size, " ", parts.stamp(f.iri), class_="small soft"),
        el("div", parts.works(f.sources), class_="small soft source") if f.sources else None,
    ]
    x = axis.x(effect.value)
    if effect.low is not None and effect.high is not None:
        left, right = axis.x(effect.low), axis.x(effect.high)
        marks = [
            plot.level(left, right, "ci"),
            plot.at(left, "M0-4v8", "ci"),
            plot.at(right, "M0-4v8", "ci"),
            plot.at(x, _SQUARE, "point"),
        ]
        missing = ""
    else:
        marks = [plot.at(x, _SQUARE, "lone")]
        missing = " (no interval)"
    cells = [
        el("div", short(e), missing, class_="cl"),
        el("div", glyph(f.side), " ", both(result(f), plain_result(f)), class_="small"),
        el("div", _certainty(f), class_="small soft cl"),
        el("div", plain_certainty(f), class_="small soft cg"),
    ]
    kind = "row part" if effect.is_part else "row"
    return plot.row(name, [([*behind, *marks], cells)], kind, parts.courses.of(f))


def _certainty(f: Finding) -> Html:
    """Return the ratings in short, those by GRADE with their circles."""
    if not f.ratings:
        return el("span", "certainty not rated")
    return join(
        [
            el(
                "div",
                oplus(r.rating) if r.system == "GRADE" and r.rating in FILLED else None,
                f" {r.words}",
            )
            for r in f.ratings
        ]
    )
