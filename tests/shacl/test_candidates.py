"""Who is no candidate for a violation has none: the database finds what the interpreter finds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from peers import triples
from pyoxigraph import Literal, NamedNode
from test_duckdb_engine import rows

from kg.ontology import XSD, Ontology
from kg.shacl.plan import MinInclusive
from kg.shacl.sparql import validate
from kg.validation.shapes import Shapes

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

import duckdb

from kg.scale import blocks
from kg.scale.cache import Cache
from kg.scale.ingest import ingest
from kg.shacl.sql.duckdb import DuckDB
from kg.shacl.sql.expressions import (
    comparable,
    definitely,
    definitely_less,
    number,
    quoted,
)
from kg.shacl.value_tests import local_test, order
from kg.validation import duckdb_engine

CONNECTION = duckdb.connect()
SHAPES = """
:S a sh:NodeShape ; sh:targetSubjectsOf :t ; sh:closed true ; sh:ignoredProperties ( :t :p :q ) ;
    sh:property :less , :most , :tongue , :apart ; sh:sparql :above , :far , :alone .
:less a sh:PropertyShape ; sh:path :p ; sh:lessThan :q .
:most a sh:PropertyShape ; sh:path :p ; sh:lessThanOrEquals :q .
:tongue a sh:PropertyShape ; sh:path :p ; sh:uniqueLang true .
:apart a sh:PropertyShape ; sh:path :p ; sh:disjoint :q .
:above sh:select '''SELECT $this ?value WHERE { $this <http://example.org/p> ?value ;
    <http://example.org/q> ?q . FILTER (?value > ?q) }''' .
:far sh:select '''SELECT $this ?value WHERE { $this <http://example.org/p> ?value .
    FILTER (?value >= 2 && ?value < 10.5) }''' .
:alone sh:select '''SELECT $this WHERE { $this <http://example.org/q> ?q .
    FILTER NOT EXISTS { $this <http://example.org/p> ?q } }''' .
"""
WANTED = Shapes(tuple(triples(SHAPES)))
TEXTS = """1 2 10 1.0 1e0 "x" "x"@en "y"@en "y"@EN "z"@de :a :b _:c "2020-01-01"^^xsd:date -3
    "2021-02-28"^^xsd:date "2021-02-30"^^xsd:date "many"^^xsd:integer "NaN"^^xsd:double
    999999999999999999 1.00000000000000000001"""
VALUES = st.sampled_from(TEXTS.split())
STATEMENTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("pqr"), VALUES), max_size=12
)


@settings(max_examples=examples(150))
@given(STATEMENTS)
def test_the_interpreter_finds_no_more(statements: list[tuple[str, str, str]]) -> None:
    text = ":a :t 1 . :b :t 1 ." + "".join(f" :{s} :{p} {o} ." for s, p, o in statements)
    data = list(triples(text))
    expected = rows(list(validate(data, WANTED)))
    assert rows(list(duckdb_engine.results(data, WANTED))) == expected


@pytest.mark.parametrize(
    "other",
    [
        ":T a sh:NodeShape ; sh:targetNode :b ; sh:property :P .",
        ":T a sh:NodeShape ; sh:targetNode :b ; sh:node :S .",
        ":T a sh:NodeShape ; sh:targetSubjectsOf :u ; sh:not [ sh:not :P ] .",
        ":P sh:targetNode :b .",
    ],
)
def test_a_query_that_others_ask_too_is_asked_of_all(other: str) -> None:
    """What is left out for one shape must not be left out for another."""
    shapes = Shapes(
        tuple(
            triples(
                ":S a sh:NodeShape ; sh:targetSubjectsOf :t ; sh:property :P . "
                ":P a sh:PropertyShape ; sh:path :p ; sh:sparql [ sh:select "
                "'SELECT $this ?value WHERE { $this $PATH ?value . FILTER (?value > 3) }' ] . "
                + other
            )
        )
    )
    data = list(triples(":a :t 1 ; :p 1 . :b :u 1 ; :p 5 ."))
    expected = rows(list(validate(data, shapes)))
    assert sum(expected.values()) == 1
    assert rows(list(duckdb_engine.results(data, shapes))) == expected


def test_a_subject_is_one_wherever_its_statements_stand(tmp_path: Path) -> None:
    """Two statements of it lie apart, are escaped, or are in another file; a label is its own."""
    e = "<http://example.org/{}> <http://example.org/{}> {} .\n"
    one, low, high = (f'"{n}"^^<{XSD}integer>' for n in (1, 3, 5))
    files = [tmp_path / "a.nt", tmp_path / "b.nt"]
    files[0].write_text(
        "".join(e.format("a", "t", one) + e.format("b", "t", one) for _ in range(2))
        + e.format("a", "p", low)
        + e.format("a", "t", '"\\u0041"')
        + f"_:x <http://example.org/t> {one} .\n_:x <http://example.org/p> {low} .\n"
    )
    files[1].write_text(e.format("a", "q", high) + f"_:x <http://example.org/q> {high} .\n")
    tables = ingest(files, Cache(tmp_path / "cache"))
    report = duckdb_engine.check_files(tables, WANTED, Ontology({}, {}, {}))
    found = sorted((d.focus, d.value) for d in report.results)
    a = "http://example.org/a"
    assert found == [("_:f0xx", "3"), (a, "3"), (a, a)]
    assert report.entities == 4


def test_a_part_counts_as_one_entity_with_its_whole(tmp_path: Path) -> None:
    names = ("a", "a#x", "a#y", "c#z")
    line = "<http://example.org/{}> <http://example.org/u> <http://example.org/v> .\n"
    file = tmp_path / "a.nt"
    file.write_text("".join(map(line.format, names)))
    tables = ingest([file], Cache(tmp_path / "cache"))
    report = duckdb_engine.check_files(tables, WANTED, Ontology({}, {}, {}))
    assert report.entities == 2


NUMBERS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,17}", fullmatch=True),
    st.from_regex(r"[+-]?[0-9]{1,9}\.[0-9]{1,9}", fullmatch=True),
).map(
    lambda text: Literal(text, datatype=NamedNode(XSD + ("decimal" if "." in text else "integer")))
)


@settings(max_examples=examples(300))
@given(NUMBERS, NUMBERS)
@example(Literal("0.1", datatype=NamedNode(XSD + "decimal")), Literal(1))
def test_what_sql_is_sure_of_is_so(one: Literal, other: Literal) -> None:
    terms = f"(SELECT {quoted(str(one))} AS v, {quoted(str(other))} AS w)"
    bound = MinInclusive(other)
    tests = (
        definitely_less(comparable("v"), comparable("w"), equal=False),
        definitely_less(comparable("v"), comparable("w"), equal=True),
        definitely(bound, "v"),
        number("v"),
    )
    less, most, above, value = CONNECTION.execute(
        f"SELECT {', '.join(tests)} FROM {terms}"
    ).fetchone()
    found = order(one, other)
    assert found is not None
    assert not less or found < 0
    assert not most or found <= 0
    assert not above or local_test(bound)(one)
    if len(one.value) <= 8:
        assert value == float(Decimal(one.value))


def test_subjects_of_two_files_are_distinguished_after_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block without statements leaves no part, but its number is taken."""
    monkeypatch.setattr(blocks.blocks, "__defaults__", (64,))
    line = f'<http://example.org/{{}}> <http://example.org/t> "1"^^<{XSD}integer> .\n'
    files = [tmp_path / "a.nt", tmp_path / "b.nt"]
    files[0].write_text("# a remark\n" * 20 + line.format("a"))
    files[1].write_text("".join(line.format(name) for name in "bcdefgh"))
    tables = ingest(files, Cache(tmp_path / "cache"))
    with DuckDB() as database:
        database.load(tables, triples(":z :t 1 ."))
        found = sorted(s for (s,) in database.rows("SELECT s FROM t"))
    assert found == sorted(f"<http://example.org/{name}>" for name in "abcdefghz")
