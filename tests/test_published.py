"""The ontology goes out whole: with lists, axioms, and the terms of a project."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import EXAMPLES
from pyoxigraph import Quad, RdfFormat, parse
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

import kg
from kg import parts, resources
from kg.ontology import CEKG
from kg.published import NAME, published
from kg.review import select


@pytest.fixture(scope="module")
def small() -> kg.Graph:
    """A project that has terms of its own."""
    return select(kg.load(EXAMPLES / "infant-sleep"), include_unreviewed=True)[0]


@pytest.fixture(scope="module")
def read(small: kg.Graph) -> Graph:
    return Graph().parse(data=kg.export(small, "ontology"), format="turtle")


@pytest.fixture(scope="module")
def carried(small: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file outside of the project, with the ontology in it."""
    file = tmp_path_factory.mktemp("carried") / "graph.nq"
    kg.export_file(small, "nquads", file, include_unreviewed=True, with_ontology=True)
    return file


def schemes(graph: Graph) -> set[URIRef]:
    return {s for s in graph.subjects(RDF.type, SKOS.ConceptScheme) if isinstance(s, URIRef)}


def test_rdflib_reads_every_statement_of_the_ontology(read: Graph, small: kg.Graph) -> None:
    assert len(read) == len(published(small.ontology)) > 4000


def test_json_ld_says_what_turtle_says(small: kg.Graph) -> None:
    turtle = {q.triple for q in parse(kg.export(small, "ontology"), RdfFormat.TURTLE)}
    data = kg.export(small, "ontology-jsonld")
    assert {q.triple for q in parse(data, RdfFormat.JSON_LD)} == turtle


def test_every_scheme_has_a_label_a_definition_and_its_concepts(read: Graph) -> None:
    assert len(schemes(read)) > 50
    for scheme in schemes(read):
        for needed in (SKOS.prefLabel, SKOS.definition, SKOS.hasTopConcept):
            assert (scheme, needed, None) in read, (scheme, needed)


def test_top_concepts_are_those_in_the_scheme(read: Graph) -> None:
    stated = {(s, o) for s, o in read.subject_objects(SKOS.inScheme)}
    assert stated == {(o, s) for s, o in read.subject_objects(SKOS.hasTopConcept)}
    assert stated == {(s, o) for s, o in read.subject_objects(SKOS.topConceptOf)}


def test_terms_of_the_project_go_out_with_their_labels(read: Graph, small: kg.Graph) -> None:
    own = {s for s in read.subjects(SKOS.inScheme) if not str(s).startswith(CEKG)}
    assert own and all((s, SKOS.prefLabel, None) in read for s in own)


def test_axioms_are_between_classes_that_are_declared(read: Graph) -> None:
    above = {o for s, o in read.subject_objects(RDFS.subClassOf)}
    assert all((o, RDF.type, OWL.Class) in read for o in above)
    prov = "http://www.w3.org/ns/prov#"
    assert (URIRef(CEKG + "ReviewEvent"), RDFS.subClassOf, URIRef(prov + "Activity")) in read


def test_the_ontology_is_a_named_graph_where_it_was_asked_for(small: kg.Graph) -> None:
    data = kg.export(small, "trig", include_unreviewed=True, with_ontology=True)
    there = {q.triple for q in parse(data, RdfFormat.TRIG) if q.graph_name == NAME}
    assert there == set(published(small.ontology))
    assert NAME.value + ">" not in kg.export(small, "nquads", include_unreviewed=True).decode()


@pytest.mark.parametrize("name", ["turtle", "rdfxml", "svg"])
def test_a_format_without_named_graphs_refuses_the_ontology(name: str, small: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="no named graph for the ontology"):
        kg.export(small, name, with_ontology=True)


def test_a_file_with_its_ontology_has_the_labels_of_the_project(
    carried: Path, small: kg.Graph
) -> None:
    own = {t.iri for t in small.ontology.by_iri.values() if not t.iri.startswith(("http://", CEKG))}
    again = kg.load(carried).ontology.by_iri
    assert own
    assert {i: again[i].label for i in own} == {i: small.ontology.by_iri[i].label for i in own}


def test_a_file_with_its_ontology_is_the_graph_without_it(carried: Path, small: kg.Graph) -> None:
    assert kg.load(carried).digest() == small.digest()


def test_a_file_cannot_change_what_an_approval_covers(small: kg.Graph, tmp_path: Path) -> None:
    ours, own = f"<{CEKG}note>", "<https://example.org/x>"
    outside = f'<{CEKG}outsideApproval> "true"'
    lines = [f"{term} {outside} <{NAME.value}> ." for term in (ours, own)]
    lines.append(f'{own} <{SKOS.prefLabel}> "x" <{NAME.value}> .')
    file = tmp_path / "graph.nq"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert kg.load(file).ontology.outside_approval == small.ontology.outside_approval


def test_the_axioms_are_no_terms_of_records() -> None:
    assert resources.axiom_file() not in resources.ontology_files()


def test_a_part_carries_the_ontology_too(small: kg.Graph) -> None:
    entity = small.short(small.instances("Outcome")[0])
    part = parts.with_ontology(parts.only(small, [entity]))
    assert {q for q in part if q.graph_name == NAME} == {
        Quad(*t, NAME) for t in published(small.ontology)
    }
