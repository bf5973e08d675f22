"""The table of findings as Parquet: numbers as written, and beside them as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from tempfile import TemporaryFile

from kg.errors import packages_for
from kg.evidence.findings_table import ABOUT, CAVEATS, NUMBERS, rows
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.pieces import Pieces

_ROWS = 10_000
"""Rows of a group, of which one at a time is in memory."""
_CHUNK = 1 << 20


def stream(pieces: Pieces) -> Iterator[bytes]:
    """Yield the table; a column of numbers has the same with ``Number`` after its name, typed.

    A finding with several estimates has them as text only.

    :raises UsageError: if Polars is not installed.
    """
    with packages_for("Parquet", "scale"):
        import polars
        from polars.io.plugins import register_io_source

    every = rows(pieces)
    begin = list(islice(every, 1))
    left = chain(begin, every)
    # A Parquet file needs a column, so that a table without findings has two.
    names = list(begin[0]) if begin else [ABOUT, CAVEATS]

    def frames(*_: object) -> Iterator[polars.DataFrame]:
        while some := list(islice(left, _ROWS)):
            yield typed(some)

    def typed(some: list[dict[str, str]]) -> polars.DataFrame:
        """Return rows with an empty text as null, and numbers beside what is written."""
        frame = polars.DataFrame(some, schema=dict.fromkeys(names, polars.String))
        columns: list[polars.Expr] = []
        for name in names:
            columns.append(polars.when(polars.col(name) != "").then(polars.col(name)).alias(name))
            if name in NUMBERS:
                kind = polars.Float64 if NUMBERS[name][0] in "ce" else polars.Int64
                columns.append(polars.col(name).cast(kind, strict=False).alias(NUMBERS[name]))
        return frame.select(columns)

    table = register_io_source(frames, schema=typed([]).schema)
    remarks = {"writtenBy": "clinical-evidence-kg", "caveats": "\n".join(pieces.remarks())}
    with TemporaryFile() as file:
        # Uncompressed, so that the first column says near the beginning who wrote the file.
        table.sink_parquet(file, compression="uncompressed", row_group_size=_ROWS, metadata=remarks)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
