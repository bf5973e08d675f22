"""The text of files of lines as blocks of whole lines, with bounded memory."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Protocol

from kg.graph_files import OWN_FILE, Counted

BLOCK = 8 << 20
"""Bytes of text that are worked on at a time."""
LONGEST = 16_000_000
"""Bytes of the longest line that is read, a little less than pyoxigraph can."""


class Misread(Exception):
    """A line cannot be read; ``row`` counts from 0 in its block, which does not know its place."""

    def __init__(self, row: int, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.row, self.reason, self.hint = row, reason, hint


class Text(Protocol):
    """What text is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Read up to ``size`` bytes."""
        ...


def blocks(file: Text, size: int = BLOCK, *, first: bool = True) -> Iterator[bytes]:
    r"""Yield blocks of whole lines.

    Ends of lines are ``\n`` in what is yielded; in no syntax of lines does a term hold one. A byte
    order mark before the first line is left out.

    :raises Misread: of a line after the last block, if it is longer than :data:`LONGEST`, or
        compressed data are truncated from there on.
    """
    rest, mark = b"", BOM_UTF8 if first else b""
    while True:
        try:
            data = file.whole_lines(size, LONGEST) if isinstance(file, Counted) else file.read(size)
        except EOFError as error:
            raise Misread(
                0,
                "the compressed data are truncated, here or later",
                "copy or download the file again; nothing of it was kept",
            ) from error
        if not data:
            break
        data, mark = data.removeprefix(mark), b""
        cut = data.rfind(b"\n") + 1
        if not cut:
            rest += data
            _bounded(rest)
            continue
        block, rest = rest + data[:cut] if rest or cut < len(data) else data, data[cut:]
        _bounded(block)
        yield block.replace(b"\r\n", b"\n") if b"\r" in block else block
    if rest:
        yield rest


def _bounded(block: bytes) -> None:
    """Refuse a block that has a line of more than :data:`LONGEST` bytes."""
    if len(block) > LONGEST:
        for row, line in enumerate(block.split(b"\n")):
            if len(line) > LONGEST:
                reason = f"a line of more than {LONGEST // 1_000_000} MB"
                raise Misread(row, reason, OWN_FILE)
