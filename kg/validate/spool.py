"""Results that are too many for memory: each once, in their order, in a temporary database.

SQLite's database without a name is a temporary file that goes when it is closed, and that comes
into being only when there is more than fits into a few megabytes.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import fields
from itertools import islice
from typing import cast, overload

from kg.diagnostics import SEVERITIES, Diagnostic, Severity
from kg.errors import InputError

_TEXTS = [f.name for f in fields(Diagnostic) if f.name not in ("severity", "place", "terms")]
_COLUMNS = [*_TEXTS, "focus_term", "path_term", "value_term"]
_TABLE = (
    f"CREATE TABLE result (severity INTEGER, {', '.join(_COLUMNS)}, "
    f"PRIMARY KEY (severity, code, focus, path, value, message, {', '.join(_COLUMNS[-3:])}, rule, "
    "component, hint)) WITHOUT ROWID"
)
_MANY = 1_000


class Spool(Sequence[Diagnostic]):
    """Results of a graph file, which have no places; sorted as :meth:`Diagnostic.sort_key` says.

    A slice is a view: it reads from the same database.
    """

    def __init__(self) -> None:
        self._part = range(0)
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(_TABLE)

    def extend(self, results: Iterable[Diagnostic]) -> int:
        """Add results; one that is there already is not there twice. Return how many are new.

        :raises InputError: if the disk is full.
        """
        add = f"INSERT OR IGNORE INTO result VALUES (?{', ?' * len(_COLUMNS)})"
        rows, before = map(_row, results), self._database.total_changes
        try:
            while some := list(islice(rows, _MANY)):
                self._database.executemany(add, some)
        except sqlite3.OperationalError as error:
            raise InputError(
                f"the results do not fit: {error}",
                hint="free some disk space where temporary files go, or ask for fewer with --max",
            ) from error
        new = self._database.total_changes - before
        self._part = range(len(self._part) + new)
        return new

    def tally(self) -> Counter[tuple[str, Severity]]:
        """Return code and severity → number of results."""
        own = f"SELECT code, severity, count(*) FROM ({self._select('*')}) GROUP BY 1, 2"
        found = self._database.execute(own)
        return Counter({(code, SEVERITIES[rank]): number for code, rank, number in found})

    def __len__(self) -> int:
        return len(self._part)

    def __iter__(self) -> Iterator[Diagnostic]:
        select = self._select(f"severity, {', '.join(_COLUMNS)}")
        for rank, *texts in self._database.execute(select):
            named = dict(zip(_TEXTS, texts, strict=False))
            terms = cast(tuple[str, str, str], tuple(texts[-3:]))
            yield Diagnostic(severity=SEVERITIES[rank], terms=terms, **named)

    @overload
    def __getitem__(self, index: int) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> Spool: ...
    def __getitem__(self, index: int | slice) -> Diagnostic | Spool:
        if isinstance(index, int):
            place = self._part[index]
            return next(iter(self._view(range(place, place + 1))))
        if index.step not in (None, 1):
            raise ValueError("a view of results has no steps")
        return self._view(self._part[index])

    def _view(self, part: range) -> Spool:
        view = copy(self)
        view._part = part
        return view

    def _select(self, columns: str) -> str:
        order = "severity, code, focus, path, value, message"
        part = f"LIMIT {len(self._part)} OFFSET {self._part.start}"
        return f"SELECT {columns} FROM result ORDER BY {order} {part}"


def _row(result: Diagnostic) -> list[str | int]:
    texts = [getattr(result, name) for name in _TEXTS]
    return [SEVERITIES.index(result.severity), *texts, *result.terms]
