"""A pattern that DuckDB may look for by itself finds nothing that the exact test does not find."""

from __future__ import annotations

import pytest
from conftest import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal

from kg.shacl.errors import ShaclError
from kg.shacl.patterns import compiled
from kg.shacl.plan import Pattern
from kg.shacl.sql.expressions import definitely, quoted

duckdb = pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
CONNECTION = duckdb.connect()

ATOMS = st.sampled_from(
    ["a", "b", ".", r"\.", r"\d", r"\-", "[ab]", r"[A-Z\d]", "[0-9.]", "1", " ", "@", "é"]
)
REPEATS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,}", "{0,2}"])
PIECES = st.one_of(st.builds(lambda a, r: a + r, ATOMS, REPEATS), st.sampled_from("()|^$"))
PATTERNS = st.lists(PIECES, max_size=7).map("".join)
TEXTS = st.text(st.sampled_from('abAB1.- @\n\t٣é😀\\"'), max_size=6)


@settings(max_examples=examples(400))
@given(PATTERNS, TEXTS)
@example("^a$", "a\n")
@example("a.b", "a\nb")
@example(r"^\d+$", "٣")
@example("^a|b$", "ab")
def test_what_sql_lets_pass_passes(pattern: str, text: str) -> None:
    try:
        exact = compiled(pattern, "")
    except ShaclError:
        assume(False)
    assert not passed(pattern, text) or exact.search(text)


@pytest.mark.parametrize(("pattern", "text"), [("^a$", "a"), (r"\d{2}", "x12"), ("[ab]|é", "b")])
def test_sql_lets_pass_what_plainly_passes(pattern: str, text: str) -> None:
    assert passed(pattern, text) is pattern.isascii()


def passed(pattern: str, text: str) -> bool:
    test = definitely(Pattern(pattern), "v")
    row = CONNECTION.execute(f"SELECT {test} FROM (SELECT {quoted(str(Literal(text)))} AS v)")
    return bool(row.fetchone()[0])
