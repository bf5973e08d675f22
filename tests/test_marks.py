"""Outputs are recognised by a mark that nothing else carries."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

import kg
from kg.exporters import EXPORTERS
from kg.marks import is_output
from kg.outputs import write_folder
from kg.reports import FORMATS

NAMES_KG = (
    "@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .\n",
    '{"@context": {"cekg": "https://w3id.org/clinical-evidence-kg/ns#"}}\n',
    "pip install clinical-evidence-kg\n",
    "This was made with clinical-evidence-kg, which is written by its maintainers.\n",
    '[project]\nname = "study"\ndependencies = ["clinical-evidence-kg"]\n',
    "clinical-evidence-kg",
)


@pytest.fixture(scope="module")
def small() -> kg.Graph:
    return kg.load(kg.demo("migraine"))


@pytest.mark.parametrize("text", NAMES_KG)
def test_a_text_that_names_kg_is_no_output(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine").write_text(text)
    assert not is_output(tmp_path / "mine")


def test_no_data_and_no_document_of_this_project_is_an_output() -> None:
    folders = ("ontology", "shapes", "datasets", "docs", "tests/shapes", "tests/examples")
    files = [f for folder in folders for f in (ROOT / folder).rglob("*.[!hjs]*") if f.is_file()]
    assert [f.relative_to(ROOT).as_posix() for f in files if is_output(f)] == []


@pytest.mark.parametrize("format", EXPORTERS)
def test_what_an_exporter_writes_is_an_output(small: kg.Graph, tmp_path: Path, format: str) -> None:
    for _ in range(2):  # the second replaces the first
        kg.export_file(small, format, tmp_path / "out", include_unreviewed=True)


@pytest.mark.parametrize("format", ["jsonl", "jsonld-flat", "nquads", "turtle"])
def test_what_an_engine_writes_is_an_output(small: kg.Graph, tmp_path: Path, format: str) -> None:
    pytest.importorskip("duckdb", reason="needs the extra 'scale'")
    for _ in range(2):
        kg.export_file(small, format, tmp_path / "out", engine="duckdb")


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_report_is_written_to_is_an_output(
    small: kg.Graph, tmp_path: Path, format: str
) -> None:
    (tmp_path / "out").write_text("".join(kg.report_as(kg.validate(small), format)))
    assert is_output(tmp_path / "out")


def test_a_file_of_a_folder_is_ours_while_it_is_as_we_wrote_it(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", {"a.csv": b"a"})
    write_folder(tmp_path / "out", {"a.csv": b"b"})
    (tmp_path / "out" / "a.csv").write_bytes(b"mine")
    with pytest.raises(kg.UsageError, match="was not written by kg"):
        write_folder(tmp_path / "out", {"a.csv": b"c"})
    assert (tmp_path / "out" / "a.csv").read_bytes() == b"mine"
