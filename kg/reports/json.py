"""The report as JSON; ``schemaVersion`` changes when a reader would have to.

One report is an object, several are an array of such objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from kg.diagnostics import SEVERITIES, Diagnostic
from kg.jsontext import object_with, text
from kg.validation.report import Report

SCHEMA_VERSION = "2.0"


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one JSON document."""
    if len(reports) == 1:
        yield from _object(reports[0])
    else:
        for number, report in enumerate(reports):
            yield ",\n" if number else "[\n"
            yield from _object(report)
        yield "\n]" if reports else "[]"
    yield "\n"


def _object(report: Report) -> Iterator[str]:
    yield from object_with(head(report), "results", (text(result(r)) for r in report.results))


def head(report: Report) -> dict[str, Any]:
    """Return all of a report but its results."""
    return {
        "generator": "clinical-evidence-kg",
        "schemaVersion": SCHEMA_VERSION,
        **({"source": report.source} if report.source else {}),
        "conforms": report.conforms,
        "passes": report.passes,
        "counts": {severity: report.count(severity) for severity in SEVERITIES},
        "codes": dict(report.codes()),
        "entities": report.entities,
        "rules": report.rules,
        **({"rulesWaiting": report.waiting} if report.waiting else {}),
        "engine": report.engine,
        "leftOut": report.left_out,
    }


def result(found: Diagnostic) -> dict[str, Any]:
    """Return a result; what it does not have is left out."""
    entry: dict[str, Any] = {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
    }
    if found.place:
        place = found.place
        entry["place"] = {"file": place.file, "line": place.line, "column": place.column}
    for key in ("focus", "path", "value", "component", "rule", "hint"):
        if words := getattr(found, key):
            entry[key] = words
    if exact := {key: value for key, value in asdict(found.terms).items() if value}:
        entry["terms"] = exact
    return entry
