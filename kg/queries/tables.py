"""The answer to a question: columns and rows of terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from kg.ontology import compact

Cell = NamedNode | Literal | None


@dataclass(frozen=True)
class Table:
    """The answer to a query: column names and rows of terms.

    ``base`` is the IRI that is left out where ids are shown; a cell without a value is ``None``.
    ``words`` maps IRIs to the text that is shown instead; ``triples`` tells that the rows are the
    triples of a CONSTRUCT or DESCRIBE; ``note`` says why a named question has no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    base: str = ""
    words: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    triples: bool = False
    note: str = ""

    def texts(self) -> list[list[str]]:
        """Return the rows as people read them: ids, prefixed names, words, plain literals."""
        return [[self._text(cell) for cell in row] for row in self.rows]

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
