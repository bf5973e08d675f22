"""GRADE as sources print it: domains, absolute effects, and which way a number points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.evidence.index import Index

LOWERING = ("riskOfBias", "inconsistency", "indirectness", "imprecision", "publicationBias")
"""The domains that can lower a certainty: the columns of an evidence profile."""
RAISING = ("largeEffect", "doseResponse", "plausibleConfounding")
"""The domains that can raise a certainty: one column together, as GRADE tables have them."""
NO_CHANGE = frozenset({"notSerious", "undetected", "absent"})
"""The judgements of a domain that leave the certainty as it is."""
INTERVENTION, COMPARATOR = "intervention", "comparator"


@dataclass(frozen=True, slots=True)
class DomainRating:
    """What a rater judged of one domain; ``domain`` and ``judgement`` are notations."""

    domain: str
    domain_words: str
    judgement: str
    judgement_words: str
    footnotes: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Return the judgement in words where it changes the certainty, else nothing."""
        if self.judgement in NO_CHANGE:
            return ""
        return f"{self.domain_words} {self.judgement_words}"


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """Risks with their denominator, digits as printed, empty where the source gives none."""

    comparator: str
    intervention: str
    low: str
    high: str
    per: str
    unit: str
    time: str
    footnotes: tuple[str, ...]

    def risk(self, arm: str) -> str:
        """Return the risk of one arm (``intervention`` or ``comparator``) in words, or nothing."""
        value = self.intervention if arm == INTERVENTION else self.comparator
        if not value:
            return ""
        words = f"{value} per {grouped(self.per)}{f' {self.unit}' if self.unit else ''}"
        if arm == INTERVENTION and self.low and self.high:
            words += f" [{self.low}, {self.high}]"
        return words

    def text(self) -> str:
        """Return the risks in words: with the intervention, with the comparator, by when."""
        arms = [
            f"{risk} with the {a}" for a in (INTERVENTION, COMPARATOR) if (risk := self.risk(a))
        ]
        return ", ".join([*arms, *([self.time] if self.time else [])])


def domain_ratings(index: Index, certainty: str) -> Iterable[DomainRating]:
    """Yield the domains of a certainty in the order of GRADE tables."""
    found = index.nodes(certainty, "domainRating")
    order = (*LOWERING, *RAISING)
    for node in sorted(found, key=lambda n: order.index(index.notation(n, "certaintyDomain"))):
        yield DomainRating(
            index.notation(node, "certaintyDomain"),
            index.words(node, "certaintyDomain"),
            index.notation(node, "judgement"),
            index.words(node, "judgement"),
            tuple(index.texts(node, "footnote")),
        )


def absolute_effects(index: Index, finding: str) -> Iterable[AbsoluteEffect]:
    """Yield the absolute effects of a finding."""
    for node in index.nodes(finding, "absoluteEffect"):
        yield AbsoluteEffect(
            index.text(node, "riskWithComparator"),
            index.text(node, "riskWithIntervention"),
            index.text(node, "riskLower"),
            index.text(node, "riskUpper"),
            index.text(node, "per"),
            index.words(node, "perUnit"),
            index.text(node, "overTime"),
            tuple(index.texts(node, "footnote")),
        )


def favoured_by_higher(means: str, desirability: str) -> str:
    """Return which side a higher value speaks for: intervention, comparator, or ``""``.

    :param means: what a higher value means (``moreOutcome``, ``lessOutcome``, ``notStated``).
    :param desirability: whether the outcome is wished for (``desirable``, ``undesirable``).
    :return: nothing where one of the two is not known; a side is never guessed.
    """
    if means not in ("moreOutcome", "lessOutcome"):
        return ""
    if desirability not in ("desirable", "undesirable"):
        return ""
    wished = (means == "moreOutcome") == (desirability == "desirable")
    return INTERVENTION if wished else COMPARATOR


def grouped(number: str) -> str:
    """Return ``1000`` as ``1,000``, anything but digits as it is."""
    return f"{int(number):,}" if number.isdigit() else number
