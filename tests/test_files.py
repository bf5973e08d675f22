"""Writes are whole or absent, and touch only what changes."""

import os
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.files import write_all

OURS = b"clinical-evidence-kg 1"
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
    write_all({file: b"clinical-evidence-kg 2"})
    assert file.read_bytes() == b"clinical-evidence-kg 2"


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
