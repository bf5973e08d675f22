"""The fidelity contract: every format declares what it loses, and loses nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import duckdb
import networkx
import pytest
from click.testing import CliRunner
from conftest import examples
from hypothesis import given, settings
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from test_caveats import content
from test_jsonld import ONTOLOGY, graph_of, quads

import kg
from kg.cells import plain
from kg.cli import cli
from kg.contract import DISTINCTIONS, EVERYWHERE, Fidelity
from kg.exporters import EXPORTERS
from kg.exporting import FORMATS
from kg.graph import Graph
from kg.ontology import CEKG, TYPE

Fact = tuple[str, ...]


def rdf(format: RdfFormat) -> Callable[[Path], Iterable[Quad]]:
    return lambda path: parse(path.read_bytes(), format)


def lines_of_jsonld(path: Path) -> Iterable[Quad]:
    head, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    document = {**json.loads(head), "@graph": [json.loads(line) for line in lines]}
    return parse(json.dumps(document).encode(), RdfFormat.JSON_LD)


def cells(value: object, listed: bool) -> list[str]:
    """Return the values of a cell; where CSV has several they are joined by a bar."""
    value = plain(value) if isinstance(value, str) else value
    if isinstance(value, list):
        return [str(v) for v in value]
    if not listed:
        return [str(value)]
    parts = re.findall(r"((?:[^\\|]|\\.)*)(?:\||$)", str(value), re.DOTALL)
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts]


def tables(folder: Path) -> Iterable[Quad]:
    """Read the tables of the classes; every value is a text."""
    about = json.loads((folder / "tables.json").read_text(encoding="utf-8"))["tables"]
    for name, found in about.items():
        if not name.startswith("classes/"):
            continue
        file = folder / name
        options = ", all_varchar=true, allow_quoted_nulls=false" if file.suffix == ".csv" else ""
        rows = duckdb.sql(f"SELECT * FROM read_{file.suffix[1:]}('{file}'{options})")
        for row in rows.fetchall():
            values = dict(zip(rows.columns, row, strict=True))
            subject = NamedNode(str(values.pop("id")))
            if found["class"]:
                yield Quad(subject, TYPE, NamedNode(found["class"]))
            for column, value in values.items():
                known = found["columns"][column]
                if "of" in known:  # the same as another column, in another form
                    continue
                codes = known.get("codes", {})
                language = column.removesuffix("[]").partition("@")[2]
                for text in [] if value is None else cells(value, known["list"]):
                    said = codes.get(text, text)
                    literal = Literal(said, language=language) if language else Literal(said)
                    yield Quad(subject, NamedNode(known["property"]), literal)


def edge(key: str, start: str, end: str, kind: str) -> Iterable[Quad]:
    for name, value in {"edgeFrom": start, "edgeTo": end, "edgeType": kind}.items():
        yield Quad(NamedNode(key), NamedNode(CEKG + name), Literal(value))


def graphml(path: Path) -> Iterable[Quad]:
    for start, end, key, found in networkx.read_graphml(path).edges(keys=True, data=True):
        yield from edge(key, start, end, found["type"])


def gexf(path: Path) -> Iterable[Quad]:
    for start, end, key, found in networkx.read_gexf(path).edges(keys=True, data=True):
        yield from edge(str(key), start, end, found["label"])


def cytoscape(path: Path) -> Iterable[Quad]:
    read = networkx.cytoscape_graph(json.loads(path.read_text(encoding="utf-8")))
    for start, end, key, found in read.edges(keys=True, data=True):
        yield from edge(key, start, end, found["type"])


def node_link(path: Path) -> Iterable[Quad]:
    data = json.loads(path.read_text(encoding="utf-8"))
    read = networkx.node_link_graph(data, edges="links")
    for start, end, key, found in read.edges(keys=True, data=True):
        yield from edge(key, start, end, found["type"])


READERS: dict[str, Callable[[Path], Iterable[Quad]]] = {
    "jsonld": rdf(RdfFormat.JSON_LD),
    "jsonld-expanded": rdf(RdfFormat.JSON_LD),
    "jsonld-flat": rdf(RdfFormat.JSON_LD),
    "jsonl": lines_of_jsonld,
    "turtle": rdf(RdfFormat.TURTLE),
    "nquads": rdf(RdfFormat.N_QUADS),
    "trig": rdf(RdfFormat.TRIG),
    "rdfxml": rdf(RdfFormat.RDF_XML),
    "csv": tables,
    "parquet": tables,
    "graphml": graphml,
    "gexf": gexf,
    "cytoscape": cytoscape,
    "node-link": node_link,
}
"""Format → a reader that this project did not write, as far as there is one for it."""
NOT_READ = {
    "annotations": "test_annotations.py reads it",
    "schema-org": "test_schema_org.py reads it",
    "sssom": "test_sssom.py reads it",
    "nanopubs": "test_nanopubs.py reads it",
    "ontology": "test_published.py reads it",
    "ontology-jsonld": "test_published.py reads it",
    "dot": "Graphviz draws it; the tests of the network formats read it",
    "mermaid": "a drawing of a part",
    "fhir-r4": "the tests of FHIR read it",
    "fhir-r5": "the tests of FHIR read it",
    "fhir-r5-transaction": "the tests of FHIR read it",
    "fhir-r5-document": "the tests of FHIR read it",
    **{f"findings-{kind}": "its own tests read it" for kind in ("csv", "xlsx", "parquet")},
    **{f"summary-{kind}": "its own tests read it" for kind in ("html", "md", "xlsx", "docx")},
    **dict.fromkeys(("bibtex", "ris", "csl-json", "references"), "test_references.py reads it"),
    **dict.fromkeys(("neo4j", "kgx"), "test_property_graphs.py reads it"),
    "svg": "a picture",
    "png": "a picture",
    "site": "pages; the tests of the site read their JSON-LD",
}


def facts(found: Iterable[Quad], declared: Fidelity) -> set[Fact]:
    """Return statements as far as a format tells them apart."""
    kept = {d: declared.fate(d, ONTOLOGY).kind == "kept" for d in DISTINCTIONS}
    return {
        (
            quad.subject.value,
            quad.predicate.value,
            quad.object.value,
            str(quad.object.datatype) if kept["datatypes"] and literal else "",
            (quad.object.language or "") if kept["languages"] and literal else "",
            str(quad.graph_name) if kept["asserted-derived"] else "",
        )
        for quad in found
        for literal in [isinstance(quad.object, Literal)]
    }


def promised(graph: Graph, declared: Fidelity) -> list[Quad]:
    """Return the statements that have to come back."""

    @cache
    def kept(name: str) -> bool:
        return declared.fate(name, graph.ontology).kind == "kept"

    @cache
    def dropped(name: str) -> bool:
        return declared.fate(name, graph.ontology).kind == "dropped"

    @cache
    def gone(node: NamedNode) -> bool:
        kinds = [c.value for c in graph.objects(node, TYPE.value)]
        return bool(kinds) and all(dropped(kind) for kind in kinds)

    derived = declared.fate("asserted-derived", graph.ontology).kind != "dropped"
    return [
        quad
        for quad in graph.quads()
        if (derived or quad.graph_name == DefaultGraph())
        and kept(quad.object.value if quad.predicate == TYPE else quad.predicate.value)
        and not gone(quad.subject)
    ]


def missing_of_any(name: str, found: list[Quad], factory: pytest.TempPathFactory) -> set[Fact]:
    graph, out = graph_of(found), factory.mktemp("any") / "out"
    kg.export_file(graph, name, out, include_unreviewed=True)
    return missing(name, graph, out)


def missing(name: str, graph: Graph, out: Path) -> set[Fact]:
    declared = kg.fidelity(name)
    return facts(promised(graph, declared), declared) - facts(READERS[name](out), declared)


def test_every_format_is_read_back_or_says_why_not() -> None:
    assert {*READERS, *NOT_READ} == set(FORMATS)


@pytest.mark.parametrize("name", READERS)
def test_what_is_not_declared_as_lost_comes_back(
    name: str, shown: Graph, exported: Callable[[str], Path]
) -> None:
    assert len(promised(shown, kg.fidelity(name))) > 100
    assert missing(name, shown, exported(name)) == set()


def complete(name: str) -> bool:
    """Tell whether a format has a place for every term, so that any graph can be tried."""
    declared = kg.fidelity(name)
    return not declared.others and "control-characters" not in declared.changes


@pytest.mark.parametrize("name", [n for n in READERS if n in EXPORTERS and complete(n)])
@given(found=quads())
@settings(max_examples=examples(40))
def test_of_any_graph_nothing_undeclared_is_lost(
    name: str, found: list[Quad], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert missing_of_any(name, found, tmp_path_factory) == set()


@pytest.mark.parametrize("name", [n for n in READERS if n not in EXPORTERS and complete(n)])
@given(found=quads())
@settings(max_examples=6)
def test_of_any_graph_no_table_or_line_loses_what_is_not_declared(
    name: str, found: list[Quad], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert missing_of_any(name, found, tmp_path_factory) == set()


@pytest.mark.parametrize("name", FORMATS)
def test_a_declaration_names_terms_and_distinctions_only(name: str) -> None:
    known = {*ONTOLOGY.classes, *ONTOLOGY.properties, *DISTINCTIONS}
    assert kg.fidelity(name).names() - known == set()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_what_must_travel_with_the_data(name: str) -> None:
    assert [d for d in EVERYWHERE if kg.fidelity(name).fate(d, ONTOLOGY).kind == "dropped"] == []


@pytest.mark.parametrize("name", FORMATS)
def test_licence_and_origin_travel_in_every_format(
    name: str, shown: Graph, exported: Callable[[str], Path]
) -> None:
    text = content(exported(name)).decode("utf-8", "ignore")
    licence = shown.value(shown.root(), "license")
    assert licence is not None and licence.value in text and shown.base in text


def test_a_distinction_is_no_term() -> None:
    assert set(DISTINCTIONS) & {*ONTOLOGY.classes, *ONTOLOGY.properties} == set()


def test_a_class_has_the_fate_of_the_closest_class_above_it() -> None:
    declared = Fidelity(drops={"Statement": "far", "EffectStatement": "near"})
    assert declared.fate("Finding", ONTOLOGY).note == "near"
    assert declared.fate("Caveat", ONTOLOGY).note == "far"


def test_a_property_goes_with_the_classes_of_its_domain() -> None:
    declared = Fidelity(drops={"Quote": "no texts"})
    assert declared.fate("exactDigest", ONTOLOGY) == ("dropped", "no texts")
    assert declared.fate("prefLabel", ONTOLOGY).kind == "kept"


def test_a_quiet_loss_is_found(tmp_path: Path, shown: Graph) -> None:
    found = facts(shown.quads(), Fidelity())
    assert facts(promised(shown, Fidelity()), Fidelity()) == found
    assert facts(promised(shown, Fidelity(drops={"doi": "why"})), Fidelity()) < found


def test_the_command_line_prints_an_overview_of_all_formats() -> None:
    done = CliRunner().invoke(cli, ["export", "--loss"])
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["format", *FORMATS]


def test_the_command_line_prints_each_loss_of_a_format() -> None:
    done = CliRunner().invoke(cli, ["export", "graphml", "--loss"])
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == len(kg.losses("graphml"))
