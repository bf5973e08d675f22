"""The age timeline: the ages that an intervention is meant for, and was studied in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.views.shapes import number
from kg.views.site.ages import Age, child_ages
from kg.views.site.html import Html, el, join
from kg.views.site.index import Index, natural, unique
from kg.views.site.parts import Parts, plural, table
from kg.views.site.shell import Page
from kg.views.text import cut, width

KNEE, END = 36.0, 216.0
"""Months: up to the knee a month is wide, beyond it a year is as narrow as half a year before."""
_LEFT, _WIDE, _NARROW, _RIGHT = 270.0, 15.5, 1.9, 215.0
_BAR, _STEP = 13.0, 17.0
TARGET = "programmeTarget"
_STUDIED = ("studyEligibility", "studySample")


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages of one intervention: those it is meant for, and those it was studied in."""

    iri: str
    target: tuple[Age, ...]
    studied: tuple[Age, ...]

    @property
    def mismatch(self) -> str:
        """What differs between target and studied ages, in words, as far as that can be told."""
        target, studied = _span(self.target), _span(self.studied)
        if target is None or studied is None:
            return ""
        found = []
        if target[0] < studied[0]:
            found.append("the target begins below the studied ages")
        if target[1] > studied[1]:
            found.append("the target ends above the studied ages")
        if studied[0] < target[0] or studied[1] > target[1]:
            found.append("studies went beyond the target")
        return "; ".join(found)


def _span(ages: Sequence[Age]) -> tuple[float, float] | None:
    """Return the lowest and highest stated limit, or ``None`` where an end is open or unknown."""
    lows = [a.low for a in ages]
    highs = [a.high for a in ages]
    if not ages or None in lows or None in highs:
        return None
    return min(a for a in lows if a is not None), max(a for a in highs if a is not None)


def read_ages(index: Index, parts: Parts) -> list[Ages]:
    """Return the ages of every intervention that has any."""
    found = []
    for iri in index.instances("Intervention"):
        meant = child_ages(index, index.things(iri, "targetPopulation"))
        seen = [a for f in parts.findings.of(iri, "intervention") for a in f.ages]
        every = list({a.iri: a for a in (*meant, *seen)}.values())
        target = tuple(a for a in every if a.basis == TARGET or (a in meant and not a.basis))
        studied = tuple(_once(a for a in every if a.basis in _STUDIED))
        if target or studied:
            found.append(Ages(iri, tuple(_once(target)), studied))
    return sorted(found, key=lambda a: (_first(a), natural(index.label(a.iri))))


def _once(ages: Iterable[Age]) -> list[Age]:
    """Return ages without those that say the same in the same words."""
    return list({(a.words, a.low, a.high, a.basis): a for a in ages}.values())


def _first(ages: Ages) -> float:
    lows = [a.low or 0.0 for a in (*ages.target, *ages.studied)]
    return min(lows, default=END)


def place(months: float) -> float:
    """Return where an age stands from the left: months are wide up to the knee, narrow beyond."""
    near, far = min(months, KNEE), max(min(months, END) - KNEE, 0.0)
    return _LEFT + near * _WIDE + far * _NARROW


def timeline(index: Index, parts: Parts) -> Page:
    """Return the page of ages."""
    found = read_ages(index, parts)
    without = [i for i in index.instances("Intervention") if i not in {a.iri for a in found}]
    body = [
        el("h1", "Ages: meant for, and studied in"),
        el(
            "p",
            "A filled bar is the age range a programme is meant for, an outlined bar one that a "
            "study "
            "took or looked for. Where the two differ, findings may not carry over.",
            class_="lead",
        ),
    ]
    body.append(parts.caveats(a.iri for a in found))
    if found:
        chart = el(
            "div",
            _chart(index, found),
            class_="scroll",
            role="region",
            tabindex=0,
            aria_label="Age timeline, scrolls sideways",
        )
        body += [_legend(), chart, el("h2", "The same as a table"), _table(index, parts, found)]
    body.append(el("h2", f"Interventions for which no age is stated: {len(without)}"))
    body.append(el("p", parts.refs(without) if without else "None."))
    return Page("timeline.html", "Ages", join(body), "timeline.html", ("map.css",))


def _legend() -> Html:
    def sample(inner: str) -> Html:
        return Html(
            f'<svg width="40" height="16" viewBox="0 0 40 16" aria-hidden="true" class="ages">'
            f"{inner}</svg>"
        )

    items = (
        (
            '<rect class="target" x="2" y="2" width="36" height="12"/>',
            "meant for (programme target)",
        ),
        (
            '<rect class="studied" x="2" y="2" width="36" height="12"/>',
            "studied (sample or eligibility)",
        ),
        ('<path class="edge" d="M8 1v14M32 1v14"/>', "limit: itself included or not is stated"),
        ('<path class="open" d="M4 8h26M24 3l7 5-7 5"/>', "no limit stated on this side"),
        ('<path class="mean" d="M20 2l6 6-6 6-6-6Z"/>', "mean age, no limits given"),
    )
    return el("ul", [el("li", sample(s), words) for s, words in items], class_="legend")


def _chart(index: Index, found: Sequence[Ages]) -> Html:
    top, parts = 44.0, list[Html]()
    y = top
    for row in found:
        bars = [*((a, "target") for a in row.target), *((a, "studied") for a in row.studied)]
        tall = max(len(bars) * _STEP, 20.0) + 12
        label = el(
            "text",
            el("title", index.label(row.iri)),
            _name(index, row.iri),
            x=8,
            y=number(y + 18),
            class_="name",
        )
        parts.append(el("a", label, href=index.page(row.iri)))
        if row.mismatch:
            parts.append(el("text", "≠ differ", x=8, y=number(y + 33), class_="differ"))
        for n, (age, kind) in enumerate(bars):
            parts.append(_bar(age, kind, y + 6 + n * _STEP))
        y += tall
        parts.append(el("path", d=f"M0 {number(y)}H{number(place(END) + _RIGHT)}", class_="rule"))
    wide = place(END) + _RIGHT
    return el(
        "svg",
        el("title", "Ages that interventions are meant for and were studied in"),
        _axis(y),
        parts,
        viewBox=f"0 0 {number(wide)} {number(y + 6)}",
        width=number(wide),
        height=number(y + 6),
        class_="ages",
        role="group",
        aria_label="Ages of interventions; the table below says the same",
    )


def _name(index: Index, iri: str) -> str:
    """Return a label that fits before the bars, else an abbreviation, else a cut label."""
    label, room = index.label(iri), _LEFT - 22
    shown = label if width(label, 13, True) <= room else index.short_label(iri)
    return cut(shown, 13, room, True)


def _axis(bottom: float) -> Html:
    parts = []
    months = [*range(0, 37, 6), 60, 84, 108, 132, 156, 180, 216]
    for m in months:
        x = place(m)
        words = f"{m} mo" if m <= KNEE else f"{m // 12} y"
        parts.append(el("path", d=f"M{number(x)} 36V{number(bottom)}", class_="tick"))
        parts.append(el("text", words, x=number(x), y=30, class_="tick-text"))
    x = place(KNEE)
    parts.append(el("path", d=f"M{number(x)} 18V{number(bottom)}", class_="knee"))
    parts.append(el("text", "scale changes here", x=number(x), y=13, class_="tick-text"))
    return el("g", parts)


def _bar(age: Age, kind: str, y: float) -> Html:
    """Return a bar with its words; an end without a limit is an arrow."""
    title = el("title", f"{age.words} ({age.basis_words})")
    if age.low is None and age.high is None:
        if age.mean is None:
            return el("g", title, el("text", age.words, x=number(_LEFT), y=number(y + 10)))
        x, m = place(age.mean), y + _BAR / 2
        diamond = el("path", d=f"M{number(x)} {number(m - 6)}l6 6-6 6-6-6Z", class_="mean")
        words = el("text", age.words, x=number(x + 11), y=number(y + 10), class_="words")
        return el("g", title, diamond, words)
    left, right = place(age.low or 0.0), place(END if age.high is None else age.high)
    inner = [
        title,
        el(
            "rect",
            x=number(left),
            y=number(y),
            width=number(max(right - left, 2)),
            height=_BAR,
            class_=kind,
        ),
    ]
    for x, limit, bound, way in (
        (left, age.low, age.low_bound, 1),
        (right, age.high, age.high_bound, -1),
    ):
        if limit is None:
            m = y + _BAR / 2
            inner.append(
                el(
                    "path",
                    d=f"M{number(x + way * 7)} {number(m - 5)}l{-way * 6} 5 {way * 6} 5",
                    class_="open",
                )
            )
        elif bound in ("inclusive", "exclusive"):
            d = f"M{number(x)} {number(y - 2)}v{number(_BAR + 4)}"
            inner.append(el("path", d=d, class_=f"edge {bound}"))
    room = right + 6
    inner.append(el("text", age.words, x=number(room), y=number(y + 10), class_="words"))
    return el("g", inner)


def _table(index: Index, parts: Parts, found: Sequence[Ages]) -> Html:
    def words(ages: Sequence[Age]) -> Html:
        if not ages:
            return el("span", "not stated", class_="soft")
        lines = [
            el("li", f"{a.words} ", el("span", f"({_bounds(a)})", class_="soft")) for a in ages
        ]
        return el("ul", lines)

    rows = [(parts.ref(a.iri), words(a.target), words(a.studied), a.mismatch or "–") for a in found]
    every = len(index.instances("Intervention"))
    caption = f"{plural(len(found), 'intervention')} with an age, of {every}"
    return table(caption, ("Intervention", "Meant for", "Studied in", "Difference"), rows)


def _bounds(age: Age) -> str:
    """Return the basis of an age, and whether its limits are included."""
    said = {"inclusive": "included", "exclusive": "not included"}
    parts = [age.basis_words or "basis not stated"]
    for limit, bound, name in (
        (age.low, age.low_bound, "lower limit"),
        (age.high, age.high_bound, "upper limit"),
    ):
        if limit is not None:
            parts.append(f"{name} {said.get(bound, 'included or not: not stated')}")
    return "; ".join(unique(parts))
