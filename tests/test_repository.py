"""What may be tracked by git: text, and only a few named files that are binary or large."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIMIT = 400_000
"""Bytes of a tracked file. A larger one is generated, downloaded or belongs into a release."""
VENDOR = "kg/figure/vendor/"
LARGE = {f"{VENDOR}DejaVuSans.ttf", f"{VENDOR}DejaVuSans-Bold.ttf", f"{VENDOR}cytoscape.min.js"}
PICTURES = ("docs/figure.png", "docs/images/")
"""Pictures of the documentation: binary, each below :data:`PICTURE_LIMIT`."""
PICTURE_LIMIT = 500_000


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    found = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in found.stdout.split("\0") if name and (ROOT / name).is_file()]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_binary_file_is_tracked_but_fonts_and_pictures(tracked: list[Path]) -> None:
    binary = {name(path) for path in tracked if b"\0" in path.read_bytes()}
    assert binary >= {file for file in LARGE if file.endswith(".ttf")}, "the look for them is blind"
    wrong = sorted(n for n in binary - LARGE if not n.startswith(PICTURES))
    assert not wrong, f"binary files are tracked: {wrong}; run git rm --cached, or name them here"


def test_no_large_file_is_tracked_but_those_named_here(tracked: list[Path]) -> None:
    def limit(path: Path) -> int:
        return PICTURE_LIMIT if name(path).startswith(PICTURES) else LIMIT

    sizes = {name(path): path.stat().st_size for path in tracked if name(path) not in LARGE}
    wrong = [f"{n} ({size:,} bytes)" for n, size in sizes.items() if size > limit(ROOT / n)]
    assert not wrong, f"large files are tracked: {wrong}; run git rm --cached, or name them here"
