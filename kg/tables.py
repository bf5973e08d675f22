r"""Tables: one record a row, one term a column; records from rows, and rows from records.

The first row names the columns: ``id``, and keys of records. A dotted name is a key of a nested
value (``quote.exact``); a number in it counts nested values of one key (``wording.1.text``,
``wording.2.text``). A vertical bar separates the values of a list. A row whose first cell begins
with ``#`` is a comment. A backslash takes the meaning from a bar, a backslash, a space or a sign
that follows it: ``#``, and ``= + - @``, with which formulas begin.

Places are row and column of the table, both from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kg import records
from kg.cells import NUMBER
from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import InputError, Place
from kg.records import Entry, Mapping, Record, Text, Value

DEEPEST = 10
"""How many dots the name of a column may have."""
_SPLIT = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_ESCAPED = re.compile(r"\\([|\\=+\-@#\s])")
_RISKY = re.compile(r"[=+\-@#\s]")


class Cell(NamedTuple):
    """One cell as its file holds it; ``refused`` says why its value cannot be taken."""

    text: str
    refused: str = ""


FORMULA = "the cell holds a formula"


def records_of(
    rows: Sequence[Sequence[Cell]], name: str, sheet: str = ""
) -> tuple[list[Record], list[Diagnostic]]:
    """Turn the rows of a table into records.

    :param rows: every row, the one with the names of the columns first.
    :param name: the file's name in places.
    :param sheet: the name of the sheet, where a file has several.
    """
    if not any(cell.text.strip() for row in rows for cell in row):
        return [], []
    table = _Table(name, sheet)
    table.header(rows[0])
    if table.found:
        return [], table.found
    return [r for n, row in enumerate(rows[1:], 2) if (r := table.row(row, n))], table.found


class _Table:
    def __init__(self, name: str, sheet: str) -> None:
        self.name, self.sheet = name, sheet
        self.columns: list[tuple[str, ...]] = []
        self.found: list[Diagnostic] = []

    def header(self, row: Sequence[Cell]) -> None:
        known: set[tuple[str, ...]] = set()
        names = [cell.text.strip() for cell in row]
        while names and not names[-1]:
            names.pop()
        for number, column in enumerate(names, 1):
            path = tuple(column.split("."))
            if not column:
                self.report("TAB-002", "the column has no name", 1, number)
            elif not all(path) or len(path) > DEEPEST:
                self.report("TAB-002", f"'{_cut(column)}' is not the name of a column", 1, number)
            elif path in known:
                self.report("TAB-002", f"the column '{column}' is there twice", 1, number)
            self.columns.append(path)
            known.add(path)
        if ("id",) not in self.columns:
            self.report("TAB-002", "the table has no column 'id'", 1, 1)

    def row(self, row: Sequence[Cell], number: int) -> Record | None:
        if row and row[0].text.startswith("#"):
            return None
        fields: list[Field] = []
        for column, cell in enumerate(row, 1):
            if cell.refused:
                message = f"{cell.refused}: {_cut(cell.text)}"
                self.report("TAB-004", message, number, column)
            elif cell.text.strip() and column > len(self.columns):
                message = f"'{_cut(cell.text)}' is in a column without a name"
                self.report("TAB-003", message, number, column)
            elif cell.text.strip():
                place = Place(self.name, number, column)
                fields.append((self.columns[column - 1], cell.text, place))
        filled = {path for path, _, _ in fields}
        for path, _, place in fields:
            if above := next((path[:n] for n in range(1, len(path)) if path[:n] in filled), None):
                message = (
                    f"'{'.'.join(above)}' has a value in this row, and so has '{'.'.join(path)}'"
                )
                self.report("TAB-003", message, number, place.column)
        return _mapping(fields, Place(self.name, number, 1)) if fields else None

    def report(self, code: str, message: str, row: int, column: int) -> None:
        where = f"sheet '{_cut(self.sheet)}': " if self.sheet else ""
        place = Place(self.name, row, column)
        self.found.append(record_diagnostic(code, where + message, place))


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
        number = path[0] if path[0].isdecimal() and path[0].isascii() and len(path) > 1 else ""
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
    r"""Return a value as a cell holds it, so that the reader gives it back.

    >>> [escaped(text) for text in ("a|b", "=1+1", "-0.5", "-x")]
    ['a\\|b', '\\=1+1', '-0.5', '\\-x']
    """
    text = re.sub(r"[|\\]", r"\\\g<0>", item)
    if text[-1:].isspace():
        text = text[:-1] + "\\" + text[-1]
    return "\\" + text if _RISKY.match(text) and not re.fullmatch(NUMBER, text) else text


def rows_of(found: Iterable[Record], columns: Sequence[str] = ("id",)) -> list[list[str]]:
    """Return records as the rows of a table, its header first, from which they can be read again.

    :param columns: the first columns; others follow as the records need them.
    :raises InputError: if a value does not fit into a table: an empty text, or a list of lists or
        of texts and nested values.
    """
    every = [dict(_cells(record, ())) for record in found]
    names = dict.fromkeys([*columns, *(name for cells in every for name in cells)])
    return [list(names), *([cells.get(name, "") for name in names] for cells in every)]


def _cells(value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the columns that hold a value, each with the text of its cell."""
    if isinstance(value, Mapping) and value.entries:
        for entry in value.entries:
            yield from _cells(entry.value, (*path, entry.key.text))
        return
    items = value.items if isinstance(value, records.Sequence) else (value,)
    if items and all(isinstance(item, Mapping) and item.entries for item in items):
        for number, item in enumerate(items, 1):
            yield from _cells(item, (*path, str(number)) if number > 1 else path)
        return
    texts = [item.text if isinstance(item, Text) else "" for item in items]
    if not texts or not all(texts):
        raise InputError(
            f"'{'.'.join(path)}' does not fit into a table",
            place=value.place,
            hint="a cell holds a text, or texts; keep this record in YAML",
        )
    yield ".".join(path), "|".join(map(escaped, texts))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
