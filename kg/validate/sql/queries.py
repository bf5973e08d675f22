"""The SPARQL of shapes over a database: an Oxigraph store of what the queries can look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pyoxigraph import NamedNode, Quad

from kg.validate.data import Data
from kg.validate.memory import Row
from kg.validate.plan import Constraint, Node, Plan, PropertyShape, Query, Shape
from kg.validate.shapes import Shapes
from kg.validate.sparql import StoreQueries
from kg.validate.sparql_needs import all_needed
from kg.validate.sql.database import Database, read_terms


class NeededQueries:
    """Runs the queries of a plan on a store that is filled when the first one runs."""

    def __init__(self, database: Database, wanted: Plan, shapes: Shapes) -> None:
        self._database = database
        self._plan = wanted
        self._shapes = shapes
        self._store: StoreQueries | None = None

    def rows(
        self, shape: Shape, query: Query, nodes: Collection[tuple[Node, Collection[Node]]]
    ) -> Iterator[Row]:
        """Yield the violations among focus nodes, each given with its value nodes."""
        if self._store is None:
            quads = list(self._quads())
            data = Data((q.subject, q.predicate, q.object) for q in quads)  # type: ignore[misc]  # no triple terms
            self._store = StoreQueries(data, lambda: quads, self._shapes)
        return self._store.rows(shape, query, nodes)

    def _quads(self) -> Iterator[Quad]:
        """Yield the statements that some query may look at."""
        known = all_needed((_text(q, s), dict(q.prefixes)) for q, s in _queries(self._plan))
        where = ""
        if known is not None:
            codes = {self._database.code(iri) for iri in known}
            where = f"WHERE p IN ({', '.join(map(str, codes))})" if codes else "WHERE false"
        names = {code: NamedNode(iri[1:-1]) for iri, code in self._database.codes.items()}
        for rows in self._database.batches(f"SELECT DISTINCT s, p, o FROM t {where}", 50_000):
            subjects, objects = (read_terms(row[n] for row in rows) for n in (0, 2))
            for s, row, o in zip(subjects, rows, objects, strict=True):
                yield Quad(s, names[row[1]], o)  # type: ignore[arg-type]  # no literal


def _text(query: Query, shape: Shape) -> str:
    """Return a query with the path of its shape in the place of ``$PATH``."""
    if isinstance(shape, PropertyShape):
        return query.text.replace("$PATH", str(shape.path)).replace("?PATH", str(shape.path))
    return query.text


def _queries(wanted: Plan) -> Iterator[tuple[Query, Shape]]:
    """Yield every query of a plan, those of nested shapes too."""
    waiting: list[Shape] = list(wanted.shapes)
    seen: set[Shape] = set()
    while waiting:
        shape = waiting.pop()
        if shape not in seen:
            seen.add(shape)
            for constraint in shape.constraints:
                if isinstance(constraint, Query):
                    yield constraint, shape
                waiting += _nested(constraint)


def _nested(constraint: Constraint) -> list[Shape]:
    one = getattr(constraint, "shape", None)
    several = (*getattr(constraint, "shapes", ()), *getattr(constraint, "siblings", ()))
    return [s for s in (one, *several) if isinstance(s, Shape)]
