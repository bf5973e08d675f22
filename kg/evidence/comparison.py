"""Two records side by side: in which dimensions they differ, or may differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.evidence.ages import Age, child_ages
from kg.evidence.findings import Finding, sources
from kg.evidence.index import Index, unique

DIMENSIONS: Mapping[str, str] = {
    "population": "population",
    "age": "age",
    "intervention": "intervention",
    "comparator": "comparator",
    "outcome": "outcome",
    "measure": "measure",
    "followUp": "time of follow-up",
    "subgroup": "subgroup",
    "contrast": "contrast",
    "design": "design",
    "applicability": "condition",
    "analyst": "who analysed or rated it",
}
"""Dimension → its name in sentences, in the order in which they are named."""
NOT_STATED = "not stated"
WHOLE = "the whole sample"
_NO_NAME = ("notStated", "unspecifiedControl")
_NO_POPULATION = "/not-stated"  # how records name the population of a text that states none


@dataclass(frozen=True, slots=True)
class Difference:
    """A dimension with the values of both sides; ``known`` is false where one is not stated."""

    dimension: str
    one: str
    other: str
    known: bool

    def text(self) -> str:
        """Return it in words, such as ``comparator (wait list / usual care)``."""
        name = DIMENSIONS[self.dimension]
        if self.one == self.other == NOT_STATED:
            return name
        return f"{name} ({self.one} / {self.other})"


@dataclass(frozen=True, slots=True)
class _Slot:
    """What one side says in a dimension: what is compared, and how it reads."""

    keys: frozenset[object]
    words: str


Profile = Mapping[str, _Slot]


def differences(one: Profile, other: Profile) -> tuple[Difference, ...]:
    """Return the dimensions in which two sides differ, or in which that cannot be determined.

    What a side does not state is never taken for the same: it is unknown. Only the ages of the same
    people are the same, stated or not.
    """
    same_people = (
        bool(one["population"].keys) and one["population"].keys == other["population"].keys
    )
    found = []
    for name in DIMENSIONS:
        if name not in one or name not in other or (name == "age" and same_people):
            continue
        first, second = one[name], other[name]
        known = bool(first.keys and second.keys)
        if not known or first.keys != second.keys:
            words = (first.words or NOT_STATED, second.words or NOT_STATED)
            found.append(Difference(name, *words, known))
    return tuple(found)


def finding_profile(index: Index, f: Finding) -> Profile:
    """Return what a finding or a claim says in each dimension.

    Who analysed it is left out, because two studies always have different analysts.
    """
    return {
        **_people(index, f.populations, f.ages),
        "intervention": _things(index, f.interventions),
        "comparator": _things(index, f.comparators),
        "outcome": _things(index, f.outcomes),
        "measure": _things(index, index.nodes(f.iri, "measure")),
        "followUp": _text(f.follow_up),
        "subgroup": _text(f.subgroup or WHOLE),
        "contrast": _things(index, index.nodes(f.iri, "contrast")),
        "design": _things(index, index.nodes(f.iri, "studyDesign")),
    }


def advice_profile(index: Index, recommendation: str) -> Profile:
    """Return what a recommendation says in each dimension, who issued it among them."""
    populations = index.nodes(recommendation, "population")
    return {
        **_people(index, populations, child_ages(index, populations)),
        "intervention": _things(index, index.nodes(recommendation, "recommends")),
        "applicability": _text(index.words(recommendation, "applicability") or "no condition"),
        "analyst": _things(index, sources(index, index.nodes(recommendation, "evidenceLine"))),
    }


def with_analyst(index: Index, profile: Profile, works: Iterable[str]) -> Profile:
    """Return what one side says, with the works in which it was analysed or rated."""
    return {**profile, "analyst": _things(index, works)}


def _people(index: Index, populations: Iterable[str], ages: Iterable[Age]) -> dict[str, _Slot]:
    known = [p for p in populations if not p.endswith(_NO_POPULATION)]
    stated = [a for a in ages if any(limit is not None for limit in (a.low, a.high, a.mean))]
    limits = frozenset((a.low, a.low_bound, a.high, a.high_bound, a.mean) for a in stated)
    words = ", ".join(unique(a.words for a in stated))
    return {"population": _things(index, known), "age": _Slot(limits, words)}


def _things(index: Index, iris: Iterable[str]) -> _Slot:
    """Return entities with the members of groups in their place; what is not stated is nothing."""
    named = unique(i for i in iris if not i.endswith(tuple(f"-{u}" for u in _NO_NAME)))
    members = {m for i in named for m in (index.nodes(i, "member") or [i])}
    return _Slot(frozenset(members), ", ".join(index.label(i) for i in named))


def _text(words: str) -> _Slot:
    tidy = " ".join(words.split()).rstrip(".")
    return _Slot(frozenset([tidy.casefold()] if tidy else []), tidy)
