"""N-Quads: one statement a line, sorted, in the canonical form of RDF 1.1 N-Quads."""

from __future__ import annotations

from pathlib import Path

from kg.exporters.nquads import FIDELITY as FIDELITY
from kg.marks import LINE
from kg.ontology import Ontology
from kg.scale.export.data import Statements
from kg.scale.export.lines import Lines


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write every statement, the default graph first: the lines of the exporter ``nquads``."""
    write_lines(data, path, LINE)


def write_lines(data: Statements, path: Path, head: str = "") -> None:
    """Write the lines alone, after a head."""
    data.write(
        Lines(
            "SELECT g, s, p, o FROM q",
            {"graph": "g", "entity": "s", "key": "p"},
            "o",
            "concat_ws(' ', s, p, o, CASE WHEN g <> '' THEN g END, '.')",
            head,
        ),
        path,
    )
