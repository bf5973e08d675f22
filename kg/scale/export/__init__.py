"""Tables of statements into other formats, without holding the graph: one line a format.

Every format is sorted and says each statement once, so the same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kg.contract import Fidelity
from kg.exporters import EXPORTERS, FOLDERS, NETWORKS, RDF, TABLES, fidelity_of
from kg.ontology import Ontology

if TYPE_CHECKING:
    from kg.scale.export.data import Statements

    Writer = Callable[[Statements, Ontology, Path], None]


@dataclass(frozen=True, slots=True)
class BulkFormat:
    """A format: its group, module and function that write it, how its files end, what it is for.

    A ``folder`` holds many files; ``suffix`` is then that of each.
    """

    group: str
    module: str
    function: str
    suffix: str
    summary: str
    folder: bool = False

    @property
    def fidelity(self) -> Fidelity:
        """What the format keeps, changes and drops."""
        return fidelity_of(f"kg.scale.export.{self.module}")

    def write(self, data: Statements, ontology: Ontology, path: Path) -> None:
        """Write statements to a file that may be there, or into an empty folder.

        :raises InputError: if the format cannot say what the data say, or space runs out.
        """
        module = import_module(f"kg.scale.export.{self.module}")
        write: Writer = getattr(module, self.function)
        write(data, ontology, path)


BULK: Mapping[str, BulkFormat] = {
    "jsonld-flat": BulkFormat(
        RDF,
        "jsonld",
        "write",
        ".jsonld",
        "one JSON-LD document, its context inside; nothing nested, one value per line",
    ),
    "jsonl": BulkFormat(
        RDF,
        "jsonld",
        "write_lines",
        ".jsonl",
        "JSON-LD, one entity per line, the context on the first: for document stores and streams",
    ),
    "nquads": BulkFormat(RDF, "nquads", "write", ".nq", "N-Quads, canonical and sorted"),
    "turtle": BulkFormat(RDF, "turtle", "write", ".ttl", "Turtle, one block per entity"),
    "csv": BulkFormat(
        TABLES,
        "tables",
        "write_csv",
        ".csv",
        "CSV tables in a folder: one per class, plus nodes and edges",
        folder=True,
    ),
    "parquet": BulkFormat(
        TABLES,
        "tables",
        "write_parquet",
        ".parquet",
        "the same tables as Parquet: for DuckDB, Polars, pandas and Spark",
        folder=True,
    ),
}
"""The name of each format that can be written of a graph that is not loaded → how."""

PIECES: Mapping[str, BulkFormat] = {
    "findings-csv": BulkFormat(
        TABLES, "findings", "write_csv", ".findings.csv", EXPORTERS["findings-csv"].summary
    ),
    "kgx": BulkFormat(NETWORKS, "kgx", "write", ".tsv", FOLDERS["kgx"].summary, folder=True),
}
"""The same for what DuckDB alone writes: rows that follow from several entities, piece by piece."""
WRITTEN_BY: Mapping[str, Mapping[str, BulkFormat]] = {
    "duckdb": {**BULK, **PIECES},
    "spark": BULK,
}
"""Engine → the formats that it writes."""
