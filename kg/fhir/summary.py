"""The whole: a library of all resources, a list of the evidence, and summaries of findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.evidence.index import natural
from kg.evidence.summary_of_findings import Row, Summary, summaries
from kg.fhir.names import URI, name_of
from kg.fhir.narrative import narrative, table, wrapped
from kg.fhir.reading import Reading
from kg.fhir.values import Coded, Draft, Identifier, Ref

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_SUMMARY = "Summary of findings"
_HEADS = (
    "Outcome", "Studies", "Participants", "Design", "Risk with comparator",
    "Risk with intervention", "Relative effect", "Certainty", "What happens",
)  # fmt: skip
_CELLS = (
    "outcome", "studies", "participants", "studyDesign", "riskWithComparator",
    "riskWithIntervention", "relativeEffect", "certainty", "whatHappens",
)  # fmt: skip


def composition(reading: Reading, drafts: list[Draft]) -> Draft:
    """Return the summary of findings: one section a comparison, then all other resources.

    The date is the latest that the graph gives; without any it is marked as unknown.
    """
    index = reading.index
    sections: list[dict[str, Any]] = [
        {
            "title": "Limits of use",
            "code": "warnings",
            "text": narrative("Limits of use", [], reading.caveats or ("None are recorded.",)),
        }
    ]
    sections += [_comparison(reading, s) for s in summaries(reading.findings)]
    sections += list(_rest(drafts))
    moment = reading.moments[-1] if reading.moments else ""
    title = f"{_SUMMARY}: {reading.title}"
    return Draft(
        "composition",
        reading.root,
        {
            "iri": Identifier(reading.root, URI),
            "version": reading.version,
            "status": "final" if _all_approved(reading) else "preliminary",
            "type": Coded("", _SUMMARY),
            "date": moment,
            "noDate": None if moment else {"url": ABSENT, "valueCode": "unknown"},
            "author": Ref("software", reading.root, "exporter"),
            "name": name_of(title),
            "title": title,
            "section": sections,
        },
        [
            ("graph", reading.title),
            ("comparisons", str(len(sections) - 1)),
            ("digest of the graph", index.digest),
        ],
    )


def _all_approved(reading: Reading) -> bool:
    index = reading.index
    return not any(index.text(s, "stamp") for s in index.instances("Statement"))


def _comparison(reading: Reading, summary: Summary) -> dict[str, Any]:
    rows = [row.cells() for row in summary.rows]
    notes = [
        f"{row.identifier}: {' '.join(p for p in (row.stamp, *row.footnotes) if p)}"
        for row in summary.rows
        if row.stamp or row.footnotes
    ]
    markup = table(
        _HEADS, ([_name(cells) if k == "outcome" else cells[k] for k in _CELLS] for cells in rows)
    )
    shown = narrative(summary.title(), [("note", n) for n in notes], [])["div"]
    inner = shown.partition(">")[2].removesuffix("</div>")
    intervention = Ref("variable", summary.intervention, summary.intervention_label)
    return {
        "title": summary.title(),
        "code": "comparison",
        "focus": intervention,
        "text": wrapped(markup + inner),
        "entry": [_evidence(row) for row in summary.rows],
    }


def _name(cells: dict[str, str]) -> str:
    extra = "; ".join(cells[k] for k in ("subgroup", "followUp") if cells[k])
    return f"{cells['outcome']} ({extra})" if extra else cells["outcome"]


def _evidence(row: Row) -> Ref:
    return Ref("finding", row.finding, f"{row.identifier}: {row.outcome_label}")


_REST = (
    ("finding", "All findings", "evidence"),
    ("recommendation", "Recommendations", None),
    ("comment", "What pages say: claims, descriptions and caveats, none of them evidence", None),
    ("source", "Sources", "references"),
    ("variable", "Populations, practices, outcomes and measures", None),
    ("activity", "Practices as activities", None),
    ("review", "State of review", None),
    ("provenance", "Provenance", None),
)


def _rest(drafts: list[Draft]) -> Iterator[dict[str, Any]]:
    for shape, title, code in _REST:
        found = [d for d in drafts if d.shape == shape]
        if found:
            refs = [Ref(shape, d.iri, str(d.values.get("title", ""))) for d in found]
            yield {"title": title, "code": code, "entry": refs}


def evidence_list(reading: Reading, drafts: list[Draft]) -> Draft:
    """Return the list of all evidence and recommendations."""
    found = [d for d in drafts if d.shape in ("finding", "recommendation")]
    entries = [
        {"item": Ref(d.shape, d.iri, str(d.values["title"]))}
        for d in sorted(found, key=lambda d: natural(d.iri))
    ]
    title = f"Evidence and recommendations: {reading.title}"
    values = {
        "iri": Identifier(f"{reading.root}list", URI),
        "title": title,
        "date": reading.moments[-1] if reading.moments else "",
        "source": Ref("software", reading.root, "exporter"),
        "entry": entries,
    }
    return Draft("list", reading.root, values, [("entries", str(len(entries)))])


def library(reading: Reading, drafts: list[Draft]) -> Draft:
    """Return the collection of all definitions and evidence, with the digest of the graph."""
    index = reading.index
    canonical = ("finding", "recommendation", "variable", "activity", "source")
    members = [
        {"type": "composed-of", "resource": Ref(d.shape, d.iri)}
        for d in drafts
        if d.shape in canonical
    ]
    values = reading.canonical(reading.root, reading.title) | {
        "digest": Identifier(index.digest, f"{reading.root}digest"),
        "status": "approved" if _all_approved(reading) else "draft",
        "type": "assets",
        "member": members,
    }
    lines = [("members", str(len(members))), ("digest of the graph", index.digest)]
    return Draft("library", reading.root, values, lines)
