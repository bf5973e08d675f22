"""Whether a finding is about the people whom a claim is about, in three answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.evidence.ages import NO, UNDETERMINED, YES, Age, child_ages
from kg.evidence.findings import Finding
from kg.evidence.index import Index

_DESCRIBES = ("ageRange", "ageDescription", "lifeStage", "condition")


@dataclass(frozen=True, slots=True)
class People:
    """The answer (:data:`YES`, :data:`NO` or :data:`UNDETERMINED`) and what it turned on.

    ``why`` is ``age`` or ``population`` where the answer is no.
    """

    answer: str
    why: str = ""


def compare(index: Index, claim: Finding, finding: Finding) -> People:
    """Tell whether a finding is about people of a claim.

    Ages that do not overlap settle it. Else it is yes where both name one population, where one
    is a group with the other in it, or where ages overlap and no condition is left out. It is no
    where the people studied were selected by conditions of which the claim names none. A
    population of which neither age nor condition is recorded tells nothing.
    """
    claimed, studied = _whole(index, claim.populations), _whole(index, finding.populations)
    if not _described(index, claimed) or not studied:
        return People(UNDETERMINED)
    ages = _ages(child_ages(index, claim.populations), finding.ages)
    if ages == NO:
        return People(NO, "age")
    if set(claim.populations) & set(finding.populations):
        return People(YES)
    ours, theirs = _values(index, claimed, "condition"), _values(index, studied, "condition")
    if theirs and not ours:
        return People(NO, "population")
    if _related(index, claimed, studied) or (ages == YES and (ours & theirs or not ours | theirs)):
        return People(YES)
    return People(UNDETERMINED)


def _whole(index: Index, populations: Iterable[str]) -> set[str]:
    """Return populations with the members of dyads."""
    found = set(populations)
    for population in populations:
        for key in ("childMember", "caregiverMember"):
            found.update(index.nodes(population, key))
    return found


def _described(index: Index, populations: set[str]) -> bool:
    return any(index.values(p, key) for p in populations for key in _DESCRIBES)


def _values(index: Index, populations: set[str], key: str) -> set[str]:
    return {value for p in populations for value in index.nodes(p, key)}


def _related(index: Index, claimed: set[str], studied: set[str]) -> bool:
    return bool(_groups(index, claimed) & studied or _groups(index, studied) & claimed)


def _groups(index: Index, populations: set[str]) -> set[str]:
    """Return the groups that populations belong to, at any distance."""
    found, waiting = set[str](), list(populations)
    while waiting:
        for group in index.nodes(waiting.pop(), "partOfGroup"):
            if group not in found:
                found.add(group)
                waiting.append(group)
    return found


def _ages(ours: Iterable[Age], theirs: Iterable[Age]) -> str:
    answers = [a.meets(b) for a in ours for b in theirs] or [UNDETERMINED]
    return next((a for a in (YES, UNDETERMINED) if a in answers), NO)
