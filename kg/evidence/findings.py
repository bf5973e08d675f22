"""Findings in the parts that every page shows; nothing is computed, nothing pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.evidence.ages import Age, child_ages
from kg.evidence.index import Index, natural, unique

GRADE = ("high", "moderate", "low", "veryLow")
LEVELS = (*GRADE, "differ", "unrated")
"""Levels of certainty on maps and in filters: GRADE's four, raters that differ, no rating."""
FAVOURS, UNCLEAR, AGAINST, UNKNOWN = "favours", "unclear", "against", "unknown"
SIDES = {
    "favourable": FAVOURS,
    "unfavourable": AGAINST,
    "neutral": UNCLEAR,
    "mixed": UNCLEAR,
    "insufficient": UNCLEAR,
}
"""Valence → the direction glyph on maps; all others are unknown."""
RATIOS = frozenset({"OR", "RR"})
PER_CENT = "%"


@dataclass(frozen=True, slots=True)
class Rating:
    """A certainty rating, its system, who judged, and the work that gave it."""

    rating: str
    system: str
    words: str
    origin: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number as the source gives it; decimals keep their digits, empty where not given."""

    type: str
    words: str
    value: str
    low: str
    high: str
    level: str
    p: str
    test: str

    def text(self) -> str:
        """Return the estimate in words: type, value, interval, p value."""
        words = (
            "effect of a measure that is not stated:" if self.type == "unspecified" else self.words
        )
        parts = [f"{words} {self.value or 'no value given'}"]
        if self.low and self.high:
            level = (
                f"{per_cent(self.level)} interval" if self.level else "interval, level not given"
            )
            parts.append(f"{level} {self.low} to {self.high}")
        parts += [p for p in (self.p, self.test) if p]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as pages show it; things are IRIs."""

    iri: str
    identifier: str
    wordings: dict[str, str]
    interventions: tuple[str, ...]
    comparators: tuple[str, ...]
    outcomes: tuple[str, ...]
    populations: tuple[str, ...]
    direction: str
    direction_words: str
    valence: str
    valence_words: str
    contrast: str
    contrast_words: str
    designs: str
    ratings: tuple[Rating, ...]
    estimates: tuple[Estimate, ...]
    arms: tuple[str, ...]
    ages: tuple[Age, ...]
    counts: str
    follow_up: str
    subgroup: str
    significance: str
    sources: tuple[str, ...]
    studies: tuple[str, ...]
    roles: tuple[str, ...]
    status: str
    stamp: str
    notes: tuple[str, ...] = field(default=())

    @property
    def level(self) -> str:
        """The level of certainty on a map: a GRADE rating, raters that differ, or none."""
        rated = {r.rating for r in self.ratings if r.system == "GRADE" and r.rating in GRADE}
        if len(rated) > 1:
            return "differ"
        return next(iter(rated), "unrated")

    @property
    def side(self) -> str:
        """The direction glyph on a map."""
        return SIDES.get(self.valence, UNKNOWN)

    @property
    def evidence(self) -> frozenset[str]:
        """What the finding rests on: its studies if it names any, else its sources."""
        return frozenset(self.studies or self.sources)


Question = tuple[str, str]
"""An intervention and an outcome."""


def questions(findings: Iterable[Finding]) -> dict[Question, list[Finding]]:
    """Return findings by intervention and outcome."""
    found: dict[Question, list[Finding]] = {}
    for f in findings:
        for i in f.interventions:
            for o in f.outcomes:
                found.setdefault((i, o), []).append(f)
    return found


def per_cent(fraction: str) -> str:
    """Return ``0.95`` as ``95%``, digit by digit."""
    whole, _, decimals = fraction.partition(".")
    shifted = (whole + decimals.ljust(2, "0")[:2]).lstrip("0") or "0"
    rest = decimals[2:].rstrip("0")
    return f"{shifted}.{rest}{PER_CENT}" if rest else f"{shifted}{PER_CENT}"


class Findings:
    """All findings of a graph, by id, by question, by intervention and by outcome."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.all = [read_finding(index, iri) for iri in index.instances("Finding")]
        self.by_iri = {f.iri: f for f in self.all}
        self.by_question = questions(self.all)

    def of(self, iri: str, key: str) -> list[Finding]:
        """Return the findings that refer to a thing by a property."""
        return [self.by_iri[s] for s in self.index.subjects(iri, key) if s in self.by_iri]


def read_finding(index: Index, iri: str) -> Finding:
    """Read a finding of the graph."""
    populations = index.things(iri, "population")
    lines = index.things(iri, "evidenceLine")
    return Finding(
        iri=iri,
        identifier=index.text(iri, "identifier") or index.short(iri).rpartition("/")[2],
        wordings=wordings(index, iri),
        interventions=tuple(index.things(iri, "intervention")),
        comparators=tuple(index.things(iri, "comparator")),
        outcomes=tuple(index.things(iri, "outcome")),
        populations=tuple(populations),
        direction=index.notation(iri, "effectDirection"),
        direction_words=index.words(iri, "effectDirection"),
        valence=index.notation(iri, "effectValence"),
        valence_words=index.words(iri, "effectValence"),
        contrast=index.notation(iri, "contrast"),
        contrast_words=index.words(iri, "contrast"),
        designs=_designs(index, iri),
        ratings=tuple(_ratings(index, iri)),
        estimates=tuple(_estimate(index, e) for e in index.things(iri, "estimate")),
        arms=tuple(_arm(index, a) for a in index.things(iri, "arm")),
        ages=tuple(child_ages(index, populations)),
        counts=_counts(index, iri),
        follow_up=index.text(iri, "followUp"),
        subgroup=index.text(iri, "subgroup"),
        significance=index.words(iri, "significance"),
        sources=tuple(sources(index, lines)),
        studies=tuple(index.things(iri, "study")),
        roles=tuple(unique(index.notation(line, "quoteRole") for line in lines)),
        status=index.notation(iri, "effectiveStatus") or index.notation(iri, "reviewStatus"),
        stamp=index.text(iri, "stamp"),
        notes=tuple(index.texts(iri, "note")),
    )


def wordings(index: Index, statement: str) -> dict[str, str]:
    """Return audience → the words for it."""
    found: dict[str, str] = {}
    for wording in index.things(statement, "wording"):
        for text in index.texts(wording, "text"):
            found.setdefault(index.notation(wording, "audience"), text)
    return found


def sources(index: Index, lines: Iterable[str]) -> list[str]:
    """Return the sources of evidence lines, of the citations they use among them."""
    found: list[str] = []
    for line in lines:
        found += index.things(line, "source")
        for citation in index.things(line, "citation"):
            found += index.things(citation, "citedSource")
    return sorted(unique(found), key=natural)


def _designs(index: Index, finding: str) -> str:
    found = index.things(finding, "studyDesign")
    return ", ".join(index.label(d) for d in found if not d.endswith("-notStated"))


def _ratings(index: Index, finding: str) -> Iterable[Rating]:
    for node in index.things(finding, "certainty"):
        if index.values(node, "rating"):
            yield Rating(
                index.notation(node, "rating"),
                index.notation(node, "ratingSystem"),
                f"{index.words(node, 'ratingSystem')}: {index.words(node, 'rating')}",
                index.words(node, "certaintyOrigin"),
                tuple(index.things(node, "ratedBy")),
            )


def _estimate(index: Index, node: str) -> Estimate:
    p = index.text(node, "pValue")
    sign = "<" if index.notation(node, "pRelation") == "lessThan" else "="
    return Estimate(
        index.notation(node, "estimateType"),
        index.words(node, "estimateType"),
        index.text(node, "value"),
        index.text(node, "ciLower"),
        index.text(node, "ciUpper"),
        index.text(node, "ciLevel"),
        f"p {sign} {p}" if p else "",
        index.text(node, "testStatistic"),
    )


def _arm(index: Index, node: str) -> str:
    name = ", ".join(index.short_label(p) for p in index.things(node, "armPractice")) or "arm"
    parts = []
    if people := index.text(node, "armParticipants"):
        parts.append(f"n = {people}")
    if share := index.text(node, "armPercentage"):
        parts.append(f"{share}{PER_CENT}")
    return f"{name}: {', '.join(parts)}" if parts else name


def _counts(index: Index, finding: str) -> str:
    parts = []
    if people := index.text(finding, "participants"):
        unit = index.words(finding, "participantUnit") or "participants"
        parts.append(f"{people} {unit}")
    if randomised := index.text(finding, "randomised"):
        if randomised != people:
            parts.append(f"{randomised} randomised")
        else:
            parts[0] += ", all randomised"
    if studies := index.text(finding, "studies"):
        parts.append(f"{studies} {'study' if studies == '1' else 'studies'}")
    return ", ".join(parts)
