r"""Tables: one record a row, one term a column.

The first row names the columns: ``id``, and keys of records. A dotted name is a key of a nested
value (``quote.exact``); a number in it counts nested values of one key (``wording.1.text``,
``wording.2.text``). A vertical bar separates the values of a list. A row whose first cell begins
with ``#`` is a comment. A backslash takes the meaning from a bar, a backslash, ``=``, ``#`` or a
space that follows it.

Places are row and column of the table, both from 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg import records
from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import Place
from kg.records import Entry, Mapping, Record, Text, Value

DEEPEST = 10
"""How many dots the name of a column may have."""
_LONGEST = 10_000_000
_SPLIT = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_ESCAPED = re.compile(r"\\([|\\=#\s])")


class Cell(NamedTuple):
    """One cell as its file holds it; ``formula`` where a program would compute it."""

    text: str
    formula: bool = False


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
            rows.append([Cell(cell, cell.startswith("=")) for cell in row])
    except csv.Error as error:
        place = Place(name, len(rows) + 1, 1)
        return [], [record_diagnostic("TAB-001", f"not a table: {error}", place)]
    return records_of(rows, name)


def records_of(rows: Sequence[Sequence[Cell]], name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Turn the rows of a table into records.

    :param rows: every row, the one with the names of the columns first.
    :param name: the file's name in places.
    """
    if not any(cell.text.strip() for row in rows for cell in row):
        return [], []
    table = _Table(name)
    table.header(rows[0])
    if table.found:
        return [], table.found
    return [r for n, row in enumerate(rows[1:], 2) if (r := table.row(row, n))], table.found


class _Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self.columns: list[tuple[str, ...]] = []
        self.found: list[Diagnostic] = []

    def header(self, row: Sequence[Cell]) -> None:
        names = [cell.text.strip() for cell in row]
        while names and not names[-1]:
            names.pop()
        for number, column in enumerate(names, 1):
            path = tuple(column.split("."))
            if not column:
                self.report("TAB-002", "the column has no name", 1, number)
            elif not all(path) or len(path) > DEEPEST:
                self.report("TAB-002", f"'{_cut(column)}' is not the name of a column", 1, number)
            elif path in self.columns:
                self.report("TAB-002", f"the column '{column}' is there twice", 1, number)
            elif any(path[: len(c)] == c or c[: len(path)] == path for c in self.columns):
                message = f"'{column}' is a value and has values below it, in another column"
                self.report("TAB-002", message, 1, number)
            self.columns.append(path)
        if ("id",) not in self.columns:
            self.report("TAB-002", "the table has no column 'id'", 1, 1)

    def row(self, row: Sequence[Cell], number: int) -> Record | None:
        if row and row[0].text.startswith("#"):
            return None
        cells = list(enumerate(row, 1))
        for column, cell in cells:
            if cell.formula:
                message = f"the cell holds a formula: {_cut(cell.text)}"
                self.report("TAB-004", message, number, column)
            elif cell.text.strip() and column > len(self.columns):
                message = f"'{_cut(cell.text)}' is in a column without a name"
                self.report("TAB-003", message, number, column)
        fields = [
            (self.columns[column - 1], cell.text, Place(self.name, number, column))
            for column, cell in cells
            if column <= len(self.columns) and cell.text.strip() and not cell.formula
        ]
        return _mapping(fields, Place(self.name, number, 1)) if fields else None

    def report(self, code: str, message: str, row: int, column: int) -> None:
        self.found.append(record_diagnostic(code, message, Place(self.name, row, column)))


Field = tuple[tuple[str, ...], str, Place]


def _mapping(fields: Sequence[Field], place: Place) -> Mapping:
    """Return the mapping of fields whose paths begin at its keys."""
    keys: dict[str, list[Field]] = {}
    for path, text, where in fields:
        keys.setdefault(path[0], []).append((path[1:], text, where))
    return Mapping(tuple(_entry(key, inner) for key, inner in keys.items()), place)


def _entry(key: str, inner: Sequence[Field]) -> Entry:
    place = inner[0][2]
    if not inner[0][0]:
        return Entry(Text(key, place), _list(inner[0][1], place))
    numbers: dict[str, list[Field]] = {}
    for path, text, where in inner:
        number = path[0] if path[0].isdecimal() and len(path) > 1 else ""
        numbers.setdefault(number, []).append((path[1:] if number else path, text, where))
    values = tuple(_mapping(part, part[0][2]) for part in numbers.values())
    value = values[0] if len(values) == 1 else records.Sequence(values, place)
    return Entry(Text(key, place), value)


def _list(cell: str, place: Place) -> Value:
    items = [Text(item, place) for item in _items(cell) if item]
    return items[0] if len(items) == 1 else records.Sequence(tuple(items), place)


def _items(cell: str) -> Iterator[str]:
    parts = _SPLIT.split(cell)
    for text, backslashes in zip(parts[::2], [*parts[1::2], ""], strict=True):
        item = (text + backslashes).lstrip()
        while item and item[-1].isspace() and not _escapes(item[:-1]):
            item = item[:-1]
        yield _ESCAPED.sub(r"\1", item)


def _escapes(text: str) -> bool:
    """Tell whether the text ends in a backslash that is not itself escaped."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def escaped(item: str) -> str:
    """Return a value as a cell holds it, so that :func:`read` gives the value back."""
    text = re.sub(r"[|\\]", r"\\\g<0>", item)
    if text[-1:].isspace():
        text = text[:-1] + "\\" + text[-1]
    return "\\" + text if text[:1] in "=#" or text[:1].isspace() else text


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
