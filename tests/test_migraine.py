"""The second dataset: another field of medicine, with terms of the core and no Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kg
from kg import resources
from kg.exporters import EXPORTERS

FOLDER = resources.bundled_dataset("migraine")


@pytest.fixture(scope="module")
def graph() -> kg.Graph:
    return kg.load(FOLDER)


def test_it_comes_with_kg() -> None:
    assert kg.demo("migraine") == FOLDER


def test_it_has_neither_python_nor_terms_of_its_own() -> None:
    assert {p.suffix for p in FOLDER.rglob("*") if p.is_file()} == {".toml", ".yaml"}


def test_it_conforms(graph: kg.Graph) -> None:
    assert kg.validate(graph).passes


def test_every_finding_has_a_rating_of_grade_and_a_source_with_a_doi(graph: kg.Graph) -> None:
    findings = kg.query(
        graph,
        """SELECT DISTINCT ?finding {
             ?finding a cekg:Finding ;
               cekg:certainty [ cekg:ratingSystem cekg:RatingSystem-GRADE ] ;
               cekg:evidenceLine [ cekg:source [ cekg:doi ?doi ] ] ;
               cekg:quote [ cekg:locator ?row ]
           }""",
    ).rows
    assert len(findings) == len(graph.instances("Finding")) == 17


def test_nothing_is_approved(graph: kg.Graph) -> None:
    assert kg.query(graph, "ASK { ?s cekg:reviewStatus cekg:ReviewStatus-approved }").texts() == [
        ["false"]
    ]


def test_the_map_of_evidence_has_the_domains_of_the_core(graph: kg.Graph) -> None:
    found = kg.query(graph, "SELECT DISTINCT ?d { ?o cekg:outcomeDomain ?d } ORDER BY ?d").texts()
    names = ("adherence", "adverseEvent", "careUse", "functioning", "symptoms")
    assert [name for (name,) in found] == [f"cekg:OutcomeDomain-{name}" for name in names]


def test_it_builds_with_its_pages(tmp_path: Path) -> None:
    built = kg.build(FOLDER, tmp_path)
    assert built.report.passes
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "Antibodies to prevent migraine" in page


@pytest.mark.parametrize("format", sorted(set(EXPORTERS) - {"png"}))
def test_it_can_be_exported(format: str, graph: kg.Graph) -> None:
    data = kg.export(graph, format, include_unreviewed=True)
    assert data
    if format == "jsonld":
        ids = {node["id"] for node in json.loads(data)["@graph"]}
        assert "finding/em-70-half" in ids
