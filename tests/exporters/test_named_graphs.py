"""Statements of named graphs are written, or said to be left out."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.exporting import FORMATS
from kg.scale.export import STORED

GRAPHS = """<urn:a> <urn:p> "stated" .
<urn:g> { <urn:a> <urn:p> "stated", "zqxj" . <urn:b> a "zqxj" }
"""
LEFT = "left out: 2 statements of named graphs"
ROADS = [
    *((name, "auto") for name in FORMATS),
    *((name, "duckdb") for name in STORED),
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "in.trig"
    path.write_text(GRAPHS)
    return path


@pytest.mark.parametrize(("name", "engine"), ROADS)
def test_what_a_format_does_not_hold_is_counted(name: str, engine: str, file: Path) -> None:
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    out = file.parent / "out"
    try:
        done = kg.export_file(file, name, out, include_unreviewed=True, engine=engine)
    except kg.UsageError as error:
        assert "date" in str(error), "a FHIR document needs one"
        return
    dropped = kg.fidelity(name).fate("named-graphs", kg.load(file).ontology).kind == "dropped"
    assert (LEFT in done.note) == dropped
    paths = [out, *out.rglob("*")] if out.is_dir() else [out]
    written = any(b"zqxj" in path.read_bytes() for path in paths if path.is_file())
    assert written != dropped


def test_a_query_that_names_no_graph_says_what_it_does_not_see(file: Path) -> None:
    graph = kg.load(file)
    plain = kg.query(graph, "SELECT ?o { ?s ?p ?o }")
    assert plain.note == ("not searched: statements of named graphs, which GRAPH ?name { … } finds")
    named = kg.query(graph, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }")
    assert (len(plain.rows), len(named.rows), named.note) == (1, 3, "")


def test_a_query_from_a_graph_asks_that_graph(file: Path) -> None:
    found = kg.query(kg.load(file), "SELECT ?o FROM <urn:g> { <urn:a> ?p ?o }")
    assert [cell.value for (cell,) in found.rows] == ["stated", "zqxj"]
    assert found.note == ""
