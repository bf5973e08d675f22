"""The report as JSON Lines: a line with the counts, then a line for each result.

Several reports follow one another; each begins with the line that has ``counts``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.jsontext import line
from kg.reports.json import head, result
from kg.validation.report import Report


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports line by line."""
    for report in reports:
        yield line(head(report)) + "\n"
        for found in report.results:
            yield line(result(found)) + "\n"
