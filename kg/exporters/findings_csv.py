"""The table of findings as CSV, one row per finding: for spreadsheets and statistics programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TextIO

from kg.cells import safe
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.evidence.findings_table import findings_table
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the table as CSV (RFC 4180, UTF-8), formulas made harmless (:mod:`kg.cells`)."""
    out = io.StringIO()
    write_rows(findings_table(graph), graph.caveats(), out)
    return out.getvalue().encode()


def write_rows(rows: Iterable[Mapping[str, str]], caveats: Iterable[str], out: TextIO) -> None:
    """Write a header and rows, or a line that says why there are none."""
    writer, empty = csv.writer(out, lineterminator="\n"), True
    for row in rows:
        if empty:
            writer.writerow(row)
            empty = False
        writer.writerow([safe(cell) for cell in row.values()])
    if empty:
        out.write(f"clinical-evidence-kg: no finding. {' '.join(caveats)}".rstrip() + "\n")
