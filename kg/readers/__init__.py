"""Readers turn one file into records. One file a format, one line in :data:`READERS`."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from pathlib import Path

from kg.diagnostics import Diagnostic
from kg.errors import InputError
from kg.readers import sssom, table, yaml
from kg.records import Record

Reader = Callable[[str, str], tuple[list[Record], list[Diagnostic]]]
"""``(text, name)`` → records and what is wrong with the file; ``name`` is used in places."""

READERS: Mapping[str, Reader] = {
    ".yaml": yaml.read,
    ".yml": yaml.read,
    ".sssom.tsv": sssom.read,
    ".csv": table.read,
    ".tsv": table.read_tabs,
}
"""How a file's name ends → the reader of that format; the first that fits is taken."""
TABLES = (".csv", ".tsv")
"""How the name of a table ends; its places are rows and columns of the table."""


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
    """Return the text of a file in UTF-8, or UTF-16 with a byte order mark, without that mark.

    :raises InputError: if the file cannot be opened or is in neither encoding.
    """
    try:
        return decoded(path.read_bytes(), name)
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}") from error


def decoded(data: bytes, name: str) -> str:
    """Return the text of bytes in UTF-8, or UTF-16 with a byte order mark, without that mark.

    :raises InputError: if the bytes are in neither encoding.
    """
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not {encoding.upper().removesuffix('-SIG')} (byte {error.start})",
            hint="save the file as UTF-8",
        ) from error
