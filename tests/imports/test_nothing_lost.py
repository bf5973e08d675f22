"""What a file has twice, or without a name, is refused: an import never leaves it out silently."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import kg

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        ("outcome/a,A\noutcome/a,B\n", "IDS-002", "the id 'outcome/a' is in the table twice"),
        ("outcome/a,A\n,B\n", "YML-002", "the row has no id"),
    ],
)
def test_a_row_that_cannot_be_a_record_is_named(
    project: Write, tmp_path: Path, rows: str, code: str, message: str
) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"id,prefLabel\n{rows}", encoding="utf-8")
    with pytest.raises(kg.RecordsError) as raised:
        kg.import_file("table", table, on=project(""))
    assert [(d.code, d.message, d.place.line) for d in raised.value.diagnostics if d.place] == [
        (code, message, 3)
    ]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["a", "a"], "2 resources are Evidence with the id 'a'"),
        (["", ""], "2 resources are Evidence without an id"),
    ],
)
def test_resources_of_one_id_are_named(
    project: Write, tmp_path: Path, ids: list[str], message: str
) -> None:
    evidence = [{"resourceType": "Evidence", "id": i, "title": f"T{n}"} for n, i in enumerate(ids)]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in evidence]}
    file = tmp_path / "f.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")
    with pytest.raises(kg.InputError, match=message):
        kg.import_file("fhir", file, on=project(""))


def test_half_a_character_of_json_becomes_a_sign_that_records_can_hold(
    project: Write, tmp_path: Path
) -> None:
    folder = project("")
    file, drafts = tmp_path / "works.json", folder / "data" / "works.yaml"
    file.write_text('[{"id": "a", "type": "book", "title": "T\\ud800"}]', encoding="utf-8")
    kg.import_file("bibliography", file, drafts, on=folder)
    assert "T\ufffd" in drafts.read_text(encoding="utf-8")
    kg.load(folder)


def test_a_table_may_be_wide(project: Write, tmp_path: Path) -> None:
    table, folder, names = tmp_path / "t.csv", project(""), [f"c{n}" for n in range(20_000)]
    table.write_text(f"id,{','.join(names)}\noutcome/a{',x' * len(names)}\n", encoding="utf-8")
    assert kg.import_file("table", table, on=folder).records == 1
