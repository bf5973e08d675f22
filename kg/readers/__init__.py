"""Readers turn one file into records. One file a format, one line in :data:`READERS`."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from kg.diagnostics import Diagnostic
from kg.errors import InputError
from kg.records import Record

Read = tuple[list[Record], list[Diagnostic]]
Reader = Callable[[bytes, str], Read]
"""``(bytes, name)`` → records and what is wrong with the file; ``name`` is used in places."""

MOST_BYTES = 20_000_000
"""Bytes of a file of records, and of other texts that are read as a whole."""


def _of_bytes(module: str, function: str = "read") -> Reader:
    """Return a reader whose module is imported when a file is read: most runs need one or none."""

    def read(data: bytes, name: str) -> Read:
        found = getattr(import_module(f"kg.readers.{module}"), function)
        return cast(Reader, found)(data, name)

    return read


def _of_text(module: str, function: str = "read") -> Reader:
    reader = cast(Callable[[str, str], Read], _of_bytes(module, function))
    return lambda data, name: reader(decoded(data, name), name)


READERS: Mapping[str, Reader] = {
    ".yaml": _of_text("yaml"),
    ".yml": _of_text("yaml"),
    ".sssom.tsv": _of_text("sssom"),
    ".csv": _of_text("table"),
    ".tsv": _of_text("table", "read_tabs"),
    ".xlsx": _of_bytes("workbook"),
}
"""How a file's name ends → the reader of that format; the first that fits is taken."""
TABLES = (".csv", ".tsv", ".xlsx")
"""How the name of a table ends; its places are rows and columns of the table."""


def reader_for(path: Path) -> Reader | None:
    """Return the reader of a file by how its name ends, or ``None``."""
    return next((r for suffix, r in READERS.items() if path.name.endswith(suffix)), None)


def read_file(path: Path, name: str) -> Read:
    """Read the records of one file.

    :param path: path of the file.
    :param name: the file's name in places: its path relative to the project.
    :raises InputError: if the file cannot be opened, is in another encoding, or has no reader.
    """
    reader = reader_for(path)
    if reader is None:
        known = ", ".join(READERS)
        raise InputError(f"no reader for {name}", hint=f"records are read from {known}")
    return reader(_bytes(path, name), name)


def read_text(path: Path, name: str) -> str:
    """Return the text of a file in UTF-8, or UTF-16 with a byte order mark, without that mark.

    :raises InputError: if the file cannot be opened or is in neither encoding.
    """
    return decoded(_bytes(path, name), name)


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name} has more than {MOST_BYTES // 1_000_000} MB, too much to be read at once",
            hint="divide it into several files",
        )
    return data


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
