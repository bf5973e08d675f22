"""Tables in Excel workbooks: what a cell becomes, and what is refused with its row and column."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from test_table import plain

from kg.errors import InputError
from kg.readers import workbook


def book(*rows: tuple[Any, ...], change: Callable[[Workbook], None] = lambda book: None) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    change(made)
    made.save(out)
    return out.getvalue()


def one(value: object, form: str = "General") -> object:
    def change(made: Workbook) -> None:
        made.active["B2"].number_format = form

    (record,), found = workbook.read(book(("id", "x"), ("a/b", value), change=change), "a.xlsx")
    assert not found
    return plain(record.get("x"))


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.8, "0.00", "0.80"),
        (0.123, "0.00", "0.123"),
        (66, "General", "66"),
        (1e-7, "General", "0.0000001"),
        (True, "General", "true"),
        (date(2025, 2, 25), "yyyy-mm-dd", "2025-02-25"),
        ("0.80", "@", "0.80"),
    ],
)
def test_a_cell_becomes_the_text_that_it_shows(value: object, form: str, text: str) -> None:
    assert one(value, form) == text


@pytest.mark.parametrize(
    ("value", "message"), [("=30+36", "holds a formula"), ("#DIV/0!", "holds an error")]
)
def test_a_computed_cell_is_refused_with_its_row_and_column(value: str, message: str) -> None:
    _, found = workbook.read(book(("id", "x"), ("a/b", "1"), ("a/c", value)), "a.xlsx")
    assert [(d.code, str(d.place)) for d in found] == [("TAB-004", "a.xlsx:3:2")]
    assert message in found[0].message


def test_every_visible_sheet_is_read_and_named_where_there_are_several() -> None:
    def change(made: Workbook) -> None:
        made.create_sheet("Notes").append(("by whom",))
        made.create_sheet("Lists").append(("x",))
        made["Lists"].sheet_state = "hidden"

    records, found = workbook.read(book(("id",), ("a/b",), change=change), "a.xlsx")
    assert len(records) == 1
    assert [d.message for d in found] == ["sheet 'Notes': the table has no column 'id'"]


def test_what_is_no_workbook_is_refused() -> None:
    for data in (b"", b"id,x\n", b"PK\x03\x04 and no more", book(("id",))[:-200]):
        with pytest.raises(InputError, match=r"a\.xlsx is not an Excel workbook"):
            workbook.read(data, "a.xlsx")


def test_a_part_that_declares_entities_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(("id",)))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            start = b"<!DOCTYPE x [<!ENTITY a 'b'>]>" if name.endswith("sheet1.xml") else b""
            new.writestr(name, start + old.read(name))
    with pytest.raises(InputError, match="not written as workbooks are"):
        workbook.read(out.getvalue(), "a.xlsx")


def test_a_workbook_that_grows_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGEST", 1_000)
    with pytest.raises(InputError, match="when it is unpacked"):
        workbook.read(book(("id",)), "a.xlsx")


def test_a_sheet_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 10_000)
    with pytest.raises(InputError, match="more than 10,000 cells"):
        workbook.read(book(("id",), *[(*[None] * 5_000, "x")] * 3), "a.xlsx")
