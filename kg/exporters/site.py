"""The graph as a folder of static pages that work offline."""

from __future__ import annotations

from kg.contract import Fidelity
from kg.exporters import OFFERED, download
from kg.graph import Graph
from kg.site.build import pages

FIDELITY = Fidelity()


def files(graph: Graph) -> dict[str, bytes]:
    """Return the pages of a graph, which link to the downloads, by path in the folder."""
    return pages(graph, sorted(map(download, OFFERED)))
