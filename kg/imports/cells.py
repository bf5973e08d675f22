"""Tables of text that an importer reads: a header, and rows by its names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError

_LONGEST = 10_000_000
"""Characters of a cell."""


class _Tabs(csv.excel_tab):
    """Cells between tabs, in which quotation marks mean nothing."""

    quoting = csv.QUOTE_NONE


def rows(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a file, header → cell; a cell that is missing is empty.

    :raises InputError: if the file cannot be read as a table in UTF-8.
    """
    csv.field_size_limit(_LONGEST)
    dialect = _Tabs if delimiter == "\t" else csv.excel
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, dialect=dialect, restval="", strict=True)
            for row in table:
                if None in row:
                    raise InputError(
                        f"{path.name}:{table.line_num}: more cells than the header has",
                        hint="put cells with commas into quotation marks",
                    )
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot read {path.name} as a table: {error}") from error
