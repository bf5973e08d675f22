"""Verdicts on two sides that do not fit together, and the form in which every output takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.evidence.comparison import DIMENSIONS, Difference

CONTRADICT, DIFFER, SAME_DATA = "contradict", "differAlso", "sameData"
ONE_STUDY, ADVICE = "oneStudy", "recommendationAgainstRecommendation"
PAGE, PAGE_ITSELF, NOT_COMPARED = "pageAgainstSource", "pageAgainstItself", "notCompared"
VERDICTS: Mapping[str, str] = {
    CONTRADICT: "contradict",
    DIFFER: "differ, and differ also in",
    SAME_DATA: "same data, analysed or rated differently",
    ONE_STUDY: "record against record of one study",
    ADVICE: "recommendation against recommendation",
    PAGE: "page against source",
    PAGE_ITSELF: "page against itself",
    NOT_COMPARED: "not compared, because there are too many",
}
"""Verdict → its name, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sides that do not fit together; both stay.

    ``one`` and ``other`` are IRIs: of statements, of the works that rate one finding, or twice the
    record whose own numbers do not fit. ``about`` is what they disagree on: a practice, a study, a
    finding or an article; ``outcome`` is empty if there is none.
    """

    verdict: str
    about: str
    outcome: str
    one: str
    one_says: str
    other: str
    other_says: str
    differences: tuple[Difference, ...] = ()

    @property
    def known(self) -> tuple[Difference, ...]:
        """The dimensions in which the two sides are known to differ."""
        return tuple(d for d in self.differences if d.known)

    @property
    def unknown(self) -> tuple[Difference, ...]:
        """The dimensions in which one side or both state nothing."""
        return tuple(d for d in self.differences if not d.known)

    def text(self) -> str:
        """Return the verdict as a sentence without a full stop."""
        known = ", ".join(d.text() for d in self.known)
        # A page states so little that the other side's values would be most of the sentence.
        bare = self.verdict == PAGE
        unknown = ", ".join(DIMENSIONS[d.dimension] if bare else d.text() for d in self.unknown)
        words = VERDICTS[self.verdict]
        if self.verdict == DIFFER and not known:
            return f"differ; it cannot be determined whether they also differ in: {unknown}"
        parts = [f"{words}: {known}" if self.verdict == DIFFER else words]
        if known and self.verdict != DIFFER:
            parts.append(f"differ in: {known}")
        return "; ".join([*parts, *([f"cannot be determined: {unknown}"] if unknown else [])])
