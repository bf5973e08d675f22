"""The graph in memory, and its bridges to other libraries."""

from kg.graph.blank_nodes import GENID, is_skolem, skolemised
from kg.graph.graph import (
    WRITTEN,
    Fact,
    Graph,
    with_written,
)
from kg.graph.quads import Term

__all__ = [
    "GENID",
    "WRITTEN",
    "Fact",
    "Graph",
    "Term",
    "is_skolem",
    "skolemised",
    "with_written",
]
