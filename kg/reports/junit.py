"""The report as JUnit XML: a suite for each file of rules, a case for each rule.

A case fails when its rule is violated, and only then, as ``kg validate`` itself does. JUnit knows
nothing between passed and failed, and ``skipped`` would say that a rule was not looked at: so
warnings and infos stand in ``system-out`` of a case that passed. Nothing here is a time of day or
the name of a machine: the same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from kg.diagnostics import Diagnostic
from kg.validate.report import Report, Rule
from kg.xmltext import legal

_OTHER = "other rules"


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one ``testsuites`` element; results are grouped by rule."""
    suites = [_topics(report) for report in reports]
    every = [(r, rules) for r, topics in zip(reports, suites, strict=True) for rules in topics]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield _start("testsuites", name="clinical-evidence-kg", **_sums(every))
    for report, topics in zip(reports, suites, strict=True):
        found = _by_rule(report.results)
        for rules in topics:
            yield from _suite(report, rules, found, alone=len(reports) == 1)
    yield "</testsuites>\n"


def _topics(report: Report) -> list[list[Rule]]:
    """Return the rules of a report by their topics."""
    rules = sorted(report.catalogue(), key=lambda rule: rule.topic or _OTHER)
    return [list(group) for _, group in groupby(rules, key=lambda rule: rule.topic or _OTHER)]


def _by_rule(results: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for result in results:
        found.setdefault(result.code, []).append(result)
    return found


def _sums(suites: Iterable[tuple[Report, list[Rule]]]) -> dict[str, str]:
    cases = [(report.tally(), rule) for report, rules in suites for rule in rules]
    failed = sum(1 for tally, rule in cases if tally.get((rule.code, "violation")))
    return {"tests": str(len(cases)), "failures": str(failed), "errors": "0"}


def _suite(
    report: Report, rules: list[Rule], found: Mapping[str, list[Diagnostic]], *, alone: bool
) -> Iterator[str]:
    topic = rules[0].topic or _OTHER
    name = topic if alone else f"{report.source}: {topic}"
    yield "  " + _start("testsuite", name=name, **_sums([(report, rules)]), skipped="0")
    for rule in rules:
        yield from _case(report, rule, name, found.get(rule.code, []))
    yield "  </testsuite>\n"


def _case(report: Report, rule: Rule, suite: str, results: list[Diagnostic]) -> Iterator[str]:
    start = _start("testcase", name=f"{rule.code} {rule.title}".strip(), classname=suite)
    violations = report.tally().get((rule.code, "violation"), 0)
    others = sum(n for (code, _), n in report.tally().items() if code == rule.code) - violations
    if not violations and not others:
        yield f"    {start[:-2]}/>\n"
        return
    yield f"    {start}"
    if violations:
        failed = [r for r in results if r.severity == "violation"]
        counted = "1 violation" if violations == 1 else f"{violations} violations"
        yield "      " + _start("failure", message=counted, type="violation", end=">")
        yield from _lines(report, rule, failed, violations)
        yield "</failure>\n"
    if others:
        yield "      <system-out>"
        yield from _lines(report, rule, [r for r in results if r.severity != "violation"], others)
        yield "</system-out>\n"
    yield "    </testcase>\n"


def _lines(report: Report, rule: Rule, results: list[Diagnostic], number: int) -> Iterator[str]:
    for result in results:
        place = result.place
        where = f"{report.path(place)}:{place.line}:{place.column}: " if place else ""
        about = f" ({result.focus})" if result.focus else ""
        yield _text(f"{where}{result.severity}: {result.message}{about}\n")
    if number > len(results):
        yield f"showing {len(results)} of {number}\n"
    if rule.mend:
        yield _text(f"{rule.mend} (kg explain {rule.code})\n")


def _start(tag: str, *, end: str = ">\n", **attributes: str) -> str:
    written = " ".join(f"{k}={quoteattr(legal(v))}" for k, v in attributes.items())
    return f"<{tag} {written}{end}"


def _text(text: str) -> str:
    return escape(legal(text))
