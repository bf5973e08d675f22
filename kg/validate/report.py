"""The outcome of a validation, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.diagnostics import SEVERITIES, Diagnostic, Severity


@dataclass(frozen=True)
class Report:
    """What was found in a graph.

    ``results`` are sorted by severity, then by place. ``things`` is the number of things that
    were looked at (0 when the records could not become a graph), ``rules`` that of the rules,
    ``engine`` the name of the engine, or ``records`` when reading already failed. ``folder`` is
    the project's, to show the lines that places point at; it is part of no output. ``more`` counts
    results that a large report does not hold one by one, by code and severity. ``note`` says which
    way was chosen for large files, and why.
    """

    results: tuple[Diagnostic, ...]
    things: int
    rules: int
    engine: str
    folder: Path | None = None
    more: Mapping[tuple[str, Severity], int] = field(default_factory=dict)
    note: str = ""

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings and infos do not count."""
        return not self.count("violation")

    def count(self, severity: Severity) -> int:
        """Return how many results have a severity."""
        rest = sum(number for (_, own), number in self.more.items() if own == severity)
        return sum(1 for r in self.results if r.severity == severity) + rest

    def codes(self) -> Mapping[str, int]:
        """Return code → number of results, sorted by code."""
        found = Counter(r.code for r in self.results)
        for (code, _), number in self.more.items():
            found[code] += number
        return dict(sorted(found.items()))

    def summary(self) -> str:
        """Return the counts in words, such as ``0 violations, 2 warnings, 1 info``."""
        words = (_counted(self.count(s), s) for s in SEVERITIES)
        return ", ".join(words)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
