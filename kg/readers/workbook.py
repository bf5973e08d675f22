"""Tables in Excel workbooks (``.xlsx``): each visible sheet is one; see :mod:`kg.tables`.

Numbers keep the decimals that the format of their cell shows; dates are written as in ISO 8601.
Source: ECMA-376, Office Open XML, part 1, SpreadsheetML.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kg.diagnostics import Diagnostic
from kg.errors import InputError, packages_for
from kg.records import Record
from kg.tables import FORMULA, Cell, records_of

LARGEST = 200_000_000
"""Bytes that the parts of a workbook may have when they are unpacked."""
MOST_CELLS = 5_000_000
"""Cells that a sheet may have, empty ones between others included."""
_DECIMALS = re.compile(r"0(?:\.(0+))?")
_MIDNIGHT = time()


def read(data: bytes, name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the records of a workbook.

    :param data: the whole file.
    :param name: the file's name in places.
    :return: the records that could be read, and a diagnostic for everything that could not.
    :raises InputError: if it is not a workbook, or too large.
    :raises UsageError: if the extra ``xlsx`` is not installed.
    """
    with packages_for("reading an Excel workbook", "xlsx"):
        from openpyxl import load_workbook
    try:
        _check(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of drop-downs and styles that openpyxl leaves out
            book = load_workbook(io.BytesIO(data), read_only=True)
        tables = [(s.title, _rows(s, name)) for s in book.worksheets if s.sheet_state == "visible"]
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part of the archive leads to
        raise InputError(
            f"{name} is not an Excel workbook that can be read",
            hint="save it again as .xlsx, or as .csv",
        ) from error
    records: list[Record] = []
    found: list[Diagnostic] = []
    for title, rows in tables:
        some, wrong = records_of(rows, name, title if len(tables) > 1 else "")
        records += some
        found += wrong
    return records, found


def _check(data: bytes, name: str) -> None:
    """Refuse a workbook that grows when it is read: by compression, or by XML entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST:
            limit = f"{LARGEST // 1_000_000} MB"
            raise InputError(f"{name} has more than {limit} when it is unpacked", hint="divide it")
        for part in parts:
            with archive.open(part) as file:
                start = file.read(2_000)
            if b"<!DOCTYPE" in start or start.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise InputError(f"{name}: {part.filename} is not written as workbooks are")


def _rows(sheet: Any, name: str) -> list[list[Cell]]:
    sheet.reset_dimensions()  # what a program says about the size may be wrong
    rows: list[list[Cell]] = []
    left = MOST_CELLS
    for row in sheet.iter_rows():
        left -= len(row) + 1
        if left < 0:
            raise InputError(f"{name} has more than {MOST_CELLS:,} cells", hint="divide it")
        rows.append([_cell(cell) for cell in row])
    return rows


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell(str(value), FORMULA)
    if cell.data_type == "e":
        return Cell(str(value), "the cell holds an error of the spreadsheet")
    return Cell(_text(value, cell))


def _text(value: object, cell: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    return str(value)


def _number(value: int | float, form: str) -> str:
    """Return a number with the decimals that its cell shows, unless it has more."""
    shown = _DECIMALS.fullmatch(form)
    text = f"{value:.{len(shown[1] or '')}f}" if shown else ""
    if text and float(text) == value:
        return text
    return format(Decimal(repr(value)), "f").removesuffix(".0")
