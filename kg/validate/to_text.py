"""The report for a person: place, code and message, the line itself with a caret, the mend."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kg.diagnostics import Diagnostic
from kg.validate.report import Report

SHOWN = 20
"""How many results are written out; the rest is counted."""


def write(report: Report, limit: int = SHOWN, infos: bool = False) -> str:
    """Return a report as text.

    :param limit: how many results to write out; 0 for all.
    :param infos: write out infos too; without it they are counted by code.
    """
    return "".join(_lines(report, limit, infos))


def _lines(report: Report, limit: int, infos: bool) -> Iterator[str]:
    wanted = [r for r in report.results if infos or r.severity != "info"]
    shown = wanted[:limit] if limit else wanted
    for result in shown:
        yield from _result(result, report.folder)
        yield "\n"
    if len(wanted) > len(shown):
        yield f"… {len(wanted) - len(shown)} more (--max 0 shows all)\n\n"
    if report.more:
        yield f"… {sum(report.more.values())} results are counted below, but not listed\n\n"
    if not infos:
        counts = report.codes()
        hidden = {r.code: counts[r.code] for r in report.results if r.severity == "info"}
        if hidden:
            words = ", ".join(f"{code} {number}" for code, number in sorted(hidden.items()))
            yield f"infos, by code: {words} (--infos shows them)\n"
    where = f" in {report.things} things" if report.things else ""
    yield f"{report.summary()}{where}, checked by {report.rules} rules\n"


def _result(result: Diagnostic, folder: Path | None) -> Iterator[str]:
    where = f"{result.place}: " if result.place else ""
    yield f"{where}{result.severity}[{result.code}] {result.message}\n"
    if result.place and folder:
        yield from _source(folder / result.place.file, result.place.line, result.place.column)
    facts = {"entity": result.focus, "key": result.path, "value": result.value}
    words = "   ".join(f"{k}: {_cut(v)}" for k, v in facts.items() if v and v != result.focus)
    if result.focus:
        words = f"entity: {result.focus}" + (f"   {words}" if words else "")
    if words:
        yield f"   = {words}\n"
    yield f"   = hint: {result.hint or 'see the rule'} (kg explain {result.code})\n"


def _source(path: Path, line: int, column: int) -> Iterator[str]:
    """Yield the line before, the line itself, and a caret under the column."""
    lines = _file(path)
    if line > len(lines):
        return
    width = len(str(line))
    yield f"{'':{width}} |\n"
    for number in range(max(1, line - 1), line + 1):
        yield f"{number:{width}} | {_cut(lines[number - 1], 100)}\n"
    if column <= 100:
        yield f"{'':{width}} | {'':{column - 1}}^\n"


@cache
def _file(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _cut(text: str, width: int = 60) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= width else line[: width - 1] + "…"
