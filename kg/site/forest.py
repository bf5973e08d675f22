"""Forest plots: effects by outcome, one measure an axis, nothing pooled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor, log, log10

from kg.evidence.findings import RATIOS, Estimate, Finding
from kg.evidence.index import Index, natural
from kg.site import plot
from kg.site.html import Html, el, join
from kg.site.parts import Parts, plural, showing, table
from kg.site.shell import Page

NO_AXIS = frozenset({"", "unspecified"})
"""Types of estimates that say too little to be put on an axis."""
MOST_ON_AXIS, MOST_DRAWN, MOST_LISTED = 40, 400, 200
"""How many effects one axis has, all axes have, and the table of the others lists."""
_SQUARE = "M-4-4h8v8h-8Z"


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with a number, and the finding it belongs to."""

    finding: Finding
    estimate: Estimate
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Effects on one outcome in one measure: the only ones that may share an axis."""

    outcome: str
    type: str
    effects: tuple[Effect, ...]

    @property
    def shown(self) -> Panel:
        """The same with as many effects as one axis has."""
        return replace(self, effects=self.effects[:MOST_ON_AXIS])

    @property
    def is_ratio(self) -> bool:
        """Whether the axis is logarithmic."""
        return self.type in RATIOS

    @property
    def null(self) -> float:
        """The value of no effect."""
        return 1.0 if self.is_ratio else 0.0

    @property
    def signs_agree(self) -> bool:
        """Whether every number is on the side of its finding's direction."""
        for e in self.effects:
            above = e.value > self.null
            if e.finding.direction == "increase" and not above:
                return False
            if e.finding.direction == "decrease" and above:
                return False
        return True


def panels(findings: Iterable[Finding]) -> tuple[list[Panel], list[tuple[Finding, Estimate]]]:
    """Return what can be drawn, by outcome and measure, and the estimates that cannot."""
    found: dict[tuple[str, str], list[Effect]] = {}
    rest: list[tuple[Finding, Estimate]] = []
    for f in findings:
        for e in f.estimates:
            value, low, high = _float(e.value), _float(e.low), _float(e.high)
            is_bad = e.type in RATIOS and any(n is not None and n <= 0 for n in (value, low, high))
            if value is None or e.type in NO_AXIS or is_bad or len(f.outcomes) != 1:
                rest.append((f, e))
            else:
                found.setdefault((f.outcomes[0], e.type), []).append(Effect(f, e, value, low, high))
    return [Panel(o, t, tuple(effects)) for (o, t), effects in found.items()], rest


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
    room = MOST_DRAWN
    chosen: list[tuple[str, list[Panel]]] = []
    for outcome, own in ordered:
        room -= sum(len(p.shown.effects) for p in own)
        if room < 0 and chosen:
            break
        chosen.append((outcome, own))
    return chosen


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None  # also refuses infinity and NaN


def forest(index: Index, parts: Parts) -> Page:
    """Return the page of effects."""
    found, rest = panels(parts.findings.all)
    every = by_outcome(index, found)
    chosen = drawable(every)
    shown = [p.shown for _, own in chosen for p in own]
    caveats = parts.caveats(i for p in shown for e in p.effects for i in e.finding.interventions)
    body = [
        el("h1", "Effects"),
        el(
            "p",
            "Each effect as its source gives it, by outcome. Nothing is pooled. Different measures "
            "never share an axis; an effect without an interval is an open mark, because it "
            "does not show how precise it is.",
            class_="lead",
        ),
        caveats,
    ]
    if found:
        effects = sum(len(p.effects) for p in found)
        what = f"effects with an axis, on {len(chosen):,} of {plural(len(every), 'outcome')}"
        body.append(showing(sum(len(p.effects) for p in shown), effects, what))
    for outcome, own in chosen:
        body.append(el("h2", parts.ref(outcome)))
        for panel in own:
            body += list(_panel(index, parts, panel))
    if others := [outcome for outcome, _ in every[len(chosen) :]]:
        body.append(el("h2", f"Outcomes whose effects are on their own pages: {len(others):,}"))
        body.append(el("p", parts.few(others)))
    if not found:
        body.append(el("p", "No finding in this graph has an effect that can be drawn."))
    if rest:
        body.append(el("h2", f"Effects without an axis: {len(rest):,}"))
        body.append(
            el(
                "p",
                "Their sources do not say which measure the number is, or give no number; they "
                "are listed and not drawn.",
            )
        )
        body.append(showing(len(rest[:MOST_LISTED]), len(rest), "effects without an axis"))
        body.append(_table(parts, rest[:MOST_LISTED], "Effects that are not drawn"))
    return Page("forest.html", "Effects", join(body), "forest.html", ("plot.css",))


def _panel(index: Index, parts: Parts, panel: Panel) -> Iterable[Html]:
    measure = panel.effects[0].estimate.words
    scale = ", logarithmic axis" if panel.is_ratio else ""
    title = f"{measure}{scale}: {plural(len(panel.effects), 'effect')}, not pooled"
    yield el("h3", f"{title[:1].upper()}{title[1:]}")
    shown = panel.shown
    if len(shown.effects) < len(panel.effects):
        yield showing(len(shown.effects), len(panel.effects), "effects")
        yield el("p", "All of them are on the page of ", parts.ref(panel.outcome), ".")
    if not shown.signs_agree:
        yield el(
            "p",
            "The sources do not print the sign, or the reference group, in one way: a number on "
            "this axis does not tell the direction. Read the text next to each.",
            class_="caveat",
        )
    yield _plot(index, parts, shown)
    yield el(
        "details",
        el("summary", "The same as a table"),
        _table(
            parts,
            [(e.finding, e.estimate) for e in shown.effects],
            f"{index.label(panel.outcome)}: {title}",
        ),
    )


def _table(parts: Parts, found: Sequence[tuple[Finding, Estimate]], caption: str) -> Html:
    rows = []
    for f, e in found:
        interval = "no interval"
        if e.low and e.high:
            interval = f"{e.low} to {e.high} ({e.level or 'level not given'})"
        rows.append(
            (
                join(
                    [
                        parts.refs(f.interventions),
                        el(
                            "div",
                            parts.ref(f.iri, f.identifier),
                            " ",
                            parts.stamp(f.iri),
                            class_="small",
                        ),
                    ]
                ),
                parts.refs(f.outcomes),
                parts.comparison(f),
                join(
                    [
                        el("div", f"{e.words} {e.value}" if e.value else f"{e.words}: no value"),
                        el("div", interval, class_="small soft"),
                    ]
                ),
                ", ".join(p for p in (e.p, e.test) if p) or "–",
                parts.direction(f),
                f.counts or "not stated",
                parts.refs(f.sources),
            )
        )
    heads = (
        "Intervention",
        "Outcome",
        "Compared with",
        "Effect and interval",
        "Test",
        "Direction",
        "Size",
        "Source",
    )
    return table(caption, heads, rows)


class _Axis:
    """Positions of numbers: from the null value to both sides, logarithmic for ratios."""

    def __init__(self, panel: Panel) -> None:
        self.log = panel.is_ratio
        every = [panel.null]
        for e in panel.effects:
            every += [v for v in (e.value, e.low, e.high) if v is not None]
        low, high = min(every), max(every)
        if self.log:
            self.low, self.high = log(low) - 0.15, log(high) + 0.15
        else:
            room = (high - low or 1.0) * 0.08
            self.low, self.high = low - room, high + room

    def x(self, value: float) -> float:
        at = log(value) if self.log else value
        return (at - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        if self.log:
            known = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
            return [v for v in known if self.low <= log(v) <= self.high]
        span = self.high - self.low
        step = 10 ** floor(log10(span / 3))
        step = next(s for s in (step, 2 * step, 5 * step, 10 * step) if span / s <= 7)
        first = floor(self.low / step)
        ticks = [round((first + n) * step, 10) for n in range(10)]
        return [t for t in ticks if self.low <= t <= self.high]


def _plot(index: Index, parts: Parts, panel: Panel) -> Html:
    axis = _Axis(panel)
    behind = [plot.upright(axis.x(tick), "tick") for tick in axis.ticks()]
    behind.append(plot.upright(axis.x(panel.null), "null"))
    rows = [_row(index, parts, effect, axis, behind) for effect in panel.effects]
    outcome = index.label(panel.outcome)
    # The words come from the data: numbers above the null go with "increase".
    ends = el(
        "div",
        el("span", f"← less {outcome}"),
        el("span", f"more {outcome} →"),
        class_="ends",
    )
    words: list[plot.Tick] = [(axis.x(tick), f"{tick:g}", False) for tick in axis.ticks()]
    rows.append(plot.axis(words, ends if panel.signs_agree else None))
    return plot.plot(rows, f"Forest plot of {outcome}; the table below says the same")


def _row(index: Index, parts: Parts, effect: Effect, axis: _Axis, behind: list[Html]) -> Html:
    f, e = effect.finding, effect.estimate
    versus = ", ".join(index.short_label(c) for c in f.comparators)
    about = (f.identifier, f.subgroup.rstrip("."), f"vs {versus}" if versus else "", f.counts)
    small = " · ".join(part for part in about if part)
    names = ", ".join(index.label(i) for i in f.interventions)
    name = [
        el("a", names, href=index.page(f.iri)),
        el("div", f"{small} ", parts.stamp(f.iri), class_="small soft"),
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
        span = f" [{e.low}, {e.high}]"
    else:
        marks = [plot.at(x, _SQUARE, "lone")]
        span = " (no interval)"
    words = f"{f.direction_words} ({f.valence_words or 'no valence'})"
    cells = [el("div", f"{e.value}{span}"), el("div", words, class_="small soft")]
    return plot.row(name, [([*behind, *marks], cells)])
