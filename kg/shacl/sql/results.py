"""A plan executed on a database: its results, one by one or counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode, Triple

from kg.shacl import plan
from kg.shacl.memory import Result
from kg.shacl.plan import Plan, PropertyShape, reader
from kg.shacl.plan.paths import Path, Predicate
from kg.shacl.shapes_graph import ShapesGraph
from kg.shacl.sql.database import Database, read_terms
from kg.shacl.sql.fused import Fused
from kg.shacl.sql.queries import NeededQueries
from kg.shacl.sql.sets import Found, Sets, focuses


def validate(
    database: Database, triples: Iterable[Triple], shapes: ShapesGraph
) -> Iterator[Result]:
    """Validate some triples, blank nodes and all, in an empty database.

    :raises ShaclError: if a shape is ill-formed, negates itself, or uses what SHACL does not know,
        or space runs out.
    """
    wanted = reader.read(shapes)
    database.load([], triples)
    queries = NeededQueries(database, wanted, shapes)
    yield from results(findings(wanted, database, queries), database, queries)


def findings(wanted: Plan, database: Database, queries: NeededQueries) -> Iterator[Found]:
    """Yield a query for the results of each constraint of a plan that may have any.

    :raises ShaclError: if a pattern or a query cannot be used, or space runs out.
    """
    yield from Fused(wanted, database, Sets(database, queries)).found()


def results(
    findings: Iterable[Found], database: Database, queries: NeededQueries
) -> Iterator[Result]:
    """Yield all results, with the multiplicity that SHACL asks for."""
    for group in _grouped(findings, database.together):
        if isinstance(query := group[0].constraint, plan.Query):
            yield from _asked(group[0], query, database, queries)
        else:
            for number, rows in database.answers([_with_path(found) for found in group]):
                yield from _read(group[number], rows, database)


def firsts(
    findings: Iterable[Found], database: Database, queries: NeededQueries, limit: int
) -> Iterator[tuple[Iterable[Result], int]]:
    """Yield of each query the first results in their order, and how many there are.

    Of a SPARQL constraint, whose results a database does not hold, all are given, uncounted.
    """
    for group in _grouped(findings, database.together):
        if isinstance(query := group[0].constraint, plan.Query):
            yield _asked(group[0], query, database, queries), 0
        else:
            answers = database.firsts([_with_path(found) for found in group], limit)
            for found, (rows, number) in zip(group, answers, strict=True):
                yield _read(found, rows, database), number


def _with_path(found: Found) -> str:
    """Return a query for ``f, v, p`` of some results."""
    return found.sql if found.paths else f"SELECT f, v, NULL::INTEGER AS p FROM ({found.sql})"


def _grouped(findings: Iterable[Found], size: int) -> Iterator[list[Found]]:
    """Yield what can be asked for together: some queries, or a SPARQL constraint alone."""
    group: list[Found] = []
    for found in findings:
        if isinstance(found.constraint, plan.Query):
            yield [found]
            continue
        group.append(found)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _read(found: Found, rows: list[Any], database: Database) -> Iterator[Result]:
    """Return rows as results."""
    shape, constraint = found.shape, found.constraint
    own = shape.path if isinstance(shape, PropertyShape) else None
    names = {code: iri for iri, code in database.codes.items()} if found.paths else {}
    nodes = read_terms(row[0] for row in rows)
    values = iter(read_terms(row[1] for row in rows if row[1] is not None))
    for row, focus in zip(rows, nodes, strict=True):
        value = None if row[1] is None else next(values)
        path: Path | None = own
        if found.paths:
            path = Predicate(NamedNode(names[row[2]][1:-1]))
        yield Result(shape, constraint, focus, path, value)


def _asked(
    found: Found, query: plan.Query, database: Database, queries: NeededQueries
) -> Iterator[Result]:
    """Yield the solutions of a SPARQL query, asked for all focus nodes together."""
    shape = found.shape
    own = shape.path if isinstance(shape, PropertyShape) else None
    if not database.rows(f"SELECT 1 FROM ({found.sql}) LIMIT 1"):
        return  # in memory, too, a query without focus nodes does not run
    asked = queries.narrowed(shape, query, found.sql)
    # What is a focus node several times has its results as often, each time with all its values.
    pairs = focuses(database, f"SELECT DISTINCT f, v FROM ({asked})")
    times = f"SELECT f, v, count(*) AS c FROM ({asked}) GROUP BY f, v"
    repeated = database.rows(f"SELECT f, max(c) FROM ({times}) GROUP BY f HAVING max(c) > 1")
    nodes = read_terms(row[0] for row in repeated)
    often = {node: count for node, (_, count) in zip(nodes, repeated, strict=True)}
    for answer in queries.rows(shape, query, list(pairs.items())):
        path, value = answer.bindings.get("path"), answer.bindings.get("value")
        if value is None and own is None:
            value = answer.focus  # 5.3.2: a node shape's only value node
        way = Predicate(path) if isinstance(path, NamedNode) else own
        for _ in range(often.get(answer.focus, 1)):
            yield Result(shape, query, answer.focus, way, value, answer.bindings)
