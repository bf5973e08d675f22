"""Files of shapes: their syntaxes, and what they import."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

import kg
from kg.graph_files import GRAPH_FORMATS
from kg.validation.shapes import Shapes

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://example.org/> .
:s a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; sh:in ( "a" "b" ) ] .
"""
DATA = '<https://example.org/x> a <https://example.org/C> ; <https://example.org/p> "c" .'
OWL = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("suffix", GRAPH_FORMATS)
def test_shapes_are_read_in_every_syntax(suffix: str, tmp_path: Path) -> None:
    data, shapes = write(tmp_path, "data.ttl", DATA), tmp_path / f"shapes{suffix}"
    quads = parse(SHAPE.encode(), RdfFormat.TURTLE)
    shapes.write_bytes(serialize((q.triple for q in quads), format=GRAPH_FORMATS[suffix]) or b"")
    assert sum(kg.validate(data, shapes=[shapes]).codes().values()) == 1


def test_shapes_that_are_not_of_the_syntax_of_their_name_are_refused_with_the_line(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, "shapes.jsonld", '{"@id": "https://example.org/s",\n!}')
    with pytest.raises(kg.InputError, match=r"^shapes\.jsonld:2: .*JSON-LD"):
        Shapes.read([file])


def test_an_import_that_was_not_read_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "a.ttl", f"{OWL}<urn:a> owl:imports <urn:b> .")
    assert Shapes.read([file]).note == (
        "the shapes import urn:b, which was not read; add its file with --shapes"
    )


def test_several_imports_that_were_not_read_are_counted(tmp_path: Path) -> None:
    file = write(tmp_path, "a.ttl", f"{OWL}<urn:a> owl:imports <urn:b>, <urn:c>, <urn:d> .")
    assert "and 2 more, which were not read" in Shapes.read([file]).note


def test_an_import_whose_file_declares_its_ontology_was_read(tmp_path: Path) -> None:
    files = [
        write(tmp_path, "a.ttl", f"{OWL}<urn:a> owl:imports <urn:b> ."),
        write(tmp_path, "b.ttl", f"{OWL}<urn:b> a owl:Ontology ."),
    ]
    assert not Shapes.read(files).note


def test_an_import_by_the_address_of_a_file_that_is_given_was_read(tmp_path: Path) -> None:
    other = write(tmp_path, "b.ttl", SHAPE)
    file = write(tmp_path, "a.ttl", f"{OWL}<urn:a> owl:imports <{other.as_uri()}> .")
    assert "which was not read" not in Shapes.read([file, other]).note


def test_what_two_files_say_is_said_once(tmp_path: Path) -> None:
    data, same = write(tmp_path, "data.ttl", DATA), SHAPE.split("sh:property")[0]
    files = [write(tmp_path, f"{n}.ttl", f"{same} sh:class :D .") for n in "ab"]
    assert sum(kg.validate(data, shapes=files).codes().values()) == 1
