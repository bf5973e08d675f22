"""The report as JSON; ``schemaVersion`` changes when a reader would have to."""

from __future__ import annotations

import json
from typing import Any

from kg.diagnostics import SEVERITIES, Diagnostic
from kg.validate.report import Report

SCHEMA_VERSION = "1.0"


def write(report: Report) -> str:
    """Return a report as one JSON object."""
    document = {
        "generator": "clinical-evidence-kg",
        "schemaVersion": SCHEMA_VERSION,
        "conforms": report.conforms,
        "counts": {severity: report.count(severity) for severity in SEVERITIES},
        "codes": dict(report.codes()),
        "things": report.things,
        "rules": report.rules,
        "engine": report.engine,
        "results": [_result(r) for r in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _result(result: Diagnostic) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": result.code,
        "severity": result.severity,
        "message": result.message,
    }
    if result.place:
        place = result.place
        found["place"] = {"file": place.file, "line": place.line, "column": place.column}
    for key in ("focus", "path", "value", "component", "rule", "hint"):
        if text := getattr(result, key):
            found[key] = text
    return found
