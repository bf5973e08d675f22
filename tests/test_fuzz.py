"""The fuzzer finds what it looks for; .ci/run runs it."""

from __future__ import annotations

import contextlib
import os
import random
from pathlib import Path
from typing import Any

import fuzz
import pytest

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


@pytest.mark.parametrize("file", sorted(fuzz.CORPUS.iterdir()), ids=lambda file: file.name)
def test_what_was_found_once_is_answered(file: Path, seeds: fuzz.Seeds, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    with contextlib.suppress(KgError):
        fuzz.attempt(fuzz.name_of(file), file.read_bytes(), tmp_path / "project", seeds)
