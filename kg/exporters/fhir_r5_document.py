"""A document of FHIR R5 that begins with the summary of findings."""

from __future__ import annotations

from kg.fhir.bundle import DOCUMENT
from kg.fhir.bundle import write as bundle
from kg.fhir.fidelity import FIDELITY as FIDELITY
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the bundle as JSON.

    :raises UsageError: if the graph gives no date.
    """
    return bundle(graph, "r5", DOCUMENT)
