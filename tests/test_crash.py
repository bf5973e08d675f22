"""Writers that are killed, starved or refused leave all old or all new files: scripts/crash.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import crash
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and kills as on Linux")


@pytest.fixture(scope="module")
def writers() -> Iterator[dict[str, crash.Writer]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crash.find_spec", lambda _: None)  # the slow ones: the script has them
        yield crash.writers()


@pytest.mark.parametrize("how", crash.HOWS)
@pytest.mark.parametrize("name", ["file", "folder", "edit"])
def test_a_place_is_old_or_new(writers: dict[str, crash.Writer], name: str, how: str) -> None:
    assert crash.check(writers[name], how, points=8, seed=1).total() == 8


def test_a_writer_that_mixes_old_and_new_is_found() -> None:
    def careless(folder: crash.Path, version: int) -> None:
        for name in "abcdef":
            (folder / name).write_text(str(version))

    with pytest.raises(AssertionError, match="neither old nor new"):
        crash.check(crash.Writer(careless, crash._files), "kill", points=20, seed=1)
