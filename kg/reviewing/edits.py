"""Changes in place: one value of a record becomes another, and every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError, Place, UsageError

_KEY = r"""(?:^|[\s,{{\-])["']?{key}["']?\s*:\s*$"""


class Edit(NamedTuple):
    """A scalar value at a place of a YAML file, under a key, and what it becomes."""

    place: Place
    key: str
    before: str
    after: str


def edited(folder: Path, edits: Iterable[Edit]) -> Mapping[Path, bytes]:
    """Return the files of a project with some values changed, as they are to be written.

    :raises InputError: if a file cannot be read.
    :raises UsageError: if a value is not written in its file as a plain or quoted text, for example
        because it comes from a table or an alias.
    """
    by_file: dict[str, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_file.setdefault(edit.place.file, []).append(edit)
    found: dict[Path, bytes] = {}
    for name, own in by_file.items():
        path = folder / name
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read {name}: {error}") from error
        lines = text.splitlines(keepends=True) if "\r" in text else _lines(text)
        for edit in sorted(own, reverse=True):
            lines[edit.place.line - 1] = _line(lines, edit)
        found[path] = "".join(lines).encode("utf-8")
    return found


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _line(lines: list[str], edit: Edit) -> str:
    number, start = edit.place.line - 1, edit.place.column - 1
    line = lines[number] if number < len(lines) else ""
    head, rest = line[:start], line[start:]
    key = re.search(_KEY.format(key=re.escape(edit.key)), head)
    for written in (f'"{edit.before}"', f"'{edit.before}'", edit.before):
        after = rest[len(written) : len(written) + 1]
        if key and rest.startswith(written) and (not after or after in " \t\r\n,}#]"):
            quote = written[0] if written[0] in "\"'" else ""
            return head + quote + edit.after + quote + rest[len(written) :]
    raise UsageError(
        f"'{edit.key}: {edit.before}' is not written here so that it can be changed in place",
        place=edit.place,
        hint=f"write '{edit.key}: {edit.after}' there by hand",
    )
