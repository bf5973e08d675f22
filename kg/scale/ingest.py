"""RDF files of every syntax into Parquet tables of canonical N-Triples terms, on all cores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TypeVar

from kg.errors import UsageError
from kg.files import at_line
from kg.graph_files import Counted, Source, opened, source
from kg.scale.blocks import Misread, blocks
from kg.scale.cache import Cache, Table, content_hash, state_of
from kg.scale.reading import Read, has_blanks, parquet, read_block, read_text, texts
from kg.shacl.sql import INSTALL
from kg.shacl.sql.table import PART_BITS

S = TypeVar("S")
T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""``(name of the file, bytes of it that are read, bytes it has)``."""
_MOST_THREADS = 8
"""More would hold more blocks in memory than they save time."""


def ingest(
    files: Iterable[str | Path],
    cache: Cache | None = None,
    progress: Progress = lambda name, done, size: None,
    base: str = "",
) -> list[Table]:
    """Return the table of each file, from the cache where its content has been read before.

    A file that was finished stays finished: an interrupted run continues with the next one.

    :param files: paths with a suffix of :data:`kg.graph_files.GRAPH_FORMATS`, also compressed.
    :param base: what relative IRIs are resolved against; without it the address of each file.
    :raises InputError: if a file cannot be read, with its name and line; if nothing can be written.
    :raises UsageError: if the extra ``scale`` is not installed.
    """
    if not all(map(find_spec, ("blake3", "polars"))):  # imported where something has to be read
        raise UsageError("large graphs need the extra 'scale'", hint=INSTALL)
    store = cache or Cache()
    return [_ingested(source(Path(file), base), store, progress) for file in files]


def _ingested(origin: Source, cache: Cache, progress: Progress) -> Table:
    state = state_of(origin.path)
    key = cache.known(origin)
    found = cache.get(key, origin.path) if key else None
    if key and found:
        cache.remember(origin, key, state)
        return found
    hash = content_hash()
    with cache.fresh() as folder, opened(origin, hash) as (file, raw):
        writer = _Writer(folder, cache)
        for part in _parts(origin, file):
            writer.add(part)
            progress(origin.path.name, raw.count, state[0])
        raw.finish()
        key = cache.keyed(origin, hash.hexdigest())
        table = cache.put(folder, key, writer.table(origin.path))
    cache.remember(origin, key, state)
    return table


@dataclass(frozen=True, slots=True)
class _Part:
    """Some statements as a Parquet file, and what :class:`Table` records about them."""

    content: memoryview
    statements: int
    blanks: bool
    lines: int
    noncanonical: int
    local: str


def _packed(number: int, read: Read) -> _Part:
    """Pack what was read; ``k`` tells where the run of a subject begins."""
    import polars as pl

    data = read.data
    blanks = has_blanks(data)
    place = pl.int_range(number << PART_BITS, (number << PART_BITS) + len(data), dtype=pl.Int64)
    begins = pl.col("s").ne_missing(pl.col("s").shift())
    data = data.with_columns(k=pl.when(begins).then(place).forward_fill())
    content = parquet(data, read.named)
    return _Part(content, len(data), blanks, read.lines, read.noncanonical, read.local)


def _parts(origin: Source, file: IO[bytes] | Counted) -> Iterator[_Part]:
    """Yield the statements of each block of text, several of which are worked on at once."""
    read = read_block if origin.terms else read_text

    def work(numbered: tuple[int, bytes]) -> _Part:
        number, block = numbered
        return _packed(number, read(origin, block))

    line = 1
    pieces = blocks(file) if origin.terms else texts(origin, file)
    try:
        for part in _side_by_side(work, enumerate(pieces)):
            yield part
            line += part.lines
    except Misread as error:
        raise at_line(origin.path.name, line + error.row, error.reason, error.hint) from error


class _Writer:
    """Writes parts under numbers, and sums up what is in them."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.folder, self.cache = folder, cache
        self.parts: list[str] = []
        self.statements = self.noncanonical = self.blocks = 0
        self.blanks = False
        self.local = ""

    def add(self, part: _Part) -> None:
        self.noncanonical += part.noncanonical
        self.blocks += 1
        if not part.statements:
            return
        name = f"part-{len(self.parts):05}.parquet"
        with self.cache.writing():
            (self.folder / name).write_bytes(part.content)
        self.parts.append(name)
        self.statements += part.statements
        self.blanks |= part.blanks
        self.local = self.local or part.local

    def table(self, path: Path) -> Table:
        return Table(
            str(path),
            str(self.folder),
            tuple(self.parts),
            self.statements,
            self.noncanonical,
            self.blanks,
            self.blocks,
            self.local,
        )


def _side_by_side(work: Callable[[S], T], items: Iterable[S]) -> Iterator[T]:
    """Yield what becomes of items, in their order, while threads work on the next ones.

    Memory is bounded: no item is taken before there is a thread for it.

    :raises Misread: where the items end with it, after what was taken before.
    """
    threads = min(os.cpu_count() or 1, _MOST_THREADS) + 1  # one of them waits for the disk
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[T]] = deque()
    left = iter(items)
    end: Misread | None = None
    try:
        while True:
            try:
                item = next(left)
            except StopIteration:
                break
            except Misread as error:
                end = error
                break
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if end:
            raise end
    finally:
        pool.shutdown(cancel_futures=True)
