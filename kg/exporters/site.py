"""The graph as a folder of static pages that work offline."""

from __future__ import annotations

from collections.abc import Sequence

from kg.contract import Fidelity
from kg.graph import Graph
from kg.site.build import pages

FIDELITY = Fidelity()


def files(graph: Graph, downloads: Sequence[str]) -> dict[str, bytes]:
    """Return the pages of a graph by path in the folder.

    :param downloads: the paths of the other formats that lie beside them.
    """
    return pages(graph, downloads)
