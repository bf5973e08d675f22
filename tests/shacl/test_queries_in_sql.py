"""SPARQL constraints on a database have the results that they have on a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from random import Random

import pytest
from generated_queries import Generator
from peers import triples
from pyoxigraph import Triple
from spark_help import MARKS, SMALL
from test_duckdb_engine import rows

from kg.shacl.errors import ShaclError
from kg.shacl.memory import Result
from kg.shacl.sparql import validate
from kg.shacl.sparql_reader import read
from kg.validation.shapes import Shapes

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

from kg.shacl.sql.duckdb import DuckDB
from kg.shacl.sql.solutions import candidates
from kg.validation import duckdb_engine, spark_engine

PREFIXES = """PREFIX : <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """
Engine = Callable[[Iterable[Triple], Shapes], Iterable[Result]]


def shapes_of(query: str) -> Shapes:
    constraint = f"sh:sparql [ sh:select '''{PREFIXES}{query}''' ]"
    return Shapes(tuple(triples(f":S a sh:NodeShape ; sh:targetSubjectsOf :t ; {constraint} .")))


def difference(seed: int, engine: Engine = duckdb_engine.results) -> str:
    """Return graph, query and both results of a seed if the two ways differ, else ``""``."""
    made = Generator(Random(seed))
    graph, query = made.graph(), made.query()
    data, shapes = list(triples(graph)), shapes_of(query)
    try:
        expected = rows(list(validate(data, shapes)))
    except ShaclError:
        return ""  # the query is not SPARQL, or SHACL forbids it
    found = rows(list(engine(data, shapes)))
    return "" if found == expected else f"{graph}\n{query}\n{found}\n{expected}"


@pytest.mark.parametrize("seed", [*range(40), 1415, 3888])
def test_made_up_queries(seed: int) -> None:
    assert difference(seed) == ""


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    from kg.shacl.sql.spark_session import session

    with session("local[2]", **SMALL):
        yield


@pytest.mark.parametrize("seed", [pytest.param(n, marks=MARKS) for n in (3, 5, 8, 13)])
def test_made_up_queries_on_spark(seed: int, spark: None) -> None:
    assert difference(seed, spark_engine.results) == ""


GRAPH = """
:a :t 1 ; :to :x ; :n 1 , 2 . :b :t 1 ; :to :y ; :n 1 . :c :t 1 . :d :t 1 ; :to :x ; :n 5 ; :m 4 .
:x :at :u . :u a :Place . :y :at :v .
"""
NARROWED = [
    ("two hops and NOT EXISTS", "$this :to ?x FILTER NOT EXISTS { ?x :at/a :Place }", "b"),
    ("comparison over nodes", "$this :to ?x ; :n ?n . ?x :at :u FILTER (?n > 4)", "d"),
    ("unbound", "$this :t 1 OPTIONAL { $this :to ?x } FILTER (!BOUND(?x))", "c"),
    ("UNION", "{ $this :m ?x } UNION { $this :to :y }", "b d"),
    ("IN", "$this :to ?x FILTER (?x IN (:y, :z))", "b"),
    ("inequality of nodes", "$this :to ?x . ?x :at ?p FILTER (?p != :u)", "b"),
    ("inverse", "$this :n ?n . ?x ^:to $this FILTER (?x = :y)", "b"),
    ("&& and ||", "$this :n ?n ; :m ?m FILTER (?n > ?m && (?n = 5 || ?n = 6))", "d"),
    ("MINUS is left out", "$this :n ?n MINUS { $this :to :x }", "a b d"),
    ("functions are left open", "$this :m ?n FILTER (STRLEN(STR(?n)) > 7)", "d"),
]


@pytest.mark.parametrize(
    ("where", "names"), [row[1:] for row in NARROWED], ids=[r[0] for r in NARROWED]
)
def test_sql_finds_who_may_have_a_solution(where: str, names: str) -> None:
    query = read(f"{PREFIXES} SELECT $this WHERE {{ {where} }}", {})
    with DuckDB() as database:
        database.load([], triples(GRAPH))
        found = database.rows(f"SELECT s FROM node WHERE k IN ({candidates(database, query)})")
    assert sorted(s.rpartition("/")[2].rstrip(">") for (s,) in found) == names.split()


@pytest.mark.parametrize(("condition", "names"), [("> 1", "a"), (">= 1", "a b d"), ("= 2", "a")])
def test_a_number_of_solutions_leaves_out_who_has_fewer(condition: str, names: str) -> None:
    where = f"WHERE {{ $this :n ?n }} GROUP BY $this HAVING (COUNT(?n) {condition})"
    query = read(f"{PREFIXES} SELECT $this {where}", {})
    with DuckDB() as database:
        database.load([], triples(GRAPH))
        found = database.rows(f"SELECT s FROM node WHERE k IN ({candidates(database, query)})")
    assert sorted(s.rpartition("/")[2].rstrip(">") for (s,) in found) == names.split()


def test_equal_solutions_are_results_of_their_own() -> None:
    """Two ways to the same value are two results (SHACL, section 5.3.2)."""
    shapes = shapes_of("SELECT $this ?value WHERE { $this :to/:at ?value . $this :n ?n }")
    data = list(triples(GRAPH))
    found = rows(list(duckdb_engine.results(data, shapes)))
    assert found == rows(list(validate(data, shapes)))
    assert sorted(found.values()) == [1, 1, 2]


def test_a_query_without_focus_nodes_does_not_run() -> None:
    """In memory it does not either, so what is wrong with it is not noticed."""
    shapes = shapes_of("SELECT $this WHERE { $this unknown:p ?x }")
    assert list(duckdb_engine.results(triples(":a :to :b ."), shapes)) == []


FAR = """SELECT $this WHERE { $this :to ?x
  FILTER NOT EXISTS { ?x :at ?y FILTER NOT EXISTS { ?y a :Place . $this :n 5 } } }"""


@pytest.mark.parametrize("case", [pytest.param(FAR, marks=MARKS)])
def test_a_subquery_of_a_subquery_may_name_the_focus_node_on_spark(case: str, spark: None) -> None:
    data, shapes = list(triples(GRAPH)), shapes_of(case)
    found = rows(list(spark_engine.results(data, shapes)))
    assert found == rows(list(validate(data, shapes))) != []
