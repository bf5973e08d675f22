"""The fuzzer finds what it looks for; .ci/run runs it."""

from __future__ import annotations

import contextlib
import os
import random
from pathlib import Path

import fuzz
import pytest

from kg.errors import KgError


@pytest.fixture(scope="module")
def seeds() -> fuzz.Seeds:
    return fuzz.Seeds()


def test_damage_follows_the_seed() -> None:
    texts = [fuzz.damaged(b"- id: outcome/trust", random.Random(seed)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_an_internal_error_is_a_finding(monkeypatch: pytest.MonkeyPatch, seeds: fuzz.Seeds) -> None:
    def fails(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(fuzz, "attempt", fails)
    found: list[bytes] = []
    ends = fuzz.batch(1, 1, seeds, 1, lambda name, data, error: found.append(data))
    assert (ends, len(found)) == ({"finding": 1}, 1)


def test_a_process_that_is_aborted_is_a_finding(capfd: pytest.CaptureFixture[str]) -> None:
    assert fuzz.forked(os.abort) == {"finding": 1}  # type: ignore[arg-type]
    assert "a process ended with -6" in capfd.readouterr().out


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
