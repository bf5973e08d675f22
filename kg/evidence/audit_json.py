"""An audit as JSON; ``schemaVersion`` changes when a reader would have to."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from kg.evidence.audit import Audit, AuditedStatement
from kg.evidence.audit_rules import AUDIT_RULES, VERDICTS
from kg.graph import Graph

SCHEMA_VERSION = 1


def document(found: Audit, graph: Graph) -> dict[str, Any]:
    """Return an audit as JSON can hold it; entities are ids, positions count code points.

    ``totals`` counts each statement once, by its worst verdict; ``rules`` counts statements by
    code. ``statements`` are in reading order, ``worstFirst`` names them by verdict.
    """
    return {
        "schemaVersion": SCHEMA_VERSION,
        "article": found.id,
        "title": found.title,
        "statementCount": len(found.statements),
        "verdicts": dict(VERDICTS),
        "totals": dict(found.totals),
        "rules": {
            code: {"title": AUDIT_RULES[code].title, "statements": count}
            for code, count in found.by_rule.items()
        },
        "worstFirst": [s.id for s in found.worst],
        "statements": [_statement(s, graph) for s in found.statements],
    }


def _statement(said: AuditedStatement, graph: Graph) -> dict[str, Any]:
    span = said.span
    return {
        "id": said.id,
        "identifier": said.identifier,
        "kind": said.kind,
        "section": span.section,
        "start": span.start,
        "end": span.end,
        "exact": span.exact,
        "wording": dict(said.wordings),
        "sources": _ids(said.sources, graph),
        "verdict": said.verdict,
        "judgements": [
            {
                "rule": j.code,
                "title": j.rule.title,
                "verdict": j.verdict,
                "how": j.rule.how,
                "judgedBy": j.judged_by,
                "says": j.says,
                "restsOn": _ids(j.rests_on, graph),
            }
            for j in said.judgements
        ],
    }


def _ids(iris: tuple[str, ...], graph: Graph) -> list[str]:
    return [graph.short(NamedNode(iri)) for iri in iris]
