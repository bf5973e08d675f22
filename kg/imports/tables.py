"""``kg import tables``: the folder of tables that ``kg export csv`` or ``parquet`` wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.cells import plain
from kg.errors import InputError, packages_for
from kg.imports import Drafts, Given
from kg.imports.cells import rows
from kg.imports.statements import Statements
from kg.ontology import CEKG

_PART = re.compile(r"((?:[^\\|]|\\.)*)(?:\||$)", re.DOTALL)
_ROOT = CEKG + "KnowledgeGraph"


def read(given: Given) -> Drafts:
    """Propose the records that the tables of the classes hold.

    :raises InputError: if the folder is not one of these.
    """
    try:
        about = json.loads((given.path / "tables.json").read_text(encoding="utf-8"))["tables"]
        known = {name: found for name, found in about.items() if name.startswith("classes/")}
        kinds = {name: found["class"] for name, found in known.items()}
        columns = {name: found["columns"] for name, found in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{given.name} holds no tables of an export: {error}",
            hint="name the folder that kg export csv or parquet wrote",
        ) from error
    tables = {name: list(_rows(given.path, name)) for name in known}
    roots = [row["id"] for name, found in tables.items() if kinds[name] == _ROOT for row in found]
    statements = Statements(given.known.ontology, roots[0] if roots else given.known.base)
    for name, found in tables.items():
        for row in found:
            subject = row.pop("id")
            if kinds[name]:
                statements.kind(subject, kinds[name])
            for column, cell in row.items():
                _take(statements, subject, column, cell, columns[name].get(column, {}))
    return statements.drafts(given)


def _take(statements: Statements, subject: str, column: str, cell: Any, known: Any) -> None:
    """Take the values of a cell; a column that repeats another one has no ``property``."""
    if "property" not in known:
        return
    language = column.removesuffix("[]").partition("@")[2]
    for value in cell if isinstance(cell, list) else _split(cell) if known["list"] else [cell]:
        said = known.get("codes", {}).get(value, value)
        statements.add(subject, known["property"], said, language)


def _split(cell: str) -> Iterator[str]:
    """Yield the values of a list in CSV."""
    for match in _PART.finditer(cell):
        if match[0]:
            yield re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table without its empty cells."""
    if name.endswith(".parquet"):
        with packages_for("Parquet", "scale"):
            import polars
        for row in polars.read_parquet(folder / name).iter_rows(named=True):
            yield {column: cell for column, cell in row.items() if cell is not None}
    else:
        for row in rows(folder / name):
            yield {column: plain(cell) for column, cell in row.items() if cell}
