"""Findings and claims, read from the graph once for every output; nothing is computed or pooled.

A *finding* comes from research; a *claim* is what an article reports of research at second hand.
Both have the same slots, so one record holds either; :attr:`Finding.is_claim` tells them apart, and
counts and comparisons of findings leave claims out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.evidence.ages import Age, child_ages
from kg.evidence.grade import AbsoluteEffect, DomainRating, absolute_effects, domain_ratings
from kg.evidence.index import Index, index_of, natural, unique
from kg.graph import Graph
from kg.retraction import most_severe

GRADE = ("high", "moderate", "low", "veryLow")
LEVELS = (*GRADE, "differ", "unrated")
"""Levels of certainty on maps and in filters: GRADE's four, raters that differ, no rating."""
FAVOURS, AGAINST, NO_DIFFERENCE = "favours", "against", "no difference"
MIXED, INSUFFICIENT, UNKNOWN = "mixed", "insufficient", "unknown"
SIDES: Mapping[str, str] = {
    "favourable": FAVOURS,
    "unfavourable": AGAINST,
    "neutral": NO_DIFFERENCE,
    "mixed": MIXED,
    "insufficient": INSUFFICIENT,
    "unknown": UNKNOWN,
}
"""Valence → the side that a finding takes, in the order to show."""
RATIOS = frozenset({"OR", "RR", "HR"})
PER_CENT = "%"


@dataclass(frozen=True, slots=True)
class Rating:
    """A certainty rating, its system, who judged, the work that gave it, and its reasons."""

    rating: str
    level_words: str
    system: str
    words: str
    origin: str
    by: tuple[str, ...]
    domains: tuple[DomainRating, ...]
    footnotes: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The judgements that changed the certainty, such as ``imprecision serious``."""
        return tuple(reason for d in self.domains if (reason := d.reason))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number as the source gives it; decimals keep their digits, empty where not given.

    ``means`` is what a higher value means for the outcome, ``reference`` the group that the other
    is compared with (notations).
    """

    type: str
    words: str
    value: str
    low: str
    high: str
    level: str
    p: str
    test: str
    means: str
    reference: str
    notes: tuple[str, ...]

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
    """A finding or a claim; entities are IRIs.

    ``doubts`` holds what is known about the sources that a claim names: not found, or not confirmed
    to be the work that the article means.
    """

    iri: str
    is_claim: bool
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
    absolutes: tuple[AbsoluteEffect, ...]
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
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """The level of certainty on a map: a GRADE rating, raters that differ, or none."""
        rated = {r.rating for r in self.ratings if r.system == "GRADE" and r.rating in GRADE}
        if len(rated) > 1:
            return "differ"
        return next(iter(rated), "unrated")

    @property
    def side(self) -> str:
        """The side that it takes, or that a claim says its source takes."""
        return SIDES.get(self.valence, UNKNOWN)

    @property
    def certainty(self) -> str:
        """The ratings with their systems, such as ``high (GRADE)``, or ``not rated``."""
        rated = sorted({f"{r.rating} ({r.system})" for r in self.ratings})
        return " / ".join(rated) or "not rated"

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
    """All findings of a graph, and apart from them all claims, by id and by question."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.all = [read_finding(index, iri) for iri in index.instances("Finding")]
        self.claims = [read_finding(index, iri) for iri in index.instances("Claim")]
        self.by_iri = {f.iri: f for f in (*self.all, *self.claims)}
        self.by_question = questions(self.all)

    def of(self, iri: str, key: str) -> list[Finding]:
        """Return the findings that refer to an entity by a property."""
        return [f for f in self._referring(iri, key) if not f.is_claim]

    def of_groups(self, iri: str, key: str) -> list[Finding]:
        """Return the findings that refer to a group with this member: not a result on it alone."""
        groups = self.index.subjects(iri, "member")
        found = {f.iri: f for group in groups for f in self.of(group, key)}
        return sorted(found.values(), key=lambda f: natural(f.iri))

    def claims_of(self, iri: str, key: str) -> list[Finding]:
        """Return the claims that refer to an entity by a property."""
        return [f for f in self._referring(iri, key) if f.is_claim]

    def _referring(self, iri: str, key: str) -> list[Finding]:
        return [self.by_iri[s] for s in self.index.subjects(iri, key) if s in self.by_iri]


def findings_of(graph: Graph) -> Findings:
    """Return all findings and claims of a graph; they are read once and kept with the graph."""
    return graph.kept("findings", lambda: Findings(index_of(graph)))


def read_finding(index: Index, iri: str) -> Finding:
    """Read a finding or a claim of the graph."""
    populations = index.nodes(iri, "population")
    lines = index.nodes(iri, "evidenceLine")
    works = sources(index, lines)
    is_claim = index.is_a(iri, "Claim")
    valence = "claimedValence" if is_claim else "effectValence"
    return Finding(
        iri=iri,
        is_claim=is_claim,
        identifier=index.text(iri, "identifier") or index.short(iri).rpartition("/")[2],
        wordings=wordings(index, iri),
        interventions=tuple(index.nodes(iri, "intervention")),
        comparators=tuple(index.nodes(iri, "comparator")),
        outcomes=tuple(index.nodes(iri, "outcome")),
        populations=tuple(populations),
        direction=index.notation(iri, "effectDirection"),
        direction_words=index.words(iri, "effectDirection"),
        valence=index.notation(iri, valence),
        valence_words=index.words(iri, valence),
        contrast=index.notation(iri, "contrast"),
        contrast_words=index.words(iri, "contrast"),
        designs=_designs(index, iri),
        ratings=tuple(_ratings(index, iri)),
        estimates=tuple(_estimate(index, e) for e in index.nodes(iri, "estimate")),
        absolutes=tuple(absolute_effects(index, iri)),
        arms=tuple(_arm(index, a) for a in index.nodes(iri, "arm")),
        ages=tuple(child_ages(index, populations)),
        counts=_counts(index, iri),
        follow_up=index.text(iri, "followUp"),
        subgroup=index.text(iri, "subgroup"),
        significance=index.words(iri, "significance"),
        sources=tuple(works),
        studies=tuple(index.nodes(iri, "study")),
        roles=tuple(unique(index.notation(line, "quoteRole") for line in lines)),
        status=index.notation(iri, "effectiveStatus") or index.notation(iri, "reviewStatus"),
        stamp=index.text(iri, "stamp"),
        doubts=tuple(unique(d for s in works if (d := doubt(index, s)))) if is_claim else (),
        notes=tuple(index.texts(iri, "note")),
    )


def wordings(index: Index, statement: str) -> dict[str, str]:
    """Return audience → the words for it."""
    found: dict[str, str] = {}
    for wording in index.nodes(statement, "wording"):
        for text in index.texts(wording, "text"):
            found.setdefault(index.notation(wording, "audience"), text)
    return found


def sources(index: Index, lines: Iterable[str]) -> list[str]:
    """Return the sources of evidence lines, of the citations they use among them."""
    found: list[str] = []
    for line in lines:
        found += index.nodes(line, "source")
        for citation in index.nodes(line, "citation"):
            found += index.nodes(citation, "citedSource")
    return sorted(unique(found), key=natural)


def doubt(index: Index, source: str) -> str:
    """Return what keeps a source from being taken for the work that an article means, or nothing.

    A source is in doubt when it could not be identified (``unresolved``), or when somebody
    recorded that it is only probably the right work (``confirmation``).
    """
    if index.text(source, "unresolved") == "true":
        return "source not found"
    known = index.notation(source, "confirmation")
    return "" if known in ("", "verified") else "source not confirmed"


def work(index: Index, source: str) -> str:
    """Return what a source is called and what to know of it, such as ``A trial (retracted)``."""
    gone = most_severe([index.notation(source, "retractionStatus")])
    remarks = [index.words(source, "retractionStatus") if gone else "", doubt(index, source)]
    said = "; ".join(filter(None, remarks))
    return f"{index.label(source)} ({said})" if said else index.label(source)


def _designs(index: Index, finding: str) -> str:
    found = index.nodes(finding, "studyDesign")
    return ", ".join(index.label(d) for d in found if not d.endswith("-notStated"))


def _ratings(index: Index, finding: str) -> Iterable[Rating]:
    for node in index.nodes(finding, "certainty"):
        if index.values(node, "rating"):
            yield Rating(
                index.notation(node, "rating"),
                index.words(node, "rating"),
                index.notation(node, "ratingSystem"),
                f"{index.words(node, 'ratingSystem')}: {index.words(node, 'rating')}",
                index.words(node, "certaintyOrigin"),
                tuple(index.nodes(node, "ratedBy")),
                tuple(domain_ratings(index, node)),
                tuple(index.texts(node, "footnote")),
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
        index.notation(node, "higherValueMeans"),
        index.notation(node, "referenceGroup"),
        tuple(index.texts(node, "note")),
    )


def _arm(index: Index, node: str) -> str:
    name = ", ".join(index.short_label(p) for p in index.nodes(node, "armPractice")) or "arm"
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
