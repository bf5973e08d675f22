"""Before shapes are checked, what they look at is derived, and what they do not is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import planted
import pytest
from pyoxigraph import NamedNode, parse, serialize

import kg
from kg import resources
from kg.derive import derive
from kg.errors import InputError
from kg.graph import Graph
from kg.graph_files import GRAPH_FORMATS
from kg.loading import read
from kg.ontology import CEKG, TYPE, Ontology
from kg.scale import check
from kg.validation.looks import looked_at
from kg.validation.shapes import Shapes

ONTOLOGY = Ontology.read(resources.ontology_files())
HEAD = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix cekg: <{CEKG}> .
@prefix x: <https://example.org/shapes/> .
"""
QUERY = 'x:S a sh:NodeShape ; sh:targetClass cekg:Finding ; sh:sparql [ sh:select """%s""" ] .'
CLOSED = "x:C a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ."
SOME = {
    "a property": "x:S sh:targetClass cekg:Finding ; sh:property [ sh:path cekg:studies ; "
    "sh:minCount 2 ] .",
    "a derived property": "x:S sh:targetClass cekg:Finding ; sh:property [ "
    "sh:path cekg:effectiveStatus ; sh:maxCount 0 ] .",
    "a target of a derived property": "x:S sh:targetObjectsOf cekg:studiedFor ; sh:nodeKind "
    "sh:Literal .",
    "a derived class": "x:S sh:targetClass cekg:DerivedEdge ; sh:nodeKind sh:Literal .",
    "a target that is a query": "x:S a sh:NodeShape ; sh:nodeKind sh:Literal ; sh:target [ "
    'sh:select "SELECT $this { $this cekg:effectiveStatus ?n }" ] .',
    "a query": QUERY % "SELECT $this { $this cekg:studies ?n FILTER (?n > 1) }",
    "a derived property in a query": QUERY % "SELECT $this { $this cekg:effectiveStatus ?n }",
    "a property that is a variable": QUERY % "SELECT $this { $this ?p ?o FILTER isLiteral(?o) }",
    "a class that is a variable": QUERY % "SELECT $this { ?edge a ?c ; cekg:intervention ?i . "
    "$this cekg:intervention ?i }",
    "a derived class in a query": QUERY % "SELECT $this { ?e a cekg:DerivedEdge ; ?p $this }",
    "a closed shape": CLOSED + " x:C sh:targetClass cekg:Finding ; sh:property [ "
    "sh:path cekg:studies ] .",
    "a closed shape that another refers to": CLOSED
    + " x:S sh:targetClass cekg:Finding ; sh:node x:C .",
    "a path through the class": "x:S sh:targetClass cekg:Finding ; sh:property [ sh:path "
    "( cekg:intervention [ sh:inversePath cekg:edgeFrom ] rdf:type ) ; sh:maxCount 0 ] .",
    "all that have a class": "x:S sh:targetSubjectsOf rdf:type ; sh:nodeKind sh:Literal .",
}
ALL = {
    "a property that is a variable",
    "a class that is a variable",
    "a derived class in a query",
    "a closed shape that another refers to",
    "a path through the class",
    "all that have a class",
}


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted.write(tmp_path_factory.mktemp("planted"), 5_000)[0]


@pytest.fixture(scope="module")
def whole(graph_file: Path) -> Graph:
    """The same graph with all that can be derived."""
    return kg.load(graph_file)


@pytest.fixture(params=SOME)
def shapes(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "shapes.ttl"
    path.write_text(HEAD + SOME[request.param])
    return path


@pytest.fixture
def without_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database checks files of every size."""
    monkeypatch.setattr(check, "LEAST", dict.fromkeys(check.LEAST, 1))


def found(report: kg.Report) -> list[tuple[str, str, str, str]]:
    return sorted((r.focus, r.path, r.value, r.message) for r in report.results)


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_a_file_has_the_results_that_it_has_with_all_derived(
    graph_file: Path, whole: Graph, shapes: Path, engine: str
) -> None:
    expected = kg.validate(whole, shapes=[shapes])
    assert expected.results, "shapes without results would show nothing"
    report = kg.validate(graph_file, shapes=[shapes], engine=engine)
    assert (found(report), report.entities) == (found(expected), expected.entities)


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".rdf", ".jsonld"])
def test_every_syntax_is_checked_by_a_database_from_some_size_on(
    graph_file: Path, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shapes = tmp_path / f"graph{suffix}", tmp_path / "shapes.ttl"
    quads = parse(path=graph_file)
    serialize(quads, file, format=GRAPH_FORMATS[suffix], prefixes={"k": CEKG})
    shapes.write_text(HEAD + SOME["a property"])
    loaded = kg.validate(file, shapes=[shapes])
    assert loaded.engine == "auto" and loaded.results
    monkeypatch.setattr(check, "LEAST", dict.fromkeys(check.LEAST, 1))
    report = kg.validate(file, shapes=[shapes])
    assert report.engine == "duckdb" and "without being loaded" in report.note
    assert (found(report), report.entities) == (found(loaded), loaded.entities)


@pytest.mark.usefixtures("without_least")
def test_a_file_is_loaded_where_a_context_hides_what_something_follows_from(tmp_path: Path) -> None:
    """A class of the file is below one that shapes look at; no text search finds that."""
    file, shapes = tmp_path / "graph.jsonld", tmp_path / "shapes.ttl"
    shapes.write_text(HEAD + SOME["a property"])
    node = {"@id": "http://e.org/C", "sub:ClassOf": {"@id": f"{CEKG}Finding"}}
    sub = {"@id": "http://www.w3.org/2000/01/rdf-schema#sub", "@prefix": True}
    for known in ({"sub": sub}, {}):
        file.write_text(json.dumps({"@context": known, **node}))
        note = kg.validate(file, shapes=[shapes]).note
        assert ("without being loaded" in note) == (not known)


@pytest.mark.usefixtures("without_least")
def test_a_file_that_is_nested_too_deeply_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file, shapes = tmp_path / "graph.jsonld", tmp_path / "shapes.ttl"
    shapes.write_text(HEAD + SOME["a property"])
    file.write_text('{"urn:p":' * 600 + "1" + "}" * 600)
    with pytest.raises(InputError, match="nested more than 500 levels"):
        kg.validate(file, shapes=[shapes])


def test_a_blank_node_in_a_result_has_the_same_label_in_each_run(tmp_path: Path) -> None:
    file, shapes = tmp_path / "graph.ttl", tmp_path / "shapes.ttl"
    file.write_text("@prefix x: <urn:x:> . x:a x:p [ x:p 1 ] , 2 .")
    shapes.write_text(HEAD + "x:S sh:targetSubjectsOf <urn:x:p> ; sh:nodeKind sh:Literal .")
    expected = found(kg.validate(kg.load(file), shapes=[shapes]))
    assert any(focus.startswith("_:") for focus, *_ in expected)
    assert found(kg.validate(file, shapes=[shapes])) == expected


def test_blank_nodes_that_no_result_mentions_or_that_have_a_label_are_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shapes = tmp_path / "graph.ttl", tmp_path / "shapes.ttl"
    file.write_text("@prefix x: <urn:x:> . _:own x:p [ x:q 1 ] .")
    shapes.write_text(HEAD + "x:S sh:targetSubjectsOf <urn:x:p> ; sh:nodeKind sh:Literal .")
    monkeypatch.setattr("kg.graph.graph.skolemised", lambda *given: pytest.fail("named"))
    report = kg.validate(file, shapes=[shapes])
    assert ([r.focus for r in report.results], report.entities) == (["_:own"], 2)


def test_a_project_has_the_results_that_it_has_with_all_derived() -> None:
    expected = kg.validate(kg.load(resources.bundled_dataset()))
    assert found(kg.validate(resources.bundled_dataset())) == found(expected)


@pytest.mark.parametrize("name", SOME)
def test_what_may_look_at_all_is_told(name: str, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(HEAD + SOME[name])
    assert (looked_at(Shapes.read([path])) is None) == (name in ALL)


DERIVED = [
    term.iri
    for terms in (ONTOLOGY.properties, ONTOLOGY.classes)
    for term in terms.values()
    if term.derived
]


def with_term(graph: Graph, iri: str) -> set[object]:
    return {
        f for f in graph.derived() if iri in (f.predicate.value, getattr(f.object, "value", ""))
    }


@pytest.fixture(scope="module")
def asserted() -> Graph:
    return read(resources.bundled_dataset())


@pytest.mark.parametrize("iri", DERIVED, ids=lambda iri: iri.rpartition("#")[2])
def test_all_that_has_a_term_is_derived_when_it_is_looked_at(
    dataset: Graph, asserted: Graph, iri: str
) -> None:
    some = derive(asserted.copy(), looked=frozenset({iri}))
    assert with_term(some, iri) == with_term(dataset, iri)


def test_nothing_but_facts_is_derived_when_nothing_is_looked_at(dataset: Graph) -> None:
    some = derive(read(resources.bundled_dataset()), looked=frozenset())
    stated = {NamedNode(f.object.value) for f in dataset.facts(NamedNode(CEKG + "factProperty"))}
    assert {f.predicate for f in some.derived()} == stated


def test_only_new_entities_get_a_class(dataset: Graph) -> None:
    asserted = {fact.subject for fact in dataset.asserted()}
    assert not asserted & {f.subject for f in dataset.derived() if f.predicate == TYPE}


@pytest.mark.parametrize(
    "line",
    [
        f"<{CEKG}Disagreement> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:class> .\n",
        f"<urn:f> <{CEKG}factProperty> <urn:p> .\n",
        r"<urn:s> <urn:p> <urn:\u0061> ." + "\n",
    ],
    ids=["a class above", "a fact", "an IRI with an escape"],
)
def test_a_file_is_loaded_where_more_could_be_derived(
    graph_file: Path, tmp_path: Path, line: str
) -> None:
    path, shapes = tmp_path / "more.nt", tmp_path / "shapes.ttl"
    shutil.copy(graph_file, path)
    with path.open("a") as file:
        file.write(line)
    shapes.write_text(HEAD + SOME["a property"])
    assert "without being loaded" not in kg.validate(path, shapes=[shapes], engine="duckdb").note


def test_a_file_without_a_term_of_the_ontology_is_not_loaded_for_any_shapes(tmp_path: Path) -> None:
    path, shapes = tmp_path / "foreign.nt", tmp_path / "shapes.ttl"
    path.write_text("<urn:s> <urn:p> <urn:o> .\n")
    shapes.write_text(HEAD + SOME["all that have a class"])
    assert "without being loaded" in kg.validate(path, shapes=[shapes], engine="duckdb").note


def test_a_closed_shape_refuses_what_is_derived_if_the_file_says_it_too(
    graph_file: Path, whole: Graph, tmp_path: Path
) -> None:
    path, shapes = tmp_path / "said.nt", tmp_path / "shapes.ttl"
    status = next(f for f in whole.derived() if f.predicate.value == CEKG + "effectiveStatus")
    path.write_text(graph_file.read_text() + " ".join(map(str, status)) + " .\n")
    shapes.write_text(HEAD + SOME["a closed shape"])
    refused = {r.path for r in kg.validate(kg.load(path), shapes=[shapes]).results}
    assert "effectiveStatus" in {name.rpartition(":")[2] for name in refused}


def test_a_file_is_loaded_where_no_table_can_be_kept(
    graph_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(HEAD + SOME["a property"])
    monkeypatch.setattr(check, "LEAST", dict.fromkeys(check.LEAST, 1))
    assert "without being loaded" in kg.validate(graph_file, shapes=[shapes]).note
    (tmp_path / "file").touch()
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "file"))
    assert "without being loaded" not in kg.validate(graph_file, shapes=[shapes]).note


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_entities_that_only_a_named_graph_has_are_counted(tmp_path: Path, engine: str) -> None:
    path, shapes = tmp_path / "named.nq", tmp_path / "shapes.ttl"
    path.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:t> <urn:p> <urn:o> .\n")
    shapes.write_text(HEAD + SOME["a property"])
    assert kg.validate(path, shapes=[shapes], engine=engine).entities == 2
