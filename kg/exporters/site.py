"""The graph as a folder of static pages that work offline."""

from __future__ import annotations

from collections.abc import Mapping

from kg.contract import Fidelity
from kg.graph import Graph
from kg.site.build import pages

FIDELITY = Fidelity()


def files(graph: Graph, downloads: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the pages of a graph, with the other formats as downloads, by path in the folder."""
    return pages(graph, downloads)
