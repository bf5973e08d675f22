"""SSSOM: codes of entities, read by sssom-py and by our own reader."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import resources
from kg.readers.sssom import NO_MATCH, read

CODES = resources.bundled_dataset() / "data" / "codes.sssom.tsv"
needs_sssom = pytest.mark.skipif(
    not os.environ.get("SSSOM_PYTHON"), reason="SSSOM_PYTHON names no Python that has sssom-py"
)


@pytest.fixture(scope="module")
def table(shown: kg.Graph) -> str:
    return kg.export(shown, "sssom", include_unreviewed=True).decode()


def rows(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def mappings(graph: kg.Graph) -> set[tuple[str, ...]]:
    """Return what the graph says of the codes of each entity."""
    keys = ("code", "codeSystem", "codeLabel", "mappingRelation", "mappingSource", "note")
    return {
        (fact.subject.value, *(str([o.value for o in graph.objects(fact.object, k)]) for k in keys))
        for fact in graph.facts(graph.property_iri("codeMapping"))
    }


def test_every_code_and_every_search_is_a_row(table: str, shown: kg.Graph) -> None:
    stated = {
        (shown.short(fact.subject), shown.short(system))
        for fact in shown.facts(shown.property_iri("codeMapping"))
        for system in shown.objects(fact.object, "codeSystem")
    }
    found = {
        (r["subject_id"].removeprefix("kg:"), r["object_source"].removeprefix("kg:"))
        for r in rows(table)
    }
    assert found == stated and len(stated) > 70
    assert {r["object_id"] for r in rows(table) if r["predicate_id"] == "skos:exactMatch"} == {
        NO_MATCH
    }


def test_our_reader_gives_the_same_mappings_again(
    table: str, shown: kg.Graph, tmp_path: Path
) -> None:
    shutil.copytree(resources.bundled_dataset(), tmp_path / "project")
    (tmp_path / "project" / "data" / "codes.sssom.tsv").write_text(table, encoding="utf-8")
    assert mappings(kg.load(tmp_path / "project")) == mappings(shown)


def test_caveats_and_licence_are_in_the_header(table: str, shown: kg.Graph) -> None:
    head = next(line for line in table.splitlines() if line.startswith("# comment: "))
    comment = json.loads(head.removeprefix("# comment: "))
    assert comment.splitlines() == [*shown.caveats(), *shown.attribution()]


def test_rows_of_one_search_are_one_mapping() -> None:
    head = (
        "#license: x\nsubject_id\tpredicate_id\tobject_id\tobject_source\tmapping_justification\n"
    )
    line = f"kg:outcome/a\tskos:exactMatch\t{NO_MATCH}\tkg:code-system/%s\tsemapv:X\n"
    (record,), wrong = read(head + line % "s" + line % "t", "codes.sssom.tsv")
    assert wrong == [] and [e.key.text for e in record.entries] == ["id", "codeMapping"]


@pytest.fixture(scope="module")
def checked(table: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What sssom-py says of the export, of the codes of the dataset, of the terms."""
    file = tmp_path_factory.mktemp("sssom") / "out.sssom.tsv"
    file.write_text(table, encoding="utf-8")
    files = [file, CODES, resources.mapping_file()]
    check = Path(__file__).with_name("sssom_check.py")
    command = [os.environ["SSSOM_PYTHON"], str(check), *map(str, files)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found = json.loads(done.stdout[done.stdout.index("{") :])
    return [(f, found[str(f)]) for f in files]


@pytest.mark.sssom
@needs_sssom
def test_sssom_py_keeps_every_row_and_finds_nothing_wrong(checked: Any) -> None:
    for file, found in checked:
        assert found["rows"] == len(rows(file.read_text(encoding="utf-8")))
        assert found["wrong"] == []


@pytest.mark.sssom
@needs_sssom
def test_sssom_py_reads_the_header(checked: Any, shown: kg.Graph) -> None:
    found = checked[0][1]
    assert found["prefixes"]["kg"] == shown.base
    assert found["comment"].splitlines() == [*shown.caveats(), *shown.attribution()]
