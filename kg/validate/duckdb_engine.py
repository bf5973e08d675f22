"""The engine for graphs that outgrow memory: DuckDB for SHACL Core, an Oxigraph store for SPARQL.

A graph that is loaded already is checked like by every other engine. Files are checked without
loading them, as they stand (:func:`check_files`): what kg would derive from them is not added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import Triple

from kg.bulk.cache import Table
from kg.diagnostics import Severity
from kg.files import UNKNOWN_BASE
from kg.graph import Graph
from kg.terms import CEKG, Ontology
from kg.validate.auto import class_tree, raw, statements
from kg.validate.memory import Result
from kg.validate.plan import Query, reader
from kg.validate.report import Report
from kg.validate.shapes import Raw, Shapes
from kg.validate.spool import Spool
from kg.validate.sql import results as sql
from kg.validate.sql.database import Database
from kg.validate.sql.queries import NeededQueries
from kg.validate.sql.value_tests import quoted

KEPT = 1_000
"""How many results of each constraint a report on files keeps unless asked for more."""


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology.

    :raises InputError: if a shape is ill-formed, recursive, or uses what SHACL does not know.
    :raises UsageError: if the extra ``scale`` is not installed.
    """
    for result in results((quad.triple for quad in statements(graph)), shapes):
        yield raw(result, graph.base)


def results(triples: Iterable[Triple], shapes: Shapes) -> Iterator[Result]:
    """Validate some triples, blank nodes and all.

    :raises InputError: see :func:`run`.
    """
    wanted = reader.read(shapes)
    with Database() as database:
        database.load([], triples)
        queries = NeededQueries(database, wanted, shapes)
        for found in sql.findings(wanted, database, queries):
            yield from sql.results(found, database, queries)


def check_files(
    tables: Sequence[Table],
    shapes: Shapes,
    ontology: Ontology,
    memory: str = "",
    spill: Path | None = None,
    most: int = KEPT,
) -> Report:
    """Check files that were read into tables, as they stand, and return the report.

    :param memory: what the database may use, such as ``700MB``.
    :param spill: an empty folder for what does not fit; without it everything must.
    :param most: how many results of each constraint to keep; all are counted. 0 keeps all, on disk.
    :raises InputError: see :func:`run`; also if memory and disk do not suffice.
    """
    wanted = reader.read(shapes)
    with Database(memory, spill) as database:
        database.load(tables, class_tree(ontology))
        graph = Graph(ontology, _base(database))
        kept = Spool()
        more: Counter[tuple[str, Severity]] = Counter()
        queries = NeededQueries(database, wanted, shapes)
        for finding in sql.findings(wanted, database, queries):
            some: Iterable[Result]
            if isinstance(finding.constraint, Query) or not most:
                some, number = sql.results(finding, database, queries), 0
            else:
                some, number = sql.first(finding, database, most)
            own = (shapes.diagnostic(graph, raw(r, graph.base)) for r in some)
            if not most:
                kept.extend(own)
                continue
            each = list(dict.fromkeys(own))
            kept.extend(each[:most])
            if (rest := max(number, len(each)) - most) > 0:
                more[each[0].code, each[0].severity] += rest
        every = "SELECT DISTINCT s FROM t"  # so much less text to split
        things = database.rows(f"SELECT count(DISTINCT split_part(s, '#', 1)) FROM ({every})")[0][0]
    rules = shapes.rules()
    return Report(kept, int(things), shapes.count, "duckdb", None, dict(more), checked=rules)


def _base(database: Database) -> str:
    """Return the base of the graph that the data say they are."""
    rows = database.rows(
        f"SELECT min(s) FROM t WHERE p = {database.type_code} "
        f"AND o = {quoted(f'<{CEKG}KnowledgeGraph>')} AND starts_with(s, '<')"
    )
    return rows[0][0][1:-1] if rows[0][0] else UNKNOWN_BASE
