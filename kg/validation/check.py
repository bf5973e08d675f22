"""Files that were read into tables, checked by an engine with a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg.diagnostics import Diagnostic, Severity
from kg.files import UNKNOWN_BASE
from kg.graph import Graph
from kg.ontology import CEKG, Ontology
from kg.shacl.memory import Result
from kg.shacl.plan import Shape, reader
from kg.shacl.sql import results as sql
from kg.shacl.sql.database import Database
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.queries import NeededQueries
from kg.shacl.sql.table import Table
from kg.validation.auto import class_tree, raw
from kg.validation.report import Report
from kg.validation.shapes import Shapes
from kg.validation.skipped import note
from kg.validation.spool import Spool
from kg.validation.untargeted import in_database

KEPT = 1_000
"""How many results of each constraint a report on files keeps unless asked for more."""


def check(
    database: Database,
    tables: Sequence[Table],
    shapes: Shapes,
    ontology: Ontology,
    engine: str,
    limit: int,
    disk: Path | None = None,
) -> Report:
    """Check files that were read into tables in an empty database.

    :param engine: the name of the engine, for the report.
    :param limit: how many results of each constraint to keep; all are counted; 0 keeps all on disk.
    :param disk: an empty folder for statements that queries need, where memory is scarce.
    :raises ShaclError: if a shape or a query cannot be used, or memory and disk do not suffice.
    """
    wanted = reader.read(shapes)
    database.load(tables, class_tree(ontology))
    graph = Graph(ontology, _base(database))

    def rendered(some: Iterable[Result]) -> Iterator[Diagnostic]:
        return (shapes.diagnostic(graph, raw(result, graph.base)) for result in some)

    kept = Spool()
    more: Counter[tuple[str, Severity]] = Counter()
    queries = NeededQueries(database, wanted, shapes, disk)
    findings = sql.findings(wanted, database, queries)
    if not limit:
        kept.extend(rendered(sql.results(findings, database, queries)))
    else:
        for some, number in sql.firsts(findings, database, queries, limit):
            each = list(rendered(some))
            kept.extend(each[:limit])
            if (rest := max(number, len(each)) - limit) > 0:
                more[each[0].code, each[0].severity] += rest
    rules, entities = shapes.rules(), database.entities()
    silent = "" if len(kept) else in_database(database, wanted)
    said = (shapes.note, note(wanted), _slow(shapes, queries.whole), silent)
    notes = "\n".join(filter(None, said))
    return Report(kept, entities, shapes.count, engine, None, dict(more), checked=rules, note=notes)


def _slow(shapes: Shapes, whole: Mapping[Shape, str]) -> str:
    """Return which SPARQL could not be narrowed down to a few nodes, and why."""
    reasons = {f"{shapes.code(shape.node)} ({why})": None for shape, why in whole.items()}
    names = ", ".join(reasons)
    return f"SPARQL asked on all statements with its properties: {names}" if names else ""


def _base(database: Database) -> str:
    """Return the base of the graph that the data say they are."""
    rows = database.rows(
        f"SELECT min(s) FROM t WHERE p = {database.type_code} "
        f"AND o = {quoted(f'<{CEKG}KnowledgeGraph>')} AND starts_with(s, '<')"
    )
    return rows[0][0][1:-1] if rows[0][0] else UNKNOWN_BASE
