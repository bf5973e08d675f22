"""KGX of a graph that is not loaded: nodes and edges as :mod:`kg.exporters.kgx` writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.exporters.kgx import FIDELITY as FIDELITY
from kg.exporters.kgx import Record, about, edges, json_line, nodes, tsv_head, tsv_line
from kg.ontology import Ontology
from kg.scale.export.data import Statements
from kg.scale.export.pieces import Pieces


def write(data: Statements, ontology: Ontology, folder: Path) -> None:
    """Write nodes and edges as TSV and JSON Lines, and ``about.json``."""
    pieces = Pieces(data, ontology, folder)
    known = pieces.instances("DerivedEdge")
    data.keep("piece_edge", "s VARCHAR", ((f"<{iri}>",) for iri in known))

    def end(key: str) -> str:
        predicate = f"<{ontology.properties[key].iri}>"
        return (
            "SELECT s, substr(min(o), 2, length(min(o)) - 2) AS iri "
            "FROM piece_of JOIN piece_edge USING (s) "
            f"WHERE p = '{predicate}' AND starts_with(o, '<') GROUP BY s"
        )

    found = data.rows(
        f"SELECT a.iri, b.iri, substr(s, 2, length(s) - 2) FROM ({end('edgeFrom')}) a "
        f"JOIN ({end('edgeTo')}) b USING (s) ORDER BY 1, 2, 3"
    )
    ends = sorted({iri for row in found for iri in row[:2]})
    _write(
        folder, "nodes", (node for some, graph in pieces.of(ends) for node in nodes(graph, some))
    )
    _write(
        folder,
        "edges",
        (edge for _, graph in pieces.of([row[2] for row in found]) for edge in edges(graph)),
    )
    remarks = about(pieces.root, ends, pieces.digest, data.caveats)
    (folder / "about.json").write_text(remarks, encoding="utf-8", newline="\n")


def _write(folder: Path, name: str, records: Iterable[Record]) -> None:
    """Write records as lines of both kinds."""
    table, lines = (folder / f"{name}.{suffix}" for suffix in ("tsv", "jsonl"))
    with (
        table.open("w", encoding="utf-8", newline="\n") as tsv,
        lines.open("w", encoding="utf-8", newline="\n") as jsonl,
    ):
        for number, record in enumerate(records):
            tsv.write(tsv_line(record) if number else tsv_head(record) + tsv_line(record))
            jsonl.write(json_line(record))
