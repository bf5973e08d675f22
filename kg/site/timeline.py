"""The age timeline: the ages that an intervention is meant for, and was studied in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.evidence.ages import BANDS, YES, Age, child_ages, overlap
from kg.evidence.index import Index, natural, unique
from kg.site import plot
from kg.site.child_age import control
from kg.site.html import Html, el, join, text
from kg.site.parts import Parts
from kg.site.plain import both, label
from kg.site.shell import Page
from kg.site.table import plural, showing, table

KNEE, END = 36.0, 216.0
"""Months: up to the knee a month is wide, beyond it a year is as narrow as half a year before."""
_WIDE, _NARROW = 8.0, 1.0
_TICKS = (*range(0, 37, 6), 60, 84, 108, 132, 156, 180, 216)
_KEPT = (0, 12, 24, 36, 108, 216)
"""Months with a line, and those whose words stay where there is little space."""
MOST = 150
"""How many interventions are drawn; the others are named, and their pages have their ages."""
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
        """What differs between target and studied ages, in words, as far as that is known."""
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
        meant = child_ages(index, index.nodes(iri, "targetPopulation"))
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
    """Return the position of an age, from 0 to 1: months are wide up to the knee, narrow beyond."""
    near, far = min(months, KNEE), max(min(months, END) - KNEE, 0.0)
    return (near * _WIDE + far * _NARROW) / (KNEE * _WIDE + (END - KNEE) * _NARROW)


def timeline(index: Index, parts: Parts) -> Page:
    """Return the page of ages."""
    found = read_ages(index, parts)
    aged = {a.iri for a in found}
    without = [i for i in index.instances("Intervention") if i not in aged]
    shown, others = found[:MOST], [a.iri for a in found[MOST:]]
    body = [
        el("h1", label("Ages: meant for, and studied in")),
        el(
            "p",
            "A filled bar is the age range a programme is meant for, an outlined bar one that a "
            "study took or looked for. ",
            both(
                "Where the two differ, findings may not carry over.",
                "Where the two differ, what was found may not hold for other ages.",
            ),
            class_="lead",
        ),
    ]
    body.append(parts.caveats(a.iri for a in shown))
    if shown:
        body.append(showing(len(shown), len(found), "interventions with an age, youngest first"))
        body += [control("interventions"), _legend(), _chart(index, parts, shown)]
        body += [el("h2", "The same as a table"), _table(index, parts, shown)]
    body += _by_band(parts)
    if others:
        body.append(el("h2", f"Other interventions with an age: {len(others):,}"))
        body.append(el("p", parts.few(others)))
    body.append(el("h2", f"Interventions for which no age is stated: {len(without):,}"))
    body.append(el("p", parts.few(without) if without else "None."))
    return Page("timeline.html", "Ages", join(body), "timeline.html", ("plot.css",))


def _by_band(parts: Parts) -> Iterable[Html]:
    """Yield how many findings on each intervention there are in each band of ages."""
    found = parts.findings.all
    if not found:
        return
    every = unique(i for f in found for i in f.interventions)
    every = sorted(every, key=lambda i: natural(parts.index.label(i)))[:MOST]
    rows = []
    for iri in every:
        mine = parts.findings.of(iri, "intervention")
        answers = [[overlap(f.ages, band) for f in mine] for band in BANDS]
        counts = [str(a.count(YES) or "–") for a in answers]
        without_age = sum(has_no_age(f.ages) for f in mine)
        rows.append((parts.ref(iri), *counts, str(without_age or "–"), str(len(mine))))
    yield el("h2", "Findings by the age of the children", id="bands")
    yield el(
        "p",
        "A finding counts in each band that the ages of its children overlap. Where no age is "
        "stated, this is unknown: the finding is counted in a column of its own.",
        class_="prose",
    )
    heads = ("Intervention", *(b.label for b in BANDS), "age not stated", "all findings")
    yield table("Number of findings by the age of their children", heads, rows)


def has_no_age(ages: Sequence[Age]) -> bool:
    """Tell whether no range of ages has a limit."""
    return all(a.low is None and a.high is None for a in ages)


def _legend() -> Html:
    def sample(inner: str) -> Html:
        return Html(
            f'<svg width="40" height="16" viewBox="0 0 40 16" aria-hidden="true" class="ages">'
            f"{inner}</svg>"
        )

    items = (
        (
            '<rect class="target" x="2" y="2" width="36" height="12"/>',
            both("meant for (programme target)", "meant for these ages"),
        ),
        (
            '<rect class="studied" x="2" y="2" width="36" height="12"/>',
            both("studied (sample or eligibility)", "studied at these ages"),
        ),
        (
            '<path class="edge" d="M8 1v14M32 1v14"/>',
            both(
                "limit included (solid) or not (dashed), as stated",
                "exactly from or up to this age",
            ),
        ),
        (
            '<path class="open" d="M4 8h26M24 3l7 5-7 5"/>',
            both("no limit stated on this side", "which age it begins or ends at is not given"),
        ),
        (
            '<path class="mean" d="M20 2l6 6-6 6-6-6Z"/>',
            both("mean age, no limits given", "average age"),
        ),
        ('<path class="knee" d="M20 0v16"/>', text("scale changes: months before, years after")),
    )
    return el("ul", [el("li", sample(s), words) for s, words in items], class_="legend")


def _chart(index: Index, parts: Parts, found: Sequence[Ages]) -> Html:
    behind = [plot.upright(place(m), "tick") for m in _TICKS]
    behind.append(plot.upright(place(KNEE), "knee"))
    words: list[plot.Tick] = [
        (place(m), f"{m} mo" if m <= KNEE else f"{m // 12} y", m not in _KEPT) for m in _TICKS
    ]
    rows = [plot.axis(words)]
    for ages in found:
        name: list[Html] = [el("a", index.label(ages.iri), href=index.page(ages.iri))]
        if ages.mismatch:
            name.append(el("div", "≠ ages differ", class_="differ"))
        bars = [*((a, "target") for a in ages.target), *((a, "studied") for a in ages.studied)]
        lines = [([*behind, *_bar(age, kind)], age.words) for age, kind in bars]
        course = parts.courses.between(ages.studied, ages.target)
        rows.append(plot.row(name, lines, ages=course))
    return plot.plot(rows, "Ages of interventions; the table below says the same")


def _bar(age: Age, kind: str) -> Iterable[Html]:
    """Yield a bar; an end without a limit is an arrow, a mean without limits a diamond."""
    if age.low is None and age.high is None:
        if age.mean is not None:
            yield plot.at(place(age.mean), "M0-6l6 6-6 6-6-6Z", "mean")
        return
    left, right = place(age.low or 0.0), place(END if age.high is None else age.high)
    yield plot.bar(left, right, kind)
    for x, limit, bound, way in (
        (left, age.low, age.low_bound, 1),
        (right, age.high, age.high_bound, -1),
    ):
        if limit is None:
            yield plot.at(x, f"M{way * 8}-5l{-way * 6} 5 {way * 6} 5", "open")
        elif bound in ("inclusive", "exclusive"):
            yield plot.at(x, "M0-8.5v17", f"edge {bound}")


def _table(index: Index, parts: Parts, found: Sequence[Ages]) -> Html:
    def words(ages: Sequence[Age]) -> Html:
        if not ages:
            return el("span", "not stated", class_="soft")
        lines = [
            el("li", f"{a.words} ", el("span", f"({_bounds(a)})", class_="soft cl")) for a in ages
        ]
        return el("ul", lines)

    rows = [(parts.ref(a.iri), words(a.target), words(a.studied), a.mismatch or "–") for a in found]
    every = len(index.instances("Intervention"))
    caption = f"{plural(len(found), 'intervention')} with an age, of {every}"
    return table(caption, ("Intervention", "Meant for", "Studied in", "Difference"), rows)


def _bounds(age: Age) -> str:
    """Return the basis of an age, and whether its limits are included."""
    said = {"inclusive": "included", "exclusive": "not included"}
    basis = age.basis_words or "basis not stated"
    ends = (("lower limit", age.low, age.low_bound), ("upper limit", age.high, age.high_bound))
    known = [f"{name} {said[b]}" for name, limit, b in ends if limit is not None and b in said]
    open_ = [name for name, limit, b in ends if limit is not None and b not in said]
    if open_:
        which = "limits" if len(open_) > 1 else open_[0]
        known.append(
            f"whether the {which} {'are' if len(open_) > 1 else 'is'} included: not stated"
        )
    return "; ".join([basis, *known])
