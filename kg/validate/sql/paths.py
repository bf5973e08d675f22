"""Property paths as queries over whole sets: from a table of pairs to a table of pairs."""

from __future__ import annotations

from kg.validate.plan import paths
from kg.validate.plan.paths import Path
from kg.validate.sql.database import Database


def follow(database: Database, path: Path, start: str) -> str:
    """Follow a path from the ``v`` of each pair ``f, v``, and return the table of the new pairs.

    :param start: a query for pairs.
    """
    return _distinct(database, _query(database, path, start))


def _query(database: Database, path: Path, start: str) -> str:
    match path:
        case paths.Predicate():
            return _step(database, path, start, "s", "o")
        case paths.Inverse(paths.Predicate() as predicate):
            return _step(database, predicate, start, "o", "s")
        case paths.Inverse(inner):
            return _query(database, _turned(inner), start)
        case paths.Sequence(parts):
            for part in parts:
                start = _query(database, part, start)
            return start
        case paths.Alternative(parts):
            start = f"SELECT * FROM {_distinct(database, start)}"
            return " UNION ".join(f"({_query(database, part, start)})" for part in parts)
        case paths.ZeroOrOne(inner):
            start = f"SELECT * FROM {_distinct(database, start)}"
            return f"({start}) UNION ({_query(database, inner, start)})"
        case paths.OneOrMore(inner):
            return _closure(database, inner, _query(database, inner, start))
        case paths.ZeroOrMore(inner):
            return _closure(database, inner, start)


def _distinct(database: Database, query: str) -> str:
    return database.table(f"SELECT DISTINCT f, v FROM ({query})")


def _step(database: Database, path: paths.Predicate, start: str, near: str, far: str) -> str:
    return (
        f"SELECT x.f, t.{far} AS v FROM ({start}) x JOIN t ON t.{near} = x.v "
        f"WHERE t.p = {database.code(path.iri)}"
    )


def _closure(database: Database, path: Path, start: str) -> str:
    """Repeat a step until nothing new is reached, from the new pairs alone each time."""
    new = _distinct(database, start)
    every = database.table(f"SELECT * FROM {new}")
    while database.count(new):
        step = _query(database, path, f"SELECT * FROM {new}")
        new = database.table(f"SELECT DISTINCT f, v FROM ({step}) ANTI JOIN {every} USING (f, v)")
        database.append(every, f"SELECT * FROM {new}")
    return f"SELECT * FROM {every}"


def _turned(path: Path) -> Path:
    """Return the path that leads back: inverses are pushed down to single properties."""
    match path:
        case paths.Predicate():
            return paths.Inverse(path)
        case paths.Inverse(inner):
            return inner
        case paths.Sequence(parts):
            return paths.Sequence(tuple(_turned(part) for part in reversed(parts)))
        case paths.Alternative(parts):
            return paths.Alternative(tuple(_turned(part) for part in parts))
        case paths.ZeroOrMore(inner) | paths.OneOrMore(inner) | paths.ZeroOrOne(inner):
            return type(path)(_turned(inner))
