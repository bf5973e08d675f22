"""Relative IRIs: ``--base``, ``@base``, the address of the file, and what is said of it."""

from __future__ import annotations

import gzip
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import cli
from kg.errors import UsageError
from kg.files import read_graph
from kg.graph_files import GRAPH_FORMATS
from kg.ontology import Ontology
from kg.scale.cache import Cache

TURTLE = '<#a> a <#P> ; <#name> "x" .\n'
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<#S> a sh:NodeShape ; sh:targetClass <#P> ; sh:property [ sh:path <#name> ; sh:maxLength 0 ] .
"""
TEXTS = {
    ".ttl": "<urn:a> <urn:p> <urn:b> .",
    ".trig": "<urn:a> <urn:p> <urn:b> .",
    ".nt": "<urn:a> <urn:p> <urn:b> .\n",
    ".nq": "<urn:a> <urn:p> <urn:b> .\n",
    ".jsonld": '{"@id": "urn:a", "urn:p": {"@id": "urn:b"}}',
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:a"><u:p rdf:resource="urn:b"/></rdf:Description></rdf:RDF>',
}
BASE = "https://example.org/x"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(TURTLE)
    shapes.write_text(SHAPES)
    return data, shapes


def run(*arguments: object) -> Result:
    done = CliRunner().invoke(cli, [*map(str, arguments)])
    assert done.exit_code in (0, 1), done.exception
    return done


@pytest.mark.parametrize("compressed", [False, True])
def test_a_base_holds_for_data_and_shapes(files: tuple[Path, Path], compressed: bool) -> None:
    data, shapes = files
    if compressed:
        pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
        data = data.with_suffix(".ttl.gz")
        data.write_bytes(gzip.compress(TURTLE.encode()))
    done = run("validate", data, "--shapes", shapes, "--base", BASE, "--format", "json")
    assert done.exit_code == 1
    assert f'"focus": "{BASE}#a"' in done.stdout
    assert "addresses on this machine" not in done.stderr


def test_a_base_in_the_file_goes_first(files: tuple[Path, Path]) -> None:
    data, _ = files
    data.write_text("@base <urn:own:x> .\n" + TURTLE)
    graph = kg.load(data, base=BASE)
    assert {str(quad.subject) for quad in graph} == {"<urn:own:x#a>"}
    assert graph.note == ""


def test_local_addresses_are_named_once_with_the_fix(files: tuple[Path, Path]) -> None:
    data, shapes = files
    other = data.with_name("other.ttl")
    other.write_text("<urn:a> <urn:p> <urn:b> .")
    done = run("validate", data, other, "--shapes", shapes)
    for file in (data, shapes):
        (line,) = [line for line in done.stderr.splitlines() if line.startswith(f"{file.name}: ")]
        assert "--base" in line and "@base" in line
    assert "other.ttl: " not in done.stderr


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_an_export_names_local_addresses(files: tuple[Path, Path], engine: str) -> None:
    if engine == "duckdb":
        pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    data, _ = files
    plain = run("export", "nquads", data, "--engine", engine)
    assert data.as_uri() in plain.stdout and "addresses on this machine" in plain.stderr
    based = run("export", "nquads", data, "--engine", engine, "--base", BASE)
    assert f"<{BASE}#a>" in based.stdout and "addresses on this machine" not in based.stderr


def test_a_table_is_kept_for_its_base(files: tuple[Path, Path]) -> None:
    """What was read with another base is not taken for what is asked for."""
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    from kg.scale.ingest import ingest

    cache, found = Cache(), []
    for base in ("", BASE, "", BASE):
        (table,) = ingest([files[0]], cache, base=base)
        found.append(table.folder)
    assert found[0] == found[2] != found[1] == found[3]


@pytest.mark.parametrize("base", ["example", "/x", "https:", "a b:c"])
def test_a_base_is_an_absolute_iri(files: tuple[Path, Path], base: str) -> None:
    with pytest.raises(UsageError, match="not an absolute IRI"):
        kg.load(files[0], base=base)
    with pytest.raises(UsageError, match="not an absolute IRI"):
        kg.validate(files[0], base=base)


@pytest.mark.parametrize("ending", [e for e in GRAPH_FORMATS if e != ".owl"])
def test_a_byte_order_mark_is_accepted_in_every_syntax(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"data{ending}"
    file.write_bytes(BOM_UTF8 + TEXTS[ending].encode())
    (quad,) = read_graph(file, Ontology.read([]))
    assert (str(quad.subject), str(quad.object)) == ("<urn:a>", "<urn:b>")
    pytest.importorskip("polars", reason="the extra 'scale' is not installed")
    from kg.scale.ingest import ingest

    (table,) = ingest([file], Cache())
    assert table.statements == 1
