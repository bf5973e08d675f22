"""What the evidence on a question lacks; the named questions are the definitions.

A question is a pair of a practice and an outcome. ``single-study``, ``within-group-only`` and
``claims-without-research`` decide, so that pages, ``kg explain`` and ``kg query`` say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.evidence.findings import Findings, Question
from kg.queries.named import library
from kg.queries.tables import Cell

GAPS: Mapping[str, str] = {
    "aim": "is aimed at, and no finding on it is recorded",
    "claimed": "is claimed by an article, and no study or review on it is recorded",
    "within": "rests on change within one group only",
    "single": "rests on one study only",
    "unrated": "at least one finding has no rating of its certainty",
}
"""Kind of gap → the words for it, with the outcome as subject."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The questions that have a gap.

    ``single`` holds questions on which all recorded research is one study, with the study or the
    paper; ``within`` those with change within one group only; ``claimed`` those with
    claims but no research; ``unrated`` those with a finding that nobody rated.
    """

    single: Mapping[Question, str]
    within: frozenset[Question]
    claimed: frozenset[Question]
    unrated: frozenset[Question]

    @classmethod
    def of(cls, findings: Findings) -> Gaps:
        """Find the gaps of a graph; they are found once and kept with the graph."""
        return findings.index.graph.kept("gaps", lambda: cls._found(findings))

    @classmethod
    def _found(cls, findings: Findings) -> Gaps:
        graph = findings.index.graph
        questions = library(graph.ontology)
        names = ("single-study", "within-group-only", "claims-without-research")
        single, within, claimed = (questions[name].ask(graph).rows for name in names)
        return cls(
            {_question(row): _iri(row[2]) for row in single},
            frozenset(map(_question, within)),
            frozenset(map(_question, claimed)),
            frozenset(
                question
                for question, found in findings.by_question.items()
                if any(not f.ratings for f in found)
            ),
        )

    def kinds(self, question: Question) -> tuple[str, ...]:
        """Return which of :data:`GAPS` a question has, apart from ``aim``."""
        return tuple(kind for kind in GAPS if kind != "aim" and question in getattr(self, kind))


def _question(row: tuple[Cell, ...]) -> Question:
    return _iri(row[0]), _iri(row[1])


def _iri(cell: Cell) -> str:
    assert isinstance(cell, NamedNode)
    return cell.value
