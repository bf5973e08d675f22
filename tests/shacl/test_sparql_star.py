"""What every solution of a query about ``$this`` alone has; other queries are not recognised."""

from __future__ import annotations

import pytest

from kg.shacl.sparql_star import star

E = {"e": "http://example.org/"}


@pytest.mark.parametrize(
    ("where", "patterns", "comparisons"),
    [
        ("$this e:a ?v", "a=v", ""),
        ("$this e:a ?v ; e:b ?w . FILTER (?v > ?w)", "a=v b=w", "v>w"),
        ("$this e:a ?v , ?w ; e:b 'x'@en . ?this e:c 1 .", "a=v a=w b= c=", ""),
        ("$this e:a ?v . FILTER (?v >= -2 && ?v < 3.5 && BOUND(?v))", "a=v", ""),
        ("$this e:a ?v . FILTER (?v >= -2 && ?v < 3.5)", "a=v", "v>=-2 v<3.5"),
        ("$this e:a ?v . FILTER (?v > 2 || ?v < 1)", "a=v", ""),
        ("$this e:a ?v . FILTER (!(?v > 2))", "a=v", ""),
        ("$this e:a ?v . FILTER regex(?v, 'x')", "a=v", ""),
        ("$this e:a ?v . OPTIONAL { $this e:b ?w } FILTER (?w > 1)", "a=v", "w>1"),
        ("$this e:a ?v FILTER NOT EXISTS { $this e:b ?v . FILTER (?v > 1) }", "a=v", ""),
    ],
)
def test_what_every_solution_has(where: str, patterns: str, comparisons: str) -> None:
    found = star(f"SELECT $this ?v WHERE {{ {where} }}", E)
    assert found is not None
    told = [f"{iri.value.removeprefix(E['e'])}={name}" for iri, name in found.patterns]
    assert told == patterns.split()

    def text(operand: object) -> str:
        return operand if isinstance(operand, str) else str(getattr(operand, "value", ""))

    signs = [f"{text(one)}{sign}{text(other)}" for one, sign, other in found.comparisons]
    assert signs == comparisons.split()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { ?v e:a $this }",
        "SELECT $this WHERE { $this e:a ?v . ?v e:b ?w }",
        "SELECT $this WHERE { $this ?p ?v }",
        "SELECT $this WHERE { $this e:a/e:b ?v }",
        "SELECT $this WHERE { $this e:a* ?v }",
        "SELECT $this WHERE { $this ^e:a ?v }",
        "SELECT $this WHERE { $this e:a [ e:b 1 ] }",
        "SELECT $this WHERE { $this e:a ( 1 ) }",
        "SELECT $this WHERE { { $this e:a ?v } UNION { $this e:b ?v } }",
        "SELECT $this WHERE { $this e:a ?v . BIND (1 AS ?w) }",
        "SELECT $this WHERE { GRAPH ?g { $this e:a ?v } }",
        "SELECT $this WHERE { OPTIONAL { $this e:a ?v } }",
        "SELECT $this WHERE { $this e:a ?v . FILTER NOT EXISTS { ?v e:b ?w } }",
        "SELECT $this WHERE { $this e:a ?v . FILTER (EXISTS { ?v e:b 1 }) }",
        "SELECT $this (COUNT(?v) AS ?n) WHERE { $this e:a ?v } GROUP BY $this",
        "SELECT $this WHERE { $this e:a ?v } HAVING (COUNT(?v) > 1)",
        "SELECT $this WHERE { $this x:a ?v }",
        "ASK { $this e:a ?v }",
    ],
)
def test_a_query_of_another_kind(query: str) -> None:
    assert star(query, E) is None
