"""Summaries of findings as a document: headings, texts and tables, for every form on paper.

For each intervention and comparator there is a summary of findings and, where raters gave domains,
an evidence profile. Each form (HTML, Markdown, Excel, Word) writes the same blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.contract import Fidelity
from kg.evidence.findings import findings_of, work
from kg.evidence.grade import COMPARATOR, INTERVENTION, LOWERING, RAISING, grouped
from kg.evidence.index import Index, index_of, unique
from kg.evidence.summary_of_findings import Row, Summary, summaries
from kg.graph import Graph

FIDELITY = Fidelity(
    changes={
        "Finding": "a row, where it compares two practices",
        "EffectEstimate": "a cell of the row of its finding, in short",
        "AbsoluteEffect": "two cells of the row of its finding",
        "Certainty": "a cell of the row of its finding",
        "DomainRating": "a cell of the evidence profile",
        "prefLabel": "one label for each entity that is named",
        **dict.fromkeys(
            ("population", "intervention", "comparator", "outcome", "measure", "source"),
            "labels, above the tables or in a cell of its finding",
        ),
        **dict.fromkeys(
            ("subgroup", "followUp", "studyDesign", "participants", "studies", "stamp"),
            "in a cell of its finding",
        ),
        "wording": "the words for clinicians in a cell of its finding",
        "doi": "behind the label of its source",
        **dict.fromkeys(
            ("retractionStatus", "unresolved", "confirmation"),
            "behind the label of its source, if there is reason not to rely on it",
        ),
        "datatypes": "text",
        "languages": "not named",
        "asserted-derived": "not distinguished",
    },
    others="no part of a summary of findings",
)
"""What the forms of the document keep."""
PROGRAM = "clinical-evidence-kg"
_SOF = (
    "Outcome",
    "Participants (studies), design",
    "Relative effect",
    "Risk with the comparator",
    "Risk with the intervention",
    "Certainty",
    "What happens",
)
_HIGHER = {
    INTERVENTION: "higher favours the intervention",
    COMPARATOR: "higher favours the comparator",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; all rows are as long as ``heads``."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One comparison: facts about it (name, text), its tables, and numbered notes on them."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The title, what must be read first, and a section for each comparison."""

    title: str
    remarks: tuple[str, ...]
    sections: tuple[Section, ...]


def summary_document(graph: Graph) -> Document:
    """Return the summaries of all findings of a graph that compare something."""
    index = index_of(graph)
    remarks = (
        "Numbers and ratings are those of the sources; nothing is pooled or computed.",
        *graph.caveats(),
        *graph.attribution(),
        f"Written by {PROGRAM}. {index.digest}",
    )
    sections = tuple(_section(index, s) for s in summaries(findings_of(graph)))
    return Document(f"Summaries of findings: {index.label(index.base)}", remarks, sections)


def _section(index: Index, s: Summary) -> Section:
    notes = unique(note for row in s.rows for note in _notes(row))
    heads = [_plain(index.member_label("CertaintyDomain", d)) for d in LOWERING]
    tables = [Table("Summary of findings", _SOF, tuple(_cells(row, notes) for row in s.rows))]
    if s.has_domains:
        tables.append(
            Table(
                "Evidence profile",
                ("Outcome", "Design", *heads, "Raised by", "Certainty"),
                tuple(_profile(row) for row in s.rows),
            )
        )
    sources = unique(source for row in s.rows for source in row.sources)
    facts = [
        ("Population", "; ".join(map(index.label, s.populations)) or "not stated"),
        ("Intervention", s.intervention_label),
        ("Comparator", s.comparator_label),
        ("Sources", "; ".join(_source(index, source) for source in sources) or "not stated"),
    ]
    if not s.has_domains:
        facts.append(("Evidence profile", "no source says what was judged of the domains of GRADE"))
    return Section(_plain(s.title()), tuple(facts), tuple(tables), tuple(notes))


def _source(index: Index, source: str) -> str:
    doi = index.text(source, "doi")
    return f"{work(index, source)} (doi:{doi})" if doi else work(index, source)


def _notes(row: Row) -> Iterator[str]:
    yield from row.footnotes
    for rating in row.ratings:
        yield f"Certainty ({rating.system}) judged by: {rating.origin}"


def _cells(row: Row, notes: list[str]) -> tuple[str, ...]:
    numbers = ", ".join(str(notes.index(note) + 1) for note in unique(_notes(row)))
    about = [row.outcome_label, row.subgroup, row.follow_up, *row.measures]
    outcome = "; ".join(filter(None, about))
    marks = f" [note {numbers}]" if numbers else ""
    stamp = f" {row.stamp}" if row.stamp else ""
    return (
        f"{outcome} ({row.identifier}){marks}{stamp}",
        _size(row),
        _effects(row),
        row.risk(COMPARATOR) or "not given",
        row.risk(INTERVENTION) or "not given",
        row.certainty(),
        row.words.get("clinician") or row.direction or "no wording in this graph",
    )


def _size(row: Row) -> str:
    parts = []
    if row.participants:
        parts += [grouped(row.participants), row.participant_unit]
    if row.studies:
        parts.append(f"({row.studies} {'study' if row.studies == '1' else 'studies'})")
    size = " ".join(filter(None, parts)) or "number not given"
    return f"{size}, {row.designs}" if row.designs else size


def _effects(row: Row) -> str:
    shown = [
        f"{effect} ({_HIGHER.get(side, 'favoured side not stated')})"
        for effect, side in zip(row.relative(), row.favoured(), strict=True)
        if effect
    ]
    return "; ".join(shown) or "not given"


def _profile(row: Row) -> tuple[str, ...]:
    return (
        "; ".join(filter(None, (row.outcome_label, row.subgroup, row.identifier))),
        row.designs or "not given",
        *(row.judged(domain) or "not given" for domain in LOWERING),
        row.judged(*RAISING) or "not given",
        row.certainty(),
    )


def _plain(text: str) -> str:
    return text[:1].upper() + text[1:]
