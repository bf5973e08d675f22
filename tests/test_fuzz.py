"""The fuzzer finds what it looks for; .ci/run runs it."""

from __future__ import annotations

import random

import fuzz
import pytest


def test_damage_follows_the_seed() -> None:
    texts = [fuzz.damaged(b"- id: outcome/trust", random.Random(seed)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_an_internal_error_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(fuzz, "attempt", fails)
    found: list[bytes] = []
    ends = fuzz.fuzz(1, 1, lambda name, data, error: found.append(data))
    assert (ends, len(found)) == ({"finding": 1}, 1)
