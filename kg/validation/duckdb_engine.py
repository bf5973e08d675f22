"""The engine for graphs that outgrow memory: DuckDB for SHACL Core, an Oxigraph store for SPARQL.

A graph that is loaded already is checked like by every other engine. Files are checked without
loading them (:func:`check_files`): what kg would derive from them is not added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import shacl_errors
from kg.graph import Graph
from kg.ontology import Ontology
from kg.shacl.memory import Result
from kg.shacl.sql.duckdb import DuckDB
from kg.shacl.sql.results import validate
from kg.shacl.sql.table import Table
from kg.validation import check
from kg.validation.auto import raw, statements
from kg.validation.check import KEPT
from kg.validation.report import Report
from kg.validation.shapes import Raw, Shapes


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology.

    :raises InputError: if a shape is ill-formed, negates itself, or uses what SHACL does not know.
    :raises UsageError: if the extra ``scale`` is not installed.
    """
    for result in results((quad.triple for quad in statements(graph)), shapes):
        yield raw(result, graph.base)


def results(triples: Iterable[Triple], shapes: Shapes) -> Iterator[Result]:
    """Validate some triples, blank nodes and all.

    :raises InputError: see :func:`run`.
    """
    with DuckDB() as database:
        yield from validate(database, triples, shapes)


@shacl_errors()
def check_files(
    tables: Sequence[Table],
    shapes: Shapes,
    ontology: Ontology,
    memory: str = "",
    spill: Path | None = None,
    limit: int = KEPT,
) -> Report:
    """Check files that were read into tables and return the report.

    :param memory: what the database may use, such as ``700MB``.
    :param spill: an empty folder for what does not fit; without it everything must.
    :param limit: how many results of each constraint to keep; all are counted; 0 keeps all on disk.
    :raises InputError: see :func:`run`; also if memory and disk do not suffice.
    """
    with DuckDB(memory, spill) as database:
        disk = spill if memory else None
        return check.check(database, tables, shapes, ontology, "duckdb", limit, disk)
