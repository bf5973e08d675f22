"""Exporters turn a graph into bytes. One file a format, one line in :data:`EXPORTERS`.

An exporter never changes the graph, and says what its format keeps and what it has to drop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from kg.errors import UsageError, did_you_mean
from kg.graph import Graph


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: where its writer lives, how its files end, what it keeps and what it drops."""

    module: str
    suffix: str
    summary: str
    keeps: str
    drops: str

    def write(self, graph: Graph) -> bytes:
        """Return a graph in this format; the same graph gives the same bytes on any machine."""
        module = import_module(f"kg.exporters.{self.module}")
        return cast(Callable[[Graph], bytes], module.write)(graph)


EXPORTERS: Mapping[str, Exporter] = {
    "jsonld": Exporter(
        "jsonld",
        ".jsonld",
        "JSON-LD 1.1 with the context inside: for web services and JavaScript",
        "everything; derived statements in their named graph",
        "nothing",
    ),
    "turtle": Exporter(
        "turtle",
        ".ttl",
        "Turtle: for people and for every RDF tool",
        "everything that is asserted",
        "derived statements (Turtle has no named graphs; kg derives them anew)",
    ),
    "nquads": Exporter(
        "nquads",
        ".nq",
        "N-Quads, canonical and sorted: for triple stores and for comparing line by line",
        "everything; derived statements in their named graph",
        "nothing",
    ),
    "graphml": Exporter(
        "graphml",
        ".graphml",
        "GraphML of the derived edges: for Gephi, yEd, Cytoscape and networkx",
        "things, relations, statement, valence, certainty and review status of each relation",
        "wordings, quotes, numbers, and all other properties",
    ),
    "figure": Exporter(
        "figure",
        ".svg",
        "one picture of the whole graph as SVG: for papers and pages",
        "ages, components, interventions, findings, outcomes, sources and what joins them",
        "wordings, quotes, numbers; labels may be shortened (whole ones in the tooltips)",
    ),
}
"""The name of each format → its exporter; the command line offers exactly these."""


def exporter(name: str) -> Exporter:
    """Return the exporter of a format.

    :raises UsageError: if there is no such format; the hint names the closest one.
    """
    try:
        return EXPORTERS[name]
    except KeyError:
        hint = did_you_mean(name, EXPORTERS) or f"known: {', '.join(EXPORTERS)}"
        raise UsageError(f"no format '{name}'", hint=hint) from None
