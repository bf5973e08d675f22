"""Every public name of :mod:`kg`, which loads this module when the first of them is used."""

from __future__ import annotations

from kg.api import Build, build, from_rdflib, open_store, query, questions
from kg.contract import Fidelity, Loss
from kg.counts import Stats, stats
from kg.diagnostics import Diagnostic, RecordsError
from kg.errors import InputError, KgError, Place, UsageError
from kg.evidence.audit import Audit, AuditedStatement, Span, audit
from kg.evidence.judgement import Judgement
from kg.evidence.summary_of_findings import Summary, summary_of_findings
from kg.explanations import EntityText, RuleText, TermText, explain
from kg.exporting import export, export_file, export_folder, fidelity, losses
from kg.figure.look import Look
from kg.graph import Graph
from kg.imports import Imported, import_file
from kg.jsonld.context import Form
from kg.loading import load
from kg.queries import Table
from kg.queries.named import NamedQuery, Parameter
from kg.resources import demo
from kg.reviewing import (
    Decided,
    Decision,
    RefusedError,
    ReviewView,
    decide,
    import_decisions,
    record_decisions,
    review_form,
    review_sheet,
    review_view,
    statements_to_review,
)
from kg.reviewing.quoting import QuoteFound, check_quotes, fix_moved
from kg.scale.engine import Engine
from kg.scale.export.write import Exported
from kg.schema import json_schema
from kg.starter import init
from kg.templates import table_template
from kg.validating import report_as, validate, validate_each
from kg.validation.report import Report

__all__ = [
    "Audit",
    "AuditedStatement",
    "Build",
    "Decided",
    "Decision",
    "Diagnostic",
    "Engine",
    "EntityText",
    "Exported",
    "Fidelity",
    "Form",
    "Graph",
    "Imported",
    "InputError",
    "Judgement",
    "KgError",
    "Look",
    "Loss",
    "NamedQuery",
    "Parameter",
    "Place",
    "QuoteFound",
    "RecordsError",
    "RefusedError",
    "Report",
    "ReviewView",
    "RuleText",
    "Span",
    "Stats",
    "Summary",
    "Table",
    "TermText",
    "UsageError",
    "audit",
    "build",
    "check_quotes",
    "decide",
    "demo",
    "explain",
    "export",
    "export_file",
    "export_folder",
    "fidelity",
    "fix_moved",
    "from_rdflib",
    "import_decisions",
    "import_file",
    "init",
    "json_schema",
    "load",
    "losses",
    "open_store",
    "query",
    "questions",
    "record_decisions",
    "report_as",
    "review_form",
    "review_sheet",
    "review_view",
    "statements_to_review",
    "stats",
    "summary_of_findings",
    "table_template",
    "validate",
    "validate_each",
]
