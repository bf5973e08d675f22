"""Facts about a node as bits of a few number columns, and conditions on them in SQL."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from kg.shacl.sql.expressions import quoted

if TYPE_CHECKING:
    from kg.shacl.sql.database import Database

BITS = 62
"""Bits of a column: a number of 64 bits with space for the sign in every database."""

_INLINE = 100
"""Rows up to which a table of constants is written into a query; more take long to read there."""


class Bits:
    """Gives each fact a bit; ``prefix`` and a number name the columns that hold them."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.facts: dict[Hashable, int] = {}

    def __getitem__(self, fact: Hashable) -> int:
        return self.facts.setdefault(fact, len(self.facts))

    @property
    def columns(self) -> list[str]:
        """The names of the columns that are needed so far, at least one."""
        number = (len(self.facts) + BITS - 1) // BITS or 1
        return [f"{self.prefix}{n}" for n in range(number)]

    def masks(self, bits: Iterable[int]) -> list[int]:
        """Return the numbers, a column each, in which some bits are set."""
        masks = [0] * len(self.columns)
        for bit in bits:
            masks[bit // BITS] |= 1 << (bit % BITS)
        return masks

    def any(self, bits: Iterable[int], table: str = "") -> str:
        """Return a condition: at least one of some bits is set."""
        pairs = zip(self.columns, self.masks(bits), strict=True)
        tests = [f"({table}{column} & {mask}) <> 0" for column, mask in pairs if mask]
        return "(" + " OR ".join(tests) + ")" if tests else "false"

    def sums(self) -> str:
        """Return the expressions that gather the bits of several rows."""
        return ", ".join(f"bit_or({c})::BIGINT AS {c}" for c in self.columns)

    def values(self, bits: Iterable[int]) -> str:
        """Return some bits as the values of the columns, for a row of SQL."""
        return ", ".join(f"{mask}::BIGINT" for mask in self.masks(bits))

    def listed(
        self, database: Database, names: str, rows: Mapping[tuple[str, ...], list[int]]
    ) -> str:
        """Return a table ``b`` of keys with their bits.

        :param names: the columns of the keys: ``p`` is a number, ``o`` a term.
        """
        columns = (*names.split(", "), *self.columns)
        lines = [(*key, *map(str, self.masks(bits))) for key, bits in rows.items()]
        if len(lines) > _INLINE:
            name = database.filled(", ".join(columns), [lines])
            typed = ", ".join(c if c == "o" else f"{c}::BIGINT AS {c}" for c in columns)
            return f"(SELECT {typed} FROM {name}) b"
        cells = [
            [quoted(v) if c == "o" else f"{v}::BIGINT" for c, v in zip(columns, line, strict=True)]
            for line in lines
        ]
        values = ", ".join(f"({', '.join(line)})" for line in cells)
        return f"(VALUES {values}) b({', '.join(columns)})"

    def zeros(self) -> str:
        """Return the columns with no bit set."""
        return ", ".join(f"0::BIGINT AS {c}" for c in self.columns)
