"""SPARQL over a graph, and named questions; answers are tables to print, save and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Variable,
)

from kg.errors import UsageError
from kg.graph import Graph
from kg.ontology import PREFIXES
from kg.queries.formats import FORMATS, as_csv, as_json, as_jsonld, as_text
from kg.queries.gate import check, unknown_terms, unreadable, within, words
from kg.queries.tables import Cell, Table

__all__ = ["FORMATS", "Cell", "Limits", "Table", "as_csv", "as_json", "as_jsonld", "as_text", "run"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take; ``None`` means no limit.

    ``seconds`` of time, ``rows`` of its answer, and bytes of ``memory`` beside the graph.

    :raises UsageError: if one is not more than 0.
    """

    seconds: float | None = None
    rows: int | None = None
    memory: int | None = 1 << 30

    def __post_init__(self) -> None:
        """Refuse what would never end a query."""
        for name, value in (
            ("seconds", self.seconds),
            ("rows", self.rows),
            ("memory", self.memory),
        ):
            if value is not None and not value > 0:  # nan is not, either
                raise UsageError(f"a query cannot have {value} {name}", hint="give more than 0")


def run(
    graph: Graph,
    text: str,
    substitutions: Mapping[str, NamedNode | Literal] | None = None,
    limits: Limits | None = None,
) -> Table:
    """Run a SPARQL 1.1 query on a graph; asserted and derived statements are searched together.

    Statements that a file has in other named graphs are found by ``GRAPH ?name { … }``.

    The usual prefixes need not be declared, and ids of the graph may be written as relative
    IRIs: ``<intervention/pcit>``. Decimals come without trailing zeros; as written they are in
    ``GRAPH cekg:written``. SELECT gives its columns, ASK one column ``answer``, CONSTRUCT and
    DESCRIBE the columns ``subject``, ``predicate``, ``object``. Rows are sorted unless the query
    says how.

    :param substitutions: variable → term that takes its place; each variable must be in the
        projection of the SELECT. The text of the query is never changed.
    :param limits: the query runs in a thread; Ctrl-C, the time and the memory end the wait for it.
        The engine cannot be stopped: the thread works on until its answer is found or the process
        ends.
    :return: the answer; its ``note`` names terms that the ontology lacks, rows that were cut, and
        that there are named graphs which the query does not ask.
    :raises UsageError: if the text is not a SPARQL query, or not one that only reads this graph.
    :raises InputError: if the time or the memory is over.
    """
    check(text)
    notes = [*unknown_terms(text, graph.ontology), *_unasked(graph, text)]
    wanted = limits or Limits()

    def evaluate() -> Table:
        return _evaluate(graph, text, substitutions or {}, wanted.rows)

    try:
        table = within(evaluate, wanted.seconds, wanted.memory)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise unreadable(error) from error
    return replace(table, note="; ".join(filter(None, [table.note, *notes])))


def _unasked(graph: Graph, text: str) -> Iterator[str]:
    """Say what a query that names no graph does not see."""
    if not words(text) & {"GRAPH", "FROM"} and graph.elsewhere():
        yield "not searched: statements of named graphs, which GRAPH ?name { … } finds"


def _evaluate(
    graph: Graph, text: str, terms: Mapping[str, NamedNode | Literal], most: int | None
) -> Table:
    found = graph.store.query(
        text,
        base_iri=graph.base,
        prefixes=dict(PREFIXES),
        default_graph=None if "FROM" in words(text) else [DefaultGraph(), graph.derived_name],
        substitutions={Variable(n): t for n, t in terms.items()},
    )
    if isinstance(found, QueryBoolean):
        return Table(("answer",), ((Literal(bool(found)),),), graph.base)
    triples = isinstance(found, QueryTriples)
    if isinstance(found, QueryTriples):
        columns: tuple[str, ...] = ("subject", "predicate", "object")
        every = ((_named(t.subject), t.predicate, _named(t.object)) for t in found)
    else:
        assert isinstance(found, QuerySolutions)
        columns = tuple(v.value for v in found.variables)
        every = (tuple(_named(row[name]) for name in columns) for row in found)
    rows = list(islice(every, None if most is None else most + 1))
    if triples or "order by" not in text.lower():
        rows.sort(key=lambda row: tuple(str(cell) for cell in row))
    table = Table(columns, tuple(rows), graph.base, triples=triples, ontology=graph.ontology)
    return table.first(most)


def _named(term: Any) -> Any:
    """Return a term, a blank node as an IRI; a label means nothing outside of one answer."""
    return NamedNode(f"urn:bnode:{term.value}") if isinstance(term, BlankNode) else term
