"""Reports as text: one file a format, one line in :data:`FORMATS`.

A writer takes one report or several and yields their text in pieces, so that a large report is
never in memory as text. What is left out of a report is decided before, in :meth:`Report.shown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from kg.errors import UsageError, did_you_mean
from kg.validation.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """A format: where its writer lives, whom it is for, and what it leaves out unless asked.

    ``limit`` is how many results are written out, 0 for all; ``infos`` whether infos are; ``each``
    the most results of a rule that fit, whatever was asked for, 0 for all.
    """

    module: str
    summary: str
    limit: int = 0
    infos: bool = True
    each: int = 0


FORMATS: Mapping[str, Format] = {
    "text": Format("text", "for a person at a terminal, with the lines", limit=20, infos=False),
    "json": Format("json", "one JSON object, with schemaVersion"),
    "jsonl": Format("jsonl", "JSON Lines: the counts, then one result per line"),
    "turtle": Format("turtle", "SHACL validation report (W3C), in Turtle"),
    "sarif": Format("sarif", "SARIF 2.1.0: for code scanning and editors"),
    "junit": Format("junit", "JUnit XML: for test reports of CI servers"),
    "github": Format("github", "annotations of GitHub Actions"),
    "html": Format("html", "one page to read and share; at most 200 results per rule", each=200),
}
"""The name of each report format → what is known of it; the command line offers exactly these."""


def write(
    reports: Sequence[Report],
    format: str = "text",
    *,
    limit: int | None = None,
    infos: bool | None = None,
) -> Iterator[str]:
    """Return the text of reports, as one document, in pieces.

    :param limit: how many results of each report to write out, 0 for all; counts stay whole.
        Without it what the format says: 20 for text, all for the others.
    :param infos: write out infos too. Without it what the format says: not in text.
    :raises UsageError: if there is no such format.
    """
    known = FORMATS.get(format)
    if known is None:
        hint = did_you_mean(format, FORMATS) or f"known: {', '.join(FORMATS)}"
        raise UsageError(f"no report format '{format}'", hint=hint)
    limit = known.limit if limit is None else limit
    wanted = known.infos if infos is None else infos
    shown = [report.shown(limit, infos=wanted, each=known.each) for report in reports]
    module = import_module(f"kg.reports.{known.module}")
    return cast(Callable[[Sequence[Report]], Iterator[str]], module.write)(shown)
