"""What holds a graph up: which findings, questions and recommendations have one support alone.

Support is what a statement rests on by the sources of its evidence lines. Nothing is weighed: a
source that alone supports much is not better or worse for it, but much changes if it is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from kg.evidence.findings import Finding, Findings, Question, sources
from kg.evidence.index import Index, unique

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Load:
    """What would be left without support if a source or a study fell away; entities are IRIs."""

    iri: str
    questions: tuple[Question, ...]
    findings: tuple[str, ...]
    recommendations: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        """How much it holds up: questions before findings before recommendations."""
        return len(self.questions), len(self.findings), len(self.recommendations)


def sources_by_load(found: Findings) -> list[Load]:
    """Return the sources that alone hold something up, those that hold up most first."""
    index = found.index
    advice = {
        iri: tuple(sources(index, index.nodes(iri, "evidenceLine")))
        for iri in index.instances("Recommendation")
    }
    return _ranked(index, found, {f.iri: f.sources for f in found.all}, advice)


def studies_by_load(found: Findings) -> list[Load]:
    """Return the studies that alone hold something up; recommendations name no studies."""
    return _ranked(found.index, found, {f.iri: f.studies for f in found.all}, {})


def _ranked(
    index: Index,
    found: Findings,
    support: Mapping[str, Iterable[str]],
    advice: Mapping[str, Iterable[str]],
) -> list[Load]:
    findings = _alone(support)
    questions = _alone(
        {question: _support(some, support) for question, some in found.by_question.items()}
    )
    recommendations = _alone(advice)
    every = unique([*findings, *questions, *recommendations])
    loads = [
        Load(
            iri,
            tuple(questions.get(iri, ())),
            tuple(findings.get(iri, ())),
            tuple(recommendations.get(iri, ())),
        )
        for iri in every
    ]
    return sorted(loads, key=lambda load: (*(-n for n in load.rank), index.label(load.iri)))


def _support(some: Iterable[Finding], support: Mapping[str, Iterable[str]]) -> list[str]:
    """Return what findings on one question rest on; a finding without support adds nothing."""
    return unique(iri for f in some for iri in support[f.iri])


def _alone(support: Mapping[Key, Iterable[str]]) -> dict[str, list[Key]]:
    """Return support → what it alone supports."""
    found: dict[str, list[Key]] = {}
    for key, every in support.items():
        once = unique(every)
        if len(once) == 1:
            found.setdefault(once[0], []).append(key)
    return found
