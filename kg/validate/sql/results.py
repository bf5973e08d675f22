"""The engine for large graphs: carries out a plan over a database, and yields its results."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pyoxigraph import NamedNode

from kg.validate import plan
from kg.validate.memory import Queries, Result
from kg.validate.plan import Node, Plan, PropertyShape
from kg.validate.plan.paths import Path, Predicate
from kg.validate.sql.database import Database, read_terms
from kg.validate.sql.fused import Fused
from kg.validate.sql.sets import Found, Sets

_BATCH = 10_000


def validate(wanted: Plan, database: Database, queries: Queries) -> Iterator[Result]:
    """Yield the results of validating a database, with the multiplicity that SHACL asks for.

    :raises InputError: if a pattern or a query cannot be used, or space runs out.
    """
    for found in findings(wanted, database):
        yield from results(found, database, queries)


def findings(wanted: Plan, database: Database) -> Iterator[Found]:
    """Yield a query for the results of each constraint of a plan that may have any."""
    yield from Fused(wanted, database, Sets(database)).found()


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


def results(found: Found, database: Database, queries: Queries) -> Iterator[Result]:
    """Yield the results that a query finds, without holding them all."""
    if isinstance(found.constraint, plan.Query):
        yield from _asked(found, found.constraint, database, queries)
    else:
        yield from _rows(found, database)


def _rows(found: Found, database: Database) -> Iterator[Result]:
    shape, constraint = found.shape, found.constraint
    own = shape.path if isinstance(shape, PropertyShape) else None
    rows = database.stream(found.sql)
    names = {code: iri for iri, code in database.codes.items()}
    while batch := list(islice(rows, _BATCH)):
        focuses = read_terms(row[0] for row in batch)
        values = iter(read_terms(row[1] for row in batch if row[1] is not None))
        for row, focus in zip(batch, focuses, strict=True):
            value = None if row[1] is None else next(values)
            path: Path | None = own
            if found.paths:
                path = Predicate(NamedNode(names[row[2]][1:-1]))
            yield Result(shape, constraint, focus, path, value)


def _asked(
    found: Found, query: plan.Query, database: Database, queries: Queries
) -> Iterator[Result]:
    """Yield the solutions of a SPARQL query for all focus nodes together."""
    shape = found.shape
    own = shape.path if isinstance(shape, PropertyShape) else None
    nodes: dict[Node, list[Node]] = {}
    rows = database.stream(found.sql)
    while batch := list(islice(rows, _BATCH)):
        focuses, values = (read_terms(row[n] for row in batch) for n in (0, 1))
        for focus, value in zip(focuses, values, strict=True):
            nodes.setdefault(focus, []).append(value)
    for answer in queries.rows(shape, query, list(nodes.items())):
        path, given = answer.bindings.get("path"), answer.bindings.get("value")
        if given is None and own is None:
            given = answer.focus  # 5.3.2: a node shape's only value node
        way = Predicate(path) if isinstance(path, NamedNode) else own
        yield Result(shape, query, answer.focus, way, given, answer.bindings)
