"""Property paths as queries over whole sets: from a table of pairs to a table of pairs."""

from __future__ import annotations

from dataclasses import dataclass

from kg.shacl.plan import paths
from kg.shacl.plan.paths import Path
from kg.shacl.sql.database import Database


class TooFar(Exception):
    """A path leads further than it may be followed."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Follows paths through ``facts``, a table or view ``s, p, o`` of a database.

    :param furthest: how often a path is repeated at most, 0 for as often as it leads further.
    :param most: how many pairs are kept of a repeated path, 0 for all.
    """

    database: Database
    facts: str
    furthest: int = 0
    most: int = 0

    def follow(self, path: Path, start: str) -> str:
        """Follow a path from the ``v`` of each pair ``f, v``; return the table of the new pairs.

        :param start: a query for pairs.
        """
        return self._distinct(self._query(path, start))

    def _query(self, path: Path, start: str) -> str:
        match path:
            case paths.Predicate():
                return self._step(path, start, "s", "o")
            case paths.Inverse(paths.Predicate() as predicate):
                return self._step(predicate, start, "o", "s")
            case paths.Inverse(inner):
                return self._query(turned(inner), start)
            case paths.Sequence(parts):
                for part in parts:
                    start = self._query(part, start)
                return start
            case paths.Alternative(parts):
                start = f"SELECT * FROM {self._distinct(start)}"
                return " UNION ".join(f"({self._query(part, start)})" for part in parts)
            case paths.ZeroOrOne(inner):
                start = f"SELECT * FROM {self._distinct(start)}"
                return f"({start}) UNION ({self._query(inner, start)})"
            case paths.OneOrMore(inner):
                return self._closure(inner, self._query(inner, start))
            case paths.ZeroOrMore(inner):
                return self._closure(inner, start)

    def _distinct(self, query: str) -> str:
        return self.database.table(f"SELECT DISTINCT f, v FROM ({query})")

    def _step(self, path: paths.Predicate, start: str, near: str, far: str) -> str:
        return (
            f"SELECT x.f, t.{far} AS v FROM ({start}) x JOIN {self.facts} t ON t.{near} = x.v "
            f"WHERE t.p = {self.database.code(path.iri)}"
        )

    def _closure(self, path: Path, start: str) -> str:
        """Repeat a step until nothing new is reached, from the new pairs alone each time.

        :raises TooFar: if that leads further than it may.
        """
        every = new = self._distinct(start)
        times = found = 0
        while number := self.database.count(new):
            times, found = times + 1, found + number
            if (self.furthest and times > self.furthest) or (self.most and found > self.most):
                raise TooFar
            step = self._query(path, f"SELECT * FROM {new}")
            new = self.database.table(
                f"SELECT DISTINCT f, v FROM ({step}) ANTI JOIN {every} USING (f, v)"
            )
            if self.database.count(new):
                self.database.append(every, f"SELECT * FROM {new}")
        return f"SELECT * FROM {every}"


def turned(path: Path) -> Path:
    """Return the path that leads back: inverses are pushed down to single properties."""
    match path:
        case paths.Predicate():
            return paths.Inverse(path)
        case paths.Inverse(inner):
            return inner
        case paths.Sequence(parts):
            return paths.Sequence(tuple(turned(part) for part in reversed(parts)))
        case paths.Alternative(parts):
            return paths.Alternative(tuple(turned(part) for part in parts))
        case paths.ZeroOrMore(inner) | paths.OneOrMore(inner) | paths.ZeroOrOne(inner):
            return type(path)(turned(inner))
