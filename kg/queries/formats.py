"""Tables as text, CSV, TSV, JSON and JSON-LD; constructed triples as Turtle."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from kg.cells import safe
from kg.errors import UsageError
from kg.graph import Graph
from kg.graph.trig import trig
from kg.jsonld.context import used, whole
from kg.jsonld.nodes import Nodes, value_object
from kg.ontology import PREFIXES, XSD
from kg.queries.tables import Cell, Table
from kg.xmltext import visible

_COLUMN = "column/"


def as_text(table: Table) -> str:
    """Return a table in columns, for a person."""
    lines = [list(table.columns), *table.texts()]
    lines = [[visible(" ".join(cell.split())) for cell in line] for line in lines]
    widths = [max(len(line[n]) for line in lines) for n in range(len(table.columns))]
    rule = ["-" * width for width in widths]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in (lines[0], rule, *lines[1:])
    )


def as_csv(table: Table) -> str:
    """Return a table as CSV (RFC 4180, with line feeds), in which no cell is a formula.

    A text that a spreadsheet would run gets an apostrophe before it, see :mod:`kg.cells`.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([safe(cell) for cell in row] for row in table.texts())
    return out.getvalue()


def as_tsv(table: Table) -> str:
    """Return a table as SPARQL 1.1 Query Results TSV (W3C): whole terms, one row a line."""
    lines = ["\t".join(f"?{name}" for name in table.columns)]
    lines += ["\t".join(_escaped(cell) for cell in row) for row in table.rows]
    return "\n".join(lines) + "\n"


def _escaped(cell: Cell) -> str:
    return "" if cell is None else str(cell).replace("\t", "\\t")


def as_turtle(table: Table) -> str:
    """Return the triples of a CONSTRUCT or DESCRIBE as Turtle.

    :raises UsageError: if the table is the answer to another kind of query.
    """
    if not table.triples:
        raise UsageError(
            "only CONSTRUCT and DESCRIBE have an answer that is RDF",
            hint="choose table, csv, tsv, json or jsonld",
        )
    quads = [Quad(*row) for row in table.rows]  # type: ignore[arg-type]
    return trig(quads, PREFIXES).decode()  # one graph of TriG is Turtle


def as_json(table: Table) -> str:
    """Return a table as SPARQL 1.1 Query Results JSON (W3C)."""
    bindings = [
        {name: _json(cell) for name, cell in zip(table.columns, row, strict=True) if cell}
        for row in table.rows
    ]
    document = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_jsonld(table: Table) -> str:
    """Return a table as JSON-LD 1.1 with a context of its own.

    Rows become a list of nodes in their order, whose properties are the columns: what a column is
    belongs to the answer and to no vocabulary, so its IRI lies under ``column/`` of the graph. The
    triples of a CONSTRUCT or DESCRIBE become the graph that they are, with as much of the context
    of the ontology as it needs.
    """
    base = table.base or "urn:x-answer:"
    if table.triples and table.ontology:
        document = _graph_document(table, Graph(table.ontology, base))
    else:
        context: dict[str, Any] = {"@version": 1.1, "@base": base}
        context["row"] = {"@id": f"{base}row", "@container": "@list"}
        # A column of the name "row" must not be taken for the list: each has its own entry.
        scope = {name: f"{base}{_COLUMN}{name}" for name in table.columns}
        context["row"]["@context"] = scope
        document = {"@context": context, "row": [_row(table, row) for row in table.rows]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _row(table: Table, row: tuple[Cell, ...]) -> dict[str, Any]:
    return {name: value_object(cell) for name, cell in zip(table.columns, row, strict=True) if cell}


def _graph_document(table: Table, graph: Graph) -> dict[str, Any]:
    graph.extend(Quad(*row) for row in table.rows)  # type: ignore[arg-type]
    nodes = Nodes(graph, graph.asserted()).nodes()
    return {"@context": used(whole(graph), nodes), "@graph": nodes}


def _json(cell: NamedNode | Literal) -> dict[str, str]:
    if isinstance(cell, NamedNode):
        return {"type": "uri", "value": cell.value}
    found = {"type": "literal", "value": cell.value}
    if cell.language:
        found["xml:lang"] = cell.language
    elif cell.datatype.value != XSD + "string":
        found["datatype"] = cell.datatype.value
    return found


FORMATS: Mapping[str, Callable[[Table], str]] = {
    "table": as_text,
    "csv": as_csv,
    "tsv": as_tsv,
    "turtle": as_turtle,
    "json": as_json,
    "jsonld": as_jsonld,
}
"""The name of each table format → its writer; the command line offers exactly these."""
