"""The report as JUnit XML: a suite for each file of rules, a case for each rule.

A case fails when its rule is violated, and only then, as ``kg validate`` itself does. JUnit knows
nothing between passed and failed, and ``skipped`` would say that a rule was not looked at: so
warnings and infos are in ``system-out`` of a case that passed. Nothing here is a time of day or
the name of a machine: the same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from xml.sax.saxutils import escape, quoteattr

from kg.diagnostics import SEVERITIES, Diagnostic, Severity
from kg.reports.exact import exact
from kg.validation.report import Report, Rule
from kg.xmltext import legal

_OTHER = "other rules"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a report holds and counts by rule, asked for once: results may be on disk."""

    report: Report
    topics: Sequence[Sequence[Rule]]
    results: Mapping[tuple[str, Severity], Sequence[Diagnostic]]
    counts: Mapping[tuple[str, Severity], int]


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one ``testsuites`` element; results are grouped by rule."""
    every = [_Found(r, _topics(r), r.by_rule(), r.tally()) for r in reports]
    suites = [(found, rules) for found in every for rules in found.topics]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield _start("testsuites", name="clinical-evidence-kg", **_sums(suites))
    for found, rules in suites:
        yield from _suite(found, rules, alone=len(reports) == 1)
    yield "</testsuites>\n"


def _topics(report: Report) -> list[list[Rule]]:
    """Return the rules of a report by their topics."""
    rules = sorted(report.catalogue(), key=lambda rule: rule.topic or _OTHER)
    return [list(group) for _, group in groupby(rules, key=lambda rule: rule.topic or _OTHER)]


def _sums(suites: Iterable[tuple[_Found, Sequence[Rule]]]) -> dict[str, str]:
    failures = [
        found.counts.get((r.code, "violation"), 0) for found, rules in suites for r in rules
    ]
    failed = sum(1 for number in failures if number)
    return {"tests": str(len(failures)), "failures": str(failed), "errors": "0"}


def _suite(found: _Found, rules: Sequence[Rule], *, alone: bool) -> Iterator[str]:
    topic = rules[0].topic or _OTHER
    name = topic if alone else f"{found.report.source}: {topic}"
    yield "  " + _start("testsuite", name=name, **_sums([(found, rules)]), skipped="0")
    for rule in rules:
        yield from _case(found, rule, name)
    yield "  </testsuite>\n"


def _case(found: _Found, rule: Rule, suite: str) -> Iterator[str]:
    start = _start("testcase", name=f"{rule.code} {rule.title}".strip(), classname=suite)
    violations, *rest = (found.counts.get((rule.code, s), 0) for s in SEVERITIES)
    if not violations and not any(rest):
        yield f"    {start[:-2]}/>\n"
        return
    yield f"    {start}"
    if violations:
        counted = "1 violation" if violations == 1 else f"{violations} violations"
        yield "      " + _start("failure", message=counted, type="violation", end=">")
        yield from _lines(found, rule, "violation")
        yield "</failure>\n"
    if any(rest):
        yield "      <system-out>"
        yield from _lines(found, rule, "warning", "info")
        yield "</system-out>\n"
    yield "    </testcase>\n"


def _lines(found: _Found, rule: Rule, *severities: Severity) -> Iterator[str]:
    keys = [(rule.code, severity) for severity in severities]
    results = [found.results.get(key, ()) for key in keys]
    for result in chain.from_iterable(results):
        place = result.place
        where = f"{found.report.path(place)}:{place.line}:{place.column}: " if place else ""
        about = f" ({result.focus})" if result.focus else ""
        yield _text(f"{where}{result.severity}: {result.message}{about}\n")
        if facts := exact(result):
            yield _text(f"    {facts}\n")
    shown, number = sum(map(len, results)), sum(found.counts.get(key, 0) for key in keys)
    if number > shown:
        yield f"showing {shown} of {number}\n"
    if rule.fix:
        yield _text(f"{rule.fix} (kg explain {rule.code})\n")


def _start(tag: str, *, end: str = ">\n", **attributes: str) -> str:
    written = " ".join(f"{k}={quoteattr(legal(v))}" for k, v in attributes.items())
    return f"<{tag} {written}{end}"


def _text(text: str) -> str:
    return escape(legal(text))
