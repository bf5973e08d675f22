"""Ages of children: what a range covers, and whether it overlaps another in three answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.evidence.index import Index, unique

MONTHS = {"d": 12 / 365.25, "wk": 7 * 12 / 365.25, "mo": 1.0, "a": 12.0}
"""The conversion that the ontology declares between the units of age, to months."""

YES, NO, UNDETERMINED = "overlaps", "does not", "cannot be determined"


@dataclass(frozen=True, slots=True)
class Band:
    """An age band to look at evidence by: from ``low`` months, to below ``high`` months."""

    id: str
    label: str
    low: float
    high: float


BANDS = (
    Band("0-11", "0 to 11 months", 0, 12),
    Band("12-23", "12 to 23 months", 12, 24),
    Band("24-35", "24 to 35 months", 24, 36),
    Band("36-71", "3 to 5 years", 36, 72),
    Band("72-215", "6 to 17 years", 72, 216),
)


@dataclass(frozen=True, slots=True)
class Age:
    """An age range as it was written; limits in months, ``None`` where none is stated."""

    iri: str
    words: str
    low: float | None
    high: float | None
    low_bound: str
    high_bound: str
    mean: float | None
    basis: str
    basis_words: str

    def overlap(self, band: Band) -> str:
        """Tell whether the range overlaps a band: yes, no, or it cannot be determined.

        A limit that is not stated is open. A range that only touches the band overlaps it if the
        limit is inclusive, and the answer is open if the source does not say what its edge means.
        """
        if self.low is None and self.high is None:
            return UNDETERMINED
        if self.low is not None and self.low >= band.high:
            return NO
        if self.high is not None and self.high <= band.low:
            if self.high < band.low or self.high_bound == "exclusive":
                return NO
            return YES if self.high_bound == "inclusive" else UNDETERMINED
        return YES

    def meets(self, other: Age) -> str:
        """Tell whether the range overlaps another; a limit that is not stated is open."""
        if (self.low is None and self.high is None) or (other.low is None and other.high is None):
            return UNDETERMINED
        answers = {_below(self, other), _below(other, self)}
        return NO if YES in answers else UNDETERMINED if UNDETERMINED in answers else YES


def _below(one: Age, other: Age) -> str:
    """Tell whether all of one range lies below another."""
    if one.high is None or other.low is None or one.high > other.low:
        return NO
    bounds = {one.high_bound, other.low_bound}
    if one.high < other.low or "exclusive" in bounds:
        return YES
    return NO if bounds == {"inclusive"} else UNDETERMINED


def read_age(index: Index, iri: str) -> Age:
    """Read an age range of the graph."""
    unit = MONTHS.get(index.notation(iri, "unit"), 1.0)

    def months(key: str) -> float | None:
        try:
            return float(index.text(iri, key)) * unit
        except ValueError:
            return None

    return Age(
        iri,
        index.text(iri, "verbatim") or "no words",
        months("minAge"),
        months("maxAge"),
        index.notation(iri, "minBound"),
        index.notation(iri, "maxBound"),
        months("meanAge"),
        index.notation(iri, "ageBasis"),
        index.words(iri, "ageBasis"),
    )


def child_ages(index: Index, populations: Iterable[str]) -> list[Age]:
    """Return the child ages of populations, those of the child members of dyads among them."""
    found: list[str] = []
    for population in populations:
        owners = [population, *index.nodes(population, "childMember")]
        found += [a for owner in owners for a in index.nodes(owner, "ageRange")]
    ages = (a for a in unique(found) if index.notation(a, "ageOf") != "caregiver")
    return [read_age(index, iri) for iri in ages]


def overlap(ages: Iterable[Age], band: Band) -> str:
    """Tell whether any of several ranges overlaps a band; with no range it cannot be determined."""
    answers = [age.overlap(band) for age in ages] or [UNDETERMINED]
    return next((a for a in (YES, UNDETERMINED) if a in answers), NO)
