"""What holds a graph up: which findings, questions and recommendations have one support alone.

Support is what a statement rests on by the sources of its evidence lines. Nothing is weighed: a
source that alone supports much is not better or worse for it, but much changes if it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kg.evidence.findings import Findings, Question, sources
from kg.evidence.index import unique

Key = TypeVar("Key")
Groups = Callable[[str], Iterable[str]]
"""A support → what it counts for: itself, or its authors."""
_REVIEWS = ("systematicReview", "narrativeReview")


@dataclass(frozen=True, slots=True)
class Load:
    """What would be left without support if something fell away; entities are IRIs.

    ``holder`` is the IRI of a source or study, or an author's name as printed; ``name`` its label.
    """

    holder: str
    name: str
    questions: tuple[Question, ...]
    findings: tuple[str, ...]
    recommendations: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        """How much it holds up: questions before findings before recommendations."""
        return len(self.questions), len(self.findings), len(self.recommendations)


def sources_by_load(found: Findings) -> list[Load]:
    """Return the sources that alone hold something up, those that hold up most first."""
    return _by_source(found, lambda source: (source,), found.index.label)


def reviews_by_load(found: Findings) -> list[Load]:
    """Return the reviews among the sources that alone hold something up."""
    kind = found.index.notation
    return [s for s in sources_by_load(found) if kind(s.holder, "sourceType") in _REVIEWS]


def authors_by_load(found: Findings) -> list[Load]:
    """Return the authors without whose works something has no source left.

    Works name authors by surname, so that two people of one surname count as one.
    """
    return _by_source(found, lambda s: authors(found.index.text(s, "authors")), str)


def authors(printed: str) -> list[str]:
    """Return the names in a line of authors, such as ``Floyd, Eyberg, et al.``"""
    names = (name.strip() for name in re.split(r"[,;]|\s(?:&|and)\s", printed))
    return unique(name for name in names if name and name.rstrip(".") != "et al")


def _by_source(found: Findings, groups: Groups, name: Callable[[str], str]) -> list[Load]:
    index = found.index
    advice = {
        iri: tuple(sources(index, index.nodes(iri, "evidenceLine")))
        for iri in index.instances("Recommendation")
    }
    return _ranked(found, {f.iri: f.sources for f in found.all}, advice, groups, name)


def studies_by_load(found: Findings) -> list[Load]:
    """Return the studies that alone hold something up; recommendations name no studies."""
    support = {f.iri: f.studies for f in found.all}
    return _ranked(found, support, {}, lambda study: (study,), found.index.label)


def _ranked(
    found: Findings,
    support: Mapping[str, Iterable[str]],
    advice: Mapping[str, Iterable[str]],
    groups: Groups,
    name: Callable[[str], str],
) -> list[Load]:
    findings = _alone(support, groups)
    by_question = {
        q: unique(iri for f in some for iri in support[f.iri])
        for q, some in found.by_question.items()
    }
    questions = _alone(by_question, groups)
    recommendations = _alone(advice, groups)
    every = unique([*findings, *questions, *recommendations])
    loads = [
        Load(
            iri,
            name(iri),
            tuple(questions.get(iri, ())),
            tuple(findings.get(iri, ())),
            tuple(recommendations.get(iri, ())),
        )
        for iri in every
    ]
    return sorted(loads, key=lambda load: (*(-n for n in load.rank), load.name))


def _alone(support: Mapping[Key, Iterable[str]], groups: Groups) -> dict[str, list[Key]]:
    """Return what all supports of something have in common → what it alone holds up."""
    found: dict[str, list[Key]] = {}
    for key, every in support.items():
        first, *others = [list(groups(one)) for one in unique(every)] or [[]]
        for holder in first:
            if all(holder in other for other in others):
                found.setdefault(holder, []).append(key)
    return found
