"""A small project that works, for somebody who begins."""

from __future__ import annotations

from pathlib import Path

from kg import resources
from kg.errors import UsageError
from kg.files import write_all


def init(folder: str | Path) -> tuple[Path, ...]:
    """Write a small working project with comments into a folder, and return its files.

    :raises UsageError: if a file of that name is there already; then nothing is written.
    :raises InputError: if the folder cannot be written.
    """
    target = Path(folder)
    template = resources.project_template()
    files = {
        target / path.relative_to(template): path.read_bytes()
        for path in sorted(template.rglob("*"))
        if path.is_file()
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path} exists already", hint="choose an empty folder")
    write_all(files)
    return tuple(files)
