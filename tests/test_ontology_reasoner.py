"""A reasoner's word on the ontology: consistent, and no class that can have no member.

Needs a Java runtime and owlready2, whose package carries HermiT; skipped with the reason where
either is missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, PROV, RDF, RDFS, Graph, Namespace

pytestmark = pytest.mark.java
ROOT = Path(__file__).resolve().parents[1] / "ontology"
CEKG = Namespace("https://w3id.org/clinical-evidence-kg/ns#")


@pytest.fixture
def owlready2() -> Any:
    if shutil.which("java") is None:
        pytest.skip("no Java runtime on the path")
    return pytest.importorskip("owlready2", reason="owlready2 is not installed")


@pytest.fixture
def merged() -> Graph:
    graph = Graph()
    for file in sorted(ROOT.rglob("*.ttl")):
        graph.parse(file, format="turtle")
    return graph


@pytest.fixture
def world(owlready2: Any, tmp_path: Path) -> Iterator[Any]:
    world = owlready2.World(filename=str(tmp_path / "quads.sqlite3"))
    yield world
    world.close()


def reason(owlready2: Any, world: Any, graph: Graph, folder: Path) -> list[Any]:
    """Run HermiT over a graph; return the classes that cannot have a member."""
    file = folder / "merged.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    world.get_ontology(file.as_uri()).load()
    owlready2.sync_reasoner_hermit(world, debug=0)
    return [c for c in world.inconsistent_classes() if c is not owlready2.Nothing]


def test_ontology_is_consistent(owlready2: Any, world: Any, merged: Graph, tmp_path: Path) -> None:
    assert reason(owlready2, world, merged, tmp_path) == []
    assert len(list(world.classes())) > 70


def test_reasoner_sees_an_entity_of_two_kinds(
    owlready2: Any, world: Any, merged: Graph, tmp_path: Path
) -> None:
    for kind in (OWL.NamedIndividual, CEKG.Finding, CEKG.Outcome):
        merged.add((CEKG["both"], RDF.type, kind))
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(owlready2, world, merged, tmp_path)


def test_reasoner_sees_a_class_without_possible_members(
    owlready2: Any, world: Any, merged: Graph, tmp_path: Path
) -> None:
    merged.add((CEKG["Both"], RDF.type, OWL.Class))
    for parent in (CEKG.Source, CEKG.Dyad):
        merged.add((CEKG["Both"], RDFS.subClassOf, parent))
    assert [c.name for c in reason(owlready2, world, merged, tmp_path)] == ["Both"]


def test_reasoner_sees_an_axiom_to_prov_that_cannot_hold(
    owlready2: Any, world: Any, merged: Graph, tmp_path: Path
) -> None:
    # A review event is an activity, and PROV-O says that no activity is an entity.
    merged.add((CEKG.Entity, RDFS.subClassOf, PROV.Entity))
    assert "ReviewEvent" in [c.name for c in reason(owlready2, world, merged, tmp_path)]
