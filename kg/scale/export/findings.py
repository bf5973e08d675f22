"""The table of findings of a graph that is not loaded, as ``findings-csv`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.evidence.findings import read_finding
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.evidence.findings_table import rows
from kg.evidence.index import index_of, natural
from kg.exporters.findings_csv import write_rows
from kg.ontology import Ontology
from kg.scale.export.data import Statements
from kg.scale.export.pieces import Pieces


def write_csv(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write a row for each finding, in natural order."""
    pieces = Pieces(data, ontology, path.parent)

    def every() -> Iterator[dict[str, str]]:
        said = pieces.caveats()
        for iris, graph in pieces.of(sorted(pieces.instances("Finding"), key=natural)):
            index = index_of(graph)
            yield from rows(index, (read_finding(index, i) for i in iris), pieces.digest, said)

    with path.open("w", encoding="utf-8", newline="") as out:
        write_rows(every(), data.caveats, out)
