"""The graph in memory, and its bridges to other libraries."""

from kg.graph.graph import (
    GENID,
    WRITTEN,
    Fact,
    Graph,
    Term,
    is_skolem,
    skolemised,
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
