"""The table of findings as an Excel workbook: numbers keep the digits of the source."""

from __future__ import annotations

import io
import re

from kg.errors import packages_for
from kg.evidence.findings_table import CAVEATS, findings_table
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.graph import Graph
from kg.office import MADE, same_bytes

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.(\d+))?")
_DIGITS = 15
"""More digits than a cell can hold as a number: such a number stays text."""
_MOST = 32_767
"""Characters of a cell."""


def write(graph: Graph) -> bytes:
    """Return the table, and a sheet with what must be read before it.

    A text is marked as text (``quotePrefix``), so that no spreadsheet takes it for a formula.

    :raises UsageError: if XlsxWriter is not installed.
    """
    with packages_for("an Excel workbook", "office"):
        import xlsxwriter

    rows = findings_table(graph)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": graph.label(graph.root()), "created": MADE})
        text = book.add_format({"quote_prefix": True, "text_wrap": False})
        bold = book.add_format({"bold": True, "quote_prefix": True})
        formats = {
            n: book.add_format({"num_format": f"0.{'0' * n}" if n else "0"}) for n in range(_DIGITS)
        }
        sheet, remarks = book.add_worksheet("Findings"), book.add_worksheet("Read first")
        columns = [name for name in rows[0] if name != CAVEATS] if rows else []
        for x, name in enumerate(columns):
            sheet.write_string(0, x, name, bold)
        for y, row in enumerate(rows, 1):
            for x, name in enumerate(columns):
                cell, number = row[name], _NUMBER.fullmatch(row[name])
                if number and len(cell) <= _DIGITS and name not in ("doi", "pmid", "identifier"):
                    sheet.write_number(y, x, float(cell), formats[len(number[1] or "")])
                elif cell:
                    sheet.write_string(y, x, cell[:_MOST], text)
        if rows:
            sheet.freeze_panes(1, 3)
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
            sheet.set_column(0, len(columns) - 1, 18)
        remarks.set_column(0, 0, 120)
        for y, remark in enumerate(
            (graph.label(graph.root()), "Written by clinical-evidence-kg", graph.digest())
        ):
            remarks.write_string(y, 0, remark, bold)
        for y, caveat in enumerate([*graph.caveats(), *graph.attribution()], 4):
            remarks.write_string(y, 0, caveat, text)
    return same_bytes(out.getvalue())
