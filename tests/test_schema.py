"""The JSON Schema of records says what the builder says, to editors and other people's programs."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES, ROOT, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_builder import MISTAKES

import kg
from kg.builder import build
from kg.errors import Place
from kg.project import Project
from kg.readers import yaml
from kg.records import Entry, Mapping, Sequence, Text, Value
from kg.schema import NAME, json_schema

DEMO = Project.read(kg.demo())
ONTOLOGY = DEMO.ontology()
SCHEMA = json_schema(ONTOLOGY)
RECORD = Draft202012Validator({"$ref": "#/$defs/record", "$defs": SCHEMA["$defs"]})
HERE = Place("data.yaml", 1, 1)
OTHER_RECORDS = {"REF-001", "REF-002", "IDS-002"}
"""What takes other records to know."""
NOT_OF_A_RECORD = {"YML-001", "YML-003", "YML-005", "IDS-002", "REF-001", "REF-002"}


def plain(value: Value) -> Any:
    """Return a value as JSON, each scalar as the text that the builder sees."""
    if isinstance(value, Text):
        return None if value.empty else value.text
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return {entry.key.text: plain(entry.value) for entry in value.entries}


def record(value: Any) -> Any:
    """Return JSON as the reader would have read it."""
    if isinstance(value, dict):
        return Mapping(tuple(Entry(Text(k, HERE), record(v)) for k, v in value.items()), HERE)
    if isinstance(value, list):
        return Sequence(tuple(map(record, value)), HERE)
    return Text("", HERE, True) if value is None else Text(value, HERE)


def built(value: Any) -> set[str]:
    """Return the codes of what the builder says of one record."""
    try:
        build([record(value)], ONTOLOGY, "https://example.org/")
    except kg.RecordsError as error:
        return {d.code for d in error.diagnostics}
    return set()


@cache
def records() -> list[dict[str, Any]]:
    found = []
    for path, name in DEMO.record_files():
        if path.suffix == ".yaml":
            some, _ = yaml.read(path.read_text(encoding="utf-8"), name)
            found += [plain(one) for one in some]
    return found


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_record_of_the_dataset_is_valid() -> None:
    assert len(records()) > 400
    wrong = [(one["id"], e.message[:200]) for one in records() for e in RECORD.iter_errors(one)]
    assert wrong == []


@pytest.mark.parametrize("project", [kg.demo(), kg.demo("migraine"), EXAMPLES / "infant-sleep"])
def test_check_jsonschema_accepts_the_files(project: Path, tmp_path: Path) -> None:
    schema = tmp_path / NAME
    schema.write_text(json.dumps(json_schema(Project.read(project).ontology())), encoding="utf-8")
    files = sorted((project / "data").rglob("*.yaml"))[:4]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("code", sorted(set(MISTAKES) - NOT_OF_A_RECORD))
def test_it_refuses_what_the_builder_refuses(code: str) -> None:
    some, _ = yaml.read(MISTAKES[code][0], "data.yaml")
    values = [plain(one) for one in some] or [{"prefLabel": "Trust"}]
    assert not all(RECORD.is_valid(value) for value in values)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to everything in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, one in inner:
            found += leaves(one, (*path, key)) if isinstance(one, dict | list) else [(*path, key)]
    return found


JUNK = [
    None, "", "x", "12", "0.5", "-3", "true", "2020-02-29", "2019-02-29", "2020-02-28T10:00:00Z",
    "https://example.org/", "no spaces, please", "increase", "GRADE", [], ["a"], [["a"]], {},
    {"en": "words"}, {"type": "Certainty"}, {"rating": "low"}, {"verbatim": "x"},
]  # fmt: skip
KEYS = ["prefLabel", "minAge", "outcome", "rating", "doi", "effectValence", "none", "id", "type"]


@settings(max_examples=examples(150), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_schema_and_builder_agree_on_changed_records(data: st.DataObject) -> None:
    by_class = {one["id"].partition("/")[0]: one for one in records()}
    value = copy.deepcopy(data.draw(st.sampled_from(sorted(by_class.items())))[1])
    for _ in range(data.draw(st.integers(1, 2))):
        ways = leaves(value)
        if not ways:
            break
        *path, last = data.draw(st.sampled_from(ways))
        place = value
        for step in path:
            place = place[step]
        what = data.draw(st.sampled_from(["replace", "remove", "rename", "add"]))
        if what == "replace" or isinstance(place, list):
            place[last] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
        elif what == "remove":
            del place[last]
        elif what == "rename":
            place[data.draw(st.sampled_from(KEYS))] = place.pop(last)
        else:
            key = data.draw(st.sampled_from(KEYS))
            place[key] = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
    codes = built(value)
    if RECORD.is_valid(value):
        assert codes <= OTHER_RECORDS, value
    else:
        assert codes, value


def test_editors_get_keys_values_and_examples() -> None:
    finding, direction = SCHEMA["$defs"]["Finding"], SCHEMA["$defs"]["key.effectDirection"]
    assert "effectDirection" in finding["properties"]
    assert finding["description"].startswith("A ")
    listed = direction["anyOf"][0]["anyOf"][0]
    assert "noDifference" in listed["enum"]
    assert len(listed["enumDescriptions"]) == len(listed["enum"])
    assert direction["title"] == "effect direction"
    assert direction["examples"] == ["decrease"]


def test_terms_of_the_project_are_in_its_schema() -> None:
    own = json_schema(Project.read(EXAMPLES / "infant-sleep").ontology())
    assert "sessions" in own["$defs"]["SleepEducation"]["properties"]


def test_a_new_project_is_set_up_for_editors(tmp_path: Path) -> None:
    kg.init(tmp_path)
    setting = json.loads((tmp_path / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert list(setting["yaml.schemas"]) == [NAME]
    first = (tmp_path / "data" / "evidence.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../{NAME}"
    assert json.loads((tmp_path / NAME).read_text(encoding="utf-8"))["items"]


def test_the_schema_of_a_new_project_is_the_one_that_kg_schema_prints(tmp_path: Path) -> None:
    kg.init(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", "schema", tmp_path],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout == (tmp_path / NAME).read_bytes()
