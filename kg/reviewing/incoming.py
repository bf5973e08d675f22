"""Decisions that come back from a review sheet or a review form."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from kg.errors import InputError, Place, UsageError, packages_for
from kg.project import Project
from kg.reviewing.decisions import Decided, Decision, record_decisions
from kg.reviewing.sheet import CHOICES, COLUMNS

KIND = "clinical-evidence-kg review decisions"
"""What a file of decisions from a form says that it is."""
LARGEST = 50_000_000
"""Bytes of a file of decisions, also when it is unpacked."""


class _Entry(Place):
    """A decision in the file of a form, which is one line: its number is the place."""

    def __str__(self) -> str:
        return f"{self.file}: decision {self.line}"


def import_decisions(
    path: str | Path,
    by: str,
    source: str | Path | Project | None = None,
    *,
    at: datetime | None = None,
) -> Decided:
    """Record the decisions of a review sheet (``.xlsx``) or of a review form (``.json``).

    Rows that decide nothing, or ``leave``, are passed over. A review that was not started starts
    with the decision: its event comes a millisecond before. All or nothing is written.

    :param by: the id of the agent who decided.
    :param source: see :func:`kg.decide`.
    :raises InputError: if the file cannot be read.
    :raises UsageError: if a cell is a formula or not one of the choices, or the file is not ours.
    :raises RefusedError: if a statement has changed since the file was made, row by row with what
        changed, or a rule of review refuses a decision.
    """
    file = Path(path)
    if file.suffix == ".xlsx":
        found = list(_sheet(file))
    elif file.suffix == ".json":
        found = list(_form(file))
    else:
        raise UsageError(f"{file.name} is neither a sheet (.xlsx) nor decisions of a form (.json)")
    return record_decisions(found, by, source, at=at)


def _sheet(file: Path) -> Iterator[Decision]:
    with packages_for("a review sheet", "xlsx"):
        from openpyxl import load_workbook
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise InputError(f"{file.name} is too large for a review sheet")
        book = load_workbook(file)
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part of the archive leads to
        reason = getattr(error, "strerror", None) or "it is not a workbook"
        raise InputError(f"cannot read {file.name}: {reason}") from error
    sheet = book["Review"] if "Review" in book.sheetnames else book.worksheets[0]
    heads = [str(cell.value or "") for cell in next(iter(sheet.iter_rows(max_row=1)), ())]
    missing = [name for name in ("Statement", "Decision", "Comment", "State") if name not in heads]
    if missing:
        raise UsageError(
            f"there is no column '{missing[0]}'",
            place=Place(file.name, 1, 1),
            hint=f"a review sheet has the columns {', '.join(COLUMNS)}",
        )
    for number, row in enumerate(sheet.iter_rows(min_row=2), 2):
        cells = dict(zip(heads, row, strict=False))
        for name, cell in cells.items():
            if cell.data_type == "f":
                place = Place(file.name, number, cell.column)
                raise UsageError(
                    f"the cell under '{name}' is a formula", place=place, hint="write its value"
                )
        values = {
            name: str(c.value).strip() if c.value is not None else "" for name, c in cells.items()
        }
        place = Place(file.name, number, heads.index("Decision") + 1)
        if values["Statement"] or values["Decision"]:
            yield from _decision(
                values["Statement"],
                values["Decision"],
                values["Comment"],
                values["State"],
                tuple(values.get("Parts", "").splitlines()),
                place,
            )


def _form(file: Path) -> Iterator[Decision]:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise InputError(f"{file.name} is too large for decisions of a form")
        found: Any = json.loads(data.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"cannot read {file.name}: {error}") from error
    rows = found.get("decisions") if isinstance(found, dict) else None
    if not isinstance(rows, list) or found.get("kind") != KIND:
        raise UsageError(
            f"{file.name} has no decisions of a review form",
            hint="it is the file that the button 'Download decisions' writes",
        )
    for number, row in enumerate(rows, 1):
        place = _Entry(file.name, number, 1)
        keys = ("statement", "decision", "comment", "state", "parts")
        if not isinstance(row, dict) or not all(isinstance(row.get(k, ""), str) for k in keys):
            raise UsageError("a decision is an object with texts", place=place)
        name, choice, comment, state, listed = (row.get(key, "") for key in keys)
        yield from _decision(name, choice, comment, state, tuple(listed.splitlines()), place)


def _decision(
    name: str, choice: str, comment: str, state: str, listed: tuple[str, ...], place: Place
) -> Iterator[Decision]:
    choice = choice.lower()
    if choice in ("", "leave"):
        return
    if choice not in CHOICES:
        hint = f"write one of {', '.join(CHOICES)}"
        raise UsageError(f"'{choice}' is not a decision", place=place, hint=hint)
    if not state:
        hint = "the column 'State' of the sheet must not be emptied"
        raise UsageError(
            f"no state of {name}: it is not known what the reviewer saw", place=place, hint=hint
        )
    yield Decision(name, choice, comment, state, listed, place)
