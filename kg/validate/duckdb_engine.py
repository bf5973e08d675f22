"""The engine for graphs that outgrow memory: DuckDB for SHACL Core, an Oxigraph store for SPARQL.

A graph that is loaded already is checked like by every other engine. Files are checked without
loading them, as they stand (:func:`check_files`): what kg would derive from them is not added.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.bulk.cache import Table
from kg.diagnostics import Diagnostic, Severity
from kg.graph import Graph, Term
from kg.terms import CEKG, RDFS, TYPE, Ontology
from kg.validate import plan
from kg.validate.auto import message
from kg.validate.data import Data
from kg.validate.memory import Result, Row
from kg.validate.plan import Constraint, Node, Plan, Query, Shape, reader
from kg.validate.plan.paths import Predicate
from kg.validate.report import Report
from kg.validate.shapes import Raw, Shapes
from kg.validate.sparql import StoreQueries
from kg.validate.sparql_needs import all_needed
from kg.validate.sql.database import Database, read_terms
from kg.validate.sql.results import findings, first, validate
from kg.validate.sql.results import results as query_results
from kg.validate.sql.value_tests import quoted

_SUBCLASS = NamedNode(RDFS + "subClassOf")
KEPT = 1_000
"""How many results of each constraint a report on files keeps whole; the rest is counted."""
UNKNOWN_BASE = "urn:kg:"


def run(graph: Graph, shapes: Shapes) -> Iterator[Raw]:
    """Validate asserted and derived statements, with the class tree of the ontology.

    :raises InputError: if a shape is ill-formed, recursive, or uses what SHACL does not know.
    :raises UsageError: if the extra ``scale`` is not installed.
    """
    triples = [quad.triple for quad in graph] + list(class_tree(graph.ontology))
    for result in results(triples, shapes):
        yield raw(result, graph.base)


def results(triples: Iterable[Triple], shapes: Shapes) -> Iterator[Result]:
    """Validate some triples, blank nodes and all.

    :raises InputError: see :func:`run`.
    """
    wanted = reader.read(shapes)
    with Database() as database:
        database.load([], triples)
        yield from validate(wanted, database, _Queries(database, wanted, shapes))


def class_tree(ontology: Ontology) -> Iterator[Triple]:
    """Yield the classes of concepts and of classes, without which targets are incomplete."""
    yield from (t for t in ontology.triples if t.predicate in (TYPE, _SUBCLASS))


def raw(result: Result, base: str) -> Raw:
    """Return a result as every engine gives it."""
    path = result.path
    return Raw(
        result.shape.node,
        result.constraint.component,
        _term(result.focus),
        path.iri if isinstance(path, Predicate) else None,
        None if result.value is None else _term(result.value),
        message(result, base),
        result.shape.severity,
    )


def _term(node: Node) -> Term:
    return NamedNode(f"_:{node.value}") if isinstance(node, BlankNode) else node


@dataclass(frozen=True, slots=True)
class Limits:
    """What a validation of files may use: memory such as ``700MB``, cores (0 for all)."""

    memory: str = ""
    threads: int = 0


def check_files(
    tables: Sequence[Table],
    shapes: Shapes,
    ontology: Ontology,
    limits: Limits | None = None,
    most: int = KEPT,
) -> Report:
    """Check files that were read into tables, as they stand, and return the report.

    :param most: how many results of each constraint to keep whole; all are counted.
    :raises InputError: see :func:`run`; also if memory and disk do not suffice.
    """
    wanted = reader.read(shapes)
    limits = limits or Limits()
    with (
        tempfile.TemporaryDirectory(prefix="kg-") as spill,
        Database(limits.memory, Path(spill), limits.threads) as database,
    ):
        database.load(tables, class_tree(ontology))
        graph = Graph(ontology, _base(database))
        found: set[Diagnostic] = set()
        more: Counter[tuple[str, Severity]] = Counter()
        queries = _Queries(database, wanted, shapes)
        for finding in findings(wanted, database):
            if isinstance(finding.constraint, Query):
                every = query_results(finding, database, queries)
                own = list(
                    dict.fromkeys(shapes.diagnostic(graph, raw(r, graph.base)) for r in every)
                )
                number = len(own)
            else:
                kept, number = first(finding, database, most)
                own = [shapes.diagnostic(graph, raw(r, graph.base)) for r in kept]
            found.update(own[:most])
            if number > most:
                more[own[0].code, own[0].severity] += number - most
        things = database.rows("SELECT count(DISTINCT split_part(s, '#', 1)) FROM t")[0][0]
    ordered = tuple(sorted(found, key=Diagnostic.sort_key))
    return Report(ordered, int(things), shapes.count, "duckdb", None, dict(more))


def _base(database: Database) -> str:
    """Return the base of the graph that the data say they are."""
    rows = database.rows(
        f"SELECT min(s) FROM t WHERE p = {database.type_code} "
        f"AND o = {quoted(f'<{CEKG}KnowledgeGraph>')} AND starts_with(s, '<')"
    )
    return rows[0][0][1:-1] if rows[0][0] else UNKNOWN_BASE


class _Queries:
    """Runs the SPARQL of a plan on a store that holds what its queries can look at, and no more.

    The store is filled when the first query runs.
    """

    def __init__(self, database: Database, wanted: Plan, shapes: Shapes) -> None:
        self._database = database
        self._queries = list({id(q): (q, s) for q, s in _queries(wanted)}.values())
        self._shapes = shapes
        self._store: StoreQueries | None = None

    def rows(
        self, shape: Shape, query: Query, nodes: Collection[tuple[Node, Collection[Node]]]
    ) -> Iterator[Row]:
        """Yield the violations among focus nodes, each given with its value nodes."""
        if self._store is None:
            triples = list(self._triples())
            quads = [Quad(*triple) for triple in triples]
            self._store = StoreQueries(Data(tuple(t) for t in triples), lambda: quads, self._shapes)
        return self._store.rows(shape, query, nodes)

    def _triples(self) -> Iterator[Triple]:
        texts = [(_text(query, shape), dict(query.prefixes)) for query, shape in self._queries]
        known = all_needed(texts)
        where = ""
        if known is not None:
            codes = sorted(self._database.code(iri) for iri in known)
            where = f"WHERE p IN ({', '.join(map(str, codes))})" if codes else "WHERE false"
        names = {code: NamedNode(iri[1:-1]) for iri, code in self._database.codes.items()}
        rows = self._database.stream(f"SELECT DISTINCT s, p, o FROM t {where}", 50_000)
        for batch in _batches(rows, 50_000):
            subjects = read_terms(row[0] for row in batch)
            objects = read_terms(row[2] for row in batch)
            for s, row, o in zip(subjects, batch, objects, strict=True):
                yield Triple(s, names[row[1]], o)  # type: ignore[arg-type]  # no literal


def _text(query: Query, shape: Shape) -> str:
    """Return a query with the path of its shape in the place of ``$PATH``."""
    if isinstance(shape, plan.PropertyShape):
        return query.text.replace("$PATH", str(shape.path)).replace("?PATH", str(shape.path))
    return query.text


def _queries(wanted: Plan) -> Iterator[tuple[Query, Shape]]:
    """Yield every query of a plan, those of nested shapes too."""
    waiting: list[Shape] = list(wanted.shapes)
    seen: set[int] = set()
    while waiting:
        shape = waiting.pop()
        if id(shape) in seen:
            continue
        seen.add(id(shape))
        for constraint in shape.constraints:
            if isinstance(constraint, Query):
                yield constraint, shape
            waiting += _nested(constraint)


def _nested(constraint: Constraint) -> list[Shape]:
    one = getattr(constraint, "shape", None)
    several = (*getattr(constraint, "shapes", ()), *getattr(constraint, "siblings", ()))
    return [s for s in (one, *several) if isinstance(s, Shape)]


def _batches(
    rows: Iterator[tuple[str, int, str]], size: int
) -> Iterator[list[tuple[str, int, str]]]:
    from itertools import islice

    while batch := list(islice(rows, size)):
        yield batch
