"""Tables of text that an importer reads: a header, and rows by its names."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import InputError

_LONGEST = 10_000_000
"""Characters of a cell."""

_QUOTE = "put cells with the separator or a line end into quotation marks, or export the file again"
_CUT = "if the file was cut off, export it again; if it is whole, end its last line"


class _Tabs(csv.excel_tab):
    """Cells between tabs, in which quotation marks mean nothing."""

    quoting = csv.QUOTE_NONE


def rows(path: Path, delimiter: str = ",", needed: Iterable[str] = ()) -> Iterator[dict[str, str]]:
    """Yield the rows of a file, header → cell.

    Between tabs, empty cells at the end of a line may be left out, as many programs do.

    :param needed: columns that the header must have; ``:ID`` stands for ``iri:ID`` as well.
    :raises InputError: if the file cannot be read as a table in UTF-8, the header lacks a column,
        or a row has more or fewer cells than the header.
    """
    csv.field_size_limit(_LONGEST)
    start = 1
    dialect = _Tabs if delimiter == "\t" else csv.excel
    name = f"{path.parent.name}/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = _Lines(file)
            table = csv.reader(lines, dialect=dialect, strict=True)
            head = next(table, [])
            least = max((n for n, c in enumerate(head, 1) if c in needed), default=0)
            for end in needed:
                if not any(end in (c, f":{c.partition(':')[2]}") for c in head):
                    raise InputError(
                        f"{name}:1: no column '{end}' in the header",
                        hint="write the names of the columns on the first line, or export it again",
                    )
            start = table.line_num + 1
            for row in table:
                if dialect is _Tabs and len(row) >= least and lines.last.endswith("\n"):
                    row += [""] * (len(head) - len(row))
                if row and len(row) != len(head):
                    raise InputError(
                        f"{name}:{start}: {len(row)} cells, and the header has {len(head)}",
                        hint=_QUOTE if lines.last.endswith("\n") else _CUT,
                    )
                if row:
                    yield dict(zip(head, row, strict=True))
                start = table.line_num + 1
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}:{line_of_damage(path)}: not UTF-8", hint="save the file as UTF-8"
        ) from error
    except csv.Error as error:
        raise InputError(
            f"{name}:{start}: not a row of a table: {error}",
            hint="close each quotation mark, and write one within a cell twice",
        ) from error
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}") from error


class _Lines(Iterator[str]):
    """The lines of a file; ``last`` is the one that was read last."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = iter(file)
        self.last = ""

    def __next__(self) -> str:
        self.last = next(self._file)
        return self.last


def line_of_damage(path: Path) -> int:
    """Return the number of the first line of a file that is not UTF-8, or of its last one."""
    number = 1
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):  # noqa: B007
            try:
                line.decode()
            except UnicodeDecodeError:
                break
    return number
