"""The text of RDF files as tables of canonical N-Triples terms, a block at a time.

Lines are split by Polars; what is not canonical, and every other syntax, goes through pyoxigraph.
The result is what pyoxigraph parses, always.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, cast

from pyoxigraph import RdfFormat, parse

from kg.files import MOST_TEXT, at_line, misread
from kg.graph_files import Source
from kg.graph_limits import within_limits
from kg.scale.anonymous import Anonymous
from kg.scale.blocks import Misread, Text
from kg.scale.lines import canonical, frame, written
from kg.shacl.sql.table import prefix

if TYPE_CHECKING:
    import polars as pl

CHUNK = 50_000
"""Quads of a syntax without lines that are worked on at a time."""
_LOCAL = re.compile(rb'^[^"\n]*?<(file:[^>\n]*)>', re.MULTILINE)
"""An address on this machine that is not within a text."""


@dataclass(frozen=True, slots=True)
class Read:
    """Statements ``s, p, o, g``, how many lines they were, and how many of these were parsed.

    ``named`` tells whether the syntax has named graphs; ``local`` is an IRI that became an address
    on this machine, for want of a base.
    """

    data: pl.DataFrame
    named: bool
    lines: int = 0
    noncanonical: int = 0
    local: str = ""


def read_block(origin: Source, block: bytes) -> Read:
    """Read a block of lines.

    :raises Misread: of the first line that cannot be read.
    """
    import polars as pl

    try:
        good, noncanonical = frame(block, origin.terms)
    except pl.exceptions.PolarsError as error:
        raise _not_utf8(block) or error from error
    every = good
    if len(noncanonical):
        every = _merged(good, _noncanonical(origin, noncanonical), noncanonical["row"])
    return Read(every, origin.named, len(good) + len(noncanonical), len(noncanonical))


def has_blanks(data: pl.DataFrame) -> bool:
    """Tell whether there are blank nodes among some terms."""
    import polars as pl

    return any(data.select([pl.col(c).str.starts_with("_:").any() for c in "sog"]).row(0))


def relabelled(data: pl.DataFrame, file: int) -> pl.DataFrame:
    """Return statements with labels of blank nodes that no other file has.

    :param file: the place of their file among those that are read.
    """
    import polars as pl

    own = [
        pl.when(pl.col(c).str.starts_with("_:"))
        .then(pl.lit(prefix(file)) + pl.col(c).str.slice(2))
        .otherwise(c)
        .alias(c)
        for c in "sog"
    ]
    return data.with_columns(own)


def parquet(data: pl.DataFrame, named: bool) -> memoryview:
    """Return statements as a Parquet file.

    :param named: the syntax that they were written in has named graphs.
    """
    import polars as pl

    if not named:
        data = data.with_columns(g=pl.lit("", pl.Enum([""])))  # many texts would take long to write
    out = io.BytesIO()
    data.write_parquet(out, compression="lz4", statistics=False)
    return out.getbuffer()


def texts(origin: Source, file: Text) -> Iterator[bytes]:
    """Yield the statements of a file whose syntax has no lines, as lines that pyoxigraph writes.

    :raises InputError: if the file cannot be read, with its name and line.
    """
    try:
        text = _Chained(file.read(len(BOM_UTF8)).removeprefix(BOM_UTF8), file)
        if origin.syntax == RdfFormat.RDF_XML:
            text = _checked(origin, text)
        quads = parse(cast(IO[bytes], text), origin.syntax, base_iri=origin.base)
        nodes = Anonymous()
        while lines := written(islice(quads, CHUNK)):
            yield nodes.labelled(lines)
    except SyntaxError as error:
        reason = misread(origin.syntax, error)
        raise at_line(origin.path.name, error.lineno, *reason) from error
    except (ValueError, MemoryError) as error:
        raise at_line(origin.path.name, None, *misread(origin.syntax, error)) from error


def read_text(origin: Source, lines: bytes) -> Read:
    """Read some of the lines of :func:`texts`."""
    data = frame(lines, 4 if origin.named else 3, trusted=True)[0]
    local = _LOCAL.search(lines) if b"<file:" in lines else None
    return Read(data, origin.named, local=local[1].decode() if local else "")


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

    def __init__(self, head: bytes, rest: Text) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def read(self, size: int = -1, /) -> bytes:
        return self._head.read(size) or self._rest.read(size)


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
