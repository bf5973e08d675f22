"""A child of a certain age: whether a finding is on children of that age, for each month of life.

What is known is worked out here, once for each finding, and written as a *course*: letters with
numbers of months, from birth on, such as ``o12s12o192``. The script that the reader's choice of an
age runs through reads courses and knows nothing of ranges and their bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kg.evidence.ages import NO, YES, Age, Band, child_ages, overlap
from kg.evidence.findings import Finding
from kg.evidence.index import Index
from kg.site.html import Html, el

END = 216
"""Months: a course reaches to the eighteenth birthday."""
WORDS = {
    "s": "studied at this age",
    "m": "meant for this age, not studied at it",
    "u": "age not stated",
    "o": "other ages",
}
"""Letter of a course → what it says."""


class Courses:
    """Works out courses; many findings share one."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._known: dict[tuple[object, ...], str] = {}
        self._targets: dict[str, list[Age]] = {}

    def of(self, finding: Finding) -> str:
        """Return the course of a finding: its own ages, and those its interventions are for."""
        meant = [a for i in finding.interventions for a in self._target(i)]
        return self.between(finding.ages, meant)

    def is_studied(self, finding: Finding, month: int) -> bool:
        """Tell whether a finding is on children of an age in months."""
        return overlap(finding.ages, Band("", "", month, month + 1)) == YES

    def between(self, studied: Sequence[Age], meant: Sequence[Age]) -> str:
        """Return the course of what was studied at some ages, and is meant for others."""
        key = (tuple(map(_limits, studied)), tuple(map(_limits, meant)))
        if key not in self._known:
            letters = (_letter(studied, meant, Band("", "", m, m + 1)) for m in range(END))
            runs = ((letter, len(list(run))) for letter, run in groupby(letters))
            self._known[key] = "".join(f"{letter}{months}" for letter, months in runs)
        return self._known[key]

    def _target(self, intervention: str) -> list[Age]:
        if intervention not in self._targets:
            populations = self.index.nodes(intervention, "targetPopulation")
            self._targets[intervention] = child_ages(self.index, populations)
        return self._targets[intervention]


def _limits(age: Age) -> tuple[object, ...]:
    return age.low, age.high, age.low_bound, age.high_bound


def _letter(studied: Sequence[Age], meant: Sequence[Age], month: Band) -> str:
    answer = overlap(studied, month)
    if answer == YES:
        return "s"
    if answer == NO:
        return "m" if meant and overlap(meant, month) == YES else "o"
    return "u"


def control(what: str) -> Html:
    """Return the control of the child's age; ``what`` names what is counted, such as findings."""

    def number(id: str, words: str, most: int) -> Html:
        field = el("input", type="number", id=id, min=0, max=most, inputmode="numeric")
        return el("label", field, f" {words}")

    return el(
        "div",
        el("span", "A child of"),
        number("age-years", "years", END // 12 - 1),
        number("age-months", "months", 11),
        el("button", "Any age", type="button", id="age-any", hidden=True),
        el("span", role="status", id="age-count", class_="soft", data_what=what),
        class_="age js-only",
        role="group",
        aria_label="Age of the child",
    )
