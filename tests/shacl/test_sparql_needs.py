"""Which properties a query can look at; what is not understood needs everything."""

from __future__ import annotations

import pytest

from kg import resources
from kg.ontology import PREFIXES, RDF
from kg.shacl import plan
from kg.shacl.plan import reader
from kg.shacl.sparql_needs import needed
from kg.validation.shapes import Shapes

E = {"e": "http://e.org/"}


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("$this e:a ?v . FILTER (?v > 3)", "a"),
        ("$this e:a ?v ; e:b/^e:c ?w , ?x . OPTIONAL { ?w (e:d|e:f) ?y }", "a b c d f"),
        ("$this a e:C ; <http://e.org/g> 'x'@en , 'y'^^e:dt .", "g type"),
        ("$this e:a ?v FILTER NOT EXISTS { $this e:b ?v . FILTER (?v IN (1, 2)) }", "a b"),
        ("{ $this e:a ?v } UNION { $this e:b+ ?v }", "a b"),
        ("$this e:a ?v . ?v e:a* $this", "a"),
        ("$this ?p ?v . FILTER (?v > 1 && ?p IN (e:a, e:b))", "a b"),
        ("$this e:a ?v ; FILTER (STRLEN(STR(?v)) > 2)", "a"),
        ("BIND (1 AS ?v) $this e:a ?v . VALUES ?w { 1 2 }", "a"),
        ("$this e:a ?v . { SELECT ?v WHERE { ?v e:b ?w } GROUP BY ?v }", "a b"),
        ("$this e:a ?v . MINUS { ?v e:b ?w }", "a b"),
    ],
)
def test_named_properties(where: str, names: str) -> None:
    found = needed(f"SELECT $this WHERE {{ {where} }}", E)
    assert found is not None
    assert sorted(i.value.removeprefix(E["e"]).removeprefix(RDF) for i in found) == names.split()


@pytest.mark.parametrize(
    "where",
    [
        "$this ?p ?v",
        "$this ?p ?v . FILTER (?v > 1 || ?p IN (e:a))",
        "$this ?p ?v . FILTER (?p NOT IN (e:a))",
        "$this ?p ?v . FILTER (!(?p IN (e:a)))",
        "{ $this ?p ?v } UNION { $this e:a ?p FILTER (?p IN (e:a)) }",
        "$this !e:a ?v",
        "$this e:a* ?v",
        "$this e:a? ?v",
        "$this e:a? ?v . OPTIONAL { $this e:a ?w . ?v e:a ?w }",
        "GRAPH ?g { $this e:a ?v }",
        "{ SELECT ?v { ?v ?p 1 } }",
        "$this e:a [ ?p 1 ]",
        "$this e:a ( 1 2 )",
        "$this e:a ?v . FILTER (?v > 1 && EXISTS { ?v ?p 1 })",
        "$this x:a ?v",
    ],
)
def test_everything_is_needed_where_needs_are_unknown(where: str) -> None:
    assert needed(f"SELECT $this WHERE {{ {where} }}", E) is None


def test_most_of_our_own_queries_are_understood() -> None:
    shapes = reader.read(Shapes.read(resources.shape_files())).shapes
    queries = [c for s in shapes for c in s.constraints if isinstance(c, plan.Query)]
    told = [needed(q.text, dict(q.prefixes)) for q in queries]
    assert len(queries) >= 16
    assert sum(t is not None for t in told) == len(queries), [
        q.text for q, t in zip(queries, told, strict=True) if t is None
    ]
    assert set(PREFIXES) >= {"cekg", "dcterms"}
