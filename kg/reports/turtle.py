"""The report as a SHACL validation report (W3C), in Turtle, sorted.

Several reports are several nodes of one graph, each with the name of its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal

from kg.diagnostics import Diagnostic
from kg.ontology import PREFIXES, SH
from kg.validation.report import Report


def write(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports in Turtle; records that could not become a graph have no focus node."""
    yield "# clinical-evidence-kg validation report\n"
    for prefix in ("cekg", "dcterms", "rdfs", "sh"):
        yield f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    for report in reports:
        yield from _report(report)


def _report(report: Report) -> Iterator[str]:
    yield f"\n[] a sh:ValidationReport ;\n    sh:conforms {str(report.conforms).lower()}"
    if report.source:
        yield f" ;\n    dcterms:title {Literal(report.source)}"
    if report.left_out:
        words = f"{report.cut()}; in all {report.summary()}"
        yield f" ;\n    rdfs:comment {Literal(words, language='en')}"
    for result in report.results:
        yield " ;\n    sh:result [\n"
        yield " ;\n".join(f"        {pair}" for pair in _pairs(result))
        yield "\n    ]"
    yield " .\n"


def _pairs(result: Diagnostic) -> Iterator[str]:
    yield "a sh:ValidationResult"
    terms = result.terms
    yield f"sh:resultSeverity {terms.severity or f'<{SH}{result.severity.capitalize()}>'}"
    yield from (f"sh:resultMessage {message}" for message in terms.messages or (_message(result),))
    yield f"cekg:ruleCode {Literal(result.code)}"
    known = {
        "focusNode": terms.focus,
        "resultPath": terms.path,
        "value": terms.value,
        "sourceShape": terms.shape,
        "sourceConstraintComponent": terms.component,
    }
    yield from (f"sh:{name} {term}" for name, term in known.items() if term)
    if result.hint:
        yield f"cekg:hint {Literal(result.hint, language='en')}"
    if result.place:
        yield f"cekg:place {Literal(str(result.place))}"


def _message(result: Diagnostic) -> Literal:
    return Literal(result.message, language="en")
