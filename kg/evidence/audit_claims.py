"""What the findings of a graph say about a claim of an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.evidence.ages import NO, UNDETERMINED, YES
from kg.evidence.disagreement import contradicts, disagreements_of
from kg.evidence.findings import AGAINST, FAVOURS, GRADE, NO_DIFFERENCE, Finding, Findings
from kg.evidence.index import natural, unique
from kg.evidence.judgement import RULE, Judgement
from kg.evidence.people import People, compare

_DECIDED = frozenset({FAVOURS, AGAINST, NO_DIFFERENCE})
_SURE = frozenset({"proven", "shown", "asserted"})
_WEAK = frozenset({"low", "veryLow"})
_READ = frozenset({"primaryResult", "reviewSynthesis"})
"""Roles of a quote from the work whose result it is."""


@dataclass(frozen=True, slots=True)
class _Near:
    """A finding beside a claim; ``exact`` if on the same practice and outcome, not on parts."""

    finding: Finding
    exact: bool
    people: People

    @property
    def is_between(self) -> bool:
        return self.finding.contrast == "betweenGroup"

    @property
    def fits(self) -> bool:
        return self.exact and self.is_between and self.people.answer == YES


class Claims:
    """Compares claims with the findings of a graph."""

    def __init__(self, findings: Findings) -> None:
        self.findings, self.index = findings, findings.index
        self.disagreements = disagreements_of(findings)

    def judge(self, claim: Finding) -> Iterator[Judgement]:
        """Yield what findings say on each practice and outcome of a claim."""
        for practice in claim.interventions:
            for outcome in claim.outcomes:
                yield from self._question(claim, practice, outcome)

    def _question(self, claim: Finding, practice: str, outcome: str) -> Iterator[Judgement]:
        near = self._near(claim, practice, outcome)
        exact = [n for n in near if n.exact and n.is_between]
        agree = [n for n in exact if n.finding.side == claim.side]
        contrary = self._contrary(claim, practice, outcome)
        about = f"{self.index.short_label(practice)} and {self.index.label(outcome)}"
        if claim.side not in _DECIDED:
            yield _judgement("AUD-043", about, "the claim names no direction.", ())
            return
        if found := [n for n in contrary if n.fits]:
            yield _judgement("AUD-002", about, f"{self._sides(found)}.", found)
        if found := [n for n in contrary if not n.fits]:
            yield _judgement("AUD-042", about, f"{self._close(found)}.", found)
        if agree:
            yield from self._agreeing(claim, about, agree)
        elif exact and not any(n.fits for n in contrary):
            yield from self._undecided(claim, about, exact)
        elif not exact:
            yield from self._inexact(claim, about, near, bool(contrary))

    # -- findings on the same practice and outcome ---------------------------------------------

    def _agreeing(self, claim: Finding, about: str, agree: list[_Near]) -> Iterator[Judgement]:
        fits = [n for n in agree if n.people.answer == YES]
        read = [n for n in fits if _READ & set(n.finding.roles)]
        ratings = [r for n in fits or agree for r in n.finding.ratings if r.system == "GRADE"]
        rated = {r.rating for r in ratings} & set(GRADE)
        sure = self._strength(claim) in _SURE
        if sure and rated and rated <= _WEAK:
            words = ", ".join(sorted(rated, key=GRADE.index))
            yield _judgement(
                "AUD-011", about, f"the findings that agree are rated {words}.", fits or agree
            )
        elif read:
            rating = "; ".join(unique(n.finding.certainty for n in read))
            yield _judgement("AUD-001", about, f"{self._sides(read)}; certainty {rating}.", read)
        elif fits:
            words = "the findings that agree were not read in their own source."
            yield _judgement("AUD-041", about, words, fits)
        if not fits:
            yield from self._other_people(about, agree)

    def _other_people(self, about: str, agree: list[_Near]) -> Iterator[Judgement]:
        if all(n.people.answer == NO for n in agree):
            for code, why in (("AUD-012", "population"), ("AUD-013", "age")):
                found = [n for n in agree if n.people.why == why]
                studied = unique(p for n in found for p in n.finding.populations)
                if found:
                    names = "; ".join(map(self.index.label, studied))
                    yield _judgement(code, about, f"the findings that agree are on {names}.", found)
        else:
            yield _judgement("AUD-041", about, f"{self._close(agree)}.", agree)

    def _undecided(self, claim: Finding, about: str, exact: list[_Near]) -> Iterator[Judgement]:
        unsure = [n for n in exact if n.finding.side not in _DECIDED]
        if unsure and self._strength(claim) in _SURE:
            yield _judgement("AUD-011", about, f"{self._sides(unsure)}.", unsure)
        elif unsure:
            yield _judgement("AUD-040", about, f"{self._sides(unsure)}.", unsure)

    # -- other findings ------------------------------------------------------------------------

    def _inexact(
        self, claim: Finding, about: str, near: list[_Near], is_contrary: bool
    ) -> Iterator[Judgement]:
        within = [n for n in near if n.exact and n.finding.contrast == "withinGroup"]
        parts = [
            n for n in near if n.finding.contrast == "betweenGroup" and n.finding.side == claim.side
        ]
        if own := [n for n in parts if set(n.finding.sources) & set(claim.sources)]:
            yield _judgement("AUD-014", about, f"{self._close(own)}.", own)
        if any(n.finding.direction == claim.direction for n in within):
            code = "AUD-015" if self._strength(claim) in _SURE else "AUD-040"
            yield _judgement(code, about, f"{self._sides(within)}.", within)
        elif parts and not own:
            yield _judgement("AUD-041", about, f"{self._close(parts)}.", parts)
        elif not own and not is_contrary:
            yield _judgement("AUD-040", about, "no finding between groups is recorded.", within)

    # -- words ---------------------------------------------------------------------------------

    def _sides(self, near: Iterable[_Near]) -> str:
        """Return what findings say: ``F04.1: favours; F12.1: no difference within one group``."""
        return _listed((n.finding.identifier, _side(n.finding)) for n in near)

    def _close(self, near: Iterable[_Near]) -> str:
        """Return what findings say, and in what they differ from the claim."""
        return _listed((n.finding.identifier, self._differs(n)) for n in near)

    def _differs(self, near: _Near) -> str:
        f, label = near.finding, self.index.label
        if not near.exact:
            practices = " and ".join(map(self.index.short_label, f.interventions))
            return f"{_side(f)} (on {practices} and {', '.join(map(label, f.outcomes))})"
        people = {
            YES: "",
            NO: f" (in others: {near.people.why})",
            UNDETERMINED: " (whether the people are the same cannot be determined)",
        }
        return f"{_side(f)}{people[near.people.answer]}"

    def _strength(self, claim: Finding) -> str:
        return self.index.notation(claim.iri, "claimedStrength")

    # -- which findings ------------------------------------------------------------------------

    def _near(self, claim: Finding, practice: str, outcome: str) -> list[_Near]:
        """Return the findings on a question, on parts of it, and on groups with the practice."""
        index, found = self.index, dict[str, _Near]()
        groups = (*index.nodes(practice, "member"), *index.subjects(practice, "member"))
        for p in (practice, *self._below(practice, ("partOfGroup", "componentOf")), *groups):
            for o in (outcome, *self._below(outcome, ("partOfGroup",))):
                for f in self.findings.by_question.get((p, o), ()):
                    found.setdefault(f.iri, self._beside(claim, practice, outcome, f))
        return sorted(found.values(), key=lambda n: natural(n.finding.iri))

    def _contrary(self, claim: Finding, practice: str, outcome: str) -> list[_Near]:
        """Return the findings that report no difference or the opposite of a claim."""
        return [
            self._beside(claim, practice, outcome, self.findings.by_iri[d.other])
            for d in self.disagreements.against_claim(claim.iri)
            if (d.about, d.outcome) == (practice, outcome) and contradicts(d, self.findings)
        ]

    def _beside(self, claim: Finding, practice: str, outcome: str, f: Finding) -> _Near:
        is_exact = practice in f.interventions and outcome in f.outcomes
        return _Near(f, is_exact, compare(self.index, claim, f))

    def _below(self, iri: str, keys: tuple[str, ...]) -> list[str]:
        """Return the members and parts of a practice or an outcome, at any depth."""
        found, waiting = list[str](), [iri]
        while waiting:
            here = waiting.pop()
            for below in (s for key in keys for s in self.index.subjects(here, key)):
                if below not in found and below != iri:
                    found.append(below)
                    waiting.append(below)
        return found


def _side(f: Finding) -> str:
    """Return the side of a finding, or what changed where nothing was compared."""
    return f"{f.direction_words} within one group" if f.contrast == "withinGroup" else f.side


def _listed(said: Iterable[tuple[str, str]]) -> str:
    """Return findings by what they report: ``F02.1, F02.3: no difference; F06.1: favours``."""
    found: dict[str, list[str]] = {}
    for name, words in said:
        found.setdefault(words, []).append(name)
    return "; ".join(f"{', '.join(names)}: {words}" for words, names in found.items())


def _judgement(code: str, about: str, words: str, near: Iterable[_Near]) -> Judgement:
    return Judgement(code, RULE, words, tuple(n.finding.iri for n in near), about)
