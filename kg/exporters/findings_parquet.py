"""The table of findings as Parquet: numbers as written, and beside them as numbers."""

from __future__ import annotations

import io

from kg.errors import packages_for
from kg.evidence.findings_table import FIDELITY as FIDELITY
from kg.evidence.findings_table import NUMBERS, findings_table
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the table; a column of numbers has the same with ``Number`` after its name, typed.

    A finding with several estimates has them as text only.

    :raises UsageError: if Polars is not installed.
    """
    with packages_for("Parquet", "scale"):
        import polars

    rows = findings_table(graph)
    frame = polars.DataFrame(rows, schema=dict.fromkeys(rows[0], polars.String) if rows else None)
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
