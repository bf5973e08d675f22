"""Every query passes one gate: it only reads, within limits, and says what it does not know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

import kg
from kg.queries import Limits
from kg.queries.gate import DEEPEST, LONGEST, MOST_PARTS, within

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PROGRAM = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?x { SERVICE <http://example.org/> { ?x ?y ?z } }", "SERVICE is not allowed"),
        ("SELECT ?x { SERVICE SILENT <http://a/> { ?x ?y ?z } }", "SERVICE is not allowed"),
        ("INSERT DATA { <a> <b> <c> }", "INSERT is not allowed"),
        ("drop all", "DROP is not allowed"),
        ("SELECT ?x { ?x cegk:text ?y }", "the prefix 'cegk:' is not declared"),
        ("SELECT ?x { ?x", "not a SPARQL query"),
    ],
)
def test_what_is_not_a_reading_query_is_refused(
    dataset: kg.Graph, query: str, message: str
) -> None:
    with pytest.raises(kg.UsageError) as caught:
        kg.query(dataset, query)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_words_within_texts_and_iris_are_no_commands(dataset: kg.Graph) -> None:
    assert kg.query(dataset, 'SELECT ("SERVICE { drop" AS ?x) {} # INSERT').rows


@pytest.mark.parametrize("sign", ["{}", "()"])
def test_nesting_is_limited_before_the_engine_sees_it(dataset: kg.Graph, sign: str) -> None:
    query = f"SELECT ?x {{ {sign[0] * 50_000} {sign[1] * 49_900}"
    with pytest.raises(kg.UsageError, match=f"{DEEPEST} are the limit"):
        kg.query(dataset, query[:LONGEST])


CHAINS = {
    "!": "SELECT * {{ ?s ?p ?o FILTER({}true) }}",
    "?s = ?o || ": "SELECT * {{ ?s ?p ?o FILTER({}?s = ?p) }}",
    "OPTIONAL { ?s ?p ?o } ": "SELECT * {{ {} }}",
    "MINUS { ?s ?p ?o } ": "SELECT * {{ ?s ?p ?o {} }}",
    "{ ?s ?p ?o } UNION ": "SELECT * {{ {} {{ ?s ?p ?o }} }}",
    "cekg:outcome/": "SELECT * {{ ?s {}cekg:outcome ?o }}",
    "(1 AS ?x) ": "SELECT {} {{}}",
}
"""What makes a plan one level deeper each time → the query around it."""


@pytest.mark.parametrize("part", CHAINS)
def test_chains_are_limited_before_the_engine_sees_them(part: str, dataset: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="1,000 are the limit"):
        kg.query(dataset, CHAINS[part].format(part * min(MOST_PARTS + 1, 90_000 // len(part))))


@pytest.mark.parametrize("part", ["!", "OPTIONAL {{ <a:{}> <a:b> <a:c> }} "])
def test_the_longest_chain_does_not_end_the_process(part: str, dataset: kg.Graph) -> None:
    chain = "".join(part.format(n) for n in range(MOST_PARTS - 10))
    query = CHAINS["!" if part == "!" else "OPTIONAL { ?s ?p ?o } "].format(chain)
    assert len(kg.query(dataset, query, limits=Limits(rows=1)).rows) == 1


def test_length_is_limited(dataset: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="100,000 are the limit"):
        kg.query(dataset, "SELECT ?x { FILTER(?x IN (" + "1," * LONGEST + "1)) }")


def test_a_term_that_the_ontology_lacks_is_named(dataset: kg.Graph) -> None:
    note = kg.query(dataset, "SELECT ?x { ?x a cekg:Findng }").note
    assert note == "cekg:Findng is not a term of the ontology (did you mean 'Finding'?)"


def test_a_declared_prefix_is_known(dataset: kg.Graph) -> None:
    assert not kg.query(dataset, "PREFIX ex: <http://e/> SELECT ?x { ?x ex:p ?y }").rows


def test_rows_are_limited_and_the_rest_is_counted(dataset: kg.Graph) -> None:
    table = kg.query(dataset, "SELECT ?s { ?s a cekg:Finding }", limits=Limits(rows=3))
    assert (len(table.rows), table.note) == (3, "the first 3 rows; there are more")
    table = kg.query(dataset, "favoured-outcomes", limits=Limits(rows=3))
    assert (len(table.rows), table.note) == (3, "the first 3 rows; there are more")


def test_a_query_that_takes_too_long_is_given_up() -> None:
    command = [sys.executable, "-c", PROGRAM, "query", "-", "--timeout", "0.3"]
    result = subprocess.run(command, input=CROSS, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert "not answered within 0.3 seconds" in result.stderr


def test_ctrl_c_ends_a_query_at_once() -> None:
    command = [sys.executable, "-c", PROGRAM, "query", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stderr
        process.stdin.write(CROSS)
        process.stdin.close()
        time.sleep(5)  # the graph is loaded, and the engine is counting
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(10) == 130
        assert "interrupted" in process.stderr.read()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked at on Linux alone")
def test_a_query_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter(range(0, 100 << 20, 10 << 20))
    monkeypatch.setattr("kg.queries.gate._resident", lambda: next(used))
    with pytest.raises(kg.InputError, match="needs more than 20 MiB of memory"):
        within(lambda: time.sleep(1), None, 20 << 20)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_time_that_never_ends_a_query_is_refused(seconds: float) -> None:
    with pytest.raises(kg.UsageError, match=r"a query cannot have .* seconds"):
        Limits(seconds)


@pytest.mark.parametrize("data", [b"SELECT \xff", b"\xff\xfeS"])
def test_a_query_that_is_not_text_is_refused_with_its_encoding(data: bytes) -> None:
    command = [sys.executable, "-c", PROGRAM, "query", "-"]
    result = subprocess.run(command, input=data, capture_output=True, check=False)
    assert (result.returncode, b"the query on stdin is not UTF-" in result.stderr) == (3, True)
