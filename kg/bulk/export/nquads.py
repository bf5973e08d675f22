"""N-Quads: one statement a line, sorted, in the canonical form of RDF 1.1 N-Quads."""

from __future__ import annotations

from pathlib import Path

from kg.bulk.export.data import Statements, before
from kg.terms import Ontology


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write every statement, the default graph first: the lines of the exporter ``nquads``."""
    data.run("CREATE TABLE sorted AS SELECT g, s, p, o FROM q ORDER BY g, s, p, o")
    data.write_slices(
        lambda part: (
            "SELECT concat_ws(' ', s, p, o, CASE WHEN g <> '' THEN g END, '.') "
            f"FROM (SELECT *, {before('g', 's', 'p', 'o')} FROM {part.rows}) "
            "WHERE o IS DISTINCT FROM o_before OR p IS DISTINCT FROM p_before "
            "OR s IS DISTINCT FROM s_before OR g IS DISTINCT FROM g_before"
        ),
        "sorted",
        path,
    )
