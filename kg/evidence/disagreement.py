"""Disagreement: which records do not fit together, what else differs between them, and why.

Records on one question (a practice and an outcome) or on a near one are compared side by side. The
verdict says what a reader may conclude; nothing is counted, weighed or settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, combinations, islice, product

from kg.evidence.comparison import (
    Difference,
    Profile,
    advice_profile,
    differences,
    finding_profile,
    with_analyst,
)
from kg.evidence.discrepancies import numbers, pages
from kg.evidence.findings import Finding, Findings, Question
from kg.evidence.index import natural, unique
from kg.evidence.neighbours import Neighbours
from kg.evidence.verdicts import (
    ADVICE,
    CONTRADICT,
    DIFFER,
    NOT_COMPARED,
    ONE_STUDY,
    PAGE,
    SAME_DATA,
    VERDICTS,
    Disagreement,
)

MOST_PAIRS = 1000
"""How many pairs of one question are compared; of more, only their number is given."""

BETTER, WORSE, MORE, LESS = "better", "worse", "increase", "decrease"
_EFFECTS = frozenset({BETTER, WORSE, MORE, LESS})
_OTHER_DATA = frozenset({"comparator", "outcome", "measure", "followUp", "subgroup", "contrast"})
"""Dimensions in which two results of one study are not the same result."""

Judge = Callable[[Question, Finding, Finding], Disagreement | None]
Results = dict[str, list[Finding]]


class Disagreements:
    """All disagreements of a graph, found once, and those about one entity."""

    def __init__(self, findings: Findings) -> None:
        self.index = findings.index
        self.findings = findings
        self._near = Neighbours(self.index)
        self._profiles: dict[str, Profile] = {}

    @cached_property
    def all(self) -> tuple[Disagreement, ...]:
        """Every disagreement, by verdict and then by what it is about; each pair once."""
        found = [
            *self._effects(),
            *self._read_apart(),
            *self._ratings(),
            *self._advice(),
            *self._claims(),
            *numbers(self.findings),
            *pages(self.index),
        ]
        # A pair that is found on several questions is listed with the first, own before near ones.
        each = {_pair(d): d for d in reversed(found)}
        return tuple(sorted(each.values(), key=_order))

    def of(self, iri: str) -> list[Disagreement]:
        """Return the disagreements about an entity, or in which it is on either side.

        A statement takes part itself; a practice, an outcome, a source or a study by a finding.
        """
        return list(self._by_thing.get(iri, ()))

    @cached_property
    def _by_thing(self) -> dict[str, list[Disagreement]]:
        found: dict[str, list[Disagreement]] = {}
        for d in self.all:
            entities = [d.about, d.outcome, d.one, d.other]
            for f in (self.findings.by_iri.get(side) for side in (d.one, d.other)):
                if f:
                    entities += [*self._near.each(f.interventions), *f.interventions, *f.outcomes]
                    entities += [*f.sources, *f.studies]
            for entity in unique(entities):
                found.setdefault(entity, []).append(d)
        return found

    def against_claim(self, claim: str) -> list[Disagreement]:
        """Return the findings of research that a claim does not fit, each as a disagreement.

        ``one`` is the claim and ``other`` the finding; :func:`contradicts` tells results against
        the claim from results that are too uncertain to bear it.
        """
        return [d for d in self.all if d.verdict == PAGE and d.one == claim]

    # -- findings ------------------------------------------------------------------------------

    def _effects(self) -> Iterator[Disagreement]:
        """Yield findings on one question, or on near ones, whose results do not fit."""
        by_question = self._questions(self.findings.all)
        for question, mine in by_question.items():
            yield from self._pairs(question, mine, mine, self._two_findings)
        for question, mine in by_question.items():
            for near in self._near.questions(question):
                if question < near and near in by_question:
                    yield from self._pairs(question, mine, by_question[near], self._two_findings)

    def _claims(self) -> Iterator[Disagreement]:
        """Yield claims with the research that they do not fit."""
        research = self._questions(self.findings.all)
        for question, claims in self._questions(self.findings.claims).items():
            for near in (question, *self._near.questions(question)):
                if near in research:
                    yield from self._pairs(
                        question, claims, research[near], self._claim_and_finding
                    )

    def _pairs(
        self, question: Question, mine: Results, theirs: Results, judge: Judge
    ) -> Iterator[Disagreement]:
        """Judge the pairs of one question whose results do not fit; of many, the first ones."""
        lists = [
            (mine[a], theirs[b])
            for a, b in product(mine, theirs)
            if clash(a, b) and (mine is not theirs or a < b)
        ]
        pairs = chain.from_iterable(product(*two) for two in lists)
        for one, other in islice(pairs, MOST_PAIRS):
            if found := judge(question, one, other):
                yield found
        left = sum(len(one) * len(other) for one, other in lists) - MOST_PAIRS
        if left > 0:
            words = f"{left:,} pairs of results that do not fit"
            yield Disagreement(NOT_COMPARED, *question, question[0], words, question[0], words)

    def _says_nothing(self, one: Finding, other: Finding) -> bool:
        """Tell whether two results do not bear on each other.

        Neighbouring outcomes of one study need not change together; and a result that is
        insufficient says nothing of a neighbouring outcome, or of a group that it is a part of.
        """
        siblings = not self._near.one_is_wider(one.outcomes, other.outcomes)
        if siblings and one.evidence & other.evidence:
            return True
        grouped = not self._near.one_varies(one.interventions, other.interventions)
        return (siblings or grouped) and "insufficient" in (one.direction, other.direction)

    def _two_findings(
        self, question: Question, one: Finding, other: Finding
    ) -> Disagreement | None:
        if self._says_nothing(one, other):
            return None
        if self._rank(other) < self._rank(one):
            one, other = other, one
        if set(one.studies) & set(other.studies):
            found = self._differences(one, other, (one.sources, other.sources))
            verdict = self._of_one_study(one, other, found) or DIFFER
        else:
            found = self._differences(one, other)
            verdict = DIFFER if found else CONTRADICT
        return self._disagreement(verdict, question, one, other, found)

    def _of_one_study(
        self, one: Finding, other: Finding, found: tuple[Difference, ...]
    ) -> str | None:
        """Return the verdict on two readings of one result, or nothing if they are two results."""
        known = {d.dimension for d in found if d.known}
        if known & _OTHER_DATA or not set(one.interventions) & set(other.interventions):
            return None
        return SAME_DATA if "analyst" in known else ONE_STUDY

    def _read_apart(self) -> Iterator[Disagreement]:
        """Yield one result that two records call significant and not, or rate differently."""
        of_one: dict[tuple[str, Question], list[Finding]] = {}
        for f in self.findings.all:
            for place in product(sorted(f.evidence), product(f.interventions, f.outcomes)):
                of_one.setdefault(place, []).append(f)
        for (_, question), some in of_one.items():
            for one, other in combinations(some[:MOST_PAIRS], 2):
                says = _ratings_apart(one, other) or self._significance_apart(one, other)
                if says and not clash(self.result(one), self.result(other)):
                    found = self._differences(one, other, (_raters(one), _raters(other)))
                    verdict = self._of_one_study(one, other, found)
                    if verdict:
                        sides = (one.iri, says[0], other.iri, says[1])
                        yield Disagreement(verdict, *question, *sides, found)

    def _significance_apart(self, one: Finding, other: Finding) -> tuple[str, str] | None:
        said = (one.significance, other.significance)
        return (self.says(one), self.says(other)) if all(said) and said[0] != said[1] else None

    def _differences(
        self, one: Finding, other: Finding, works: tuple[tuple[str, ...], ...] = ()
    ) -> tuple[Difference, ...]:
        profiles = [self._profile(f) for f in (one, other)]
        if works:
            profiles = [with_analyst(self.index, *p) for p in zip(profiles, works, strict=True)]
        return differences(*profiles)

    def _claim_and_finding(
        self, question: Question, one: Finding, other: Finding
    ) -> Disagreement | None:
        if self._says_nothing(one, other):
            return None
        return self._disagreement(PAGE, question, one, other, self._differences(one, other))

    def _disagreement(
        self,
        verdict: str,
        question: Question,
        one: Finding,
        other: Finding,
        found: tuple[Difference, ...],
    ) -> Disagreement:
        return Disagreement(
            verdict, *question, one.iri, self.says(one), other.iri, self.says(other), found
        )

    def result(self, f: Finding) -> str:
        """Return what a finding reports, read with the desirability of its outcome, or nothing.

        It is read whatever was compared, so that changes in one group can be compared with each
        other; what was compared is a dimension in which two findings can differ.
        """
        if f.direction not in (MORE, LESS):
            return "" if f.direction == "notReported" else f.direction
        wished = {self.index.notation(o, "desirability") for o in f.outcomes}
        if wished == {"desirable"}:
            return BETTER if f.direction == MORE else WORSE
        if wished == {"undesirable"}:
            return WORSE if f.direction == MORE else BETTER
        return f.direction

    def says(self, f: Finding) -> str:
        """Return what a finding or a claim reports in a few words."""
        words = f.direction_words
        if f.contrast == "betweenGroup" and f.valence in ("favourable", "unfavourable"):
            words += f" ({f.valence_words})"
        return f"{words}, {f.significance}" if f.significance else words

    def _rank(self, f: Finding) -> tuple[int, tuple[str, ...]]:
        """Return what orders two sides: a favourable effect first, then any other effect."""
        result = self.result(f)
        return ((result not in (BETTER, MORE)) + (result not in _EFFECTS), natural(f.iri))

    def _profile(self, f: Finding) -> Profile:
        if f.iri not in self._profiles:
            self._profiles[f.iri] = finding_profile(self.index, f)
        return self._profiles[f.iri]

    def _questions(self, found: Iterable[Finding]) -> dict[Question, Results]:
        """Return what reports a result by question and result; a group counts for its members."""
        by_question: dict[Question, Results] = {}
        for f in found:
            if result := self.result(f):
                for question in product(self._near.each(f.interventions), f.outcomes):
                    by_question.setdefault(question, {}).setdefault(result, []).append(f)
        return by_question

    # -- ratings and advice --------------------------------------------------------------------

    def _ratings(self) -> Iterator[Disagreement]:
        """Yield two ratings of one finding in one system."""
        for f in self.findings.all:
            for one, other in combinations(f.ratings, 2):
                if one.system == other.system and one.rating != other.rating:
                    first, second = sorted([one, other], key=lambda r: (r.by, r.rating))
                    profiles = [
                        with_analyst(self.index, self._profile(f), r.by) for r in (first, second)
                    ]
                    raters = differences(profiles[0], profiles[1])
                    yield Disagreement(
                        SAME_DATA,
                        f.iri,
                        next(iter(f.outcomes), ""),
                        next(iter(first.by), f.iri),
                        first.words,
                        next(iter(second.by), f.iri),
                        second.words,
                        tuple(d for d in raters if d.dimension == "analyst"),
                    )

    def _advice(self) -> Iterator[Disagreement]:
        """Yield advice for a practice with advice that is not for it, or not for one near it."""
        index = self.index
        direction = {r: index.notation(r, "direction") for r in index.instances("Recommendation")}
        by_practice: dict[str, list[str]] = {}
        for advice in direction:
            for practice in self._near.each(index.nodes(advice, "recommends")):
                by_practice.setdefault(practice, []).append(advice)
        for practice, advised in by_practice.items():
            nearby = [a for n in self._near.practices(practice) for a in by_practice.get(n, ())]
            for one in (a for a in advised if direction[a] == "for"):
                for other in unique([*advised, *nearby]):
                    if direction[other] not in ("for", ""):
                        found = differences(
                            advice_profile(index, one), advice_profile(index, other)
                        )
                        says = [self._advises(a) for a in (one, other)]
                        yield Disagreement(
                            ADVICE, practice, "", one, says[0], other, says[1], found
                        )

    def _advises(self, advice: str) -> str:
        strength = self.index.words(advice, "strength")
        return ", ".join(w for w in (self.index.words(advice, "direction"), strength) if w)


def disagreements_of(findings: Findings) -> Disagreements:
    """Return the disagreements of a graph; they are found once and kept with the graph."""
    return findings.index.graph.kept("disagreements", lambda: Disagreements(findings))


def clash(one: str, other: str) -> bool:
    """Tell whether two results do not fit together.

    One reports an effect and the other the opposite, none, a mixed or an insufficient result; or
    one is mixed and the other finds no difference. Two that report no effect do not clash.
    """
    if one == other or not one or not other:
        return False
    pair = {one, other}
    if pair <= _EFFECTS:
        return pair in ({BETTER, WORSE}, {MORE, LESS})
    return bool(pair & _EFFECTS) or pair == {"mixed", "noDifference"}


def contradicts(found: Disagreement, findings: Findings) -> bool:
    """Tell whether the other side reports the opposite or no difference, not merely too little."""
    other = findings.by_iri.get(found.other)
    return other is not None and other.direction in (MORE, LESS, "noDifference")


def _ratings_apart(one: Finding, other: Finding) -> tuple[str, str] | None:
    for first, second in product(one.ratings, other.ratings):
        if first.system == second.system and first.rating != second.rating:
            return first.words, second.words
    return None


def _raters(f: Finding) -> tuple[str, ...]:
    return tuple(unique(work for rating in f.ratings for work in rating.by)) or f.sources


def _pair(d: Disagreement) -> tuple[object, ...]:
    """Return what makes a disagreement one: its two sides, whatever question it was found on."""
    is_paired = bool(d.outcome) and d.verdict != NOT_COMPARED
    place = () if is_paired else (d.about, d.outcome)
    return (d.verdict, d.one, d.one_says, d.other, d.other_says, *place)


def _order(d: Disagreement) -> tuple[object, ...]:
    places = (natural(iri) for iri in (d.about, d.outcome, d.one, d.other))
    return (list(VERDICTS).index(d.verdict), *places, d.one_says, d.other_says)
