"""Folders for property graphs: Neo4j by its documented header and in Cypher, KGX by kgx and bmt."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import networkx
import pytest
from grandcypher import GrandCypher
from pyoxigraph import Literal, NamedNode
from test_jsonld import BASE, graph_of

import kg
from kg.cells import plain
from kg.exporters import FOLDERS
from kg.exporters.neo4j import ARRAYS
from kg.graph import Graph
from kg.ontology import TYPE, XSD

HEADER = re.compile(
    r"(?P<name>[^:]*):(?P<type>ID|LABEL|START_ID|END_ID|TYPE|"
    r"(int|long|float|double|boolean|byte|short|char|string|date)(\[\])?)"
)
"""A field of a header, by https://neo4j.com/docs/operations-manual/current/import/."""
TYPED = {"long": int, "double": float, "boolean": {"true": True, "false": False}.get}
TEXTS = ['a,b"c"\nd\te', "=1+1", "", "0", "false", "日本語 🧸", "x" * 40_000]


def tables(found: Mapping[str, bytes], folder: str) -> Iterator[list[dict[str, str]]]:
    """Yield the rows of each file of a folder, by the fields of its header."""
    csv.field_size_limit(1 << 20)
    for name, data in found.items():
        if name.startswith(f"{folder}/"):
            yield list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def as_networkx(found: Mapping[str, bytes]) -> networkx.MultiDiGraph[str]:
    """Return what Neo4j would have after the import, as far as the questions need it."""
    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()

    def properties(row: Mapping[str, str]) -> dict[str, str]:
        return {key.partition(":")[0]: text for key, text in row.items() if key[0] != ":"}

    for rows in tables(found, "nodes"):
        for row in rows:
            labels = set(row[":LABEL"].split(ARRAYS))
            drawn.add_node(row["iri:ID"], __labels__=labels, **properties(row))
    for rows in tables(found, "relationships"):
        for row in rows:
            ends = row[":START_ID"], row[":END_ID"]
            drawn.add_edge(*ends, __labels__={row[":TYPE"]}, **properties(row))
    return drawn


@pytest.fixture(scope="module")
def neo4j(shown: kg.Graph) -> dict[str, bytes]:
    return FOLDERS["neo4j"].files(shown)


@pytest.fixture(scope="module")
def loaded(neo4j: dict[str, bytes]) -> networkx.MultiDiGraph[str]:
    return as_networkx(neo4j)


def test_every_header_is_as_documented(neo4j: dict[str, bytes]) -> None:
    for name, data in neo4j.items():
        if name.endswith(".csv"):
            (fields,) = csv.reader([data.decode().partition("\n")[0]])
            assert all(HEADER.fullmatch(field) for field in fields), name


def test_every_value_is_of_the_type_of_its_column(neo4j: dict[str, bytes]) -> None:
    typed = 0
    for rows in tables(neo4j, "nodes"):
        for row in rows:
            for field, text in row.items():
                kind, several, _ = field.partition(":")[2].partition("[]")
                if kind in TYPED and text:
                    for value in text.split(ARRAYS) if several else [text]:
                        assert TYPED[kind](value) is not None
                        typed += 1
    assert typed > 100


def test_ids_are_unique_and_every_relationship_has_both_ends(
    neo4j: dict[str, bytes], loaded: networkx.MultiDiGraph[str]
) -> None:
    ids = [row["iri:ID"] for rows in tables(neo4j, "nodes") for row in rows]
    assert len(ids) == len(set(ids)) == loaded.number_of_nodes()


def test_every_entity_is_a_node_with_its_class(
    shown: kg.Graph, loaded: networkx.MultiDiGraph[str]
) -> None:
    for name in ("Finding", "Claim", "Source", "Outcome", "Statement", "Practice"):
        found = {n for n, data in loaded.nodes(data=True) if name in data["__labels__"]}
        assert found == {node.value for node in shown.instances(name)}


def test_every_literal_is_a_property(shown: kg.Graph, loaded: networkx.MultiDiGraph[str]) -> None:
    for subject, predicate, value in shown.asserted():
        if isinstance(value, Literal):
            name = shown.ontology.by_iri[predicate.value].name
            name += f"_{value.language}" if value.language else ""
            data = loaded.nodes[subject.value]
            written = data.get(f"{name}_written", data[name]).split(ARRAYS)
            assert value.value in map(plain, written)


def test_every_derived_edge_is_a_relationship_that_says_what_it_rests_on(
    shown: kg.Graph, loaded: networkx.MultiDiGraph[str]
) -> None:
    wanted = sorted(
        (a, b, d["statement"], d["kind"], d["valence"], d["certainty"], d["reviewStatus"])
        for a, b, d in shown.to_networkx().edges(data=True)
        if d["type"] in ("studiedFor", "claimedFor")
    )
    found = sorted(
        (a, b, d["statement"], d["kind"], d["valence"], d["certainty"], d["reviewStatus"])
        for a, b, d in loaded.edges(data=True)
        if d["__labels__"] & {"STUDIED_FOR", "CLAIMED_FOR"}
    )
    assert found == wanted


def questions(found: Mapping[str, bytes]) -> list[str]:
    text = re.sub(r"(?m)^//.*$", "", found["questions.cypher"].decode())
    return [question.strip() for question in text.split(";") if question.strip()]


@pytest.mark.parametrize("number", range(10))
def test_each_question_has_an_answer_in_cypher(
    number: int, neo4j: dict[str, bytes], loaded: networkx.MultiDiGraph[str]
) -> None:
    answer = GrandCypher(loaded).run(questions(neo4j)[number])
    assert len(questions(neo4j)) == 10
    assert all(answer.values())


def test_the_first_question_has_every_finding(
    shown: kg.Graph, neo4j: dict[str, bytes], loaded: networkx.MultiDiGraph[str]
) -> None:
    answer = GrandCypher(loaded).run(questions(neo4j)[0])
    edges = shown.to_networkx().edges(data=True)
    assert len(answer["p.name"]) == sum(d["type"] == "studiedFor" for *_, d in edges)


def test_the_command_names_every_file(neo4j: dict[str, bytes]) -> None:
    named = re.findall(r"--(?:nodes|relationships)=(\S+)", neo4j["import.sh"].decode())
    assert set(named) == {name for name in neo4j if name.endswith(".csv")}


def test_the_command_is_one_that_a_shell_reads(neo4j: dict[str, bytes]) -> None:
    subprocess.run([shutil.which("sh") or "sh", "-n"], input=neo4j["import.sh"], check=True)


def test_texts_and_numbers_of_every_kind_survive() -> None:
    graph: Graph = graph_of([])
    for number, text in enumerate(TEXTS):
        node = NamedNode(f"{BASE}finding/f{number}")
        graph.add(node, TYPE, NamedNode(graph.ontology.classes["Finding"].iri))
        graph.add(node, graph.property_iri("followUp"), Literal(text))
    node = NamedNode(f"{BASE}finding/f0#e")
    graph.add(node, TYPE, NamedNode(graph.ontology.classes["EffectEstimate"].iri))
    decimal = Literal("0.80", datatype=NamedNode(XSD + "decimal"))
    graph.add(node, graph.property_iri("value"), decimal)
    loaded = as_networkx(FOLDERS["neo4j"].files(graph))
    read = [loaded.nodes[f"{BASE}finding/f{n}"]["followUp"] for n in range(len(TEXTS))]
    assert [plain(text) for text in read] == TEXTS
    assert loaded.nodes[node.value]["value_written"] == "0.80"


def test_a_number_that_is_none_makes_its_column_one_of_texts() -> None:
    graph: Graph = graph_of([])
    for name, text in (("f1", "1e-5"), ("f2", "0.5")):
        node = NamedNode(f"{BASE}finding/{name}#e")
        graph.add(node, TYPE, NamedNode(graph.ontology.classes["EffectEstimate"].iri))
        kind = NamedNode(XSD + ("double" if "e" in text else "decimal"))
        graph.add(node, graph.property_iri("value"), Literal(text, datatype=kind))
    found = FOLDERS["neo4j"].files(graph)["nodes/EffectEstimate.csv"].decode()
    assert '"value:string"' in found
    assert '"1e-5"' in found


# -- KGX -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kgx(shown: kg.Graph) -> dict[str, bytes]:
    return FOLDERS["kgx"].files(shown)


KINDS = ("claim", "finding")


def records(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]


@pytest.mark.parametrize("name", ["nodes", "edges"])
def test_tsv_and_json_lines_say_the_same(name: str, kgx: dict[str, bytes]) -> None:
    def flat(value: Any) -> str:
        return " ".join(("|".join(value) if isinstance(value, list) else value).split())

    heads, *lines = (line.split("\t") for line in kgx[f"{name}.tsv"].decode().splitlines())
    rows = [{k: v for k, v in zip(heads, line, strict=True) if v} for line in lines]
    wanted = [{k: flat(v) for k, v in r.items()} for r in records(kgx[f"{name}.jsonl"])]
    assert rows == wanted


def test_only_findings_have_publications_and_a_direction(kgx: dict[str, bytes]) -> None:
    edges = records(kgx["edges.jsonl"])
    with_both = [e for e in edges if "publications" in e or "object_direction_qualifier" in e]
    assert with_both
    assert {edge["kind"] for edge in with_both} == {"finding"}


def test_a_claim_is_no_knowledge_assertion(kgx: dict[str, bytes]) -> None:
    claims = [e for e in records(kgx["edges.jsonl"]) if e.get("kind") == "claim"]
    assert {edge["knowledge_level"] for edge in claims} == {"not_provided"}


def test_no_claim_has_the_predicate_of_a_finding(kgx: dict[str, bytes]) -> None:
    """In memory, kgx makes one edge of those with one predicate between two nodes."""
    edges = [e for e in records(kgx["edges.jsonl"]) if e["predicate"] != "biolink:mentions"]
    used = {kind: {e["predicate"] for e in edges if e.get("kind") == kind} for kind in KINDS}
    assert all(used.values())
    assert used["claim"] & used["finding"] == set()


def test_every_prefix_of_an_id_is_declared(kgx: dict[str, bytes]) -> None:
    prefixes = json.loads(kgx["about.json"])["prefixes"]
    for node in records(kgx["nodes.jsonl"]):
        prefix, _, rest = node["id"].partition(":")
        assert prefixes[prefix] + rest == node["iri"]


@pytest.mark.kgx
@pytest.mark.skipif(
    not os.environ.get("KGX_PYTHON"), reason="KGX_PYTHON names no Python that has kgx and bmt"
)
def test_kgx_and_bmt_find_nothing_wrong(kgx: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in kgx.items():
        (tmp_path / name).write_bytes(data)
    check = Path(__file__).with_name("kgx_check.py")
    command = [os.environ["KGX_PYTHON"], str(check), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found = json.loads(done.stdout[done.stdout.index('{"tsv"') :])
    assert found["unknown"] == []
    for kind in ("tsv", "jsonl"):
        assert found[kind]["errors"] == {}
        assert set(found[kind]["nodes"]) == {n["id"] for n in records(kgx["nodes.jsonl"])}
        triples = {(e["subject"], e["predicate"], e["object"]) for e in records(kgx["edges.jsonl"])}
        read = found[kind]["edges"].values()
        assert {(e["subject"], e["predicate"], e["object"]) for e in read} == triples
    every = sorted(e["id"] for e in records(kgx["edges.jsonl"]))
    assert sorted(found["streamed"]) == every
    assert len(found["jsonl"]["edges"]) < len(every)  # what about.json warns of
    assert "--stream" in json.loads(kgx["about.json"])["reading"]
