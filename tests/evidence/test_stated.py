"""A fact that is shown away from its statement says that this is not approved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.evidence.index import Index
from kg.evidence.stated import remarks

RECORDS = """
- id: intervention/i
  prefLabel: I
- id: outcome/o
- id: description/d
  describes: intervention/i
  sets: {dose: 10 sessions, definition: A course.}
  reviewStatus: rejected
- id: finding/f
  intervention: intervention/i
  outcome: outcome/o
  effectDirection: increase
  contrast: betweenGroup
"""
SAID = "UNREVIEWED: rejected (facts)"


@pytest.fixture
def graph(project: Callable[..., Path]) -> kg.Graph:
    return kg.review.select(kg.load(project(RECORDS)), include_unreviewed=True)[0]


def test_the_statement_of_a_fact_is_found(graph: kg.Graph) -> None:
    index = Index(graph)
    assert remarks(index, index.base + "intervention/i") == [SAID]
    assert remarks(index, index.base + "intervention/i", "definition") == [SAID]
    assert remarks(index, index.base + "intervention/i", "setting") == []
    assert remarks(index, index.base + "outcome/o") == []


def test_schema_org_says_so(graph: kg.Graph) -> None:
    things = json.loads(kg.export(graph, "schema-org", include_unreviewed=True))["@graph"]
    (found,) = [t for t in things if t["@id"].endswith("intervention/i")]
    assert (found["description"], found["disambiguatingDescription"]) == ("A course.", SAID)


def test_kgx_says_so(graph: kg.Graph, tmp_path: Path) -> None:
    kg.export_file(graph, "kgx", tmp_path / "kgx", include_unreviewed=True)
    lines = (tmp_path / "kgx" / "nodes.jsonl").read_text(encoding="utf-8").splitlines()
    (found,) = [n for n in map(json.loads, lines) if n["iri"].endswith("intervention/i")]
    assert (found["description"], found["stamp"]) == ("A course.", SAID)


@pytest.mark.parametrize("name", ["fhir-r5", "fhir-r4"])
def test_a_resource_of_facts_that_are_not_approved_is_a_draft_and_says_so(
    name: str, graph: kg.Graph
) -> None:
    bundle = json.loads(kg.export(graph, name, include_unreviewed=True))
    resources = [e["resource"] for e in bundle["entry"]]
    found = [r for r in resources if r["id"] == "intervention-i"]
    assert {r["status"] for r in found} == {"draft"}
    assert all(SAID in r["text"]["div"] for r in found)
