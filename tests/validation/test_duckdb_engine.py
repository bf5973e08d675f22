"""The engine for large graphs reports what the interpreter in memory reports, row for row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from generated import Generator, WithQueries
from peers import Row, name, triples
from test_w3c import CASES, SUITE, read, reported

import kg
from kg.ontology import SH
from kg.shacl.errors import ShaclError, SpaceError
from kg.shacl.memory import Result
from kg.shacl.sparql import validate
from kg.shacl.sql.duckdb import DuckDB
from kg.validation.shapes import Shapes

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

from kg.validation import duckdb_engine

E = "http://example.org/"
HARD = [
    # A node with two bad values fails one alternative once, not twice.
    (
        ":a :p :b , :c .",
        ":S a sh:NodeShape ; sh:targetNode :a ; sh:or ( [ sh:path :q ; "
        "sh:minCount 1 ] [ sh:path :p ; sh:in ( :d ) ] ) .",
        1,
    ),
    (
        ":a :p :b , :c .",
        ":S a sh:NodeShape ; sh:targetNode :a ; sh:or ( [ sh:not [ sh:path :p ; "
        "sh:hasValue :z ] ] [ sh:path :p ; sh:in ( :d ) ] ) .",
        0,
    ),
    # More classes and properties of interest than are written into one query.
    (
        "".join(f":a{n} a :C{n} ; :p{n} 1 . " for n in range(150)),
        "".join(
            f":S{n} a sh:NodeShape ; sh:targetClass :C{n} ; sh:property [ sh:path :p{n + n % 2} ; "
            f"sh:minCount 1 ; sh:hasValue {n % 3} ] . "
            for n in range(150)
        ),
        200,
    ),
    # A value under two others is not a valid value for both, and counts for each pair.
    (
        ":a :p 3 ; :q 1 , 2 .",
        ":S a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; sh:lessThan :q .",
        2,
    ),
    # One property shape for two targets, and one below a node shape with a target of its own.
    (
        ":a a :C . :b a :D .",
        ":P a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ; "
        "sh:targetNode :x . :S a sh:NodeShape ; sh:targetClass :C ; sh:property :P . "
        ":T a sh:NodeShape ; sh:targetClass :D ; sh:property :P .",
        3,
    ),
    # More digits than a number of the database has, and a sum of digits that only looks equal.
    (
        ":a :p 123456789012345678901234567890123456789012345 .",
        ":S a sh:PropertyShape ; "
        "sh:targetSubjectsOf :p ; sh:path :p ; sh:maxInclusive "
        "123456789012345678901234567890123456789012344 .",
        1,
    ),
    (
        ':a :p "0.1234567890123456789"^^xsd:decimal .',
        ":S a sh:PropertyShape ; "
        "sh:targetSubjectsOf :p ; sh:path :p ; "
        'sh:minExclusive "0.1234567890123456789"^^xsd:decimal .',
        1,
    ),
    # Lengths are code points; escapes are one character.
    (
        ':a :p "😀😀" , "\\n\\"" .',
        ":S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; "
        "sh:maxLength 2 ; sh:minLength 2 .",
        0,
    ),
    (
        ':a :p "2020-02-30"^^xsd:date , "2020-02-29"^^xsd:date .',
        ":S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:datatype xsd:date .",
        1,
    ),
    (
        ':a :p "a"@en , "b"@EN .',
        ":S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:uniqueLang true .",
        1,
    ),
    # Ill-typed numbers, and a bound that is none, cannot be compared.
    (
        ':a :p "1.5"^^xsd:integer , "-1"^^xsd:nonNegativeInteger , "9999999999"^^xsd:int , 1 .',
        ":S a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; sh:minInclusive -5 .",
        3,
    ),
    (
        ":a :p 3 .",
        ":S a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; "
        'sh:minInclusive "1.5"^^xsd:integer .',
        1,
    ),
    # The ends of months, in SQL and out of it.
    (
        ':a :p "2021-02-28"^^xsd:date , "2021-02-29"^^xsd:date , "2021-04-30"^^xsd:date , '
        '"2021-04-31"^^xsd:date , "2021-12-31"^^xsd:date ; :q "2021-12-30"^^xsd:date .',
        ":S a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; sh:datatype xsd:date ; "
        "sh:lessThanOrEquals :q .",
        5,
    ),
    # A query within a shape that is only asked whether a node conforms.
    (
        ":a :p 1 . :b :p 2 .",
        ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:not [ a sh:NodeShape ; sh:sparql "
        f'[ sh:select "SELECT $this {{ $this <{E}p> 1 }}" ] ] .',
        1,
    ),
    # A query finds what a shape targets, with what a constraint may not use; each node once.
    (
        ":a :p 1 , 2 . :b :p 1 ; :q 1 . :p :q _:x .",
        ":S a sh:NodeShape ; sh:nodeKind sh:Literal ; sh:target [ a sh:SPARQLTarget ; "
        f'sh:select "SELECT ?this {{ ?this <{E}p> ?v MINUS {{ ?this <{E}q> 1 }} }}" ] , '
        f'[ sh:select "SELECT ?this {{ ?s <{E}q> ?this FILTER isBlank(?this) }}" ] .',
        2,
    ),
    # A query about a path runs where the path leads nowhere, too, and within another shape.
    (
        ":a a :C . :b a :C ; :p 1 .",
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:property :P ; sh:not [ sh:property :P ] . "
        ":P sh:path :p ; sh:sparql [ sh:select "
        f"'SELECT $this {{ $this a <{E}C> FILTER NOT EXISTS {{ $this $PATH ?x }} }}' ] .",
        2,
    ),
    # A value of two focus nodes is itself a focus node twice, also for a query.
    (
        ":a :p :c . :b :p :c . :c :q 1 , 2 .",
        ":S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:property "
        '[ sh:path :q ; sh:sparql [ sh:select "SELECT $this { $this $PATH 1 }" ] ] .',
        2,
    ),
    # Possessive and repeated repetition: Python knows them, RE2 does not.
    (
        ':a :p "aaa" .',
        ":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :p ; sh:pattern 'a++b' ] , "
        "[ sh:path :p ; sh:pattern '^a{2000}' ] , [ sh:path :p ; sh:pattern '(a{99}){99}' ] .",
        3,
    ),
    # A pattern that RE2 does not know, and quotes that must not leave their string.
    (
        """:a :p "it's" , "its" .""",
        ":S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; "
        """sh:pattern "^(?!its$)" ; sh:in ( "it's" "its" ) .""",
        1,
    ),
    # Recursive shapes: friends in a circle conform, unless one of them certainly does not.
    (
        ":a a :C ; :knows :b ; :name 1 . :b :knows :a ; :name 1 . "
        ":d a :C ; :knows :e ; :name 1 . :e :knows :f ; :name 1 . :f :knows :d , :b .",
        ":P a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :name ; sh:minCount 1 ] , "
        "[ sh:path :knows ; sh:node :P ] .",
        1,
    ),
    # A list whose members are lists; its shape is recursive in two places.
    (
        ":a :p ( ( 1 ) ( 2 ( 3 ) ) ) . :b :p ( ( 1 ) ( 2 ( 'x' ) ) ) .",
        ":S sh:targetSubjectsOf :p ; sh:path :p ; sh:node :L . :L a sh:NodeShape ; sh:or ( "
        "[ sh:in ( rdf:nil ) ] [ sh:property [ sh:path rdf:rest ; sh:minCount 1 ; sh:node :L ] , "
        "[ sh:path rdf:first ; sh:or ( [ sh:datatype xsd:integer ] :L ) ] ] ) .",
        1,
    ),
    # At least two parts conform, which need parts of their own or a weight.
    (
        ":a a :C ; :part :b , :c , :d . :b :weight 1 . :c :part :b , :e . :e :weight 2 . "
        ":d :part :d , :b . :f a :C ; :part :b , :g . :g :part :b .",
        ":W sh:path :weight ; sh:minCount 1 . :S a sh:NodeShape ; sh:targetClass :C ; sh:or ( :W "
        "[ sh:path :part ; sh:qualifiedMinCount 2 ; sh:qualifiedValueShape :S ] ) .",
        1,
    ),
    # Values are focus nodes as often as they are values; two circles, one below the other.
    (
        ":a :p :v . :b :p :v . :v :q :w . :w :p :x . :x :q :y . :y :r :z . :z :r :y .",
        ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property :T ; sh:node :R . "
        ":T sh:path :p ; sh:property [ sh:path :q ; sh:node :S ; sh:node :R ] . "
        ":R a sh:NodeShape ; sh:property [ sh:path :r ; sh:node :R ; sh:maxCount 0 ] .",
        4,
    ),
    # A query in a circle.
    (
        ":a a :C ; :knows :b . :b :knows :c , :a . :c :old true .",
        ":P a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :knows ; sh:node :P ] ; "
        f"sh:sparql [ sh:select 'SELECT $this {{ $this <{E}old> true }}' ] .",
        1,
    ),
]


def rows(results: list[Result]) -> Counter[Row]:
    return Counter(
        (
            name(r.shape.node),
            r.constraint.component.removeprefix(SH),
            name(r.focus),
            name(r.value),
        )
        for r in results
    )


@pytest.mark.parametrize(("data", "shapes", "count"), HARD)
def test_hard_cases(data: str, shapes: str, count: int) -> None:
    wanted = Shapes(tuple(triples(shapes)))
    found = list(duckdb_engine.results(triples(data), wanted))
    assert len(found) == count
    assert rows(found) == rows(list(validate(triples(data), wanted)))


@pytest.mark.parametrize("kind", [Generator, WithQueries])
def test_random_shapes_and_graphs(kind: type[Generator]) -> None:
    """Chance is seeded, so that the cases are the same everywhere; they must not be idle."""
    reported = 0
    for seed in range(150 if kind is Generator else 60):
        generator = kind(Random(seed))
        data, shapes = generator.graph(), generator.shapes_graph()
        wanted = Shapes(tuple(triples(shapes)))
        try:
            expected = rows(list(validate(triples(data), wanted)))
        except ShaclError:
            with pytest.raises(ShaclError):
                list(duckdb_engine.results(triples(data), wanted))
            continue
        found = rows(list(duckdb_engine.results(triples(data), wanted)))
        assert found == expected, f"seed {seed}\n{data}\n\n{shapes}"
        reported += sum(found.values())
    assert reported > 40


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C SHACL test suite at {SUITE}")
def test_w3c_suite() -> None:
    """Whole reports, with how often each result is there: all 98 core and 23 SPARQL cases."""
    cases = [case for file in sorted(SUITE.rglob("*.ttl")) for case in read(file)]
    assert Counter(case.name.split("/")[0] for case in cases) == CASES
    wrong = {case.name for case in cases if reported(case, duckdb_engine.results) != case.rows}
    assert wrong == set()


def test_the_dataset() -> None:
    """The bundled dataset, through the same function as any other engine."""
    graph = kg.load(Path(__file__).parents[2] / "datasets" / "attachment")
    one, two = (kg.validate(graph, engine=engine) for engine in ("auto", "duckdb"))
    assert one.results == two.results
    assert two.engine == "duckdb"


def test_a_statement_for_which_memory_does_not_suffice_runs_again_on_one_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which statements that are depends on chance, so one is made to fail."""
    threads = "SELECT current_setting('threads')"
    with DuckDB(memory="1GB") as database:
        before = database.rows(threads)[0][0]
        real, ran = database._run, []

        def run(sql: str, values: Sequence[object] = ()) -> object:
            if sql == "SELECT 42" and real(threads).fetchone() != (1,):
                raise SpaceError("there is no space left")
            ran.append(sql)
            return real(sql, values)

        monkeypatch.setattr(database, "_run", run)
        assert database.rows("SELECT 42") == [(42,)]
        assert database.rows(threads) == [(before,)]
        assert ran[-4:] == ["SET threads = 1", "SELECT 42", f"SET threads = {before}", threads]
