"""Text made of sorted rows: what a format writes for each, and how it begins and ends.

The same SQL runs on every database. A row knows its position by its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Some sorted rows that follow each other: a whole document, or a piece of one.

    ``rows`` is a table or a query in brackets, ``over`` the window in which rows follow each other
    (empty: as they lie in the table). ``graph`` is the graph of the row before the first one, if
    the document goes on from it; ``goes_on`` tells whether the document goes on in the graph of the
    last row, ``last`` whether it ends there.
    """

    rows: str
    over: str = ""
    graph: str | None = None
    goes_on: bool = False
    last: bool = True


@dataclass(frozen=True, slots=True)
class Lines:
    """A document of text, one line per row; a duplicate row is written once.

    ``text`` can use the columns of ``sql`` and, for each level, ``first_<level>`` and
    ``last_<level>``: whether something begins or ends in that row. ``last`` is true in the last
    row of all. ``head`` and ``foot`` are whole lines, or empty. Where lines are ``joined``, a
    line is an entity, and the texts of its rows follow one another.
    """

    sql: str
    levels: Mapping[str, str]
    """Name → column, from the widest; the second one is the entity."""
    value: str
    """The column that differs among the rows of the last level."""
    text: str
    head: str = ""
    foot: str = ""
    joined: bool = False

    @property
    def order(self) -> str:
        """The columns that the rows are sorted by."""
        return ", ".join((*self.levels.values(), self.value))

    @property
    def first(self) -> str:
        """A condition: no row precedes this one."""
        return f"{next(iter(self.levels.values()))}_before IS NULL"

    def marked(self, run: Run) -> str:
        """Return a query for distinct rows with all that ``text`` can use of them."""
        columns = (*self.levels.values(), self.value)
        before = ", ".join(f"lag({c}) OVER ({run.over}) AS {c}_before" for c in columns)
        known = "NULL" if run.graph is None else "'" + run.graph.replace("'", "''") + "'"
        firsts, above = [], ""
        for name, column in self.levels.items():
            old = f"{column}_before" if above else f"coalesce({column}_before, {known})"
            firsts.append(f"{above}{column} IS DISTINCT FROM {old} AS first_{name}")
            above = f"first_{name} OR "
        ends = {f"first_{name}": "true" for name in self.levels}
        ends[next(iter(ends))] = "false" if run.goes_on else "true"
        lasts = [
            f", lead({first}, 1, {end}) OVER ({run.over}) AS {first.replace('first', 'last')}"
            for first, end in ends.items()
            if re.search(rf"\b{first.replace('first', 'last')}\b", self.text)
        ]
        end = "true" if run.last else "false"
        return f"""
(SELECT *{"".join(lasts)}, lead(false, 1, {end}) OVER ({run.over}) AS last
FROM (SELECT * FROM (SELECT *, {", ".join(firsts)} FROM (SELECT *, {before} FROM {run.rows}))
  WHERE {above}{self.value} IS DISTINCT FROM {self.value}_before))"""
