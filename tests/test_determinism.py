"""The same project gives the same bytes on any machine, at any time, from any folder."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg import resources

PROGRAM = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"
ONE_CORE = "import os; os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1]); "


def build(output: Path, cwd: Path, before: str = "", **environment: str) -> dict[str, str]:
    program = before + PROGRAM
    result = subprocess.run(
        [sys.executable, "-c", program, "build", str(resources.bundled_dataset()), "-o", output],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    files = sorted(p for p in output.rglob("*") if p.is_file())
    assert files
    return {str(p.relative_to(output)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("first")
    return build(folder / "out", folder, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")


def test_hash_seed_time_zone_locale_folder_and_cores_do_not_count(
    first: dict[str, str], tmp_path: Path
) -> None:
    other = tmp_path / "a folder"
    other.mkdir()
    again = build(
        other / "elsewhere",
        other,
        ONE_CORE if hasattr(os, "sched_setaffinity") else "",
        PYTHONHASHSEED="2",
        TZ="Pacific/Auckland",
        LC_ALL="C",
        LANG="de_DE.UTF-8",
        SOURCE_DATE_EPOCH="0",
        COLUMNS="40",
        NO_COLOR="1",
    )
    assert again == first


def test_a_build_writes_what_it_promises(first: dict[str, str]) -> None:
    assert {"graph.jsonld", "graph.ttl", "graph.nq", "report.json", "figure.svg"} <= set(first)
