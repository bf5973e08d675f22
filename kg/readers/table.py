"""Tables as text: values separated by commas, semicolons or tabs; see :mod:`kg.tables`."""

from __future__ import annotations

import csv
import io

from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import Place
from kg.records import Record
from kg.tables import FORMULA, Cell, records_of

_LONGEST = 10_000_000


def read(text: str, name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the records of a table of comma- or semicolon-separated values.

    :param text: the whole file.
    :param name: the file's name in places.
    :return: the records that could be read, and a diagnostic for everything that could not.
    """
    head = text.partition("\n")[0]
    return _read(text, name, max(",;\t", key=head.count))


def read_tabs(text: str, name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the records of a table of tab-separated values; see :func:`read`."""
    return _read(text, name, "\t")


def _read(text: str, name: str, delimiter: str) -> tuple[list[Record], list[Diagnostic]]:
    csv.field_size_limit(_LONGEST)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append([Cell(cell, FORMULA if cell.startswith("=") else "") for cell in row])
    except csv.Error as error:
        place = Place(name, len(rows) + 1, 1)
        return [], [record_diagnostic("TAB-001", f"not a table: {error}", place)]
    return records_of(rows, name)
