"""Tables of statements into other formats, without holding the graph: one line a format.

Every format is sorted and says each statement once, so the same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kg.contract import Fidelity
from kg.exporters import EXPORTERS, FOLDERS, RDF, TABLES, Exporter, FolderExporter, fidelity_of
from kg.ontology import Ontology

if TYPE_CHECKING:
    from kg.scale.export.data import Statements


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
        getattr(module, self.function)(data, ontology, path)


@dataclass(frozen=True, slots=True)
class PieceFormat:
    """A format that the writer of loaded graphs writes piece by piece (:mod:`kg.pieces`)."""

    exporter: Exporter | FolderExporter

    @property
    def group(self) -> str:
        """What the format is for."""
        return self.exporter.group

    @property
    def suffix(self) -> str:
        """How its file ends; nothing for a folder."""
        return self.exporter.suffix if isinstance(self.exporter, Exporter) else ""

    @property
    def summary(self) -> str:
        """What it is for, in words."""
        return self.exporter.summary

    @property
    def folder(self) -> bool:
        """Whether it has many files."""
        return isinstance(self.exporter, FolderExporter)

    @property
    def fidelity(self) -> Fidelity:
        """What the format keeps, changes and drops."""
        return self.exporter.fidelity

    def write(self, data: Statements, ontology: Ontology, path: Path) -> None:
        """Write statements to a file that may be there, or into an empty folder.

        :raises InputError: if there are blank nodes, or space runs out.
        :raises UsageError: if a package that the format needs is not installed.
        """
        from kg.scale.export.pieces import StoredPieces, write, write_files

        stream = import_module(f"kg.exporters.{self.exporter.module}").stream
        with data.chosen_in_process() as local:
            pieces = StoredPieces(local, ontology, path if self.folder else path.parent)
            (write_files if self.folder else write)(stream, pieces, path)


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
"""The name of each format that is written in SQL → how."""
PIECES: Mapping[str, PieceFormat] = {
    name: PieceFormat(known)
    for formats in (EXPORTERS, FOLDERS)
    for name, known in formats.items()
    if not known.whole and name not in BULK
}
"""The name of each format that is written piece by piece → how."""
STORED: Mapping[str, BulkFormat | PieceFormat] = {**BULK, **PIECES}
"""The name of each format that can be written of a graph that is not loaded → how."""
ENGINES = ("duckdb", "spark")
"""The engines that write these formats."""
