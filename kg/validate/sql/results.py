"""A plan carried out over a database: its results, one by one or counted."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.validate import plan
from kg.validate.memory import Result
from kg.validate.plan import Plan, PropertyShape
from kg.validate.plan.paths import Path, Predicate
from kg.validate.sql.database import Database, read_terms
from kg.validate.sql.fused import Fused
from kg.validate.sql.queries import NeededQueries
from kg.validate.sql.sets import Found, Sets, focuses


def findings(wanted: Plan, database: Database, queries: NeededQueries) -> Iterator[Found]:
    """Yield a query for the results of each constraint of a plan that may have any.

    :raises InputError: if a pattern or a query cannot be used, or space runs out.
    """
    yield from Fused(wanted, database, Sets(database, queries)).found()


def results(found: Found, database: Database, queries: NeededQueries) -> Iterator[Result]:
    """Yield the results that a query finds, with the multiplicity that SHACL asks for."""
    if isinstance(found.constraint, plan.Query):
        yield from _asked(found, found.constraint, database, queries)
    else:
        yield from _rows(found, database)


def first(found: Found, database: Database, most: int) -> tuple[list[Result], int]:
    """Return the first distinct results of a query in their order, and how many there are.

    For everything but SPARQL constraints, whose results a database does not hold.
    """
    table = database.table(f"SELECT DISTINCT * FROM ({found.sql})")
    number = database.count(table)
    ordered = f"SELECT * FROM {table} ORDER BY ALL LIMIT {most}"
    some = Found(found.shape, found.constraint, ordered, found.paths)
    kept = list(_rows(some, database)) if number else []
    database.run(f"DROP TABLE {table}")
    return kept, number


def _rows(found: Found, database: Database) -> Iterator[Result]:
    shape, constraint = found.shape, found.constraint
    own = shape.path if isinstance(shape, PropertyShape) else None
    names = {code: iri for iri, code in database.codes.items()}
    for rows in database.batches(found.sql):
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
