"""Graph files that the workers of Spark read: each gets slices, so no machine sees a whole file.

A file of lines that is not compressed is cut where lines end; any other file is one slice, which a
worker reads as a stream. Workers check the text as :func:`kg.scale.ingest.ingest` does, and write
its statements as Parquet into a folder that they share; only counts come back.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kg.errors import InputError, UsageError
from kg.files import at_line
from kg.graph_files import Source, decompressed, reading, source
from kg.scale import blocks
from kg.scale.blocks import BLOCK, Misread
from kg.scale.cache import Cache, Table
from kg.scale.reading import (
    Read,
    has_blanks,
    parquet,
    read_block,
    read_text,
    relabelled,
    texts,
)
from kg.shacl.sql.spark_sql import errors

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SLICE = 64 << 20
"""Bytes of the largest slice of a file that is cut."""
_SHARED = "every worker must reach the file under the same path"


@dataclass(frozen=True, slots=True)
class Slice:
    """The lines of a file that begin at byte ``start`` or later, and before ``end``.

    ``file`` is the place of the file among those that are read together.
    """

    path: str
    base: str
    file: int
    start: int
    end: int

    def parts(self) -> Iterator[Read]:
        """Read the slice.

        :raises Misread: of the first line that cannot be read; ``row`` counts in the slice.
        :raises UsageError: if the file cannot be read.
        """
        origin = source(Path(self.path), self.base)
        with reading(origin.path), origin.path.open("rb") as raw:
            begin, end = self.start, self.end
            if _cut(origin):
                begin, end = _line_at(raw, begin), _line_at(raw, end)
            text = decompressed(Section(raw, begin, end), origin.compression)
            if origin.terms:
                yield from _lines(origin, blocks.blocks(text, first=not self.start))
            else:
                yield from (read_text(origin, lines) for lines in texts(origin, text))


class Section:
    """The bytes of a file from one place to another."""

    def __init__(self, raw: IO[bytes], start: int, end: int) -> None:
        raw.seek(start)
        self._raw, self._left = raw, end - start

    def read(self, size: int = -1, /) -> bytes:
        """Read up to ``size`` bytes."""
        data = self._raw.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


@dataclass(slots=True)
class Found:
    """What a worker has read of a slice, and why it stopped, at which line, if it did."""

    parts: list[str]
    statements: int = 0
    noncanonical: int = 0
    blocks: int = 0
    lines: int = 0
    blanks: bool = False
    local: str = ""
    failed: tuple[str, str, int | None] | None = None


def read_files(session: SparkSession, origins: Sequence[Source], folder: Path) -> Table:
    """Let the workers read files, and return the table of what they all say.

    Labels of blank nodes hold for one file: where there are several, those of each get a prefix.

    :param folder: an empty folder; every worker reaches it, and the files, under the same path.
    :raises InputError: if a file cannot be read, with its name and line, as
        :func:`kg.scale.ingest.ingest` says it; if the folder is not shared.
    :raises ShaclError: if Spark fails permanently.
    """
    with errors():
        context = session.sparkContext
        wanted = list(slices(origins, context.defaultParallelism))
        work = partial(read, folder=str(folder.resolve()), several=len(origins) > 1)
        found = context.parallelize(wanted, len(wanted)).mapPartitions(work).collect()
    return gathered(origins, wanted, found, folder)


def gathered(
    origins: Sequence[Source], wanted: Sequence[Slice], found: Sequence[Found], folder: Path
) -> Table:
    """Return the table of what was read of some slices, see :func:`read_files`.

    :raises InputError: of the first slice that could not be read; if a part is not to be seen.
    """
    _refuse_failed(origins, wanted, found)
    parts = tuple(part for one in found for part in one.parts)
    missing = sum(not (folder / part).exists() for part in parts)
    if missing:
        raise InputError(
            f"{missing} of {len(parts)} parts that the workers wrote are not in {folder}",
            hint="every worker must reach that folder under the same path; KG_CACHE names another",
        )
    return Table(
        str(origins[0].path),
        str(folder),
        parts,
        sum(one.statements for one in found),
        sum(one.noncanonical for one in found),
        any(one.blanks for one in found),
        sum(one.blocks for one in found),
        next((one.local for one in found if one.local), ""),
    )


def slices(origins: Sequence[Source], cores: int) -> Iterator[Slice]:
    """Yield slices of files, in their order, of which each core gets some."""
    sizes = [origin.path.stat().st_size for origin in origins]
    step = min(SLICE, max(BLOCK, -(-sum(sizes) // (2 * cores))))
    for number, (origin, size) in enumerate(zip(origins, sizes, strict=True)):
        for start in range(0, size or 1, step) if _cut(origin) else [0]:
            end = min(start + step, size) if _cut(origin) else size
            yield Slice(str(origin.path.resolve()), origin.given, number, start, end)


def _cut(origin: Source) -> bool:
    """Tell whether a file can be cut into slices."""
    return bool(origin.terms) and not origin.compression


def _line_at(file: IO[bytes], place: int) -> int:
    """Return where the first line begins at a place of a file or after it.

    In a line that is too long it is a place beyond what is read of a line.
    """
    if place:
        file.seek(place - 1)
        file.readline(blocks.LONGEST + 2)
    return file.tell() if place else 0


def read(wanted: Iterable[Slice], folder: str, several: bool) -> Iterator[Found]:
    """Read slices on a worker, and write what they say into a folder.

    :param several: labels of blank nodes of a file get a prefix.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the other cores have tasks of their own
    for one in wanted:
        found = Found([])
        try:
            for read in one.parts():
                _add(found, read, one, Path(folder), several)
        except Misread as error:
            found.failed = error.reason, error.hint, error.row
        except UsageError as error:
            seen = os.access(one.path, os.R_OK)
            found.failed = error.message, error.hint if seen else _SHARED, None
        yield found


def _add(found: Found, read: Read, one: Slice, folder: Path, several: bool) -> None:
    """Write some statements, under a name that no other try of the same task uses."""
    found.noncanonical += read.noncanonical
    found.lines += read.lines
    found.blocks += 1
    found.local = found.local or read.local
    data = read.data
    if not len(data):
        return
    blanks = has_blanks(data)
    if blanks and several:
        data = relabelled(data, one.file)
    name = f"{one.file:05}-{one.start:015}-{found.blocks:05}-{os.urandom(4).hex()}.parquet"
    with Cache(folder.parent).writing():
        (folder / name).write_bytes(parquet(data, read.named))
    found.parts.append(name)
    found.statements += len(data)
    found.blanks |= blanks


def _lines(origin: Source, texts: Iterable[bytes]) -> Iterator[Read]:
    """Read blocks of lines.

    :raises Misread: of the first that cannot be read; ``row`` counts in all blocks.
    """
    before = 0
    try:
        for text in texts:
            read = read_block(origin, text)
            yield read
            before += read.lines
    except Misread as error:
        raise Misread(before + error.row, error.reason, error.hint) from error


def _refuse_failed(
    origins: Sequence[Source], wanted: Sequence[Slice], found: Sequence[Found]
) -> None:
    """Raise the error of the first slice that could not be read."""
    before = dict.fromkeys(range(len(origins)), 0)
    for one, read in zip(wanted, found, strict=True):
        if read.failed:
            reason, hint, row = read.failed
            if row is None:
                raise InputError(reason, hint=hint)
            name = origins[one.file].path.name
            raise at_line(name, before[one.file] + row + 1, reason, hint)
        before[one.file] += read.lines
