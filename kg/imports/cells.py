"""Tables of text that an importer reads: a header, and rows by its names."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import InputError

_LONGEST = 10_000_000
"""Characters of a cell."""


class _Tabs(csv.excel_tab):
    """Cells between tabs, in which quotation marks mean nothing."""

    quoting = csv.QUOTE_NONE


def rows(path: Path, delimiter: str = ",", needed: Iterable[str] = ()) -> Iterator[dict[str, str]]:
    """Yield the rows of a file, header → cell.

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
            table = csv.reader(file, dialect=dialect, strict=True)
            head = next(table, [])
            for end in needed:
                if not any(end in (c, f":{c.partition(':')[2]}") for c in head):
                    raise InputError(
                        f"{name}:1: no column '{end}' in the header",
                        hint="write the names of the columns on the first line, or export it again",
                    )
            start = table.line_num + 1
            for row in table:
                if row and len(row) != len(head):
                    raise InputError(
                        f"{name}:{start}: {len(row)} cells, and the header has {len(head)}",
                        hint="put cells with the separator or a line end into quotation marks; "
                        "if the file was cut off, export it again",
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
