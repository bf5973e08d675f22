"""Exporters turn a graph into bytes. One file a format, one line in :data:`EXPORTERS`.

An exporter never changes the graph, and says what its format keeps and what it has to drop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from kg.errors import UsageError, did_you_mean
from kg.figure.look import Look
from kg.graph import Graph


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: where its writer lives, how its files end, what it keeps and what it drops.

    ``drawn`` formats are pictures and take a :class:`kg.figure.look.Look`; ``extra`` names the
    optional extra of the package that a format needs. A site offers for download what is
    ``offered``.
    """

    module: str
    suffix: str
    summary: str
    keeps: str
    drops: str
    drawn: bool = False
    extra: str = ""
    offered: bool = True

    def write(self, graph: Graph, look: Look | None = None) -> bytes:
        """Return a graph in this format; the same graph gives the same bytes on any machine.

        :param look: size and colours of a picture.
        :raises UsageError: if a look is given for a format that is not a picture, or a package that
            the format needs is not installed.
        """
        module = import_module(f"kg.exporters.{self.module}")
        if self.drawn:
            return cast(Callable[[Graph, Look], bytes], module.write)(graph, look or Look())
        refuse_look(look)
        return cast(Callable[[Graph], bytes], module.write)(graph)


def refuse_look(look: Look | None) -> None:
    """Refuse a look for a format that is not a picture.

    :raises UsageError: if the look is not the usual one.
    """
    if look is not None and look != Look():
        raise UsageError("width, font size and greys are for pictures: svg and png")


@dataclass(frozen=True, slots=True)
class FolderExporter:
    """A format of many files: where its writer lives, what it keeps and what it drops."""

    module: str
    summary: str
    keeps: str
    drops: str

    def files(self, graph: Graph, made: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
        """Return the files of a graph in this format, by their paths within the folder.

        :param made: name of a format → its bytes: the formats to put beside, where they are known
            already; without it every format of one file that is offered and needs no extra.
        """
        names = made or [name for name, e in EXPORTERS.items() if e.offered and not e.extra]
        beside = {}
        for name in names:
            known = EXPORTERS[name]
            path = f"downloads/{'figure' if known.drawn else 'graph'}{known.suffix}"
            beside[path] = made[name] if made else known.write(graph)
        module = import_module(f"kg.exporters.{self.module}")
        write = cast(Callable[[Graph, Mapping[str, bytes]], dict[str, bytes]], module.files)
        return write(graph, beside)


_FHIR_KEEPS = (
    "findings as Evidence with question, numbers (digits as written), certainty with its domains, "
    "sources, quotes and review; recommendations as PlanDefinition; claims, descriptions and "
    "caveats of pages as ArtifactAssessment; sources, populations, practices, outcomes, measures"
)
_FHIR_DROPS = (
    "counts of studies, sections of pages, mechanisms, derived edges and disagreements; languages "
    "of texts; appraisals stand in notes"
)
_NETWORK = (
    "entities and relations; of each relation the statement with its kind (finding or claim), "
    "valence, contrast, certainty and review status"
)
_NOT_IN_NETWORK = "wordings, quotes, numbers, and all other properties"

EXPORTERS: Mapping[str, Exporter] = {
    "jsonld": Exporter(
        "jsonld",
        ".jsonld",
        "JSON-LD 1.1 with the context inside: for web services and JavaScript",
        "everything, with named graphs; derived statements are in one",
        "nothing",
    ),
    "turtle": Exporter(
        "turtle",
        ".ttl",
        "Turtle: for people and for every RDF tool",
        "everything that is asserted in the default graph",
        "named graphs, and so derived statements too (kg derives them again)",
    ),
    "nquads": Exporter(
        "nquads",
        ".nq",
        "N-Quads, canonical and sorted: for triple stores and for line-by-line comparison",
        "everything; derived statements in their named graph",
        "nothing",
    ),
    "graphml": Exporter(
        "graphml",
        ".graphml",
        "GraphML of the derived edges: for Gephi, yEd, Cytoscape and networkx",
        _NETWORK,
        _NOT_IN_NETWORK,
    ),
    "gexf": Exporter(
        "gexf",
        ".gexf",
        "GEXF of the derived edges, with places and colours: for Gephi",
        _NETWORK,
        _NOT_IN_NETWORK,
    ),
    "cytoscape": Exporter(
        "cytoscape",
        ".cyjs",
        "Cytoscape JSON of the derived edges, with places: for Cytoscape and Cytoscape.js",
        _NETWORK,
        _NOT_IN_NETWORK,
    ),
    "node-link": Exporter(
        "nodelink",
        ".nodelink.json",
        "node-link JSON of the derived edges: for D3 and networkx",
        _NETWORK,
        _NOT_IN_NETWORK,
    ),
    "dot": Exporter(
        "dot",
        ".dot",
        "DOT of the derived edges: for Graphviz",
        _NETWORK,
        _NOT_IN_NETWORK,
    ),
    "mermaid": Exporter(
        "mermaid",
        ".mmd",
        "Mermaid: the entity with most findings and its neighbours, at most 50 edges",
        "relations around one entity with kind, valence, certainty and review status",
        "all else; labels are shortened",
    ),
    "fhir-r5": Exporter(
        "fhir_r5",
        ".fhir-r5.json",
        "FHIR R5 as one collection of resources: for files and for clinical systems",
        _FHIR_KEEPS,
        _FHIR_DROPS,
        offered=False,
    ),
    "fhir-r5-transaction": Exporter(
        "fhir_r5_transaction",
        ".fhir-r5-transaction.json",
        "the same as a transaction, for a FHIR server; sent twice it changes nothing",
        _FHIR_KEEPS,
        _FHIR_DROPS,
        offered=False,
    ),
    "fhir-r5-document": Exporter(
        "fhir_r5_document",
        ".fhir-r5-document.json",
        "the same as a document that begins with the summaries of findings",
        _FHIR_KEEPS,
        _FHIR_DROPS,
        offered=False,
    ),
    "svg": Exporter(
        "figure",
        ".svg",
        "one picture of the whole graph as SVG: for papers and pages",
        "ages, components, interventions, findings, outcomes, sources, and their relations",
        "wordings, quotes, numbers; labels may be shortened (complete in the tooltips)",
        drawn=True,
    ),
    "png": Exporter(
        "png",
        ".png",
        "the same picture as PNG; needs the extra [png]",
        "what the figure shows",
        "what the figure drops, and the tooltips",
        drawn=True,
        extra="png",
    ),
}
"""The name of each format of one file → its exporter."""

FOLDERS: Mapping[str, FolderExporter] = {
    "site": FolderExporter(
        "site",
        "static pages to read, offline: evidence map, explorer, ages, effects, gaps, every entity",
        "everything: each entity has a page with its statements as JSON-LD; the other formats "
        "in downloads/",
        "nothing",
    ),
}
"""The name of each format of many files → its exporter. The command line offers both tables."""


def exporter(name: str) -> Exporter:
    """Return the exporter of a format of one file.

    :raises UsageError: if there is no such format; the hint names the closest one.
    """
    known = EXPORTERS.get(name)
    if known is None:
        if name in FOLDERS:
            raise UsageError(f"'{name}' is a folder of files", hint="name a folder to write it to")
        hint = did_you_mean(name, [*EXPORTERS, *FOLDERS])
        every = ", ".join([*EXPORTERS, *FOLDERS])
        raise UsageError(f"no format '{name}'", hint=hint or f"known: {every}")
    return known
