"""A collection of FHIR R4 resources: less than R5 takes, and openly so."""

from __future__ import annotations

from kg.fhir.bundle import COLLECTION
from kg.fhir.bundle import write as bundle
from kg.fhir.fidelity import REDUCED as FIDELITY  # noqa: F401
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the bundle as JSON."""
    return bundle(graph, "r4", COLLECTION)
