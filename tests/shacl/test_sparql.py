"""Queries of shapes: which may run once for all nodes, and that the answer is the same."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from peers import ours, pyshacl

import kg
from kg.shacl import sparql
from kg.shacl.errors import ShaclError
from kg.shacl.sparql_text import runs_as_set, tokens

SUBQUERY = (
    "SELECT $this { $this a :C . "
    "{ SELECT $this (COUNT(?v) AS ?n) { $this :p ?v } GROUP BY $this } }"
)
AS_SET = [
    "SELECT $this ?value { $this :p ?value }",
    "SELECT $this { ?x a :C ; :p $this . FILTER (?x != $this) }",
    "SELECT DISTINCT $this WHERE { $this a :C . OPTIONAL { $this :p ?v } FILTER (!BOUND(?v)) }",
    "SELECT $this { $this :p ?v FILTER NOT EXISTS { $this :q ?v . FILTER (?v != $this) } }",
    "SELECT $this { $this a :C . { $this :p ?v } UNION { $this :q ?v } }",
    "SELECT $this (COUNT(?v) AS ?n) { $this :p ?v } GROUP BY $this HAVING (COUNT(?v) > 1)",
    "SELECT $this (COUNT(?v) AS ?n) { $this :p ?v } GROUP BY ?v $this",
    "SELECT * { $this :p ?v }",
    "SELECT DISTINCT * { $this :p ?v . FILTER NOT EXISTS { $this :q ?w } }",
    "SELECT $this { $this a :C . # ?this :p* ?x }\n $this :p* ?x . BIND (STR($this) AS ?s) }",
]
ONE_BY_ONE = [
    "SELECT $this { FILTER ($this = :a) }",
    "SELECT $this { BIND ($this AS ?x) $this :p ?v }",
    "SELECT $this { OPTIONAL { $this :p ?v } $this a :C }",
    "SELECT $this { { $this :p ?v } UNION { BIND (1 AS ?v) FILTER ISIRI($this) } }",
    "SELECT $this { $this a :C . { FILTER BOUND($this) } }",
    "SELECT $this { $this :p* ?v }",
    "SELECT $this { ?v :p? $this }",
    "SELECT $this { $this :p ?v } LIMIT 1",
    SUBQUERY,
    "SELECT ?value { ?value :p ?v }",
    "SELECT * { FILTER ($this = :a) $this :p ?v }",
    "SELECT ?v (STR($this) AS ?s) { $this :p ?v }",
    "SELECT $this { $this a :C . OPTIONAL { FILTER ISIRI($this) } }",
]
PYSHACL_DIFFERS = {
    "SELECT $this { $this :p* ?v }": "a path of length zero holds for a node no triple has, too",
    "SELECT $this { ?v :p? $this }": "a path of length zero holds for a node no triple has, too",
    "SELECT ?v (STR($this) AS ?s) { $this :p ?v }": "it takes no query that does not select $this",
    SUBQUERY: "without solutions there are no groups",
}
"""Queries that pySHACL answers otherwise than SPARQL 1.1 says, with the reason."""

DATA = """
    :a a :C ; :p 1, 2 ; :q 1 . :b a :C ; :p :b . :c a :C . :d :p :a, "x"@en .
    :D rdfs:subClassOf :C . :e a :D ; :q :b .
"""


def shape(query: str) -> str:
    return f"""
        : sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
        :s a sh:NodeShape ; sh:targetClass :C ; sh:targetNode :a, :z ; sh:targetObjectsOf :q ;
        sh:sparql [ sh:prefixes : ; sh:select \"\"\"{query}\"\"\" ] .
    """


@pytest.mark.parametrize("query", AS_SET)
def test_runs_once(query: str) -> None:
    assert runs_as_set(query)


@pytest.mark.parametrize("query", ONE_BY_ONE)
def test_runs_once_a_node(query: str) -> None:
    assert not runs_as_set(query)


@pytest.mark.parametrize("query", [q for q in AS_SET + ONE_BY_ONE if "$this" in q])
def test_the_answer_is_the_same(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = ours(DATA, shape(query))
    monkeypatch.setattr(sparql, "runs_as_set", lambda text: False)
    assert ours(DATA, shape(query)) == found
    # pySHACL reports solutions that are alike once; one result a solution is right (5.3.1).
    same = set(found) == set(pyshacl(DATA, shape(query)) or ())
    assert same == (query not in PYSHACL_DIFFERS)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?this { ?this :p ?v }",
        "SELECT DISTINCT $this { $this a ?c MINUS { $this :q ?v } }",
        "SELECT ?this { ?this a/rdfs:subClassOf* :C }",
        "SELECT ?this { VALUES ?this { :a :z } }",
    ],
)
def test_a_target_is_what_its_query_selects(query: str) -> None:
    target = f'sh:target [ sh:prefixes : ; sh:select "{query}" ]'
    shapes = (
        shape("SELECT $this { $this :none 1 }")
        + f":S a sh:NodeShape ; {target} ; sh:nodeKind sh:Literal ."
    )
    found = ours(DATA, shapes)
    assert found and found == pyshacl(DATA, shapes)


def test_a_target_that_selects_something_else_is_refused() -> None:
    shapes = ":S a sh:NodeShape ; sh:target [ sh:select 'SELECT ?x { ?x :p ?v }' ] ."
    with pytest.raises(ShaclError, match=r"does not select \$this"):
        ours("", shapes)


@pytest.mark.parametrize("engine", ["auto", "duckdb", "pyshacl"])
def test_a_target_asks_no_other_server(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    data.write_text("<urn:a> <urn:p> 1 .")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:target [ "
        "sh:select 'SELECT ?this { SERVICE SILENT <http://127.0.0.1:1/> { ?this ?p ?o } }' ] ."
    )
    with pytest.raises(kg.InputError, match="SERVICE, which asks another server"):
        kg.validate(data, shapes=[shapes], engine=engine)


def test_a_query_that_cannot_run_since_it_does_not_select_this_says_so() -> None:
    with pytest.raises(ShaclError, match=r"does not select \$this") as error:
        ours(DATA, shape("SELECT (COUNT($this) AS ?n) { $this :p ?v }"))
    assert error.value.hint.startswith("select $this")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { $this :p ?v MINUS { $this :q ?v } }",
        "SELECT $this { $this :p ?v { SELECT * { ?v a :C } } FILTER (?v != $this) }",
        "ASK { $this :p 1 }",
    ],
)
def test_a_query_that_shacl_forbids_is_refused_whatever_the_data_are(query: str) -> None:
    shapes = shape(query).replace("sh:targetNode :a, :z ;", "")
    with pytest.raises(ShaclError, match=r"shape <http://example\.org/s>"):
        ours(":nobody :r :else .", shapes)


def test_tokens_are_not_misled_by_texts_and_comments() -> None:
    text = 'SELECT ?a { ?a <p#q> \'# { }\' . # } \n ?a :b """x } " """ FILTER (?a < ?b) }'
    assert tokens(text).count("{") == tokens(text).count("}") == 1


def test_each_solution_is_a_result() -> None:
    assert set(ours(DATA, shape("SELECT $this { $this :p ?v }")).values()) == {1, 2}
    assert set(ours(DATA, shape("SELECT DISTINCT $this { $this :p ?v }")).values()) == {1}


def test_digits_are_those_of_the_data() -> None:
    query = "SELECT $this ?value { $this :p ?value }"
    (row,) = ours(':a a :C ; :p "0.80"^^xsd:decimal .', shape(query))
    assert row[3].startswith('"0.80"')


def test_a_query_below_another_shape_counts() -> None:
    shapes = shape("SELECT $this { $this :q ?v }").replace("sh:targetClass :C ;", "")
    shapes = shapes.replace("sh:targetNode :a, :z ; sh:targetObjectsOf :q ;", "")
    shapes += ":t a sh:NodeShape ; sh:targetClass :C ; sh:node :s ."
    assert {row[2][-3:] for row in ours(DATA, shapes)} == {"/a>", "/e>"}
    assert ours(DATA, shapes) == pyshacl(DATA, shapes)


def test_the_path_of_a_property_shape_is_put_in() -> None:
    shapes = shape("SELECT $this ?value { $this $PATH ?value . FILTER ISIRI(?value) }")
    shapes = shapes.replace("a sh:NodeShape", "sh:path ( :q :p )")
    assert {row[2:] for row in ours(DATA, shapes)} == {
        ("<http://example.org/e>", "<http://example.org/b>")
    }


def test_a_variable_whose_name_begins_with_path_is_another_one() -> None:
    query = "SELECT $this ?value { $this $PATH ?value . OPTIONAL { ?value :q ?PATHX } }"
    shapes = shape(query).replace("a sh:NodeShape", "sh:path :p")
    assert ("<http://example.org/b>", "<http://example.org/b>") in {
        row[2:] for row in ours(DATA, shapes)
    }
