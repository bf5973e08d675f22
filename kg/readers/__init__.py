"""Readers turn one file into records. One file a format, one line in :data:`READERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kg.diagnostics import Diagnostic
from kg.errors import InputError
from kg.readers import sssom, yaml
from kg.records import Record

Reader = Callable[[str, str], tuple[list[Record], list[Diagnostic]]]
"""``(text, name)`` → records and what is wrong with the file; ``name`` is used in places."""

READERS: Mapping[str, Reader] = {
    ".yaml": yaml.read,
    ".yml": yaml.read,
    ".sssom.tsv": sssom.read,
}
"""How a file's name ends → the reader of that format."""


def reader_for(path: Path) -> Reader | None:
    """Return the reader of a file by how its name ends, or ``None``."""
    return next((r for suffix, r in READERS.items() if path.name.endswith(suffix)), None)


def read_file(path: Path, name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the records of one file.

    :param path: path of the file.
    :param name: the file's name in places: its path relative to the project.
    :raises InputError: if the file cannot be opened, is not UTF-8, or has no reader.
    """
    reader = reader_for(path)
    if reader is None:
        known = ", ".join(READERS)
        raise InputError(f"no reader for {name}", hint=f"records are read from {known}")
    return reader(read_text(path, name), name)


def read_text(path: Path, name: str) -> str:
    """Return the text of a UTF-8 file, without a byte order mark.

    :raises InputError: if the file cannot be opened or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 (byte {error.start})", hint="save the file as UTF-8"
        ) from error
