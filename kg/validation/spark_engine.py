"""The engine for graphs that outgrow a machine: the plan of the engine ``duckdb``, on Spark.

SHACL Core runs on the workers; SPARQL constraints run where their store is, in this process, on
the statements that their queries can look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Triple

from kg.errors import shacl_errors
from kg.graph import Graph
from kg.ontology import Ontology
from kg.shacl.memory import Result
from kg.shacl.sql.results import validate
from kg.shacl.sql.spark import Spark
from kg.shacl.sql.spark_session import session
from kg.shacl.sql.table import Table
from kg.validation import check
from kg.validation.auto import raw, statements
from kg.validation.check import KEPT
from kg.validation.report import Report
from kg.validation.shapes import Raw, Shapes


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology.

    :raises InputError: if a shape is ill-formed, negates itself, or uses what SHACL does not know;
        if Spark fails permanently.
    :raises UsageError: if the extra ``spark`` or Java is missing.
    """
    for result in results((quad.triple for quad in statements(graph)), shapes):
        yield raw(result, graph.base)


def results(triples: Iterable[Triple], shapes: Shapes) -> Iterator[Result]:
    """Validate some triples, blank nodes and all.

    :raises InputError: see :func:`run`.
    """
    with session() as running, Spark(running) as database:
        yield from validate(database, triples, shapes)


@shacl_errors()
def check_files(
    tables: Sequence[Table], shapes: Shapes, ontology: Ontology, limit: int = KEPT
) -> Report:
    """Check files that were read into tables and return the report.

    :param tables: in a folder that every worker reaches under the same path.
    :param limit: how many results of each constraint to keep; all are counted. 0 keeps all.
    :raises InputError: see :func:`run`.
    """
    with session() as running, Spark(running) as database:
        return check.check(database, tables, shapes, ontology, "spark", limit)
