"""A collection of FHIR R5 resources."""

from __future__ import annotations

from kg.fhir.bundle import COLLECTION
from kg.fhir.bundle import write as bundle
from kg.fhir.fidelity import FIDELITY as FIDELITY
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the bundle as JSON."""
    return bundle(graph, "r5", COLLECTION)
