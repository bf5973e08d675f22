"""Where caregivers begin: what was looked at, and the age of the child, one choice from answers."""

from __future__ import annotations

from collections import Counter

from kg.evidence.index import Index, natural
from kg.site.html import Html, el
from kg.site.parts import Parts
from kg.site.table import plural

AGES = {
    6: "6 months",
    12: "1 year",
    18: "18 months",
    24: "2 years",
    36: "3 years",
    60: "5 years",
    120: "10 years",
}
"""Months of age that can be chosen at once; the answer has a control for all others."""
MOST = 8
"""How many outcomes are offered: those with most findings at these ages."""


def start(index: Index, parts: Parts) -> Html | None:
    """Return a table of outcomes and ages, each number a link to what was studied at that age."""
    counts = Counter(
        (outcome, month)
        for f in parts.findings.all
        for outcome in f.outcomes
        for month in AGES
        if parts.courses.is_studied(f, month)
    )
    sums = Counter[str]()
    for (outcome, _), count in counts.items():
        sums[outcome] += count
    order = sorted(sums, key=lambda o: (-sums[o], natural(index.label(o))))
    if not order:
        return None
    rows = [
        el(
            "tr",
            el("th", index.label(outcome), scope="row"),
            [el("td", _link(index, outcome, month, counts[outcome, month])) for month in AGES],
        )
        for outcome in order[:MOST]
    ]
    heads = [el("th", words, scope="col") for words in AGES.values()]
    top = el("thead", el("tr", el("td"), heads))
    rest = len(order) - len(rows)
    more = f" Below are {plural(rest, 'other thing')} that studies looked at." if rest > 0 else ""
    return el(
        "section",
        el("h2", "What was found for a child of this age?", id="begin"),
        el(
            "p",
            "Choose what you want to know about, and the age of the child. A number says how many "
            f"results there are; the answer says how sure one can be of each.{more}",
            class_="prose",
        ),
        el("div", el("table", top, el("tbody", rows), class_="begin"), class_="scroll"),
        class_="cg",
        aria_labelledby="begin",
    )


def _link(index: Index, outcome: str, month: int, count: int) -> Html:
    if not count:
        return el("span", "–", class_="soft")
    words = f"{index.label(outcome)}, {AGES[month]}: {plural(count, 'result')}"
    href = f"{index.page(outcome)}?age={month}"
    return el("a", str(count), href=href, aria_label=words, data_month=month)
