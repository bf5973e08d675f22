"""The table of findings as Parquet: numbers as written, and beside them as numbers."""

from __future__ import annotations

import io

from kg.errors import packages_for
from kg.evidence.findings_table import ABOUT, CAVEATS, NUMBERS, findings_table
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the table; a column of numbers has the same with ``Number`` after its name, typed.

    A finding with several estimates has them as text only.

    :raises UsageError: if Polars is not installed.
    """
    with packages_for("Parquet", "scale"):
        import polars

    rows = findings_table(graph)
    # A Parquet file needs a column, so that a table without findings has two.
    names = rows[0] if rows else (ABOUT, CAVEATS)
    frame = polars.DataFrame(rows, schema=dict.fromkeys(names, polars.String))
    columns: list[polars.Expr] = []
    for name in frame.columns:
        columns.append(polars.when(polars.col(name) != "").then(polars.col(name)).alias(name))
        if name in NUMBERS:
            kind = polars.Float64 if NUMBERS[name][0] in "ce" else polars.Int64
            columns.append(polars.col(name).cast(kind, strict=False).alias(NUMBERS[name]))
    out = io.BytesIO()
    remarks = {
        "writtenBy": "clinical-evidence-kg",
        "caveats": "\n".join([*graph.caveats(), *graph.attribution()]),
    }
    # Uncompressed, so that the first column says near the beginning who wrote the file.
    frame.select(columns).write_parquet(out, compression="uncompressed", metadata=remarks)
    return out.getvalue()
