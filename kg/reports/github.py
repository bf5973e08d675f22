"""The report as workflow commands of GitHub Actions: each result becomes an annotation.

``::error file=F,line=L,col=C,title=T::MESSAGE``; a warning is ``::warning``, an info ``::notice``.
A command ends with its line, so line ends are written as ``%0A`` and ``%0D``, and ``%`` as ``%25``;
within the properties ``:`` and ``,``, which end them, are ``%3A`` and ``%2C`` (GitHub's toolkit,
``packages/core/src/command.ts``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.diagnostics import Diagnostic
from kg.reports.exact import exact
from kg.validation.report import Report
from kg.xmltext import visible

_COMMAND = {"violation": "error", "warning": "warning", "info": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield a plain line with the counts of each report, then a command for each result."""
    for report in reports:
        words = [report.source, report.summary(), report.cut()]
        # '##[' begins a command of the older kind anywhere in a line that is none of the newer.
        line = ": ".join(w for w in words if w).translate(_DATA).replace("##[", "## [")
        yield f"clinical-evidence-kg: {line}\n"
        titles = {rule.code: rule.title for rule in report.checked}
        for result in report.results:
            yield visible(_command(report, result, titles.get(result.code, "")))


def _command(report: Report, result: Diagnostic, title: str) -> str:
    properties = {"title": f"{result.code} {title}".strip()}
    about = f"{result.focus}: " if result.focus else ""
    if place := result.place:
        properties = {"line": str(place.line), "col": str(place.column)} | properties
    if file := report.path(place):
        properties = {"file": file} | properties
    written = ",".join(f"{k}={v.translate(_PROPERTY)}" for k, v in properties.items())
    hint = f"\n{result.hint}" if result.hint else ""
    facts = f"\n{words}" if (words := exact(result)) else ""
    message = f"{about}{result.message}{hint}{facts}"
    return f"::{_COMMAND[result.severity]} {written}::{message.translate(_DATA)}\n"
