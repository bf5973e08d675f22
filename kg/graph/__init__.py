"""The graph in memory, its bridges to other libraries, and the store on disk."""

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
