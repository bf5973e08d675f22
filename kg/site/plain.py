"""Words for caregivers: labels and headings of pages, results, and how sure one can be of them.

Every page has the words of both audiences, of the class ``cl`` for clinicians and ``cg`` for
caregivers, and the reader's choice shows one of them. What only specialists can read, such as the
design of a study, is left out for caregivers. None of this touches the wordings of statements,
which come from the graph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from kg.evidence.findings import (
    AGAINST,
    FAVOURS,
    INSUFFICIENT,
    MIXED,
    NO_DIFFERENCE,
    UNKNOWN,
    Finding,
)
from kg.site.html import Html, el, text

PLAIN: Mapping[str, str] = {
    "Evidence map": "What was studied",
    "Summaries": "Results",
    "Summaries of findings": "Results in tables",
    "Explorer": "Look around",
    "Ages: meant for, and studied in": "Ages: meant for, and studied at",
    "Effects": "How large",
    "Disagreement and gaps": "What is not settled",
    "Audit": "The article",
    "The article against its evidence": "The article, checked",
    "What disagrees": "Where results do not agree",
    "What disagrees, and what else differs": "Where results do not agree, and what else differs",
    "Finding": "What was found",
    "Result": "Better or worse",
    "Certainty": "How sure",
    "Source": "Where it comes from",
    "Intervention": "Treatment or programme",
    "Outcome": "What was looked at",
    "Population": "Who took part",
    "Measure": "How it was measured",
    "Subgroup": "Part of the group",
    "Follow-up": "When",
    "Size": "How many took part",
    "Component": "Part",
    "Components": "Parts",
    "Finding, claim and recommendation": "Results, claims and advice",
    "Dose": "How much, how often",
    "Disagrees": "Does not agree",
    "Review status": "Checked by somebody else",
    "Age of the children": "Age of the child",
    "Findings in which it is the comparator": "Findings that compare something else with it",
    "What must be shown with it": "What to know with it",
    "How it is described": "What is said about it",
    "Copy as JSON-LD": "Copy for a program",
    "intervention": "treatment or programme",
    "finding": "result",
    "recommendation": "advice",
    "claim": "what an article says",
    "population": "group of people",
    "component": "part",
    "One side": "One result",
    "Other side": "The other",
    "Verdict": "In short",
    "Differ also in": "What else is different",
    "Cannot be determined": "Not known",
    "outcome": "what was looked at",
    "component of": "part of",
    "recommends": "gives advice on",
    "target population": "made for",
    "cites": "refers to",
    "part of group": "belongs to",
    "variant of": "form of",
    "age range": "age",
    "GRADE": "How sure",
    "Direction": "Result",
}
"""A label or heading → the same in words for caregivers, where they differ."""
SPECIALIST = frozenset(
    {"Contrast", "Design", "Effect", "Effect and interval", "Significance", "Stance", "Test"}
    | {"Directness", "Quote", "Quote role", "Citation basis", "Rated by GRADE"}
)
"""Labels of what only specialists can read: neither they nor their values are for caregivers."""
SURE: Mapping[str, str] = {
    "high": "very sure",
    "moderate": "fairly sure",
    "low": "not very sure",
    "veryLow": "unsure",
    "differ": "judges differ",
    "unrated": "not judged",
}
"""A level of certainty → how sure one can be."""
WAYS: Mapping[str, str] = {
    FAVOURS: "better",
    AGAINST: "worse",
    NO_DIFFERENCE: "no difference",
    MIXED: "mixed",
    INSUFFICIENT: "cannot tell",
    UNKNOWN: "not compared",
}
"""The side that a finding takes → what was found."""
_MOVED = {"increase": "went up", "decrease": "went down"}
_NOT_VALUED = {
    "withinGroup": "there was no group to compare with",
    "notStated": "what it was compared with is not given",
}
_NOUNS = {
    "finding": "result",
    "findings": "results",
    "intervention": "treatment or programme",
    "interventions": "treatments and programmes",
    "practice": "treatment or part of one",
    "practices": "treatments or parts of them",
    "outcome": "thing that was looked at",
    "outcomes": "things that were looked at",
}
"""What is counted → the same in words for caregivers."""
_COUNTED = re.compile(rf"(\d )({'|'.join(_NOUNS)})\b")
_RANDOMISED = re.compile(r", (?:all|\d+) randomised")


# Pages repeat few of them often. Typed, since a text is escaped and markup is not.
@lru_cache(maxsize=1 << 12, typed=True)
def both(clinician: str, caregiver: str) -> Html:
    """Return a label in the words of both audiences, of which the reader sees one."""
    if clinician == caregiver:
        return text(clinician)
    for_caregiver = el("span", caregiver, class_="cg")
    return Html(el("span", clinician, class_="cl") + for_caregiver)


def label(words: str) -> Html:
    """Return a label or heading of a page in the words of both audiences."""
    return both(words, PLAIN.get(words, words))


def counted(words: str) -> Html:
    """Return words with numbers, such as ``2 findings on 1 outcome``, for both audiences."""
    return both(words, _COUNTED.sub(lambda m: m[1] + _NOUNS[m[2]], words))


def plain_names() -> dict[str, str | None]:
    """Return labels for scripts: the same in words for caregivers, or nothing for specialists."""
    return {**PLAIN, **dict.fromkeys(sorted(SPECIALIST))}


def audience(words: str) -> str | None:
    """Return the class of what has a label: nothing, unless it is for specialists only."""
    return "cl" if words in SPECIALIST else None


def plain_result(f: Finding) -> str:
    """Return a result as one phrase, such as ``went down: better``."""
    moved = _MOVED.get(f.direction)
    if moved is None:
        return WAYS[f.side] if f.direction else "not reported"
    if f.valence in ("favourable", "unfavourable"):
        return f"{moved}: {WAYS[f.side]}"
    return f"{moved}: {_NOT_VALUED.get(f.contrast, 'whether that is better is unknown')}"


def plain_counts(f: Finding) -> str:
    """Return how many took part, and in how many studies."""
    pairs = f.counts.replace("dyads", "pairs of parent and child")
    return _RANDOMISED.sub("", pairs).replace("randomised", "participants")


def plain_certainty(f: Finding) -> str:
    """Return how sure one can be: by GRADE, else as another system words it, else not judged."""
    others = [r.words for r in f.ratings if r.system != "GRADE"]
    return "; ".join(others) if f.level == "unrated" and others else SURE[f.level]
