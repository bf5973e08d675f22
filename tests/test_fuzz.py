"""The fuzzer finds what it looks for; .ci/run runs it."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import click
import fuzz
import fuzz_commands
import pytest

from kg.cli import cli
from kg.errors import KgError


@pytest.fixture(scope="module")
def seeds() -> fuzz.Seeds:
    return fuzz.Seeds()


def test_damage_follows_the_seed() -> None:
    texts = [fuzz.damaged(b"- id: outcome/trust", random.Random(seed)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_an_internal_error_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, seeds: fuzz.Seeds, tmp_path: Path
) -> None:
    def fails(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(fuzz, "attempt", fails)
    ends, findings = fuzz.batch(1, 1, seeds, 1, tmp_path)
    assert (ends, len(findings)) == ({"finding": 1}, 1)


def test_a_process_that_is_aborted_is_a_finding_with_its_input() -> None:
    def aborts(space: Path) -> Any:
        (space / "last").write_bytes(b"graph x.nt\nline\nline")
        os.abort()

    finding = fuzz.Finding("graph x.nt", b"line\nline", "a process ended with -6")
    assert fuzz.forked(aborts) == ({"finding": 1}, [finding])


def test_a_finding_is_kept_under_the_next_number(tmp_path: Path) -> None:
    (tmp_path / "041-record-data.yaml").touch()
    file = fuzz.keep(fuzz.Finding("graph x.nt", b"text", "error"), tmp_path)
    assert (file.name, file.read_bytes()) == ("042-graph-x.nt", b"text")
    assert fuzz.name_of(file) == "graph x.nt"


def test_what_takes_too_long_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "SECONDS", 1)
    with pytest.raises(TimeoutError), fuzz.limited():
        while True:
            pass


@pytest.fixture(scope="module")
def tried() -> list[str]:
    """What a process of its own says: one that has threads of Polars must not fork."""
    command = [sys.executable, fuzz.__file__, "--again"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.stdout, run.stderr
    return run.stdout.splitlines()


def test_every_input_of_the_corpus_is_tried(tried: list[str]) -> None:
    assert tried[-1] == f"{len(list(fuzz.CORPUS.iterdir()))} tried"


@pytest.mark.parametrize("file", sorted(fuzz.CORPUS.iterdir()), ids=lambda file: file.name)
def test_what_was_found_once_is_answered(file: Path, tried: list[str]) -> None:
    assert [line for line in tried if file.name in line] == []


# -- commands --------------------------------------------------------------------------------


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the words by which each command is called."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


def fuzzed(words: tuple[str, ...]) -> bool:
    return any(line[: len(words)] == words for line in fuzz_commands.COMMANDS)


def test_every_command_is_fuzzed() -> None:
    assert [" ".join(words) for words in commands(cli) if not fuzzed(words)] == []


def test_a_command_that_nobody_fuzzes_is_noticed() -> None:
    group = click.Group(commands={"review": click.Group(commands={"undo": click.Command("undo")})})
    assert [words for words in commands(group) if not fuzzed(words)] == [("review", "undo")]


@pytest.mark.parametrize("words", list(commands(cli)), ids=" ".join)
def test_a_command_succeeds_while_nothing_is_damaged(
    words: tuple[str, ...], seeds: fuzz.Seeds, tmp_path: Path
) -> None:
    def ends(number: int) -> bool:
        with contextlib.suppress(KgError):
            fuzz_commands.typed(given[f"words {number}"], seeds.project, tmp_path)
            return True
        return False

    given = dict(fuzz_commands.seeds(seeds.project))
    lines = [n for n, line in enumerate(fuzz_commands.COMMANDS) if line[: len(words)] == words]
    assert any(map(ends, lines)) == (words != ("audit",)), "no article is here for an audit"


@pytest.mark.parametrize("words", list(commands(cli)), ids=" ".join)
def test_a_path_that_cannot_be_is_refused(
    words: tuple[str, ...], seeds: fuzz.Seeds, tmp_path: Path
) -> None:
    lines = [line for line in fuzz_commands.COMMANDS if line[: len(words)] == words]
    wrong = ("y" * 300, f"{tmp_path}/loop")
    (tmp_path / "loop").symlink_to("loop")
    for line, path in product(lines[:1], wrong):
        typed = "\n".join(line)
        for place in {"FILE", "RESULT"} & set(typed.replace("/", "\n").split("\n")):
            given = typed.replace(place, path).replace("FILE", ".").replace("RESULT", "result")
            with pytest.raises(KgError):
                fuzz_commands.typed(given.encode(), seeds.project, tmp_path / "space")


def test_a_file_in_a_workbook_is_damaged(seeds: fuzz.Seeds) -> None:
    book, chance = seeds.project["given/decisions.xlsx"], random.Random(1)
    made = [ZipFile(BytesIO(data)) for _ in range(9) if (data := fuzz.damaged(book, chance))]
    assert all(len(one.namelist()) == len(ZipFile(BytesIO(book)).namelist()) for one in made)
    assert all(one.testzip() is None for one in made)


def test_nothing_outside_is_written_whatever_the_words_name(
    seeds: fuzz.Seeds, tmp_path: Path
) -> None:
    def writes(space: Path) -> Any:
        try:
            fuzz_commands.typed(f"init\n{tmp_path / 'new'}".encode(), seeds.project, space)
        except KgError as error:
            return fuzz.Counter([str(error)]), []

    (told,) = fuzz.forked(writes)[0]
    assert "Read-only file system" in told and list(tmp_path.iterdir()) == []
