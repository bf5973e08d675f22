"""SPARQL over a graph, with answers as a table that can be printed, saved and compared."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
)

from kg.errors import UsageError
from kg.graph import WRITTEN, Graph
from kg.terms import PREFIXES

Cell = NamedNode | Literal | None


@dataclass(frozen=True)
class Table:
    """The answer to a query: column names and rows of terms.

    ``base`` is the IRI that is left out where ids are shown; a cell without a value is ``None``.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    base: str = ""

    def texts(self) -> list[list[str]]:
        """Return the rows as people read them: ids, prefixed names, plain literals."""
        return [[self._text(cell) for cell in row] for row in self.rows]

    def _text(self, cell: Cell) -> str:
        from kg.terms import compact

        if cell is None:
            return ""
        return compact(cell.value, self.base) if isinstance(cell, NamedNode) else cell.value


def run(graph: Graph, text: str) -> Table:
    """Run a SPARQL 1.1 query on a graph; asserted and derived statements are searched together.

    The usual prefixes need not be declared, and ids of the graph may be written as relative
    IRIs: ``<intervention/pcit>``. Decimals come without trailing zeros; as written they stand in
    ``GRAPH cekg:written``. SELECT gives its columns, ASK one column ``answer``, CONSTRUCT and
    DESCRIBE the columns ``subject``, ``predicate``, ``object``. Rows are sorted unless the query
    says how.

    :raises UsageError: if the text is not a SPARQL query.
    """
    try:
        found = graph.store.query(
            text,
            base_iri=graph.base,
            prefixes=dict(PREFIXES),
            default_graph=[DefaultGraph(), graph.derived_name],
            named_graphs=[WRITTEN, graph.derived_name],
        )
        if isinstance(found, QueryBoolean):
            return Table(("answer",), ((_boolean(bool(found)),),), graph.base)
        if isinstance(found, QueryTriples):
            columns: tuple[str, ...] = ("subject", "predicate", "object")
            rows = [(t.subject, t.predicate, t.object) for t in found]
        else:
            assert isinstance(found, QuerySolutions)
            columns = tuple(v.value for v in found.variables)
            rows = [tuple(row[name] for name in columns) for row in found]
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"not a SPARQL query: {error}") from error
    if "order by" not in text.lower():
        rows.sort(key=lambda row: tuple(str(cell) for cell in row))
    return Table(columns, tuple(rows), graph.base)


def _boolean(value: bool) -> Literal:
    return Literal(value)


def as_text(table: Table) -> str:
    """Return a table in columns, for a person."""
    lines = [list(table.columns), *table.texts()]
    lines = [[" ".join(cell.split()) for cell in line] for line in lines]
    widths = [max(len(line[n]) for line in lines) for n in range(len(table.columns))]
    rule = ["-" * width for width in widths]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in (lines[0], rule, *lines[1:])
    )


def as_csv(table: Table) -> str:
    """Return a table as CSV (RFC 4180, with line feeds)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.texts())
    return out.getvalue()


def as_json(table: Table) -> str:
    """Return a table as SPARQL 1.1 Query Results JSON (W3C)."""
    bindings = [
        {name: _json(cell) for name, cell in zip(table.columns, row, strict=True) if cell}
        for row in table.rows
    ]
    document = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json(cell: NamedNode | Literal) -> dict[str, str]:
    if isinstance(cell, NamedNode):
        return {"type": "uri", "value": cell.value}
    found = {"type": "literal", "value": cell.value}
    if cell.language:
        found["xml:lang"] = cell.language
    elif cell.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
        found["datatype"] = cell.datatype.value
    return found


FORMATS: Mapping[str, Callable[[Table], str]] = {
    "table": as_text,
    "csv": as_csv,
    "json": as_json,
}
"""The name of each table format → its writer; the command line offers exactly these."""
