"""Any text survives as it is in the formats that hold any text, and on one line in the others."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import polars
import pytest
import rdflib
import rispy
from pyoxigraph import Literal, NamedNode
from test_jsonld import BASE, graph_of

from kg.cells import plain
from kg.exporters import EXPORTERS, FOLDERS
from kg.graph import Graph
from kg.ontology import TYPE, XSD
from kg.xmltext import clean

FAMILY = "\U0001f469\u200d\U0001f37c"
"""A woman who feeds a baby: two signs, joined."""
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
HARD = f'=1+1\t"x", {FAMILY} {PERSIAN}\nnext | line \\ end' + " long" * 2_000
TEXTS = (HARD, "0", "false", "-0.5", "0.80", "1e-5")


def graph(text: str) -> Graph:
    """Return a finding on an outcome with a name, from a source with a title."""
    found: Graph = graph_of([])

    def add(name: str, kind: str, key: str, value: NamedNode | Literal) -> None:
        node = NamedNode(BASE + name)
        found.add(node, TYPE, NamedNode(found.ontology.classes[kind].iri))
        found.add(node, found.property_iri(key), value)

    add("outcome/o", "Outcome", "prefLabel", Literal(text, language="en"))
    add("source/s", "Source", "title", Literal(text, language="en"))
    add("finding/f", "Finding", "outcome", NamedNode(BASE + "outcome/o"))
    add("edge/e", "DerivedEdge", "edgeFrom", NamedNode(BASE + "finding/f"))
    add("edge/e", "DerivedEdge", "edgeTo", NamedNode(BASE + "outcome/o"))
    add("edge/e", "DerivedEdge", "edgeType", Literal("outcome"))
    return found


def written(name: str, text: str) -> bytes:
    return EXPORTERS[name].write(graph(text))


def of_json(data: bytes) -> Iterator[str]:
    """Yield every text of a JSON document."""
    waiting: list[Any] = [json.loads(data)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value


def of_csv(data: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(data.decode(), newline="")):
        yield from map(plain, row)


def of_xlsx(data: bytes) -> Iterator[str]:
    for row in openpyxl.load_workbook(io.BytesIO(data))["Findings"].iter_rows():
        for cell in row:
            decimals = len(cell.number_format.partition(".")[2])
            is_number = isinstance(cell.value, int | float)
            yield f"{cell.value:.{decimals}f}" if is_number else str(cell.value)


def of_parquet(data: bytes) -> Iterator[str]:
    for row in polars.read_parquet(io.BytesIO(data)).rows():
        yield from (cell for cell in row if isinstance(cell, str))


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "findings-csv": of_csv,
    "findings-xlsx": of_xlsx,
    "findings-parquet": of_parquet,
    "schema-org": of_json,
    "csl-json": of_json,
    "fhir-r5": of_json,
    "node-link": of_json,
    "cytoscape": of_json,
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:5])
@pytest.mark.parametrize("name", list(READERS))
def test_a_text_survives_as_it_is(name: str, text: str) -> None:
    assert text in set(READERS[name](written(name, text)))


def test_a_text_survives_in_lines_of_kgx() -> None:
    lines = FOLDERS["kgx"].files(graph(HARD))["nodes.jsonl"].splitlines()
    assert HARD in [json.loads(line)["name"] for line in lines]


def test_a_text_of_a_reference_is_one_line() -> None:
    read = rispy.loads(written("ris", HARD).decode())
    assert clean(HARD) in [item["title"] for item in read]


@pytest.mark.parametrize("text", [FAMILY, PERSIAN])
def test_a_joiner_between_two_characters_stays(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text", ["a\u200db", "\u200d\u6587", "\u6587\u200d", "\u6587\u200d\u200c\u6587"]
)
def test_a_joiner_that_hides_in_a_text_goes(text: str) -> None:
    assert not {"\u200c", "\u200d"} & set(clean(text))


NUMBERS = {
    "integer": ("0", "-5", "+5", "007", "12"),
    "decimal": ("0.80", ".05", "-.5", "+0.5", "00.5", "0.000001", "0.0000001", "0.0000000", "-0.5"),
    "double": ("1e-5", "1.0E5"),
}


@pytest.mark.parametrize("format", ["turtle", "trig"])
def test_rdflib_reads_every_number_as_it_is_written(format: str) -> None:
    """It computes with numbers without quotation marks: ``.05`` came back as ``0.05``."""
    graph: Graph = graph_of([])
    node = NamedNode(BASE + "x")
    wanted = {(text, XSD + kind) for kind, texts in NUMBERS.items() for text in texts}
    for text, kind in wanted:
        graph.add(node, NamedNode(BASE + "p"), Literal(text, datatype=NamedNode(kind)))
    kept = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        read = rdflib.Dataset().parse(data=EXPORTERS[format].write(graph), format=format)
        values = {o for s, _, o, _ in read.quads() if str(s) == node.value}
        found = {(str(o), str(o.datatype)) for o in values if isinstance(o, rdflib.Literal)}
    finally:
        rdflib.NORMALIZE_LITERALS = kept
    assert found == wanted
