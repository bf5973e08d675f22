"""The table of findings as an Excel workbook: numbers keep the digits of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING

from kg.errors import InputError, packages_for
from kg.evidence.findings_table import CAVEATS, rows
from kg.evidence.findings_table import FIDELITY as TABLE
from kg.office import CUT, MADE, fitted, same
from kg.pieces import Pieces

if TYPE_CHECKING:
    from xlsxwriter import Workbook

FIDELITY = replace(TABLE, changes={**TABLE.changes, **CUT})
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.(\d+))?")
_DIGITS = 15
"""More digits than a cell can hold as a number: such a number stays text."""
_LONGEST = 1_048_576
"""Rows of a sheet."""
_CHUNK = 1 << 20
_NO_NUMBERS = ("doi", "pmid", "identifier")
"""Columns that are text, whatever they look like."""


def stream(pieces: Pieces) -> Iterator[bytes]:
    """Yield the table, and a sheet with what must be read before it.

    A text is marked as text (``quotePrefix``), so that no spreadsheet takes it for a formula.

    :raises UsageError: if XlsxWriter is not installed.
    :raises InputError: if there are more findings than a sheet has rows.
    """
    with packages_for("an Excel workbook", "office"):
        import xlsxwriter

    root = pieces.root
    with TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        # A row goes to disk once the next one begins.
        with xlsxwriter.Workbook(made, {"constant_memory": True, "tmpdir": folder}) as book:
            book.set_properties({"title": root.label(root.root()), "created": MADE})
            _findings(book, rows(pieces))
            _remarks(book, pieces)
        with made.open("rb") as document, TemporaryFile() as out:
            same(document, out)
            out.seek(0)
            while chunk := out.read(_CHUNK):
                yield chunk


def _findings(book: Workbook, table: Iterator[Mapping[str, str]]) -> None:
    """Write the sheet of findings."""
    text = book.add_format({"quote_prefix": True, "text_wrap": False})
    bold = book.add_format({"bold": True, "quote_prefix": True})
    formats = {
        n: book.add_format({"num_format": f"0.{'0' * n}" if n else "0"}) for n in range(_DIGITS)
    }
    sheet, y, columns = book.add_worksheet("Findings"), 0, list[str]()
    for y, row in enumerate(table, 1):
        if y >= _LONGEST:
            raise InputError(
                f"a sheet has {_LONGEST:,} rows, and there are more findings",
                hint="kg export findings-csv or findings-parquet has no such limit",
            )
        if not columns:
            columns = [name for name in row if name != CAVEATS]
            sheet.set_column(0, len(columns) - 1, 18)
            for x, name in enumerate(columns):
                sheet.write_string(0, x, name, bold)
        for x, name in enumerate(columns):
            cell, number = row[name], _NUMBER.fullmatch(row[name])
            if number and len(cell) <= _DIGITS and name not in _NO_NUMBERS:
                sheet.write_number(y, x, float(cell), formats[len(number[1] or "")])
            elif cell:
                sheet.write_string(y, x, fitted(cell), text)
    if columns:
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, y, len(columns) - 1)


def _remarks(book: Workbook, pieces: Pieces) -> None:
    """Write the sheet with what must be read first."""
    text = book.add_format({"quote_prefix": True, "text_wrap": False})
    bold = book.add_format({"bold": True, "quote_prefix": True})
    sheet, root = book.add_worksheet("Read first"), pieces.root
    sheet.set_column(0, 0, 120)
    head = (root.label(root.root()), "Written by clinical-evidence-kg", pieces.digest, "")
    for y, remark in enumerate([*head, *pieces.remarks()]):
        if remark:
            sheet.write_string(y, 0, fitted(remark), bold if y < len(head) else text)
