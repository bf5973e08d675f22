"""The table of findings: one row a finding, ready to read, to sort and to count.

Numbers are text with the digits of the source. Where a cell has several values they are joined by
semicolons, so that nothing is chosen for the reader. Claims stay out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.contract import Fidelity
from kg.evidence.findings import Estimate, Finding, read_finding, work
from kg.evidence.grade import COMPARATOR, INTERVENTION, favoured_by_higher
from kg.evidence.index import Index, natural, unique, whole_index_of
from kg.graph import Graph
from kg.pieces import Loaded, Pieces

FIDELITY = Fidelity(
    changes={
        "Finding": "a row",
        "EffectEstimate": "cells of its finding, several joined by semicolons",
        "AbsoluteEffect": "two cells of its finding",
        "Certainty": "cells of its finding",
        "prefLabel": "one label for each entity that a finding names",
        **dict.fromkeys(
            ("population", "intervention", "comparator", "outcome", "measure", "source"),
            "labels, several joined by semicolons",
        ),
        **dict.fromkeys(
            ("value", "ciLower", "ciUpper", "ciLevel", "pValue", "studies", "participants"),
            "as written, several joined by semicolons",
        ),
        **dict.fromkeys(
            ("contrast", "effectDirection", "effectValence", "rating", "ratingSystem", "stamp"),
            "a cell",
        ),
        **dict.fromkeys(
            ("retractionStatus", "unresolved", "confirmation"),
            "behind the label of the source, if there is reason not to rely on it",
        ),
        "datatypes": "text; numbers in Excel and beside the text in Parquet",
        "languages": "not named",
        "asserted-derived": "not distinguished",
    },
    others="no column of the table of findings",
)
"""What the forms of the table keep."""
ABOUT = "graph"
"""The first column: the program and the digest of the graph, the same in every row."""
CAVEATS = "caveats"
"""The last column: what every output must say, the same in every row."""
NUMBERS: Mapping[str, str] = {
    "participants": "participantsNumber",
    "studies": "studiesNumber",
    "estimate": "estimateNumber",
    "ciLower": "ciLowerNumber",
    "ciUpper": "ciUpperNumber",
}
"""Column of numbers as written → the column of the same as numbers, where a format has types."""


def findings_table(graph: Graph) -> list[dict[str, str]]:
    """Return the findings of a graph as rows; see :func:`rows`."""
    return [*rows(Loaded(graph))]


def rows(pieces: Pieces) -> Iterator[dict[str, str]]:
    """Yield the findings of a graph as rows: column → text, empty where the source says nothing.

    All rows have the same columns; without a finding there are none.
    """
    about, said = f"clinical-evidence-kg {pieces.digest}", " ".join(pieces.remarks())
    for iris, graph in pieces.of(sorted(pieces.instances("Finding"), key=natural)):
        index = whole_index_of(graph)
        for iri in iris:
            yield {ABOUT: about, **_row(index, read_finding(index, iri)), CAVEATS: said}


def _row(index: Index, f: Finding) -> dict[str, str]:
    return {
        "finding": index.short(f.iri),
        "identifier": f.identifier,
        "population": _labels(index, f.populations),
        "ages": _joined(age.words for age in f.ages),
        "intervention": _labels(index, f.interventions),
        "comparator": _labels(index, f.comparators),
        "outcome": _labels(index, f.outcomes),
        "measure": _labels(index, index.nodes(f.iri, "measure")),
        "subgroup": f.subgroup,
        "followUp": f.follow_up,
        "contrast": f.contrast,
        "direction": f.direction,
        "valence": f.valence,
        "significance": f.significance,
        "design": f.designs,
        "studies": index.text(f.iri, "studies"),
        "participants": index.text(f.iri, "participants"),
        "participantUnit": index.words(f.iri, "participantUnit"),
        **_numbers(index, f),
        "riskWithComparator": _joined(a.risk(COMPARATOR) for a in f.absolutes),
        "riskWithIntervention": _joined(a.risk(INTERVENTION) for a in f.absolutes),
        "certainty": _joined(r.rating for r in f.ratings),
        "certaintySystem": _joined(r.system for r in f.ratings),
        "certaintyReasons": _joined(reason for r in f.ratings for reason in r.reasons),
        "words": f.wordings.get("clinician", ""),
        "source": _joined(work(index, s) for s in f.sources),
        "doi": _joined(index.text(s, "doi") for s in f.sources),
        "pmid": _joined(index.text(s, "pmid") for s in f.sources),
        "reviewStatus": f.status,
        "stamp": f.stamp,
        "iri": f.iri,
    }


def _numbers(index: Index, f: Finding) -> dict[str, str]:
    """Return the estimates, each column with one value an estimate (``-`` where one has none)."""
    wished = unique(index.notation(o, "desirability") for o in f.outcomes)
    desirability = wished[0] if len(wished) == 1 else ""

    def column(values: Iterable[str]) -> str:
        found = list(values)
        return "; ".join(v or "-" for v in found) if any(found) else ""

    every: tuple[Estimate, ...] = f.estimates
    return {
        "estimateType": column(e.type for e in every),
        "estimate": column(e.value for e in every),
        "ciLower": column(e.low for e in every),
        "ciUpper": column(e.high for e in every),
        "ciLevel": column(e.level for e in every),
        "p": column(e.p for e in every),
        "test": column(e.test for e in every),
        "higherFavours": column(favoured_by_higher(e.means, desirability) for e in every),
    }


def _labels(index: Index, iris: Iterable[str]) -> str:
    return _joined(index.label(iri) for iri in iris)


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(unique(filter(None, texts)))
