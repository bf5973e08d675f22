"""Files of RDF among the records of a project."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

import kg
from kg.errors import InputError, Place
from kg.ontology import CEKG

BASE = "https://example.org/made-up/"
TURTLE = f"""@prefix cekg: <{CEKG}> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<outcome/trust> a cekg:Outcome ; skos:prefLabel "Trust"@en ; cekg:desirability [ cekg:x 0.80 ] .
<statement/theirs> a cekg:Description ; cekg:describes <outcome/trust> ;
    cekg:reviewStatus cekg:ReviewStatus-submitted .
"""
ORIGIN = NamedNode(BASE + "document/data-theirs-ttl")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "kg.toml").write_text(f'[project]\nbase = "{BASE}"\n', encoding="utf-8")
    (tmp_path / "data" / "mine.yaml").write_text("- {id: outcome/own, prefLabel: Own}\n")
    return tmp_path


@pytest.fixture
def graph(project: Path) -> kg.Graph:
    (project / "data" / "theirs.ttl").write_text(TURTLE, encoding="utf-8")
    return kg.load(project)


def of(quads: list[Quad], name: NamedNode) -> set[tuple[str, ...]]:
    return {
        (str(q.subject), str(q.predicate), str(q.object)) for q in quads if q.graph_name == name
    }


def test_statements_are_asserted_and_stand_in_a_graph_of_their_own(graph: kg.Graph) -> None:
    theirs = set(graph.facts_in(ORIGIN))
    assert theirs and theirs < set(graph.asserted())
    assert graph.label(graph.node("outcome/trust")) == "Trust"


def test_the_graph_of_a_file_says_which_file_and_which_bytes(graph: kg.Graph) -> None:
    found = {key: graph.value(ORIGIN, key) for key in ("textFile", "textDigest")}
    digest = hashlib.sha256(TURTLE.encode()).hexdigest()
    assert [v.value for v in found.values() if v] == ["data/theirs.ttl", f"sha256:{digest}"]


def test_they_are_validated_with_the_records(graph: kg.Graph) -> None:
    found = {r.focus for r in kg.validate(graph).results}
    assert {"statement/theirs", "outcome/own"} <= found


@pytest.mark.parametrize("suffix", ["jsonld", "trig", "nt", "nq", "rdf"])
def test_every_syntax_gives_the_same_statements(
    project: Path, graph: kg.Graph, suffix: str
) -> None:
    (project / "data" / "theirs.ttl").unlink()
    quads = parse(TURTLE, RdfFormat.TURTLE, base_iri=BASE)
    data = serialize((q.triple for q in quads), format=RdfFormat.from_extension(suffix))
    (project / "data" / f"theirs.{suffix}").write_bytes(data or b"")
    again = kg.load(project)
    name = NamedNode(f"{BASE}document/data-theirs-{suffix}")
    assert set(again.facts_in(name)) == set(graph.facts_in(ORIGIN))


def test_graphs_that_a_file_names_are_kept(project: Path) -> None:
    (project / "data" / "theirs.nq").write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n")
    graph = kg.load(project)
    assert [str(f.subject) for f in graph.facts_in(NamedNode("urn:g"))] == ["<urn:a>"]


def test_what_another_run_derived_is_left_out(project: Path) -> None:
    (project / "data" / "theirs.nq").write_text(
        f"<urn:other/> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{CEKG}KnowledgeGraph> .\n"
        "<urn:a> <urn:b> <urn:c> <urn:other/graph/derived> .\n"
    )
    graph = kg.load(project)
    assert not graph.properties(NamedNode("urn:a"))
    assert graph.base == BASE and not graph.properties(NamedNode("urn:other/"))


@pytest.mark.parametrize("format", ["nquads", "trig", "jsonld"])
def test_formats_with_named_graphs_carry_them(graph: kg.Graph, format: str) -> None:
    syntax = {"nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}.get(format, RdfFormat.JSON_LD)
    found = list(parse(kg.export(graph, format, include_unreviewed=True), syntax))
    labels = {o for _, p, o in of(found, ORIGIN) if p.endswith("prefLabel>")}
    assert labels == {'"Trust"@en'}


def test_formats_without_named_graphs_say_that_they_drop_the_origin() -> None:
    assert "graph file" in kg.fidelity("turtle").lost()


def test_what_is_not_approved_leaves_with_its_graph(graph: kg.Graph) -> None:
    text = kg.export(graph, "nquads", include_unreviewed=False).decode()
    assert "statement/theirs" not in text and "outcome/trust" in text


def test_a_file_that_is_no_rdf_is_refused_with_its_line(project: Path) -> None:
    (project / "data" / "theirs.ttl").write_text("<a> <b>\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"theirs\.ttl:2"):
        kg.load(project)


def test_a_remote_context_is_not_fetched(project: Path) -> None:
    text = '{"@context": "https://example.org/c.jsonld", "@id": "urn:x", "a": 1}'
    (project / "data" / "theirs.jsonld").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="nothing is loaded from one"):
        kg.load(project)


def test_shapes_and_terms_of_a_project_are_no_data(project: Path) -> None:
    (project / "kg.toml").write_text(f'[project]\nbase = "{BASE}"\nrecords = ["."]\n')
    (project / "shapes").mkdir()
    (project / "shapes" / "own.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n")
    assert not kg.load(project).properties(NamedNode("urn:a"))


NAMED = {
    "ttl": (
        f"@prefix cekg: <{CEKG}> .\n@prefix o: <{BASE}outcome/> .\n"
        "<finding/x> cekg:outcome\n  <outcome/b> , o:a .\n<outcome/b> a cekg:Outcome .\n"
        "o:a a cekg:Outcome .\n  <https://example.org/made-up/outcome/c> a cekg:Outcome .\n",
        {"outcome/b": (5, 1), "outcome/a": (6, 1), "outcome/c": (7, 3)},
    ),
    "nt": (
        f"<{BASE}x> <{CEKG}outcome> <{BASE}outcome/a> .\n"
        f"<{BASE}outcome/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{CEKG}Outcome> .\n",
        {"outcome/a": (2, 1)},
    ),
    "jsonld": (
        f'{{"@context": {{"c": "{CEKG}", "o": "{BASE}outcome/"}}, "@graph": [\n'
        '{"@id": "outcome/a", "@type": "c:Outcome"},\n{"@id": "o:b", "@type": "c:Outcome"},\n'
        '{"@type": "c:Outcome"}]}',
        {"outcome/a": (2, 10), "outcome/b": (3, 10), "_:": (1, 1)},
    ),
    "rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        f' xmlns:c="{CEKG}">\n <c:Outcome rdf:about="outcome/a"/>\n</rdf:RDF>\n',
        {"outcome/a": (3, 24)},
    ),
}


@pytest.mark.parametrize("suffix", NAMED)
def test_a_result_names_the_file_and_the_line_that_names_the_entity(
    project: Path, suffix: str
) -> None:
    text, expected = NAMED[suffix]
    name = f"data/theirs.{suffix}"
    (project / name).write_text(text, encoding="utf-8")
    results = [r for r in kg.validate(kg.load(project)).results if r.code == "OUT-001"]
    found = {r.focus if r.focus[0] != "_" else "_:": r.place for r in results}
    del found["outcome/own"]
    assert found == {focus: Place(name, *place) for focus, place in expected.items()}
