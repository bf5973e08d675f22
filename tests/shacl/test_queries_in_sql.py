"""SPARQL constraints on a database have the results that they have on a store."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from generated_queries import Calculating, Generator, damaged
from peers import triples
from pyoxigraph import Literal, Triple
from spark_help import MARKS, SMALL
from test_duckdb_engine import rows

import kg
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
    constraint = f"sh:sparql [ sh:select {Literal(PREFIXES + query)} ]"
    return Shapes(tuple(triples(f":S a sh:NodeShape ; sh:targetSubjectsOf :t ; {constraint} .")))


def difference(
    seed: int,
    engine: Engine = duckdb_engine.results,
    generator: Callable[[Random], Generator] = Generator,
) -> str:
    """Return graph, query and both results of a seed if the two ways differ, else ``""``."""
    made = generator(Random(seed))
    graph, query = made.graph(), made.query()
    data, shapes = list(triples(graph)), shapes_of(query)
    try:
        with patch("kg.shacl.sparql.all_needed", return_value=None):  # all statements
            expected = rows(list(validate(data, shapes)))
    except ShaclError:
        return ""  # the query is not SPARQL, or SHACL forbids it
    found = rows(list(engine(data, shapes)))
    return "" if found == expected else f"{graph}\n{query}\n{found}\n{expected}"


@pytest.mark.parametrize("seed", [*range(40), 624, 1415, 3888, 50206])
def test_made_up_queries(seed: int) -> None:
    assert difference(seed) == ""


@pytest.mark.parametrize("seed", [*range(40), 179, 524])
def test_made_up_queries_that_calculate(seed: int) -> None:
    assert difference(seed, generator=Calculating) == ""


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT $this WHERE",
        'SELECT $this { $this :p "a"b" }',
        "SELECT $this { $this :p 1 } GROUP BY $this HAVING (COUNT(?v) AS",
        "SELECT $this { $this :p ?v FILTER (BOUND()) }",
        "SELECT $this { $this :p ?v FILTER =(?v, ?v) }",
        "PREFIX : } SELECT $this { $this :p ?v }",
    ],
)
@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_a_query_that_is_not_sparql_is_refused(query: str, engine: str, tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text("@prefix : <http://example.org/> . :a :t 1 ; :p 2 .", encoding="utf-8")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> . :S a "
        f"sh:NodeShape ; sh:targetSubjectsOf :t ; sh:sparql [ sh:select '''{query}''' ] .",
        encoding="utf-8",
    )
    with pytest.raises(kg.InputError, match="query"):
        kg.validate(data, shapes=[shapes], engine=engine)


@pytest.mark.parametrize("seed", range(25))
def test_a_damaged_query_is_answered_or_refused(seed: int) -> None:
    chance = Random(seed)
    made = chance.choice([Generator, Calculating])(chance)
    data, query = list(triples(made.graph())), damaged(made.query(), chance)
    for engine in (validate, duckdb_engine.results):
        with suppress(ShaclError):
            list(engine(data, shapes_of(query)))


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    from kg.shacl.sql.spark_session import session

    with session("local[2]", **SMALL):
        yield


@pytest.mark.parametrize("seed", [pytest.param(n, marks=MARKS) for n in (3, 5, 8, 13)])
def test_made_up_queries_on_spark(seed: int, spark: None) -> None:
    assert difference(seed, spark_engine.results) == ""


GRAPH = """
:a :s "abc" ; :up :b . :b :s "abcd" ; :up :c . :c :s "Äbäé" ; :up :d . :d :l "abcd"@en ; :up :c .
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
    ("length of a text", "$this :s ?s FILTER (STRLEN(?s) > 3)", "b c"),
    ("part of a text", '$this :s ?s FILTER (SUBSTR(?s, 2, 2) = "bc")', "a b"),
    ("text before another", '$this :s ?s FILTER (STRBEFORE(?s, "c") = "ab")', "a b"),
    ("text after another", '$this :s ?s FILTER (STRAFTER(?s, "c") = "d")', "b"),
    ("capitals, left open beyond ASCII", '$this :s ?s FILTER (UCASE(?s) = "ABC")', "a c"),
    (
        "joined and replaced",
        '$this :s ?s FILTER (CONCAT(REPLACE(?s, "c", "x"), "1") = "abx1")',
        "a",
    ),
    ("regular expression", '$this :s ?s FILTER REGEX(?s, "^AB.?$", "i")', "a c"),
    ("what is no regular expression is left open", '$this :s ?s FILTER REGEX(?s, "(a")', "a b c"),
    ("text of an IRI", '$this :to ?x FILTER STRENDS(STR(?x), "/y")', "b"),
    ("language", '$this :l ?s FILTER (LANG(?s) = "de" || LANGMATCHES(LANG(?s), "EN"))', "d"),
    ("datatype", "$this :n ?n FILTER (DATATYPE(?n) != xsd:integer)", ""),
    ("sums", "$this :n ?n ; :m ?m FILTER (?n + ?m > 8 && ?n * ?m < 21 && ABS(?m - ?n) < 2)", "d"),
    ("BIND", "$this :n ?n BIND (?n * 2 AS ?two) FILTER (?two = 10)", "d"),
    ("BIND of a condition", "$this :n ?n BIND (?n > 1 AS ?more) FILTER (?more)", "a d"),
    ("IF", "$this :n ?n FILTER (IF(?n > 1, ?n - 1, 0) > 3)", "d"),
    ("kinds", "$this ?p ?x FILTER (?p IN (:s, :to)) FILTER (isIRI(?x) && sameTerm(?x, :y))", "b"),
    ("repeated path", '$this :up+ ?x . ?x :s "abcd"', "a"),
    ("cycle", "$this :up+ $this", "c d"),
    ("path of length zero", "$this :up* :b", "a b"),
    ("optional step", "$this :up? ?x . ?x :m ?m", "c d"),
    ("repeated path under NOT EXISTS", "$this :n ?n FILTER NOT EXISTS { $this :up+ :b }", "b d"),
    ("nested SELECT", "$this :n ?n { SELECT $this ?x { $this :to/:at ?x } } FILTER (?x = :v)", "b"),
    (
        "nested aggregate",
        "{ SELECT $this (SUM(?n) AS ?sum) { $this :n ?n } GROUP BY $this } FILTER (?sum < 4)",
        "a b",
    ),
]


def who(where: str, after: str = "") -> list[str]:
    """Return the names of those who may have a solution, as SQL finds them."""
    query = read(f"{PREFIXES} SELECT $this WHERE {{ {where} }} {after}", {})
    with DuckDB() as database:
        database.load([], triples(GRAPH))
        found = database.rows(f"SELECT s FROM node WHERE k IN ({candidates(database, query)})")
    return sorted(s.rpartition("/")[2].rstrip(">") for (s,) in found)


@pytest.mark.parametrize(
    ("where", "names"), [row[1:] for row in NARROWED], ids=[r[0] for r in NARROWED]
)
def test_sql_finds_who_may_have_a_solution(where: str, names: str) -> None:
    assert who(where) == names.split()


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("COUNT(?n) > 1", "a"),
        ("COUNT(?n) >= 1", "a b d"),
        ("COUNT(*) = 2", "a"),
        ("COUNT(DISTINCT ?n) < 2", "b d"),
        ("MAX(?n) > 1 && MIN(?n) < 2", "a"),
        ("SUM(?n) > 2 && SUM(?n) < 4", "a"),
        ("AVG(?n) = 1.5", "a"),
    ],
)
def test_sql_finds_whose_solutions_may_be_so_many(condition: str, names: str) -> None:
    assert who("$this :n ?n", f"GROUP BY $this HAVING ({condition})") == names.split()


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


FUNCTIONS = """SELECT $this WHERE { $this :s ?s ; :n ?n BIND (STRBEFORE(?s, "c") AS ?b)
  FILTER (CONCAT(UCASE(?b), STRAFTER(?s, "a")) = "ABbc" && REGEX(?s, "^A", "i") && LANG(?s) = "")
  FILTER (DATATYPE(?n) = xsd:integer && FLOOR(?n) + 1 < 9 && STRLEN(REPLACE(?s, "b", "")) = 2) }"""
GROUPS = """SELECT $this WHERE { $this :up+ ?x FILTER (?sum > 2 && ?number > 1 && ?most = 2)
  { SELECT $this (SUM(?n) AS ?sum) (COUNT(DISTINCT ?n) AS ?number) (MAX(?n) AS ?most)
    { $this :n ?n } GROUP BY $this HAVING (AVG(?n) < 2) } }"""


@pytest.mark.parametrize("case", [pytest.param(c, marks=MARKS) for c in (FAR, FUNCTIONS, GROUPS)])
def test_spark_takes_each_form(case: str, spark: None) -> None:
    """In ``FAR`` a subquery of a subquery names the focus node, which Spark refuses."""
    data, shapes = list(triples(GRAPH)), shapes_of(case)
    found = rows(list(spark_engine.results(data, shapes)))
    assert found == rows(list(validate(data, shapes))) != []


def test_a_note_says_why_a_query_is_asked_on_all_statements(tmp_path: Path) -> None:
    data, shapes = tmp_path / "data.nt.gz", tmp_path / "shapes.ttl"
    lines = b"<http://example.org/a> <http://example.org/t> <http://example.org/b> .\n"
    data.write_bytes(gzip.compress(lines))
    query = "SELECT $this WHERE { $this <urn:p> ?a . ?b <urn:p> ?c }"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://example.org/S> a sh:NodeShape ; "
        f"sh:targetSubjectsOf <http://example.org/t> ; sh:sparql [ sh:select '{query}' ] ."
    )
    note = kg.validate(data, shapes=[shapes]).note
    assert "asked on all statements" in note
    assert "(patterns that are not connected with each other)" in note
