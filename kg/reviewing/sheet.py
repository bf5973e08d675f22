"""A review sheet: one row of a spreadsheet for each statement that waits for a reviewer."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from kg.assertion import parts
from kg.errors import packages_for
from kg.graph import Graph
from kg.marks import MARK
from kg.office import fitted
from kg.reviewing.view import TO_REVIEW, ReviewView, Viewer, statements_to_review

COLUMNS = (
    "Statement", "Status", "Words", "Says", "Quote", "Sources", "Does not fit", "Audit",
    "Changed since", "Decision", "Comment", "State", "Parts",
)  # fmt: skip
"""Headers, in order: what to read, then what to fill in, then what the import compares."""
CHOICES = ("approve", "reject", "leave")
_WIDTHS = (24, 14, 60, 40, 40, 36, 44, 44, 30, 14, 40, 20, 20)
_FILLED = ("Decision", "Comment")
_HIDDEN = ("Parts",)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ABOUT = (
    "Choose a decision for each statement and write a comment if you have one: approve, reject, "
    "or leave. All other cells are locked. Then run: kg review import FILE --by YOUR-AGENT-ID. "
    "A row is refused if its statement has changed since this sheet was made."
)


def chosen(graph: Graph, statements: Iterable[str] = ()) -> list[ReviewView]:
    """Return the statements of a sheet or form as a reviewer sees them.

    :param statements: ids; without any, all that are submitted or under review.
    :raises UsageError: if there is no such statement.
    """
    viewer = Viewer(graph)
    names = list(statements) or [n for n, _, _ in statements_to_review(graph, TO_REVIEW)]
    return [viewer.view(name) for name in names]


def review_sheet(graph: Graph, statements: Iterable[str] = ()) -> bytes:
    """Return a review sheet as the bytes of an Excel workbook (``.xlsx``).

    :param statements: see :func:`chosen`.
    :raises UsageError: if there is no such statement, or the extra ``xlsx`` is not installed.
    """
    with packages_for("a review sheet", "xlsx"):
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font, Protection
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation
    book = Workbook()
    sheet = book.active
    sheet.title = "Review"
    rows = [COLUMNS, *(_row(graph, seen) for seen in chosen(graph, statements))]
    for number, row in enumerate(rows, 1):
        for column, (name, value) in enumerate(zip(COLUMNS, row, strict=True), 1):
            cell = sheet.cell(number, column)
            _write(cell, value)
            cell.alignment = Alignment(wrap_text=name not in _HIDDEN, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
            elif name in _FILLED:
                cell.protection = Protection(locked=False)
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True), 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].hidden = name in _HIDDEN
    letter = get_column_letter(COLUMNS.index("Decision") + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(CHOICES)}"', allow_blank=True)
    choice.error, choice.showErrorMessage = f"Choose one of: {', '.join(CHOICES)}", True
    sheet.add_data_validation(choice)
    choice.add(f"{letter}2:{letter}{max(len(rows), 2)}")
    sheet.freeze_panes = "B2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    about = book.create_sheet("About")
    for number, line in enumerate((_ABOUT, graph.base), 1):
        _write(about.cell(number, 1), line)
    about.column_dimensions["A"].width = 100
    about["A1"].alignment = Alignment(wrap_text=True)
    about.protection.sheet = True
    book.properties.creator = MARK.decode()
    return _marked(book)


def _row(graph: Graph, seen: ReviewView) -> Sequence[str]:
    quotes = (
        f"{q.document} {q.place} [{q.check}]" + (f"\n{q.words}" if q.words else "")
        for q in seen.quotes
    )
    return (
        seen.id,
        seen.status,
        "\n".join(f"{who}: {text}" for who, text in seen.words.items()),
        "\n".join(seen.says),
        "\n".join(quotes),
        "\n".join(seen.sources),
        "\n".join(seen.others),
        "\n".join(seen.verdicts),
        "\n".join(seen.changed),
        "",
        "",
        seen.digest,
        "\n".join(map(str, parts(graph, graph.node(seen.id)))),
    )


def _write(cell: Any, value: str) -> None:
    """Write a text as a text: one that begins like a formula is none."""
    cell.value = fitted(_CONTROL.sub("", value))
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(("=", "+", "-", "@"))


def _marked(book: Any) -> bytes:
    """Return the bytes of a workbook that names this program where :mod:`kg.files` looks."""
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = MARK
    return buffer.getvalue()
