"""Answers as JSON-LD: read back by two other readers, they are what they were."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

import kg
from kg.ontology import RDF, XSD
from kg.queries import FORMATS, Table, as_jsonld


def triples(text: str) -> set[tuple[str, str, str]]:
    return {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in parse(text.encode(), RdfFormat.JSON_LD)
    }


def listed(text: str, base: str) -> list[dict[str, Any]]:
    """Return the rows of an answer as expanded JSON-LD, in their order."""
    (document,) = jsonld.expand(json.loads(text))
    (found,) = document[f"{base}row"]
    rows: list[dict[str, Any]] = found["@list"]
    return rows


def test_every_format_is_offered() -> None:
    assert list(FORMATS) == ["table", "csv", "tsv", "turtle", "json", "jsonld"]


@pytest.mark.parametrize("name", ["includes-age", "crosses-no-effect", "disagreements"])
def test_rows_keep_order_terms_and_columns(dataset: kg.Graph, name: str) -> None:
    table = kg.query(dataset, name)
    found = listed(as_jsonld(table), dataset.base)
    assert len(found) == len(table.rows)
    for row, node in zip(table.rows, found, strict=True):
        cells = {c: v for c, v in zip(table.columns, row, strict=True) if v is not None}
        assert set(node) == {f"{dataset.base}column/{c}" for c in cells}
        for column, value in cells.items():
            (got,) = node[f"{dataset.base}column/{column}"]
            assert got[("@id" if isinstance(value, NamedNode) else "@value")] == value.value


def test_two_readers_agree(dataset: kg.Graph) -> None:
    text = as_jsonld(kg.query(dataset, "crosses-no-effect"))
    ours = {o for _, p, o in triples(text) if "column/" in p}
    document: Any = jsonld.to_rdf(json.loads(text))
    theirs = {
        t["object"]["value"] for t in document["@default"] if "column/" in t["predicate"]["value"]
    }
    assert {o.split("^^")[0].strip('<>"') for o in ours} == theirs


def test_literals_keep_language_type_and_emptiness() -> None:
    row = (
        Literal("non", language="fr"),
        Literal("0.50", datatype=NamedNode(XSD + "decimal")),
        Literal(""),
        None,
        Literal(False),
    )
    table = Table(("row", "type", "c", "d", "e"), (row,), "https://example.org/t/")
    (node,) = listed(as_jsonld(table), table.base)
    column = f"{table.base}column/"
    assert node == {
        f"{column}row": [{"@value": "non", "@language": "fr"}],
        f"{column}type": [{"@value": "0.50", "@type": XSD + "decimal"}],
        f"{column}c": [{"@value": ""}],
        f"{column}e": [{"@value": "false", "@type": XSD + "boolean"}],
    }


def test_an_answer_without_rows_is_an_empty_list(dataset: kg.Graph) -> None:
    assert listed(as_jsonld(kg.query(dataset, "approvals")), dataset.base) == []


def test_a_construct_is_the_graph_that_it_makes(dataset: kg.Graph) -> None:
    text = (
        "CONSTRUCT { ?s a cekg:Phase ; skos:prefLabel ?l } { ?s a cekg:Phase ; skos:prefLabel ?l }"
    )
    table = kg.query(dataset, text)
    assert table.triples
    found = triples(as_jsonld(table))
    assert found == {tuple(map(str, row)) for row in table.rows}
    assert len({s for s, p, _ in found if p == f"<{RDF}type>"}) == 3


def test_an_ask_has_one_row(dataset: kg.Graph) -> None:
    table = kg.query(dataset, "ASK { ?s a cekg:Phase }")
    (node,) = listed(as_jsonld(table), dataset.base)
    assert node == {f"{dataset.base}column/answer": [{"@value": "true", "@type": XSD + "boolean"}]}


def test_tsv_has_whole_terms(dataset: kg.Graph) -> None:
    table = kg.query(dataset, 'SELECT ("a\\tb" AS ?x) (1.50 AS ?y) ?z {}')
    number = '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert FORMATS["tsv"](table) == f'?x\t?y\t?z\n"a\\tb"\t{number}\t\n'


def test_turtle_is_what_was_constructed(dataset: kg.Graph) -> None:
    query = "CONSTRUCT { ?f a cekg:Finding } WHERE { ?f a cekg:Finding }"
    text = FORMATS["turtle"](kg.query(dataset, query))
    found = rdflib.Graph().parse(data=text, format="turtle")
    assert len(found) == len(dataset.instances("Finding"))


def test_turtle_of_a_select_is_refused(dataset: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="only CONSTRUCT and DESCRIBE"):
        FORMATS["turtle"](kg.query(dataset, "SELECT ?x { ?x a cekg:Finding }"))


def test_turtle_keeps_the_digits_of_numbers_for_rdflib(
    dataset: kg.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    query = "CONSTRUCT { <urn:a> <urn:b> '.05'^^xsd:decimal, '007'^^xsd:integer } {}"
    text = FORMATS["turtle"](kg.query(dataset, query))
    values = rdflib.Graph().parse(data=text, format="turtle").objects()
    assert {str(value) for value in values} == {".05", "007"}
