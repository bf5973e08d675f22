"""Clinical Evidence Knowledge Graph: what evidence says, as a graph that can be checked.

The verbs are those of the command line::

    graph = kg.load("datasets/attachment")     # files -> records -> graph, with derived statements
    report = kg.validate(graph)                # SHACL; report.conforms, report.results
    kg.report_as(report, "sarif")              # text in pieces: sarif, junit, html, …
    rows = kg.query(graph, "SELECT ...")       # SPARQL
    rows = kg.query(graph, "includes-age", age="18mo")  # a named question: kg.questions()
    tables = kg.summary_of_findings(graph, "intervention/video-feedback")  # GRADE tables
    found = kg.audit(graph)                    # an article against its evidence; found.totals
    data = kg.export(graph, "jsonld")          # bytes
    kg.stats(graph)                            # counts; kg.explain("minAge") says what a word means
    result = kg.build("datasets/attachment")   # all of it, with the files in result.files

Everything public is named here; nothing else is promised.
"""

from __future__ import annotations

from typing import Any

from kg.api import (
    Build,
    build,
    from_rdflib,
    open_store,
    query,
    questions,
    report_as,
    validate,
)
from kg.counts import Stats, stats
from kg.diagnostics import Diagnostic, RecordsError
from kg.errors import InputError, KgError, Place, UsageError
from kg.evidence.audit import Audit, AuditedStatement, Span, audit
from kg.evidence.judgement import Judgement
from kg.evidence.summary_of_findings import Summary, summary_of_findings
from kg.explanations import EntityText, RuleText, TermText, explain
from kg.exporting import export, export_file, export_folder, fidelity, losses
from kg.fidelity import Fidelity, Loss
from kg.figure.look import Look
from kg.graph import Graph
from kg.loading import load
from kg.queries import Table
from kg.queries.named import NamedQuery, Parameter
from kg.scale.engine import Engine
from kg.scale.export.write import Exported
from kg.starter import init
from kg.validation.report import Report

__all__ = [
    "Audit",
    "AuditedStatement",
    "Build",
    "Diagnostic",
    "Engine",
    "EntityText",
    "Exported",
    "Fidelity",
    "Graph",
    "InputError",
    "Judgement",
    "KgError",
    "Look",
    "Loss",
    "NamedQuery",
    "Parameter",
    "Place",
    "RecordsError",
    "Report",
    "RuleText",
    "Span",
    "Stats",
    "Summary",
    "Table",
    "TermText",
    "UsageError",
    "__version__",
    "audit",
    "build",
    "explain",
    "export",
    "export_file",
    "export_folder",
    "fidelity",
    "from_rdflib",
    "init",
    "load",
    "losses",
    "open_store",
    "query",
    "questions",
    "report_as",
    "stats",
    "summary_of_findings",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Return the version, read from the installed package when it is asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("clinical-evidence-kg")
    raise AttributeError(f"module 'kg' has no attribute '{name}'")
