"""SPARQL over a graph, and named questions; answers are tables to print, save and compare."""

from __future__ import annotations

from collections.abc import Mapping
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
from kg.graph import WRITTEN, Graph
from kg.ontology import PREFIXES
from kg.queries.formats import FORMATS, as_csv, as_json, as_jsonld, as_text
from kg.queries.tables import Cell, Table

__all__ = ["FORMATS", "Cell", "Table", "as_csv", "as_json", "as_jsonld", "as_text", "run"]


def run(
    graph: Graph, text: str, substitutions: Mapping[str, NamedNode | Literal] | None = None
) -> Table:
    """Run a SPARQL 1.1 query on a graph; asserted and derived statements are searched together.

    The usual prefixes need not be declared, and ids of the graph may be written as relative
    IRIs: ``<intervention/pcit>``. Decimals come without trailing zeros; as written they stand in
    ``GRAPH cekg:written``. SELECT gives its columns, ASK one column ``answer``, CONSTRUCT and
    DESCRIBE the columns ``subject``, ``predicate``, ``object``. Rows are sorted unless the query
    says how.

    :param substitutions: variable → term that takes its place; each variable must be in the
        projection of the SELECT. The text of the query is never changed.
    :raises UsageError: if the text is not a SPARQL query.
    """
    try:
        found = graph.store.query(
            text,
            base_iri=graph.base,
            prefixes=dict(PREFIXES),
            default_graph=[DefaultGraph(), graph.derived_name],
            named_graphs=[WRITTEN, graph.derived_name],
            substitutions={Variable(n): t for n, t in (substitutions or {}).items()},
        )
        triples = isinstance(found, QueryTriples)
        if isinstance(found, QueryBoolean):
            return Table(("answer",), ((Literal(bool(found)),),), graph.base)
        if isinstance(found, QueryTriples):
            columns: tuple[str, ...] = ("subject", "predicate", "object")
            rows = [(_named(t.subject), t.predicate, _named(t.object)) for t in found]
        else:
            assert isinstance(found, QuerySolutions)
            columns = tuple(v.value for v in found.variables)
            rows = [tuple(_named(row[name]) for name in columns) for row in found]
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise UsageError(f"not a SPARQL query: {error}") from error
    if triples or "order by" not in text.lower():
        rows.sort(key=lambda row: tuple(str(cell) for cell in row))
    return Table(columns, tuple(rows), graph.base, triples=triples)


def _named(term: Any) -> Any:
    """Return a term, a blank node as an IRI; a label means nothing outside of one answer."""
    return NamedNode(f"urn:bnode:{term.value}") if isinstance(term, BlankNode) else term
