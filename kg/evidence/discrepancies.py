"""What does not fit within one record, one study or one page: numbers, and what a page says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import combinations, product

from kg.evidence.findings import PER_CENT, Findings
from kg.evidence.grade import absolute_effects
from kg.evidence.index import Index
from kg.evidence.verdicts import ONE_STUDY, PAGE_ITSELF, Disagreement


def numbers(findings: Findings) -> Iterator[Disagreement]:
    """Yield numbers that do not fit: records of one study, arms and total, ratio and shares."""
    index = findings.index
    for study in index.instances("Study"):
        yield from _counts(index, study)
    for f in findings.all:
        yield from _arms(index, f.iri)
        yield from _ratio(index, f.iri)


def pages(index: Index) -> Iterator[Disagreement]:
    """Yield where an article contradicts itself: on its review, or on whom it is for."""
    said: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for statement in index.instances("Statement"):
        articles = [
            a for s in index.nodes(statement, "section") for a in index.nodes(s, "sectionOf")
        ]
        for key in ("claimedReview", "claimedAudience"):
            if words := index.words(statement, key):
                for article in articles:
                    said.setdefault((article, key), []).append((statement, words))
    for (article, _), found in said.items():
        for (one, says), (other, other_says) in combinations(found, 2):
            if says != other_says:
                yield Disagreement(PAGE_ITSELF, article, "", one, says, other, other_says)


def _counts(index: Index, study: str) -> Iterator[Disagreement]:
    for one, other in combinations(index.nodes(study, "studyCount"), 2):
        same = index.text(one, "countOf") == index.text(other, "countOf")
        if same and index.text(one, "count") != index.text(other, "count"):
            first, second = sorted(_count(index, n) for n in (one, other))
            yield Disagreement(ONE_STUDY, study, "", study, first[1], study, second[1])


def _count(index: Index, node: str) -> tuple[Decimal, str]:
    number = index.text(node, "count")
    words = f"{number} {index.text(node, 'countOf')}"
    notes = index.texts(node, "note")
    return _decimal(number) or Decimal(0), ". ".join([words, *notes])


def _arms(index: Index, finding: str) -> Iterator[Disagreement]:
    total = index.text(finding, "randomised")
    arms = [index.text(a, "armParticipants") for a in index.nodes(finding, "arm")]
    inside = sum(int(n) for n in arms if n.isdigit())
    if total.isdigit() and any(arms) and inside != int(total):
        says = (f"{total} randomised", f"{inside} in the arms")
        yield Disagreement(ONE_STUDY, finding, "", finding, says[0], finding, says[1])


def _ratio(index: Index, finding: str) -> Iterator[Disagreement]:
    """Yield an odds ratio that points one way while the shares or risks point the other."""
    for estimate in index.nodes(finding, "estimate"):
        ratio = index.text(estimate, "value")
        value = _decimal(ratio)
        if index.notation(estimate, "estimateType") != "OR" or value is None:
            continue
        for treated, control, unit in _shares(index, finding):
            more = (_decimal(treated) or 0) - (_decimal(control) or 0)
            if (value - 1) * more < 0:
                says = (f"odds ratio {ratio}", f"{treated}{unit} against {control}{unit}")
                yield Disagreement(ONE_STUDY, finding, "", finding, says[0], finding, says[1])


def _shares(index: Index, finding: str) -> Iterator[tuple[str, str, str]]:
    """Yield with the intervention, with the comparator, and of what: per cent, or a number."""
    practices = set(index.nodes(finding, "intervention"))
    shares: dict[bool, list[str]] = {True: [], False: []}
    for arm in index.nodes(finding, "arm"):
        if share := index.text(arm, "armPercentage"):
            shares[bool(practices & set(index.nodes(arm, "armPractice")))].append(share)
    for treated, control in product(shares[True], shares[False]):
        yield treated, control, PER_CENT
    for effect in absolute_effects(index, finding):
        if effect.intervention and effect.comparator:
            unit = PER_CENT if effect.per == "100" else f" per {effect.per}"
            yield effect.intervention, effect.comparator, unit


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
