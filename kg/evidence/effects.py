"""Effects that may share an axis: one outcome, one measure, one meaning of both ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.evidence.findings import RATIOS, Estimate, Finding
from kg.evidence.grade import COMPARATOR, INTERVENTION, favoured_by_higher
from kg.evidence.index import Index

NO_AXIS = frozenset({"", "unspecified"})
"""Types of estimates that say too little to be put on an axis."""
MORE, LESS = "more", "less"
_MEANS = {"moreOutcome": MORE, "lessOutcome": LESS}
_OPPOSITE = {MORE: LESS, LESS: MORE, INTERVENTION: COMPARATOR, COMPARATOR: INTERVENTION}


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with a number, and its finding; ``is_part``: a subgroup below its whole."""

    finding: Finding
    estimate: Estimate
    value: float
    low: float | None
    high: float | None
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Effects that may share an axis.

    ``right`` is what numbers above the null mean: they favour the intervention or the comparator,
    or, where two groups are not compared or no side is wished for, more or less of the outcome.
    """

    outcome: str
    type: str
    right: str
    effects: tuple[Effect, ...]

    @property
    def left(self) -> str:
        """What numbers below the null mean."""
        return _OPPOSITE[self.right]

    @property
    def is_ratio(self) -> bool:
        """Whether the axis is logarithmic."""
        return self.type in RATIOS

    @property
    def null(self) -> float:
        """The value of no effect."""
        return null(self.type)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An estimate without a place on an axis, and the reason."""

    finding: Finding
    estimate: Estimate
    reason: str


def null(type_: str) -> float:
    """Return the value of no effect of a measure."""
    return 1.0 if type_ in RATIOS else 0.0


def panels(index: Index, findings: Iterable[Finding]) -> tuple[list[Panel], list[Unplaced]]:
    """Return what can be drawn, and the estimates that cannot, each with the reason."""
    found: dict[tuple[str, str, str], list[Effect]] = {}
    rest: list[Unplaced] = []
    for f in findings:
        for e in f.estimates:
            value, low, high = _float(e.value), _float(e.low), _float(e.high)
            reason = _reason(f, e, (value, low, high))
            if value is None or reason:
                rest.append(Unplaced(f, e, reason))
            else:
                key = (f.outcomes[0], e.type, _right(index, f, e))
                found.setdefault(key, []).append(Effect(f, e, value, low, high))
    return [Panel(*key, _nested(effects)) for key, effects in found.items()], rest


def _reason(f: Finding, e: Estimate, numbers: tuple[float | None, ...]) -> str:
    """Return why an estimate has no place on an axis, or nothing."""
    value = numbers[0]
    if value is None:
        return "a test, no size of the effect" if e.test else "no number given"
    if e.type in NO_AXIS:
        return "the measure is not stated"
    if len(f.outcomes) != 1:
        return "a number for several outcomes together"
    if e.type in RATIOS and any(n is not None and n <= 0 for n in numbers):
        return "a ratio that is not above 0"
    if e.reference == INTERVENTION:
        return "printed the other way round: the intervention is the reference group"
    if e.type in RATIOS and e.reference != COMPARATOR:
        return "which group is the reference is not stated"
    if e.means not in _MEANS:
        return "what a higher number means is not stated"
    says = MORE if (value > null(e.type)) == (_MEANS[e.means] == MORE) else LESS
    if {"increase": MORE, "decrease": LESS}.get(f.direction, says) != says:
        return "the number and the stated direction do not agree"
    return ""


def _right(index: Index, f: Finding, e: Estimate) -> str:
    side = favoured_by_higher(e.means, index.notation(f.outcomes[0], "desirability"))
    return side if side and f.contrast == "betweenGroup" else _MEANS[e.means]


def _nested(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Put subgroups directly below their whole; one without a whole here is a row of its own."""
    wholes: list[Effect] = []
    parts: list[Effect] = []
    for effect in effects:
        (parts if effect.finding.subgroup else wholes).append(effect)
    found: list[Effect] = []
    for whole in wholes:
        found.append(whole)
        own = [p for p in parts if _same(p.finding, whole.finding)]
        found += [replace(p, is_part=True) for p in own]
        parts = [p for p in parts if p not in own]
    return (*found, *parts)


def _same(one: Finding, other: Finding) -> bool:
    """Return whether two findings are of the same practices in the same works."""
    return (one.interventions, one.comparators, one.sources, one.follow_up) == (
        other.interventions,
        other.comparators,
        other.sources,
        other.follow_up,
    )


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None  # also refuses infinity and NaN
