"""An approval covers facts that other records state about an entity, where the ontology says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_attacks import RECORDS

import kg
from kg.reviewing import decide

TERMS = """
@prefix x: <https://example.org/x#> .
@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
x:StatedFact a owl:Class .
x:statesFact a owl:ObjectProperty ; rdfs:domain cekg:Description ; rdfs:range x:StatedFact .
x:ofEntity a owl:ObjectProperty ; rdfs:domain x:StatedFact ; rdfs:range cekg:Entity ;
    cekg:approvalFollowsBack true .
x:amount a owl:DatatypeProperty ; rdfs:domain x:StatedFact ; rdfs:range xsd:string .
"""
FACT = """
- id: description/d
  creator: agent/writer
  statesFact: {ofEntity: intervention/a, amount: ten visits}
"""


@pytest.fixture
def folder(project: Callable[..., Path]) -> Path:
    place = project(RECORDS + FACT)
    (place / "ontology").mkdir()
    (place / "ontology" / "x.ttl").write_text(TERMS, encoding="utf-8")
    for action, agent in (("submit", "sender"), ("start", "reviewer"), ("approve", "reviewer")):
        decide(action, ["finding/f"], f"agent/{agent}", place)
    return place


def changes(folder: Path) -> list[str]:
    graph = kg.load(folder)
    node = graph.node("finding/f")
    return [text.value for text in graph.objects(node, "changedSinceApproval")]


def test_a_fact_that_changes_elsewhere_ends_the_approval(folder: Path) -> None:
    assert changes(folder) == []
    data = folder / "data" / "data.yaml"
    data.write_text(data.read_text().replace("ten visits", "two visits"))
    assert any("two visits then" in c or "two visits now" in c for c in changes(folder))


def test_a_file_that_is_not_loaded_is_read_alike(folder: Path) -> None:
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    from kg.scale.export import write

    file = folder / "graph.nq"
    file.write_bytes(kg.export(kg.load(folder), "nquads", include_unreviewed=True))
    assert write.export(file, "nquads", folder / "out.nq").review.approved == 1
    file.write_text(file.read_text().replace("ten visits", "two visits"))
    assert write.export(file, "nquads", folder / "out.nq").review.approved == 0
