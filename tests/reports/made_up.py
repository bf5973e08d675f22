"""Reports that are made up: with everything that a writer must escape, cut and count."""

from __future__ import annotations

from kg.diagnostics import Diagnostic, Terms
from kg.errors import Place
from kg.ontology import SH
from kg.validation.report import Report, Rule
from kg.validation.spool import Spool

NASTY = "<b>&amp; \"'</b> ]]> 50 %,\r\nnext: ::error::x \x0b\x1b é 𝄞 --> | ` \\ \ufffe"
RULES = (
    Rule("AAA-001", "violation", "One", "Because.", "Mend it.", "https://example.org/s#1", "a"),
    Rule("AAA-002", "warning", "Two", "Because.", "Look.", "https://example.org/s#2", "a"),
    Rule("BBB-001", "info", "Three", "Because.", "Add.", "https://example.org/s#3", "b"),
    Rule("BBB-002", "violation", "Four", NASTY, NASTY, "https://example.org/s#4", "b"),
)


def result(code: str, severity: str, number: int, **facts: object) -> Diagnostic:
    place = Place("data/a b.yaml", number, 3)
    focus, value = f"finding/f{number}", "many"
    terms = Terms(
        f"<https://example.org/{focus}>",
        "<https://example.org/p>",
        f'"{value}"',
        f"<{SH}{severity.capitalize()}>",
        "<https://example.org/s#1>",
        f"<{SH}DatatypeConstraintComponent>",
        ('"Something is wrong."@en',),
    )
    known: dict[str, object] = {
        "message": "Something is wrong.",
        "place": place,
        "focus": focus,
        "path": "cekg:participants",
        "value": value,
        "hint": "Mend it.",
        "terms": terms,
    }
    return Diagnostic(code, severity, **{**known, **facts})  # type: ignore[arg-type]


def report(source: str = "one") -> Report:
    """Return 3 violations of two rules, 2 warnings and 4 infos; one rule without results."""
    results = (
        *(result("AAA-001", "violation", n) for n in (1, 2)),
        result("BBB-002", "violation", 3, message=NASTY, focus=NASTY, value=NASTY, hint=NASTY),
        *(result("AAA-002", "warning", n) for n in (4, 5)),
        *(result("BBB-001", "info", n, place=None) for n in (6, 7, 8, 9)),
    )
    silent = Rule("BBB-003", "violation", "Five", topic="b")
    return Report(results, 9, 5, "auto", checked=(*RULES, silent), source=source)


def clean(source: str = "two") -> Report:
    return Report((), 4, 4, "auto", checked=RULES, source=source)


def on_disk(number: int) -> Report:
    """Return a report whose results wait on disk, as many of each of three rules."""
    kept = Spool()
    for code, severity in (("AAA-001", "violation"), ("AAA-002", "warning"), ("BBB-001", "info")):
        kept.extend(result(code, severity, n, place=None) for n in range(number // 3))
    return Report(kept, number, 4, "duckdb", checked=RULES, source="large.nt.gz")
