"""What was read stays in memory for who reads it again, and an edit is seen however it was made.

``kg build --watch`` lives while its files are edited.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg import resources
from kg.errors import InputError
from kg.ontology import CEKG, Ontology
from kg.validation.shapes import Shapes

ONTOLOGY = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
<urn:x#Colour> a owl:Class .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:x#Colour> a sh:NodeShape ; sh:targetNode <urn:x> ; sh:nodeKind sh:IRI .
"""
READERS = pytest.mark.parametrize(
    ("read", "text"), [(Ontology.read, ONTOLOGY), (Shapes.read, SHAPES)], ids=["terms", "shapes"]
)
Reader = Callable[[list[Path]], Any]


@READERS
def test_files_that_hold_the_same_are_not_parsed_again(
    read: Reader, text: str, tmp_path: Path
) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(text)
    assert read([file]) is read([file])


@READERS
def test_an_edit_that_leaves_size_and_time_is_seen(read: Reader, text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(text)
    os.utime(file, (1, 1))
    before = read([file])
    file.write_text(text.replace("Colour", "Weight"))
    os.utime(file, (1, 1))
    after = read([file])
    assert "Colour" in str(before.triples) and "Weight" not in str(before.triples)
    assert "Weight" in str(after.triples) and "Colour" not in str(after.triples)


@READERS
def test_a_file_that_is_wrong_now_is_refused_each_time(
    read: Reader, text: str, tmp_path: Path
) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(text)
    read([file])
    file.write_text(text + "<urn:x#")
    for _ in range(2):
        with pytest.raises(InputError, match="Turtle"):
            read([file])


def test_each_project_keeps_its_own_folders(tmp_path: Path) -> None:
    """Rules and shapes of a project are found by them."""
    file = tmp_path / "own.ttl"
    file.write_text(ONTOLOGY)
    one, two = (Ontology.read([file], (tmp_path / name,)) for name in ("one", "two"))
    assert (one.folders, two.folders) == ((tmp_path / "one",), (tmp_path / "two",))
    assert Ontology.read([file]).folders == ()


@pytest.mark.parametrize("table", ["classes", "properties", "concepts", "members of a list"])
def test_no_reader_can_change_the_terms_that_others_read(table: str) -> None:
    ontology = Ontology.read(resources.ontology_files())
    members: Any = ontology.concepts[CEKG + "EstimateType"]
    found = members if table == "members of a list" else getattr(ontology, table)
    with pytest.raises(TypeError):
        found["new"] = next(iter(found.values()))
