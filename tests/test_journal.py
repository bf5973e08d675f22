"""Several files of a project change in one step, and an interrupted change is finished."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kg
from kg.errors import InputError
from kg.journal import change, editing
from kg.resources import JOURNAL

OUTCOME = "- {{id: outcome/{}, prefLabel: {}}}\n"
Write = Callable[..., Path]


@pytest.fixture
def folder(project: Write) -> Path:
    project(OUTCOME.format("a", "old"), name="a.yaml")
    return project(OUTCOME.format("b", "old"), name="b.yaml")


def labels(folder: Path) -> set[str]:
    graph = kg.load(folder)
    return {graph.label(graph.node(f"outcome/{name}")) for name in "ab"}


def new(folder: Path) -> dict[Path, bytes]:
    return {folder / f"data/{n}.yaml": OUTCOME.format(n, "new").encode() for n in "ab"}


def test_a_change_that_was_interrupted_is_finished_by_the_next_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def once(old: Path, place: Path) -> None:
        old.replace(place)
        monkeypatch.setattr(shutil, "move", fails)

    def fails(*_: object) -> None:
        raise OSError("no more")

    monkeypatch.setattr(shutil, "move", once)
    with pytest.raises(InputError, match="cannot finish"):
        change(folder, new(folder))
    monkeypatch.undo()
    assert labels(folder) == {"new"}
    assert "finished a change" in caplog.text
    assert not (folder / JOURNAL).exists()


def test_an_interrupt_comes_too_late_when_the_change_has_happened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "move", interrupted)
    change(folder, new(folder))
    assert labels(folder) == {"new"}


def test_a_change_that_is_not_whole_is_none(folder: Path) -> None:
    outside = folder / "kg.toml" / "c.yaml"  # below a file
    with pytest.raises(InputError, match="cannot write"):
        change(folder, {**new(folder), outside: b""})
    assert labels(folder) == {"old"}
    assert [path.name for path in folder.glob(".*")] == []


def test_two_commands_do_not_change_one_project(folder: Path) -> None:
    refused = pytest.raises(InputError, match="another process changes the files of")
    with editing(folder), ThreadPoolExecutor() as other, refused:
        other.submit(editing(folder).__enter__).result()


def test_a_command_that_changes_a_project_may_do_so_in_steps(folder: Path) -> None:
    with editing(folder), editing(folder):
        change(folder, new(folder))
    assert "new" in (folder / "data/a.yaml").read_text(encoding="utf-8")


def test_records_that_are_being_changed_are_not_read(project: Write) -> None:
    folder = project(OUTCOME.format("a", "old"), settings='records = ["."]')
    unfinished = folder / f".{JOURNAL}.{os.getpid()}-abcd1234" / "data"
    unfinished.mkdir(parents=True)
    (unfinished / "data.yaml").write_text(OUTCOME.format("a", "new"), encoding="utf-8")
    graph = kg.load(folder)
    assert graph.label(graph.node("outcome/a")) == "old"


def test_a_file_that_a_link_leads_to_is_changed_and_not_the_link(folder: Path) -> None:
    (folder / "data/a.yaml").rename(folder / "real")
    (folder / "data/a.yaml").symlink_to("../real")
    change(folder, new(folder))
    assert (folder / "data/a.yaml").is_symlink()
    assert "new" in (folder / "real").read_text(encoding="utf-8")
