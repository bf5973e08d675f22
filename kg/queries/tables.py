"""The answer to a question: columns and rows of terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg.errors import packages_for
from kg.ontology import Ontology, compact

if TYPE_CHECKING:
    import pandas
    import polars

MOST_SHOWN = 100
"""Rows that a notebook shows."""

Cell = NamedNode | Literal | None


@dataclass(frozen=True)
class Table:
    """The answer to a query: column names and rows of terms.

    ``base`` is the IRI that is left out where ids are shown; a cell without a value is ``None``.
    ``words`` maps IRIs to the text that is shown instead; ``triples`` tells that the rows are the
    triples of a CONSTRUCT or DESCRIBE; ``note`` says why a named question has no rows;
    ``ontology`` has the terms of the graph that was asked.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    base: str = ""
    words: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    triples: bool = False
    note: str = ""
    ontology: Ontology | None = field(default=None, repr=False, compare=False)

    def texts(self) -> list[list[str]]:
        """Return the rows as people read them: ids, prefixed names, words, plain literals."""
        return [[self._text(cell) for cell in row] for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas DataFrame of texts; a cell without a value is ``None``.

        :raises UsageError: if pandas is not installed.
        """
        with packages_for("a table for pandas"):
            import pandas
        return pandas.DataFrame(self._given(), columns=list(self.columns), dtype=object)

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a Polars DataFrame of texts; a cell without a value is null.

        :raises UsageError: if Polars is not installed.
        """
        with packages_for("a table for Polars", "scale"):
            import polars
        schema = dict.fromkeys(self.columns, polars.String)
        return polars.DataFrame(self._given(), schema=schema, orient="row")

    def _given(self) -> list[list[str | None]]:
        return [[None if cell is None else self._text(cell) for cell in row] for row in self.rows]

    def _repr_html_(self) -> str:
        """Return the table for a notebook, at most :data:`MOST_SHOWN` rows of it."""
        heads = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
            for row in self.first(MOST_SHOWN).texts()
        )
        shown = f"{min(len(self.rows), MOST_SHOWN):,} of {len(self.rows):,} rows"
        note = f". {escape(self.note)}" if self.note else ""
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return f"{table}<p>{shown}{note}</p>"

    def without(self, columns: frozenset[str]) -> Table:
        """Return the table without some columns."""
        kept = [n for n, name in enumerate(self.columns) if name not in columns]
        rows = tuple(tuple(row[n] for n in kept) for row in self.rows)
        names = tuple(self.columns[n] for n in kept)
        return replace(self, columns=names, rows=rows)

    def first(self, most: int | None) -> Table:
        """Return the table with at most so many rows; its note says that there are more."""
        if most is None or len(self.rows) <= most:
            return self
        return replace(self, rows=self.rows[:most], note=f"the first {most:,} rows; there are more")

    def _text(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, NamedNode):
            return self.words.get(cell.value) or compact(cell.value, self.base)
        return cell.value
