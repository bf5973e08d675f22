"""The table of findings as CSV, one row per finding: for spreadsheets and statistics programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from kg.cells import safe
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.evidence.findings_table import rows
from kg.pieces import Pieces


def stream(pieces: Pieces) -> Iterator[str]:
    """Yield the table as CSV (RFC 4180, UTF-8), formulas made harmless (:mod:`kg.cells`).

    Without a finding it is a line that says so.
    """
    empty = True
    for row in rows(pieces):
        if empty:
            yield _line(row)
            empty = False
        yield _line(map(safe, row.values()))
    if empty:
        yield f"clinical-evidence-kg: no finding. {' '.join(pieces.caveats)}".rstrip() + "\n"


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
