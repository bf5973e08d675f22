"""The report as SARIF 2.1.0 (OASIS): a run for each source, with its rules and results.

Levels are ``error`` for a violation, ``warning``, and ``note`` for an info. A file is named by its
path from the top of the repository, as code scanning expects it. A fingerprint names what the
result is about and no line, so that it stays when the file is edited elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg.diagnostics import Diagnostic, Severity
from kg.jsontext import object_with, text
from kg.validation.report import Report, Rule

_OASIS = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas"
_SCHEMA = f"{_OASIS}/sarif-schema-2.1.0.json"
_LEVEL: Mapping[Severity, str] = {"violation": "error", "warning": "warning", "info": "note"}
_TOP = "%SRCROOT%"
_FINGERPRINT = "clinicalEvidenceKg/v1"


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one SARIF log."""
    yield f'{{\n"$schema": "{_SCHEMA}",\n"version": "2.1.0",\n"runs": [\n'
    for number, report in enumerate(reports):
        yield ",\n" if number else ""
        rules = report.catalogue()
        index = {rule.code: n for n, rule in enumerate(rules)}
        results = (text(_result(report, r, index[r.code])) for r in report.results)
        yield from object_with(_run(report, rules), "results", results)
    yield "\n]\n}\n"


def _run(report: Report, rules: Sequence[Rule]) -> dict[str, Any]:
    summary = {"text": f"{report.summary()}, found by the engine {report.engine}"}
    notices = [{"level": "none", "message": summary}]
    if report.left_out:
        notices.append({"level": "note", "message": {"text": report.cut()}})
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "clinical-evidence-kg", "rules": [_rule(r) for r in rules]}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notices}],
        "originalUriBaseIds": {
            _TOP: {"description": {"text": "The top of the repository, else the project."}}
        },
        "columnKind": "unicodeCodePoints",
        "properties": {
            "conforms": report.conforms,
            "passes": report.passes,
            "codes": dict(report.codes()),
        },
    }
    if report.source:
        # Code scanning takes one run a category; the id ends in '/', so that all of it is one.
        run["automationDetails"] = {"id": f"kg validate/{report.source}/"}
    return run


def _rule(rule: Rule) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": rule.code,
        "shortDescription": {"text": rule.title or rule.code},
        "fullDescription": {"text": rule.why or rule.title or rule.code},
        "help": _help(rule),
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
    }
    properties = {"shape": rule.shape, "tags": [rule.topic] if rule.topic else []}
    if known := {key: value for key, value in properties.items() if value}:
        entry["properties"] = known
    return entry


def _help(rule: Rule) -> dict[str, str]:
    """Return what to do; of shapes from other hands, which 'kg explain' lacks, their name."""
    if not rule.fix:
        words = f"See the shape {rule.shape or rule.code}."
        return {"text": words, "markdown": _markdown(words)}
    command = f"kg explain {rule.code}"
    return {
        "text": f"{rule.fix} ({command})",
        "markdown": f"{_markdown(rule.fix)}\n\nMore: `{command}`",
    }


def _markdown(words: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#&|~" else c for c in words)


def _result(report: Report, result: Diagnostic, rule: int) -> dict[str, Any]:
    hint = f" {result.hint}" if result.hint else ""
    entry: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": rule,
        "level": _LEVEL[result.severity],
        "message": {"text": result.message + hint},
    }
    if location := _location(report, result):
        entry["locations"] = [location]
    entry["partialFingerprints"] = {_FINGERPRINT: _fingerprint(result)}
    facts = {key: getattr(result, key) for key in ("focus", "path", "value", "component", "rule")}
    facts["terms"] = {key: value for key, value in asdict(result.terms).items() if value}
    if known := {key: value for key, value in facts.items() if value}:
        entry["properties"] = known
    return entry


def _location(report: Report, result: Diagnostic) -> dict[str, Any]:
    """Return the place in a file, as far as it is known, and the entity and key in the graph."""
    location: dict[str, Any] = {}
    if file := report.path(result.place):
        artifact = (
            {"uri": Path(file).as_uri()}
            if Path(file).is_absolute()
            else {"uri": quote(file), "uriBaseId": _TOP}
        )
        physical: dict[str, Any] = {"artifactLocation": artifact}
        if place := result.place:
            physical["region"] = {"startLine": place.line, "startColumn": place.column}
        location["physicalLocation"] = physical
    if result.focus:
        name = {
            "name": result.path or result.focus,
            "kind": "property" if result.path else "object",
        }
        whole = " ".join(t for t in (result.focus, result.path) if t)
        location["logicalLocations"] = [{**name, "fullyQualifiedName": whole}]
    return location


def _fingerprint(result: Diagnostic) -> str:
    """Return a digest of what a result is about; of its words only where nothing else is known."""
    file = result.place.file if result.place else ""
    terms = (result.terms.focus, result.terms.path, result.terms.value)
    about = terms if any(terms) else (file, result.focus, result.message)
    parts = (result.code, result.component, *about)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
