"""The report for a person: place, code and message, the line itself with a caret, the fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from kg.diagnostics import Diagnostic
from kg.readers import TABLES
from kg.validation.report import Report
from kg.xmltext import visible

Lines = Callable[[Path], list[str]]
"""Returns the lines of a file."""


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as text, each under the name of its source when there are several."""
    lines = cache(_lines)  # for these reports alone: the next ones may be of edited files
    for number, report in enumerate(reports):
        if len(reports) > 1:
            yield "\n" if number else ""
            yield f"{report.source}:\n"
        yield from map(visible, _report(report, lines))


def _report(report: Report, lines: Lines) -> Iterator[str]:
    for result in report.results:
        yield from _result(result, report.folder, lines)
        yield "\n"
    rest = sum(n for (_, severity), n in report.more.items() if severity != "info")
    if rest:
        yield f"… {rest} more (--max 0 shows all)\n\n"
    hidden = sorted((code, n) for (code, own), n in report.more.items() if own == "info")
    if hidden:
        some = any(result.severity == "info" for result in report.results)
        switch = "--max 0" if some else "--infos --max 0" if rest else "--infos"
        words = ", ".join(f"{code} {number}" for code, number in hidden)
        yield f"infos, by code: {words} ({switch} shows them)\n"
    entities = "entity" if report.entities == 1 else "entities"
    where = f" in {report.entities} {entities}" if report.entities else ""
    name = f" of {report.source}" if where and report.source else ""
    other = f" in {report.source}" if not where and report.source else ""
    yield f"{report.summary()}{where}{name}{other}, checked by {_rules(report.rules)} "
    yield "with clinical-evidence-kg\n"
    if report.waiting:
        wait = "waits" if report.waiting == 1 else "wait"
        yield f"{_rules(report.waiting)} {wait} until this is fixed.\n"


def _rules(number: int) -> str:
    return f"{number} rule" if number == 1 else f"{number} rules"


def _result(result: Diagnostic, folder: Path | None, lines: Lines) -> Iterator[str]:
    where = f"{result.place}: " if result.place else ""
    yield f"{where}{result.severity}[{result.code}] {result.message}\n"
    if result.place and folder and not result.place.file.endswith(TABLES):
        file = lines(folder / result.place.file)
        yield from _source(file, result.place.line, result.place.column)
    facts = {"entity": result.focus, "key": result.path, "value": result.value}
    words = "   ".join(f"{k}: {_cut(v)}" for k, v in facts.items() if v and v != result.focus)
    if result.focus:
        words = f"entity: {result.focus}" + (f"   {words}" if words else "")
    if words:
        yield f"   = {words}\n"
    if result.terms.shape and not result.hint:  # 'kg explain' does not know shapes of other hands
        yield f"   = shape: {result.terms.shape}\n"
    else:
        yield f"   = hint: {result.hint or 'see the rule'} (kg explain {result.code})\n"


def _source(lines: list[str], line: int, column: int) -> Iterator[str]:
    """Yield the line before, the line itself, and a caret under the column."""
    if line > len(lines):
        return
    width = len(str(line))
    yield f"{'':{width}} |\n"
    for number in range(max(1, line - 1), line + 1):
        yield f"{number:{width}} | {_cut(lines[number - 1], 100)}\n"
    if column <= 100:
        yield f"{'':{width}} | {'':{column - 1}}^\n"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _cut(text: str, width: int = 60) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= width else line[: width - 1] + "…"
