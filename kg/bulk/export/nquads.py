"""N-Quads: one statement a line, sorted, in the canonical form of RDF 1.1 N-Quads."""

from __future__ import annotations

from pathlib import Path

from kg.bulk.export.data import Statements
from kg.terms import Ontology


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write every statement, the default graph first: the lines of the exporter ``nquads``."""
    data.run("CREATE TEMP TABLE sorted AS SELECT g, s, p, o FROM q ORDER BY g, s, p, o")
    data.write(
        "SELECT s || ' ' || p || ' ' || o || CASE WHEN g = '' THEN '' ELSE ' ' || g END || ' .' "
        "FROM (SELECT *, lag(o) OVER () IS NOT DISTINCT FROM o"
        " AND lag(p) OVER () IS NOT DISTINCT FROM p AND lag(s) OVER () IS NOT DISTINCT FROM s"
        " AND lag(g) OVER () IS NOT DISTINCT FROM g AS twice FROM sorted) WHERE NOT twice",
        path,
    )
