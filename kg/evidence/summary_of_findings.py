"""Summary of findings and evidence profile: the tables of guideline teams, from one reading.

One table holds the findings on one intervention against one comparator, one row a finding. Claims
of articles stay out, and so do changes within one group and findings that name no comparator: they
compare nothing. Every number is the source's own; what no source gives is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kg.evidence.findings import Estimate, Finding, Findings, Rating, findings_of
from kg.evidence.grade import (
    COMPARATOR,
    INTERVENTION,
    LOWERING,
    RAISING,
    AbsoluteEffect,
    favoured_by_higher,
)
from kg.evidence.index import Index, index_of, natural, unique
from kg.graph import Graph

SHORT = {
    "hedgesG": "Hedges' g",
    "cohensD": "Cohen's d",
    "correlation": "r",
    "unspecified": "effect",
}
"""Names of statistics in a narrow column; all others are known by their notation."""


@dataclass(frozen=True, slots=True)
class Row:
    """One finding of a table; entities are IRIs, numbers are text and empty where not given.

    ``desirability`` is that of the outcome; ``words`` says what happens, by audience.
    """

    finding: str
    identifier: str
    outcome: str
    outcome_label: str
    desirability: str
    measures: tuple[str, ...]
    subgroup: str
    follow_up: str
    designs: str
    studies: str
    participants: str
    participant_unit: str
    estimates: tuple[Estimate, ...]
    absolutes: tuple[AbsoluteEffect, ...]
    arms: tuple[str, ...]
    ratings: tuple[Rating, ...]
    side: str
    direction: str
    words: Mapping[str, str]
    sources: tuple[str, ...]
    status: str
    stamp: str
    notes: tuple[str, ...]

    @property
    def footnotes(self) -> tuple[str, ...]:
        """What must be read with the row: reasons of raters, remarks on numbers, notes."""
        rated = [n for r in self.ratings for n in r.footnotes]
        rated += [n for r in self.ratings for d in r.domains for n in d.footnotes]
        numbers = [n for a in self.absolutes for n in a.footnotes]
        numbers += [n for e in self.estimates for n in e.notes]
        return tuple(unique([*rated, *numbers, *self.notes]))

    def relative(self) -> tuple[str, ...]:
        """Return each effect in short, such as ``OR 3.04 [1.39, 6.67]``."""
        return tuple(short_effect(e) for e in self.estimates)

    def favoured(self) -> tuple[str, ...]:
        """Return for each effect the side that a higher value favours; ``""`` if not known."""
        return tuple(favoured_by_higher(e.means, self.desirability) for e in self.estimates)

    def risk(self, arm: str) -> str:
        """Return the risks of an arm, ``intervention`` or ``comparator``, or nothing."""
        return "; ".join(risk for a in self.absolutes if (risk := a.risk(arm)))

    def certainty(self) -> str:
        """Return the ratings with system and reasons, or ``not rated``."""
        rated = [", ".join((f"{r.level_words} ({r.system})", *r.reasons)) for r in self.ratings]
        return "; ".join(rated) or "not rated"

    def judged(self, *domains: str) -> str:
        """Return what ratings judged of domains, or nothing where no source says."""
        return "; ".join(
            d.judgement_words if len(domains) == 1 else f"{d.domain_words} {d.judgement_words}"
            for r in self.ratings
            for d in r.domains
            if d.domain in domains
        )

    def cells(self) -> dict[str, str]:
        """Return the row for a flat table: column → text, domains of the profile among them."""
        return {
            "outcome": self.outcome_label,
            "subgroup": self.subgroup,
            "followUp": self.follow_up,
            "studies": self.studies,
            "participants": self.participants,
            "participantUnit": self.participant_unit,
            "studyDesign": self.designs,
            "riskWithComparator": self.risk(COMPARATOR),
            "riskWithIntervention": self.risk(INTERVENTION),
            "relativeEffect": "; ".join(self.relative()),
            "higherFavours": "; ".join(filter(None, self.favoured())),
            **{domain: self.judged(domain) for domain in LOWERING},
            "raised": self.judged(*RAISING),
            "certainty": self.certainty(),
            "whatHappens": self.words.get("clinician", ""),
            "footnotes": " ".join(self.footnotes),
            "finding": self.identifier,
            "reviewStatus": self.status,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """The findings on an intervention against a comparator, whole results before subgroups."""

    intervention: str
    intervention_label: str
    comparator: str
    comparator_label: str
    populations: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def has_domains(self) -> bool:
        """Whether any rating comes with its domains."""
        return any(r.domains for row in self.rows for r in row.ratings)

    def data(self) -> dict[str, Any]:
        """Return the table as plain data for JSON, domains included."""
        return asdict(self)

    def table(self) -> list[dict[str, str]]:
        """Return the flat rows, each with the labels of intervention and comparator."""
        pair = {"intervention": self.intervention_label, "comparator": self.comparator_label}
        return [pair | row.cells() for row in self.rows]

    def title(self) -> str:
        """Return the question in words."""
        return f"{self.intervention_label} compared with {self.comparator_label}"


def summaries(findings: Findings) -> tuple[Summary, ...]:
    """Return the table of each intervention and comparator that findings compare.

    A group (such as *no treatment or usual care*) is a comparator of its own; its findings are not
    shown under its members. Tables are in the order of the ids.
    """
    found: dict[tuple[str, str], list[Finding]] = {}
    for f in findings.all:
        if f.contrast != "withinGroup":
            for intervention in f.interventions:
                for comparator in f.comparators:
                    found.setdefault((intervention, comparator), []).append(f)
    pairs = sorted(found, key=lambda pair: tuple(map(natural, pair)))
    return tuple(_summary(findings.index, *pair, found[pair]) for pair in pairs)


def uncompared(findings: Findings) -> tuple[Finding, ...]:
    """Return the findings that are in no table, since they compare with nothing that is named."""
    return tuple(f for f in findings.all if f.contrast == "withinGroup" or not f.comparators)


def summary_of_findings(
    graph: Graph, intervention: str = "", comparator: str = ""
) -> tuple[Summary, ...]:
    """Return tables of a graph, each with what an evidence profile needs too.

    :param graph: a graph with its derived statements, as :func:`kg.load` gives it.
    :param intervention: the id of an intervention or a part of one; all without it.
    :param comparator: the id of a practice, or a control condition such as ``usualCare``; all
        without it. A group matches by its own id, and by that of each member.
    :return: nothing where no finding compares the two.
    """
    index = index_of(graph)
    return tuple(
        s
        for s in summaries(findings_of(graph))
        if _named(index, s.intervention, intervention) and _named(index, s.comparator, comparator)
    )


def _named(index: Index, practice: str, wanted: str) -> bool:
    if not wanted:
        return True
    names = {n for p in (practice, *index.nodes(practice, "member")) for n in _names(index, p)}
    return wanted in names


def _names(index: Index, iri: str) -> tuple[str, ...]:
    """Return what a practice may be called by: its IRI, its id, its name in a controlled list."""
    term = index.ontology.by_iri.get(iri)
    return (iri, index.short(iri), *([term.name] if term else []))


def _summary(index: Index, intervention: str, comparator: str, found: list[Finding]) -> Summary:
    outcomes = unique(o for f in found for o in f.outcomes)
    rows = [
        _row(index, f, outcome)
        for outcome in outcomes
        for f in sorted(found, key=lambda f: bool(f.subgroup))
        if outcome in f.outcomes
    ]
    return Summary(
        intervention,
        index.label(intervention),
        comparator,
        index.label(comparator),
        tuple(unique(p for f in found for p in f.populations)),
        tuple(rows),
    )


def _row(index: Index, f: Finding, outcome: str) -> Row:
    return Row(
        finding=f.iri,
        identifier=f.identifier,
        outcome=outcome,
        outcome_label=index.label(outcome),
        desirability=index.notation(outcome, "desirability"),
        measures=tuple(index.label(m) for m in index.nodes(f.iri, "measure")),
        subgroup=f.subgroup,
        follow_up=f.follow_up,
        designs=f.designs,
        studies=index.text(f.iri, "studies"),
        participants=index.text(f.iri, "participants"),
        participant_unit=index.words(f.iri, "participantUnit"),
        estimates=f.estimates,
        absolutes=f.absolutes,
        arms=f.arms,
        ratings=f.ratings,
        side=f.side,
        direction=f.direction_words,
        words=f.wordings,
        sources=f.sources,
        status=f.status,
        stamp=f.stamp,
        notes=f.notes,
    )


def short_effect(e: Estimate) -> str:
    """Return an effect in short, such as ``OR 3.04 [1.39, 6.67]``; nothing without any number."""
    name = SHORT.get(e.type, e.type)
    interval = f" [{e.low}, {e.high}]" if e.low and e.high else ""
    number = f"{name} {e.value}{interval}" if e.value else ""
    return ", ".join(part for part in (number, e.p, e.test) if part)
