"""Blank nodes without a label in their file have the same one in each run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from kg.scale.anonymous import Anonymous
from kg.scale.cache import Cache
from kg.scale.ingest import ingest
from tests.conftest import examples

pl = pytest.importorskip("polars", reason="the extra 'scale' is not installed")
RANDOM = "a0123456789abcdef0123456789abcde"
NODES = st.sampled_from(
    [BlankNode(label) for label in (RANDOM, RANDOM.replace("a", "f"), "b1", "anonymous1", "x")]
)
PROPERTY = NamedNode("http://e.org/p")
TEXTS = st.sampled_from(["", f" _:{RANDOM} ", f'_:{RANDOM}" _:{RANDOM} .', "_:anonymous1 ", "\n"])
VALUES = NODES | TEXTS.map(Literal) | st.just(NamedNode(f"http://e.org/_:{RANDOM}"))


@given(st.lists(st.builds(Quad, NODES, st.just(PROPERTY), VALUES, NODES), max_size=6))
@settings(max_examples=examples(200))
def test_each_node_gets_one_label_and_all_else_stays(quads: list[Quad]) -> None:
    lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
    found = list(parse(Anonymous().labelled(lines), RdfFormat.N_QUADS))
    pairs = {
        pair
        for before, after in zip(quads, found, strict=True)
        for pair in zip(before, after, strict=True)
    }
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert all(a == b for a, b in pairs if not isinstance(a, BlankNode))


def test_labels_of_the_file_stay_and_others_are_numbered(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text('@prefix : <http://e.org/> . _:own :p [ :q [] ] , "_:b" . [] :p _:own .')
    (table,) = ingest([file], Cache(tmp_path / "cache"))
    nodes = pl.read_parquet(table.files).select("s", "o").rows()
    assert {term for row in nodes for term in row} == {
        *("_:own", "_:anonymous1", "_:anonymous2", "_:anonymous3", '"_:b"')
    }


def test_a_node_has_one_label_in_all_parts_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.scale.reading.CHUNK", 1)
    file = tmp_path / "a.ttl"
    file.write_text("@prefix : <http://e.org/> . [] :p 1 ; :p 2 . [] :p 3 .")
    (table,) = ingest([file], Cache(tmp_path / "cache"))
    assert len(table.files) == 3
    rows = pl.read_parquet(table.files).sort("o")["s"].to_list()
    assert rows == ["_:anonymous1", "_:anonymous1", "_:anonymous2"]
