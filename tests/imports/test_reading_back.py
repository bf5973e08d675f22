"""What exports keep comes back: exported, imported and built again, a graph says the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import EXAMPLES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

import kg
from kg import resources
from kg.builder import build
from kg.derive import derive
from kg.errors import InputError
from kg.graph import Graph
from kg.imports import import_file
from kg.ontology import CEKG, SKOS, TYPE
from kg.readers import READERS

WHOLE = ["csv", "parquet", "neo4j"]
"""Formats from which every asserted statement comes back."""
IMPORTER = {"csv": "tables", "parquet": "tables"}


@pytest.fixture(scope="module", params=["infant-sleep", "migraine"])
def graph(request: pytest.FixtureRequest) -> Graph:
    if request.param == "migraine":
        return kg.load(resources.bundled_dataset("migraine"))
    return kg.load(EXAMPLES / request.param)


@pytest.fixture(scope="module")
def empty(graph: Graph) -> Graph:
    return Graph(graph.ontology, graph.base)


def back(graph: Graph, empty: Graph, name: str, path: Path) -> Graph:
    """Export a graph, import what was written, and build a graph from the records."""
    kg.export_file(graph, name, path, include_unreviewed=True)
    done = import_file(IMPORTER.get(name, name), path, on=empty)
    records, found = READERS[".yaml"](done.text.encode(), "back.yaml")
    assert found == []
    return build(records, graph.ontology, graph.base)


def said(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield what the records of a graph say, without the graph itself."""
    derived = {t.iri for t in graph.ontology.properties.values() if t.derived}
    for subject, predicate, value in graph.asserted():
        if subject.value != graph.base and predicate.value not in derived:
            yield subject.value, predicate.value, str(value)


@pytest.mark.parametrize("name", WHOLE)
def test_every_statement_comes_back(name: str, graph: Graph, empty: Graph, tmp_path: Path) -> None:
    if name == "parquet":
        pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    there, here = set(said(graph)), set(said(back(graph, empty, name, tmp_path / "out")))
    assert len(there) > 50
    assert there - here == set()
    assert here - there == set()


TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"])
    | st.sampled_from("\n\t\"'=+-@|\\;,#"),
    min_size=1,
    max_size=30,
).filter(lambda text: text == text.strip())


@pytest.mark.parametrize("name", ["csv", "neo4j"])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(TEXTS, min_size=3, max_size=3))
def test_any_text_comes_back(
    name: str, words: list[str], empty: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Labels and definitions in two languages, with signs of CSV, YAML and formulas."""
    graph = Graph(empty.ontology, empty.base)
    node = graph.node("intervention/a")
    values = [
        (TYPE.value, NamedNode(graph.ontology.classes["Intervention"].iri)),
        (SKOS + "prefLabel", Literal(words[0], language="en")),
        (SKOS + "altLabel", Literal(words[1], language="en")),
        (SKOS + "definition", Literal(words[2], language="de")),
    ]
    graph.extend(Quad(node, NamedNode(key), value) for key, value in values)
    there = set(said(graph))
    assert set(said(back(graph, empty, name, tmp_path_factory.mktemp("texts") / "out"))) == there


PARTLY = {"schema-org": "schema.jsonld", "kgx": "kgx"}


def texts(graph: Graph, keys: set[str]) -> set[tuple[str, str, str]]:
    """Return the values of some properties without languages, as (entity, property, text)."""
    iris = {graph.ontology.properties[key].iri: key for key in keys}
    return {
        (subject.value, iris[predicate.value], value.value)
        for subject, predicate, value in graph.asserted()
        if predicate.value in iris and subject.value != graph.base
    }


def kept(name: str, graph: Graph) -> set[str]:
    """Return the properties that a format declares to keep."""
    return {p for p in graph.ontology.properties if p in kg.fidelity(name).keeps} - {"edgeType"}


def test_names_in_another_language_come_back_in_it(empty: Graph, tmp_path: Path) -> None:
    graph = Graph(empty.ontology, empty.base)
    node, kind = graph.node("outcome/sleep"), NamedNode(graph.ontology.classes["Outcome"].iri)
    graph.extend(
        Quad(node, NamedNode(key), value)
        for key, value in (
            (TYPE.value, kind),
            (SKOS + "prefLabel", Literal("sleep", language="en")),
            (SKOS + "prefLabel", Literal("Schlaf", language="de")),
            (SKOS + "altLabel", Literal("slumber", language="en")),
        )
    )
    read = back(graph, empty, "schema-org", tmp_path / "out.jsonld")
    assert {str(v) for v in read.objects(node, "altLabel")} == {'"Schlaf"@de', '"slumber"@en'}


@pytest.mark.parametrize("name", PARTLY)
def test_a_source_comes_back_with_its_title(
    name: str, graph: Graph, empty: Graph, tmp_path: Path
) -> None:
    read = back(graph, empty, name, tmp_path / PARTLY[name])
    titles = {(s, graph.label(s)) for s in graph.instances("Source")}
    assert titles
    assert {(s, t.value) for s in read.instances("Source") for t in read.objects(s, "title")} == (
        titles
    )


@pytest.mark.parametrize("name", PARTLY)
def test_what_is_declared_kept_comes_back(
    name: str, graph: Graph, empty: Graph, tmp_path: Path
) -> None:
    there = texts(graph, kept(name, graph))
    assert (
        there - texts(back(graph, empty, name, tmp_path / PARTLY[name]), kept(name, graph)) == set()
    )


@pytest.mark.parametrize("name", PARTLY)
def test_every_entity_comes_back_with_its_class_and_its_name(
    name: str, graph: Graph, empty: Graph, tmp_path: Path
) -> None:
    found = back(graph, empty, name, tmp_path / PARTLY[name])
    for entity in found.instances("Entity"):
        assert found.class_name(entity) == graph.class_name(entity)
        assert found.label(entity) == graph.label(entity)
    wanted = {e for e in graph.instances("Intervention") if "#" not in e.value}
    assert wanted - set(found.instances("Intervention")) == set()


@pytest.mark.parametrize("kind", ["systematicReview", "surveyReport", "conferencePoster", None])
def test_a_source_comes_back_as_the_type_it_is_and_one_without_as_none(
    kind: str | None, empty: Graph, tmp_path: Path
) -> None:
    graph = Graph(empty.ontology, empty.base)
    node, known = graph.node("source/a"), NamedNode(CEKG + f"SourceType-{kind}")
    graph.add(node, TYPE, NamedNode(CEKG + "Source"))
    graph.add(node, graph.property_iri("title"), Literal("A", language="en"))
    if kind:
        graph.add(node, graph.property_iri("sourceType"), known)
    read = back(graph, empty, "schema-org", tmp_path / "out.jsonld")
    assert read.objects(node, "sourceType") == ([known] if kind else [])


def test_reviews_and_citations_do_not_come_back_without_their_statements(tmp_path: Path) -> None:
    file, graph = tmp_path / "out.jsonld", kg.load(resources.bundled_dataset("attachment"))
    kg.export_file(graph, "schema-org", file, include_unreviewed=True)
    done = import_file("schema-org", file, on=Graph(graph.ontology, graph.base))
    assert "- id: " in done.text
    assert not re.search("id: (review-event|citation)/", done.text)


FORMULAS = ["=1+1", "+a", "-a", "@a", "'=a", "-0.5", "'a", "a=1"]


@pytest.mark.parametrize("name", ["csv", "neo4j", "kgx"])
def test_no_cell_is_a_formula_and_each_gives_its_text_back(
    name: str, empty: Graph, tmp_path: Path
) -> None:
    graph, folder = Graph(empty.ontology, empty.base), tmp_path / "out"
    for number, text in enumerate(FORMULAS):
        node = NamedNode(f"{graph.base}component/c{number}")
        graph.add(node, TYPE, NamedNode(graph.ontology.classes["Component"].iri))
        graph.add(node, graph.property_iri("prefLabel"), Literal(text, language="en"))
        other = NamedNode(f"{graph.base}component/c{(number + 1) % len(FORMULAS)}")
        graph.add(node, graph.property_iri("componentOf"), other)
    derive(graph)
    kg.export_file(graph, name, folder, include_unreviewed=True)
    for path in (p for p in folder.rglob("*") if p.suffix in (".csv", ".tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            separator = "\t" if path.suffix == ".tsv" else ","
            cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]
        risky = [c for c in cells if c[:1] in ("=", "+", "-", "@", "\t") and c != "-0.5"]
        assert risky == []
    (folder / "nodes.jsonl").unlink(missing_ok=True)
    done = import_file(IMPORTER.get(name, name), folder, on=empty)
    records, _ = READERS[".yaml"](done.text.encode(), "back.yaml")
    found = build(records, empty.ontology, empty.base)
    labels = {found.label(node) for node in found.instances("Component")}
    assert labels == set(FORMULAS)


FOREIGN = """
<html><script type="application/ld+json">
{"@context": "https://schema.org/", "@graph": [
 {"@type": "ScholarlyArticle", "name": "A trial", "author": [{"@type": "Person", "name": "Doe"}],
  "datePublished": "2019-04-01", "sameAs": "https://doi.org/10.1000/182",
  "isPartOf": {"@type": "PublicationVolume", "volumeNumber": 3,
               "isPartOf": {"@type": "Periodical", "name": "A journal"}}},
 {"@type": "schema:MedicalTherapy", "schema:name": "Rest", "alternateName": ["Bed rest", "Repose"]},
 {"@type": "Recipe", "name": "Soup"}]}
</script></html>
"""


def test_a_page_of_others_is_read(empty: Graph, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(FOREIGN, encoding="utf-8")
    done = import_file("schema-org", page, on=empty)
    records, _ = READERS[".yaml"](done.text.encode(), "back.yaml")
    found = build(records, empty.ontology, empty.base)
    source = found.node("source/a-trial")
    said = {key: found.value(source, key) for key in kept("schema-org", empty)}
    values = {key: value.value for key, value in said.items() if value is not None}
    assert values == {
        "doi": "10.1000/182", "year": "2019", "authors": "Doe", "volume": "3",
        "publishedIn": "A journal",
        "sourceType": CEKG + "SourceType-journalArticle",
    }  # fmt: skip
    assert found.label(found.node("intervention/rest")) == "Rest"
    assert done.notes == ("left out: 1 Recipe",)


def test_nodes_of_others_are_read(empty: Graph, tmp_path: Path) -> None:
    nodes = tmp_path / "nodes.tsv"
    nodes.write_text(
        "id\tcategory\tname\tsynonym\txref\n"
        "MESH:D1\tbiolink:ClinicalIntervention\tRest\tBed rest|Repose\t\n"
        "PMID:12\tbiolink:Publication\tA trial\t\tdoi:10.1000/182\n"
        "X:1\tbiolink:Gene\tABC\t\t\n",
        encoding="utf-8",
    )
    done = import_file("kgx", nodes, on=empty)
    assert "id: intervention/rest" in done.text and "- Bed rest" in done.text
    assert "pmid: 12" in done.text and "doi: 10.1000/182" in done.text
    assert done.notes == ("1 nodes of statements or unknown classes, left out",)


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("tables", "tables.json", "{}"),
        ("tables", "tables.json", '{"tables": {"classes/A.csv": {"class": "x", "columns": {}}}}'),
        ("neo4j", "nodes/A.csv", 'iri:ID,"a:string\n1,2,3\n'),
        ("neo4j", "nodes/A.csv", "iri:ID\n1,2\n"),
        ("neo4j", "other.csv", ""),
        ("kgx", "nodes.jsonl", "[1]\n"),
        ("kgx", "nodes.jsonl", "{\n"),
        ("kgx", "other", ""),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused(
    kind: str, name: str, text: str, empty: Graph, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        import_file(kind, tmp_path, on=empty)


@pytest.mark.parametrize(
    ("kind", "file", "line", "new", "place"),
    [
        ("neo4j", "nodes/Outcome.csv", 1, "iri,:LABEL", "nodes/Outcome.csv:1: no column ':ID'"),
        ("neo4j", "nodes/Outcome.csv", 2, "https://example.org/a", "nodes/Outcome.csv:2: 1 cells"),
        ("neo4j", "nodes/Outcome.csv", 2, 'a,"b', "nodes/Outcome.csv:2: not a row"),
        ("neo4j", "nodes/Outcome.csv", 2, "\udcff", "nodes/Outcome.csv:2: not UTF-8"),
        ("neo4j", "relationships/OUTCOME.csv", 1, "a,b,c", "OUTCOME.csv:1: no column ':START_ID'"),
        ("tables", "classes/Outcome.csv", 2, "outcome/a", "classes/Outcome.csv:2: 1 cells"),
        ("tables", "classes/Outcome.csv", 1, "id,x", "classes/Outcome.csv:1: no column"),
        ("kgx", "nodes.tsv", 1, "ID\tcategory", "nodes.tsv:1: no column 'id'"),
        ("kgx", "nodes.tsv", 3, "X:1", "nodes.tsv:3: 1 cells"),
        ("kgx", "nodes.jsonl", 3, '{"id": ', "nodes.jsonl:3: not JSON"),
        ("kgx", "nodes.jsonl", 3, '{"name": "a"}', "nodes.jsonl:3: no node with an id"),
        ("kgx", "nodes.jsonl", 3, "\udcff", "nodes.jsonl:3: not UTF-8"),
    ],
)  # fmt: skip
def test_damage_is_named_by_file_and_line_with_a_way_to_fix_it(
    kind: str,
    file: str,
    line: int,
    new: str,
    place: str,
    empty: Graph,
    graph: Graph,
    tmp_path: Path,
) -> None:
    format = "csv" if kind == "tables" else kind
    kg.export_file(graph, format, tmp_path / "out", include_unreviewed=True)
    if file == "nodes.tsv":
        (tmp_path / "out" / "nodes.jsonl").unlink()
    damaged = tmp_path / "out" / file
    lines = damaged.read_text(encoding="utf-8").split("\n")
    lines[line - 1] = new
    damaged.write_text("\n".join(lines), encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError) as refused:
        import_file(kind, tmp_path / "out", on=empty)
    assert place in str(refused.value)
    assert refused.value.hint


def test_empty_cells_at_the_end_of_a_line_of_kgx_may_be_left_out(
    empty: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "nodes.tsv"
    file.write_text("id\tcategory\tname\tdescription\nX:1\tbiolink:PhenotypicFeature\tA\n")
    assert import_file("kgx", file, on=empty).records == 1


def test_a_row_of_kgx_that_is_cut_off_at_the_end_of_the_file_is_refused(
    empty: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "nodes.tsv"
    file.write_text("id\tcategory\tname\tdescription\nX:1\tbiolink:PhenotypicFeature\tA")
    with pytest.raises(InputError, match="3 cells, and the header has 4"):
        import_file("kgx", file, on=empty)


def test_damaged_json_ld_in_a_page_is_named_by_its_line(empty: Graph, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text("<p>\n</p>\n<script type='application/ld+json'>\n{\n,\n</script>")
    with pytest.raises(InputError, match=r"a\.html:5:1: not JSON-LD"):
        import_file("schema-org", file, on=empty)


@pytest.mark.parametrize(
    "text", ["", "no json", "[" * 100_000, "<script type='application/ld+json'>{</script>"]
)
def test_a_file_without_json_ld_is_refused(text: str, empty: Graph, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonld"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="JSON-LD"):
        import_file("schema-org", file, on=empty)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("classes/Outcome.csv", "id,", "name,"),
        ("tables.json", '"columns": {', '"columns": {"x": 1, '),
        ("tables.json", '"classes/Outcome.csv"', '"classes/../../Outcome.csv"'),
    ],
)
def test_damaged_tables_of_an_export_are_refused_or_left_out(
    file: str, old: str, new: str, empty: Graph, graph: Graph, tmp_path: Path
) -> None:
    kg.export_file(graph, "csv", tmp_path / "csv", include_unreviewed=True)
    place = tmp_path / "csv" / file
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    if ".." in new:
        done = import_file("tables", tmp_path / "csv", on=empty)
        assert "- id: outcome/" not in done.text
    else:
        with pytest.raises(InputError):
            import_file("tables", tmp_path / "csv", on=empty)
