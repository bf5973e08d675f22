"""The table of findings as CSV, one row per finding: for spreadsheets and statistics programs."""

from __future__ import annotations

import csv
import io

from kg.cells import safe
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.evidence.findings_table import findings_table
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the table as CSV (RFC 4180, UTF-8), formulas made harmless (:mod:`kg.cells`)."""
    rows = findings_table(graph)
    out = io.StringIO()
    if not rows:
        out.write(f"clinical-evidence-kg: no finding. {' '.join(graph.caveats())}".rstrip() + "\n")
        return out.getvalue().encode()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([safe(cell) for cell in row.values()] for row in rows)
    return out.getvalue().encode()
