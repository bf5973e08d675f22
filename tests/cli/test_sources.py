"""What a command works on: the project one is in, what is named, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

import kg
from kg.cli import COMMANDS, cli

NEED_A_PROJECT = {
    "audit": [],
    "build": [],
    "export": ["nquads"],
    "query": ["variants"],
    "stats": [],
    "summary": [],
    "validate": [],
}
"""Command → arguments with which it takes a project from the folder it is called in."""

OTHER = "- id: outcome/other\n  prefLabel: Other\n  outcomeOf: child\n  desirability: desirable\n"
WRONG = "- id: outcome/wrong\n  desirability: good\n"


def call(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mine(elsewhere: Path) -> Path:
    kg.init(elsewhere / "mine")
    return elsewhere / "mine" / "data"


@pytest.mark.parametrize("command", sorted(NEED_A_PROJECT))
def test_an_empty_folder_is_no_green_light(command: str, elsewhere: Path) -> None:
    result = call(command, *NEED_A_PROJECT[command])
    assert isinstance(result.exception, kg.UsageError)
    assert "no project" in str(result.exception)
    assert list(elsewhere.iterdir()) == []


def test_the_library_does_not_guess_either(elsewhere: Path) -> None:
    with pytest.raises(kg.UsageError, match="no project"):
        kg.load()


def test_the_dataset_is_taken_when_it_is_asked_for(elsewhere: Path) -> None:
    assert "secure attachment" in call("stats", "--demo").stdout
    assert call("stats", "--demo", "attachment").exit_code == 0


def test_an_unknown_dataset_is_named_with_those_that_there_are(elsewhere: Path) -> None:
    result = call("stats", "--demo", "attachmen")
    assert "did you mean 'attachment'?" in str(result.exception)


def test_two_sources_are_refused(elsewhere: Path) -> None:
    assert "choose one" in str(call("validate", "mine", "--demo").exception)


def test_in_a_clone_the_dataset_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "kg" / "cli")
    assert "secure attachment" in call("stats").stdout


def test_terms_rules_and_questions_need_no_project(elsewhere: Path) -> None:
    for words in (["explain", "minAge"], ["explain", "AGE-003"], ["query", "--list"]):
        assert call(*words).exit_code == 0, words


def test_every_command_that_takes_a_source_has_demo() -> None:
    for name in {*NEED_A_PROJECT, "explain"} & set(COMMANDS):
        assert "--demo" in call(name, "--help").output, name


def test_a_report_names_what_was_checked(mine: Path) -> None:
    assert "entities of mine, checked by" in call("validate", "mine").stdout


# -- files of a project ----------------------------------------------------------------------


def test_a_file_of_records_is_checked_with_its_project(mine: Path) -> None:
    result = call("validate", "mine/data/evidence.yaml")
    assert result.exit_code == 0
    assert "entities of mine/data/evidence.yaml" in result.stdout


def test_only_what_is_wrong_with_the_file_is_reported(mine: Path) -> None:
    (mine / "other.yaml").write_text(OTHER, encoding="utf-8")
    evidence = mine / "evidence.yaml"
    text = evidence.read_text(encoding="utf-8").replace("maxAge: 24", "maxAge: 6")
    evidence.write_text(text, encoding="utf-8")
    assert call("validate", mine / "other.yaml").exit_code == 0
    assert "AGE-002" in call("validate", evidence).stdout


def test_what_is_not_shown_is_counted(mine: Path) -> None:
    (mine / "other.yaml").write_text(OTHER, encoding="utf-8")
    evidence = mine / "evidence.yaml"
    text = evidence.read_text(encoding="utf-8").replace("maxAge: 24", "maxAge: 6")
    evidence.write_text(text, encoding="utf-8")
    note = call("validate", mine / "other.yaml").stderr
    assert "not shown, since they are not in data/other.yaml: 1 violation" in note


def test_a_sound_file_does_not_pass_while_no_rule_can_see_it(mine: Path) -> None:
    (mine / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    result = call("validate", mine / "evidence.yaml")
    assert result.exit_code == 1
    assert "data/wrong.yaml:2:17" in result.stdout


def test_rules_that_wait_are_counted(mine: Path) -> None:
    (mine / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    report = kg.validate("mine")
    assert report.waiting == kg.validate(kg.demo()).rules
    assert f"{report.waiting} rules wait until this is fixed." in call("validate", "mine").stdout


def test_a_project_is_loaded_once_for_its_files(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mine / "other.yaml").write_text(OTHER, encoding="utf-8")
    loaded = []
    read = kg.validating.read
    monkeypatch.setattr(kg.validating, "read", lambda *a: loaded.append(a) or read(*a))
    assert call("validate", mine / "evidence.yaml", mine / "other.yaml").exit_code == 0
    assert len(loaded) == 1


@pytest.mark.parametrize("file", ["mine/notes.yaml", "notes.yaml"])
def test_a_file_that_no_project_reads_is_refused(file: str, mine: Path) -> None:
    Path(file).write_text(OTHER, encoding="utf-8")
    result = call("validate", file)
    assert isinstance(result.exception, kg.InputError)
    assert "belongs to no project" in str(result.exception) or "not among the records" in str(
        result.exception
    )
