"""The graph in memory, and its bridges to other libraries."""

from kg.graph.blank_nodes import GENID, is_skolem, skolemised
from kg.graph.graph import (
    WRITTEN,
    Fact,
    Graph,
    Term,
    with_written,
)

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
