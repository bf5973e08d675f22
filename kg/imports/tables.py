"""``kg import tables``: the folder of tables that ``kg export csv`` or ``parquet`` wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.cells import plain
from kg.errors import InputError, packages_for
from kg.imports import Drafts, Given
from kg.imports.cells import rows
from kg.imports.statements import Statements
from kg.ontology import CEKG

_PART = re.compile(r"((?:[^\\|]|\\.)*)(?:\||$)", re.DOTALL)
_CLASS = re.compile(r"classes/\w+\.(?:csv|parquet)")
_ROOT = CEKG + "KnowledgeGraph"


def read(given: Given) -> Drafts:
    """Propose the records that the tables of the classes hold.

    :raises InputError: if the folder is not one of these.
    """
    try:
        about = json.loads((given.path / "tables.json").read_text(encoding="utf-8"))["tables"]
        known = {name: found for name, found in about.items() if _CLASS.fullmatch(name)}
        kinds = {name: str(found["class"]) for name, found in known.items()}
        columns = {
            name: {column: _Column(said) for column, said in found["columns"].items()}
            for name, found in known.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{given.name} holds no tables of an export: {error}",
            hint="name the folder that kg export csv or parquet wrote",
        ) from error
    tables = {name: list(_rows(given.path, name, columns[name])) for name in known}
    roots = [row["id"] for name, found in tables.items() if kinds[name] == _ROOT for row in found]
    statements = Statements(given.known.ontology, roots[0] if roots else given.known.base)
    for name, found in tables.items():
        for row in found:
            subject = row.pop("id")
            if kinds[name]:
                statements.kind(subject, kinds[name])
            for column, cell in row.items():
                if known_column := columns[name].get(column):
                    _take(statements, subject, column, cell, known_column)
    return statements.drafts(given)


class _Column:
    """What ``tables.json`` says of a column; one that repeats another has no property."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.property = str(said.get("property", ""))
        self.is_list = bool(said.get("list"))
        self.codes = {str(name): str(iri) for name, iri in said.get("codes", {}).items()}


def _take(statements: Statements, subject: str, name: str, cell: Any, column: _Column) -> None:
    """Take the values of a cell."""
    if not column.property:
        return
    language = name.removesuffix("[]").partition("@")[2]
    for value in cell if isinstance(cell, list) else _split(cell) if column.is_list else [cell]:
        statements.add(subject, column.property, column.codes.get(value, value), language)


def _split(cell: str) -> Iterator[str]:
    """Yield the values of a list in CSV."""
    for match in _PART.finditer(cell):
        if match[0]:
            yield re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)


def _rows(folder: Path, name: str, columns: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table without its empty cells.

    :raises InputError: if it cannot be read, lacks a column, or a row is without an id.
    """
    if name.endswith(".parquet"):
        found = _parquet(folder / name)
    else:
        read = rows(folder / name, needed=("id", *columns))
        found = ({c: plain(cell) for c, cell in row.items() if cell} for row in read)
    for number, row in enumerate(found, 1):
        if not row.get("id"):
            raise InputError(f"{name}: row {number} has no id", hint="export the tables again")
        yield row


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    with packages_for("Parquet", "scale"):
        import polars
    try:
        table = polars.read_parquet(path)
    except (OSError, polars.exceptions.PolarsError) as error:
        raise InputError(f"cannot read {path.name} as a table: {error}") from error
    for row in table.iter_rows(named=True):
        yield {column: cell for column, cell in row.items() if cell is not None}
