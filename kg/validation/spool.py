"""Results that are too many for memory: as often as they were found, in their order, in a database.

SQLite's database without a name is a temporary file that goes when it is closed, and that comes
into being only when there is more than fits into a few megabytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from typing import Any, overload

from kg.diagnostics import SEVERITIES, Diagnostic, Severity, Terms
from kg.errors import InputError

_TEXTS = [f.name for f in fields(Diagnostic) if f.name not in ("severity", "place", "terms")]
_FIELDS = [f.name for f in fields(Terms)]
_TEXTS_OF, _TERMS_OF = attrgetter(*_TEXTS), attrgetter(*_FIELDS)
_TERMS = [f"{name}_term" for name in _FIELDS]
_COLUMNS = [*_TEXTS, *_TERMS]
_ORDER = f"severity, code, focus, path, value, message, {', '.join(_TERMS)}, hint, number"
"""Equal results are distinguished by their number."""
_TABLE = (
    f"CREATE TABLE result (severity INTEGER, {', '.join(_COLUMNS)}, number INTEGER, "
    f"PRIMARY KEY ({_ORDER})) WITHOUT ROWID"
)
_MANY = 1_000


class Spool(Sequence[Diagnostic]):
    """Results of a graph file, which have no places; sorted as :meth:`Diagnostic.sort_key` says.

    A slice is a view: it reads from the same database, from its first result on.
    """

    def __init__(self) -> None:
        self._part = range(0)
        self._rules: dict[tuple[str, Severity], range] | None = None
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(_TABLE)

    def extend(self, results: Iterable[Diagnostic]) -> None:
        """Add results.

        :raises InputError: if the disk is full.
        """
        add = f"INSERT INTO result VALUES (?{', ?' * (len(_COLUMNS) + 1)})"
        number, waiting = len(self._part), iter(results)
        try:
            while some := list(islice(waiting, _MANY)):
                self._database.executemany(add, map(_row, some, range(number, number + len(some))))
                number += len(some)
        except sqlite3.OperationalError as error:
            raise InputError(
                f"not enough space for the results: {error}",
                hint="free disk space for temporary files, or request fewer results with --max",
            ) from error
        self._rules = None
        self._part = range(number)

    def by_rule(self) -> dict[tuple[str, Severity], Spool]:
        """Return code and severity → a view of the results here that have both, in order."""
        here = self._part
        parts = {
            rule: range(max(own.start, here.start), min(own.stop, here.stop))
            for rule, own in self._places().items()
        }
        return {rule: self._view(part) for rule, part in parts.items() if part}

    def __len__(self) -> int:
        return len(self._part)

    def __iter__(self) -> Iterator[Diagnostic]:
        for rank, *texts in self._rows():
            named = dict(zip(_TEXTS, texts, strict=False))
            *exact, messages = texts[len(_TEXTS) :]
            named_terms = dict(zip(_FIELDS, exact, strict=False))
            each = tuple(messages.split("\n")) if messages else ()
            terms = Terms(**named_terms, messages=each)
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
            raise ValueError("results cannot be sliced with a step")
        return self._view(self._part[index])

    def _view(self, part: range) -> Spool:
        view = copy(self)
        view._part = part
        return view

    def _places(self) -> dict[tuple[str, Severity], range]:
        """Return the places of the results of each rule among all, in order."""
        if self._rules is None:
            counts = "SELECT severity, code, count(*) FROM result GROUP BY 1, 2 ORDER BY 1, 2"
            self._rules, place = {}, 0
            for rank, code, number in self._database.execute(counts):
                self._rules[code, SEVERITIES[rank]] = range(place, place + number)
                place += number
        return self._rules

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        """Read from the first result of a rule on: those of rules before it cost nothing."""
        start = self._part.start
        for (code, severity), own in self._places().items():
            if start in own:
                yield from self._database.execute(
                    f"SELECT severity, {', '.join(_COLUMNS)} FROM result "
                    f"WHERE (severity, code) >= (?, ?) ORDER BY {_ORDER} LIMIT ? OFFSET ?",
                    (SEVERITIES.index(severity), code, len(self._part), start - own.start),
                )


def _row(result: Diagnostic, number: int) -> list[str | int]:
    """Return a row; a term of N-Triples has no end of line, so messages can be joined by it."""
    *exact, messages = _TERMS_OF(result.terms)
    texts = _TEXTS_OF(result)
    return [SEVERITIES.index(result.severity), *texts, *exact, "\n".join(messages), number]
