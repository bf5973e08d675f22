"""RDF files of every syntax into Parquet tables of canonical N-Triples terms.

Files of lines are split by Polars, on all cores, a block of text at a time; what is not canonical,
and every other syntax, goes through pyoxigraph. The result is what pyoxigraph parses, always.
"""

from __future__ import annotations

import io
import os
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar, cast

from pyoxigraph import RdfFormat, parse

from kg.errors import UsageError
from kg.files import MOST_TEXT, at_line, misread
from kg.graph_files import Hashed, Source, local_address, opened, source
from kg.graph_limits import within_limits
from kg.scale.blocks import Misread, blocks
from kg.scale.cache import Cache, Table, state_of
from kg.scale.lines import canonical, frame, written
from kg.shacl.sql import INSTALL
from kg.shacl.sql.table import PART_BITS

if TYPE_CHECKING:
    import polars as pl

S = TypeVar("S")
T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""``(name of the file, bytes of it that are read, bytes it has)``."""
CHUNK = 200_000
"""Quads of a syntax without lines that are held at a time."""
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
    if not find_spec("polars"):  # imported only where something has to be read
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
    with cache.fresh() as folder, opened(origin) as (file, raw):
        writer = _Writer(folder, cache)
        for part in _lines(origin, file) if origin.terms else _parsed(origin, file):
            writer.add(part)
            progress(origin.path.name, raw.count, state[0])
        key = cache.keyed(origin, raw.digest())
        table = cache.put(folder, key, writer.table(origin.path))
    cache.remember(origin, key, state)
    return table


@dataclass(frozen=True, slots=True)
class _Part:
    """Some statements as a Parquet file, and what :class:`Table` records about them."""

    content: bytes | memoryview
    statements: int
    noncanonical: int
    blanks: bool
    local: str = ""
    lines: int = 0


def _packed(number: int, data: pl.DataFrame, noncanonical: int, named: bool) -> _Part:
    """Pack the statements of one part of a file; ``k`` tells where the run of a subject begins.

    :param named: the syntax has named graphs.
    """
    import polars as pl

    blanks = data.select([pl.col(c).str.starts_with("_:").any() for c in "sog"]).row(0)
    place = pl.int_range(number << PART_BITS, (number << PART_BITS) + len(data), dtype=pl.Int64)
    begins = pl.col("s").ne_missing(pl.col("s").shift())
    data = data.with_columns(k=pl.when(begins).then(place).forward_fill())
    if not named:
        data = data.with_columns(g=pl.lit("", pl.Enum([""])))  # many texts would take long to write
    out = io.BytesIO()
    data.write_parquet(out, compression="lz4", statistics=False)
    return _Part(out.getbuffer(), len(data), noncanonical, any(blanks))


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


def _lines(origin: Source, file: IO[bytes] | Hashed) -> Iterator[_Part]:
    """Yield the statements of each block of lines, several of which are worked on at once."""
    import polars as pl

    def work(numbered: tuple[int, bytes]) -> _Part:
        number, block = numbered
        try:
            good, noncanonical = frame(block, origin.terms)
        except pl.exceptions.PolarsError as error:
            raise _not_utf8(block) or error from error
        every = (
            _merged(good, _noncanonical(origin, noncanonical), noncanonical["row"])
            if len(noncanonical)
            else good
        )
        part = _packed(number, every, len(noncanonical), origin.terms == 4)
        return replace(part, lines=len(good) + len(noncanonical))

    line = 1
    try:
        for part in _side_by_side(work, enumerate(blocks(file))):
            yield part
            line += part.lines
    except Misread as error:
        raise at_line(origin.path.name, line + error.row, error.reason, error.hint) from error


def _noncanonical(origin: Source, noncanonical: pl.DataFrame) -> pl.DataFrame:
    """Read the lines of a block that are not canonical.

    :raises Misread: of the first that is none of that syntax.
    """
    text = "\n".join(noncanonical["line"]).encode()
    try:
        return frame(canonical(text, origin.syntax), 4, trusted=True)[0]
    except SyntaxError as error:
        row = noncanonical["row"][min(error.lineno or 1, len(noncanonical)) - 1]
        raise Misread(row, *misread(origin.syntax, error)) from error
    except ValueError as error:
        for row, one in noncanonical.iter_rows():
            try:
                canonical(one.encode(), origin.syntax)
            except ValueError:
                raise Misread(row, *misread(origin.syntax, error)) from error
        raise


def _merged(good: pl.DataFrame, read: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Put what a parser has read from some rows back between the others.

    So what is said of a subject stays together. Where a row was a remark, or held two statements,
    all go to the end.
    """
    import polars as pl

    if len(read) != len(rows):
        return pl.concat([good, read])
    rows = rows.cast(pl.Int64)
    every = pl.int_range(len(good) + len(read), dtype=pl.Int64, eager=True)
    others = every.filter(~every.is_in(rows.implode()))
    placed = read.with_columns(row=rows)
    return good.with_columns(row=others).merge_sorted(placed, key="row").drop("row")


def _not_utf8(block: bytes) -> Misread | None:
    for row, text in enumerate(block.split(b"\n")):
        try:
            text.decode()
        except UnicodeDecodeError as error:
            reason = f"byte {error.start + 1} of the line is not UTF-8"
            return Misread(row, reason, "RDF files are UTF-8; convert the file first")
    return None


def _parsed(origin: Source, file: IO[bytes] | Hashed) -> Iterator[_Part]:
    """Yield the statements of a file whose syntax has no lines, as pyoxigraph reads them."""
    named = origin.syntax in (RdfFormat.TRIG, RdfFormat.JSON_LD)
    try:
        text = _Chained(file.read(len(BOM_UTF8)).removeprefix(BOM_UTF8), file)
        if origin.syntax == RdfFormat.RDF_XML:
            text = _checked(origin, text)
        quads = parse(cast(IO[bytes], text), origin.syntax, base_iri=origin.base)
        chunks = iter(lambda: list(islice(quads, CHUNK)), [])
        for number, chunk in enumerate(chunks):
            read = frame(written(chunk), 4 if named else 3, trusted=True)[0]
            local = local_address(chain.from_iterable(quad.triple for quad in chunk))
            yield replace(_packed(number, read, 0, named), local=local)
    except SyntaxError as error:
        reason = misread(origin.syntax, error)
        raise at_line(origin.path.name, error.lineno, *reason) from error
    except (ValueError, MemoryError) as error:
        raise at_line(origin.path.name, None, *misread(origin.syntax, error)) from error


def _checked(origin: Source, file: _Chained) -> _Chained:
    """Return an XML file to read on; one with entities is read whole, and checked first.

    :raises InputError: if its entities expand too far.
    """
    head = file.read(1 << 20)
    if b"<!ENTITY" in head:
        head += file.read(MOST_TEXT)
        within_limits(origin.path.name, head, origin.syntax)
    return _Chained(head, file)


class _Chained:
    """What was read of a file already, and then the rest of it."""

    def __init__(self, head: bytes, rest: IO[bytes] | Hashed | _Chained) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def read(self, size: int = -1) -> bytes:
        return self._head.read(size) or self._rest.read(size)


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
