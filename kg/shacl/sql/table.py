"""The tables that a database reads statements from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

PART_BITS = 32
"""``k`` is the number of a block, times two to this power, and the place of a row in its part."""


class Table(Protocol):
    """The statements of one file: Parquet parts with the text columns ``s``, ``p``, ``o``.

    Terms are canonical N-Triples. The number ``k`` of a row identifies its subject: it is the
    ``k`` of the first row of a run of statements that share their subject. Each block of the file
    has a part, unless nothing is stated in it.
    """

    @property
    def files(self) -> Sequence[str]:
        """The paths of the parts."""
        ...

    @property
    def statements(self) -> int:
        """The number of rows of all parts."""
        ...

    @property
    def blanks(self) -> bool:
        """Whether there are blank nodes; their labels hold for this table alone."""
        ...

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        ...


def prefix(number: int) -> str:
    """Return how labels of blank nodes begin where those of several tables are kept apart.

    :param number: the place of the table among those that are read.
    """
    return f"_:f{number}x"


def own_label(column: str, number: int, table: Table, several: bool) -> str:
    """Return SQL for a column of terms, where labels of blank nodes hold for one table alone.

    :param number: the place of the table among those that are read.
    :param several: whether there are others.
    """
    if not (several and table.blanks):
        return column
    return (
        f"CASE WHEN starts_with({column}, '_:') THEN '{prefix(number)}' || substr({column}, 3) "
        f"ELSE {column} END AS {column}"
    )
