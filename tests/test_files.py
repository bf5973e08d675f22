"""Writes are whole or absent, and touch only what changes."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kg
from kg.errors import InputError, UsageError
from kg.outputs import CONTENTS, alone, write_all, write_folder

OURS = b"# Written by clinical-evidence-kg. 1"
LONG_AGO = 1_000_000_000


def test_a_file_that_holds_the_same_already_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    file.write_bytes(OURS)
    os.utime(file, (LONG_AGO, LONG_AGO))
    write_all({file: OURS})
    assert file.stat().st_mtime == LONG_AGO


def test_a_file_of_the_same_length_with_another_content_is_written(tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    file.write_bytes(OURS)
    write_all({file: OURS.replace(b"1", b"2")})
    assert file.read_bytes() == OURS.replace(b"1", b"2")


def test_nothing_is_written_when_one_file_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"mine")
    files = {tmp_path / "graph.nq": OURS, tmp_path / "notes.txt": OURS}
    with pytest.raises(UsageError, match=r"notes\.txt was not written by kg"):
        write_all(files)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_nothing_is_left_when_a_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OURS)
    with pytest.raises(Exception, match="cannot write"):
        write_all({tmp_path / "graph.nq": OURS, tmp_path / "file" / "graph.nq": OURS})
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_two_processes_do_not_write_to_one_folder(tmp_path: Path) -> None:
    def elsewhere() -> None:  # a lock of another thread is what one of another process is
        with alone(tmp_path / "build"):
            pass

    with alone(tmp_path / "build"), alone(tmp_path / "build"), ThreadPoolExecutor() as pool:
        with pytest.raises(InputError, match="another process writes"):
            pool.submit(elsewhere).result()
        assert [path.name for path in tmp_path.iterdir()] == [".build.lock"]
    assert list(tmp_path.iterdir()) == []


def test_a_second_build_is_refused_from_the_beginning_of_the_first(tmp_path: Path) -> None:
    kg.init(tmp_path / "project")
    seen: list[str] = []

    def second(name: str, found: str) -> None:
        if name == "read":
            with ThreadPoolExecutor() as pool, pytest.raises(InputError) as refused:
                pool.submit(kg.build, tmp_path / "project", tmp_path / "out").result()
            seen.append(str(refused.value))

    kg.build(tmp_path / "project", tmp_path / "out", step=second)
    assert [text.partition(" (")[0] for text in seen] == [
        f"another process writes to {tmp_path / 'out'}"
    ]


ENDED = "4194305"
"""A number that no process has: Linux numbers them up to 4194304."""


def test_what_a_killed_run_left_is_removed_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mine = {f".graph.nq.{os.getpid()}-abcd1234", ".graph.nq.mine", f".other.{ENDED}-abcd1234"}
    for name in (*mine, f".graph.nq.{ENDED}-abcd1234"):
        (tmp_path / name).touch()
    write_all({tmp_path / "graph.nq": OURS})
    assert {p.name for p in tmp_path.iterdir()} == {"graph.nq", *mine}
    assert "removed what an interrupted run left" in caplog.text


def test_a_folder_that_a_killed_run_moved_is_put_back(tmp_path: Path) -> None:
    (tmp_path / f".out.{ENDED}-abcd1234.before").mkdir()
    (tmp_path / f".out.{ENDED}-abcd1234.before" / "mine").write_bytes(b"mine")
    write_folder(tmp_path / "out", {"a": b"a"})
    assert (tmp_path / "out" / "mine").read_bytes() == b"mine"


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_changes_in_one_step(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr("kg.outputs._exchanged", lambda *_: False)
    out = tmp_path / "out"
    write_folder(out, {"a": b"1", "same": b"1", "old": b"1"})
    (out / "mine").write_bytes(b"mine")
    before = (out / "same").stat().st_ino
    write_folder(out, {"a": b"2", "same": b"1", "new/b": b"2"})
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert there == {"a", "same", "new/b", "mine", CONTENTS}
    assert ((out / "a").read_bytes(), (out / "same").stat().st_ino) == (b"2", before)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_stays_when_a_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write_folder(out, {"a": b"1"})

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_folder(out, {"a": b"2"})
    assert (out / "a").read_bytes() == b"1"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_keeps_the_mode_that_it_has(tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    file.write_bytes(OURS)
    file.chmod(0o600)
    write_all({file: OURS + b"2"})
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_a_link_leads_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "graph.nq")
    write_all({tmp_path / "link": OURS})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "graph.nq").read_bytes() == OURS
