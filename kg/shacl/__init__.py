"""SHACL Core and SHACL-SPARQL: a library that knows nothing of the rest of kg (see README.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.shacl.errors import SetupError, ShaclError

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

    from kg.shacl.memory import Result

__all__ = ["SetupError", "ShaclError", "validate"]


def validate(data: Iterable[Triple | Quad], shapes: Iterable[Triple]) -> Iterator[Result]:
    """Yield the results of validating a data graph in memory, each as often as SHACL asks for.

    :raises ShaclError: if a shape is ill-formed, negates itself, or uses what SHACL does not know.
    """
    from kg.shacl import sparql
    from kg.shacl.shapes_graph import ShapesGraph

    return sparql.validate(data, ShapesGraph(tuple(shapes)))
