"""The SPARQL of shapes over a database: an Oxigraph store of what the queries can look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from kg.shacl.memory import Row
from kg.shacl.plan import Node, Plan, Query, Shape
from kg.shacl.plan.nested import queries
from kg.shacl.shapes_graph import ShapesGraph
from kg.shacl.sparql import StoreQueries
from kg.shacl.sparql_needs import all_needed
from kg.shacl.sparql_query import Unsupported
from kg.shacl.sparql_reader import read
from kg.shacl.sql.database import Database, read_terms
from kg.shacl.sql.expressions import quoted
from kg.shacl.sql.solutions import candidates
from kg.shacl.sql.surroundings import around

IN_MEMORY = 100_000
"""Statements that a store holds if memory is scarce: some 65 MB."""
_FEW = 100_000
"""Nodes up to which what a query looks at for them is looked for, rather than all it could."""


class NeededQueries:
    """Runs the queries of a plan on a store that is filled when the first one runs.

    :param disk: an existing folder for the store, where memory is scarce; else it is in memory.
    """

    def __init__(
        self, database: Database, wanted: Plan, shapes: ShapesGraph, disk: Path | None = None
    ) -> None:
        self._database = database
        self._plan = wanted
        self._disk = disk
        self._few: dict[int, str] = {}
        self.whole: dict[Shape, str] = {}
        """The shapes of queries that are asked on all statements with their properties → why."""
        self._store = StoreQueries(self._filled, self._literals, shapes)

    def rows(
        self, shape: Shape, query: Query, nodes: Collection[tuple[Node, Collection[Node]]]
    ) -> Iterator[Row]:
        """Yield the violations among focus nodes, each given with its value nodes."""
        return self._store.rows(shape, query, nodes)

    def selected(self, shape: Shape, query: Query) -> Collection[Node]:
        """Return what the query of a target selects, each node once."""
        return self._store.selected(shape, query)

    def narrowed(self, shape: Shape, query: Query, pairs: str) -> str:
        """Return a query for those of some ``f, v`` that have to be asked."""
        found = self._store.found(shape, query)
        if found is None:
            return pairs
        names = self._database.filled("n", [[(str(node),) for node in found]])
        asked = f"f IN (SELECT n FROM {names}) OR starts_with(f, '\"')"
        return f"SELECT f, v FROM ({pairs}) WHERE {asked}"

    def limit(self, query: Query, few: str) -> None:
        """Let a query look at what it needs for some nodes alone: nobody else asks it.

        :param few: a table ``s`` of the nodes.
        """
        self._few[id(query)] = few

    @cached_property
    def _needed(self) -> str:
        """SQL for the statements that some query may look at."""
        parts, others = [], []
        for query, shape in queries(self._plan):
            try:
                parts += self._around(query)
            except Unsupported as error:
                others.append(query)
                is_constraint = query in shape.constraints
                self.whole[shape] = str(error) if is_constraint else "the query of its target"
        if others or not parts:
            known = all_needed((q.text, dict(q.prefixes)) for q in others)
            codes = None if known is None else [self._database.code(iri) for iri in known]
            where = "" if codes is None else f" WHERE p IN ({', '.join(map(str, codes)) or 'NULL'})"
            parts.append(f"SELECT k, p, o FROM fact{where}")
        return f"SELECT s, p, o FROM ({self._database.named(' UNION ALL '.join(parts))})"

    def _around(self, query: Query) -> list[str]:
        """Return SQL for the statements that a query can look at, if it is asked of few nodes.

        :raises Unsupported: if they are unknown, or would be most of those with its properties.
        """
        few = self._few.get(id(query))
        known = read(query.text, dict(query.prefixes))
        if few is None:
            candidates(self._database, known, given(query))
            raise Unsupported("other shapes ask for it")
        number = self._database.count(few)
        if number > _FEW:
            raise Unsupported(f"{number:,} nodes may have a solution")
        return [around(self._database, known, few)] if number else []

    def _filled(self) -> Store:
        names = {code: iri for iri, code in self._database.codes.items()}
        number = self._database.rows(f"SELECT count(*) FROM ({self._needed})")[0][0]
        on_disk = self._disk and number > IN_MEMORY
        store = Store(str(self._disk / "store")) if self._disk and on_disk else Store()
        fill = store.bulk_extend if on_disk else store.extend
        for rows in self._database.batches(self._needed, 50_000):
            text = "".join(f"{s} {names[p]} {o} .\n" for s, p, o in rows)
            fill(parse(text, RdfFormat.N_TRIPLES))  # what it takes at once, it holds in memory
        return store

    def _literals(self, datatype: NamedNode) -> Iterator[Literal]:
        own = quoted(f'"^^{datatype}')
        every = f"SELECT DISTINCT o FROM ({self._needed}) WHERE right(o, length({own})) = {own}"
        for rows in self._database.batches(every, 50_000):
            yield from (t for t in read_terms(o for (o,) in rows) if isinstance(t, Literal))


def given(query: Query) -> tuple[str, ...]:
    """Return the variables that have values before a query runs, besides ``$this``."""
    return ("currentShape", "shapesGraph", *dict(query.parameters))
