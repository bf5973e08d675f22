"""What the engines with a database have in common: a graph, or files, and what is found in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import Triple

from kg.diagnostics import Diagnostic, Severity
from kg.files import UNKNOWN_BASE
from kg.graph import Graph
from kg.ontology import CEKG, Ontology
from kg.scale.cache import Table
from kg.shacl.memory import Result
from kg.shacl.plan import reader
from kg.shacl.sql import results as sql
from kg.shacl.sql.database import Database
from kg.shacl.sql.queries import NeededQueries
from kg.shacl.sql.value_tests import quoted
from kg.validation.auto import class_tree, raw
from kg.validation.report import Report
from kg.validation.shapes import Shapes
from kg.validation.spool import Spool

KEPT = 1_000
"""How many results of each constraint a report on files keeps unless asked for more."""


def results(database: Database, triples: Iterable[Triple], shapes: Shapes) -> Iterator[Result]:
    """Validate some triples, blank nodes and all, in an empty database.

    :raises InputError: if a shape is ill-formed, recursive, or uses what SHACL does not know.
    """
    wanted = reader.read(shapes)
    database.load([], triples)
    queries = NeededQueries(database, wanted, shapes)
    yield from sql.results(sql.findings(wanted, database, queries), database, queries)


def check(
    database: Database,
    tables: Sequence[Table],
    shapes: Shapes,
    ontology: Ontology,
    engine: str,
    limit: int,
    disk: Path | None = None,
) -> Report:
    """Check files that were read into tables, as they stand, in an empty database.

    :param engine: the name of the engine, for the report.
    :param limit: how many results of each constraint to keep; all are counted; 0 keeps all on disk.
    :param disk: an empty folder for statements that queries need, where memory is scarce.
    :raises InputError: see :func:`results`; also if memory and disk do not suffice.
    """
    wanted = reader.read(shapes)
    database.load(tables, class_tree(ontology))
    graph = Graph(ontology, _base(database))

    def told(some: Iterable[Result]) -> Iterator[Diagnostic]:
        return (shapes.diagnostic(graph, raw(result, graph.base)) for result in some)

    kept = Spool()
    more: Counter[tuple[str, Severity]] = Counter()
    queries = NeededQueries(database, wanted, shapes, disk)
    findings = sql.findings(wanted, database, queries)
    if not limit:
        kept.extend(told(sql.results(findings, database, queries)))
    else:
        for some, number in sql.firsts(findings, database, queries, limit):
            each = list(dict.fromkeys(told(some)))
            kept.extend(each[:limit])
            if (rest := max(number, len(each)) - limit) > 0:
                more[each[0].code, each[0].severity] += rest
    rules, things = shapes.rules(), database.things()
    return Report(kept, things, shapes.count, engine, None, dict(more), checked=rules)


def _base(database: Database) -> str:
    """Return the base of the graph that the data say they are."""
    rows = database.rows(
        f"SELECT min(s) FROM t WHERE p = {database.type_code} "
        f"AND o = {quoted(f'<{CEKG}KnowledgeGraph>')} AND starts_with(s, '<')"
    )
    return rows[0][0][1:-1] if rows[0][0] else UNKNOWN_BASE
