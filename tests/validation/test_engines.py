"""The default engine and others give the same results, on our data and on data made up."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import peers
import pytest
from generated import Generator

import kg
from kg import resources
from kg.ontology import SH
from kg.shacl import sparql
from kg.validation import auto, pyshacl_engine
from kg.validation.shapes import Raw, Shapes

TESTS = Path(__file__).resolve().parents[1]
COMPONENTS = """
    Class Datatype NodeKind MinCount MaxCount MinExclusive MinInclusive MaxExclusive MaxInclusive
    MinLength MaxLength Pattern LanguageIn UniqueLang Equals Disjoint LessThan LessThanOrEquals
    Not And Or Xone Node QualifiedMinCount QualifiedMaxCount Closed HasValue In
"""


def together(files: list[Path], path: Path) -> kg.Graph:
    """Return case files as one graph, each in a namespace of its own."""
    example, texts = "https://example.org/", []
    for file in files:
        key = file.name.removesuffix(".ttl").replace(".", "/")
        texts.append(file.read_text(encoding="utf-8").replace(example, f"{example}{key}/"))
    path.write_text("\n".join(texts), encoding="utf-8")
    return kg.load(path)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """All case files of the rules."""
    files = sorted((TESTS / "shapes").rglob("*.ttl"))
    assert len(files) > 390
    return together(files, tmp_path_factory.mktemp("cases") / "cases.ttl")


def key(raw: Raw) -> tuple[str, ...]:
    path, value = str(raw.path or ""), "" if raw.value is None else str(raw.value)
    return (str(raw.shape), raw.component, str(raw.focus), path, value, raw.severity)


def agree(graph: kg.Graph, *, queries: bool = True) -> int:
    """Compare whole results of both engines, repetitions and all; return how many there are."""
    shapes = Shapes.read(resources.shape_files(*graph.ontology.folders))
    if not queries:
        shapes = Shapes(tuple(t for t in shapes.triples if t.predicate.value != SH + "sparql"))
    ours, theirs = (list(engine.run(graph, shapes)) for engine in (auto, pyshacl_engine))
    assert Counter(map(key, ours)) == Counter(map(key, theirs))
    told = [{shapes.diagnostic(graph, raw) for raw in found} for found in (ours, theirs)]
    assert told[0] == told[1]
    return len(ours)


def test_the_dataset(dataset: kg.Graph) -> None:
    """Without queries, for which pySHACL needs half a minute; their own cases are asked them."""
    assert agree(dataset, queries=False) > 500


def test_every_case_of_a_rule(cases: kg.Graph) -> None:
    """Without queries: pySHACL asks each of them of each node again."""
    assert agree(cases, queries=False) > 2000


def test_every_case_of_a_rule_with_a_query(tmp_path: Path) -> None:
    """The cases of the rules that are queries have a result of each of them."""
    shapes = Shapes.read(resources.shape_files())
    asked = {code for code, node in shapes.codes.items() if shapes.objects(node, SH + "sparql")}
    files = sorted(f for f in (TESTS / "shapes").rglob("*.ttl") if f.name.split(".")[0] in asked)
    graph = together(files, tmp_path / "cases.ttl")
    assert agree(graph) > 500
    queries = {
        r.shape
        for r in auto.run(graph, shapes)
        if r.component.endswith("SPARQLConstraintComponent")
    }
    assert {shapes.codes[code] for code in asked} == queries


def test_the_example_project() -> None:
    assert agree(kg.load(TESTS / "examples" / "infant-sleep")) > 10


def compare(generator: Generator) -> Counter[str]:
    """Compare three engines on one graph; return how often each component was reported."""
    data, shapes = generator.graph(), generator.shapes_graph()
    ours = peers.ours(data, shapes)
    assert ours == peers.shacl(data, shapes)
    # What pySHACL does with values that cannot be compared, and with inverses of longer paths, is
    # known and decided: see test_disagreements.py.
    if not generator.comparing and not {"inversePath [", "inversePath ("} & _pairs(shapes):
        assert ours == peers.pyshacl(data, shapes)
    return Counter(component for _, component, _, _ in ours.elements())


def _pairs(text: str) -> set[str]:
    words = text.replace("sh:", "").split()
    return {f"{one} {two}" for one, two in pairwise(words)}


def test_every_component_is_reported_alike() -> None:
    """A thousand graphs, the same each time, in which every component has results."""
    found: Counter[str] = Counter()
    for seed in range(1000):
        found += compare(Generator(Random(seed)))
    assert {f"{name}ConstraintComponent" for name in COMPONENTS.split()} == set(found)


def test_one_query_for_all_nodes_answers_like_one_for_each(
    cases: kg.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = Shapes.read(resources.shape_files())
    together = Counter(key(raw) for raw in auto.run(cases, shapes))
    monkeypatch.setattr(sparql, "runs_as_set", lambda text: False)
    one_by_one = Counter(key(raw) for raw in auto.run(cases, shapes))
    assert together == one_by_one
    assert sum("SPARQL" in row[1] for row in together) >= 16


def test_foreign_shapes_are_counted_as_rules_if_they_constrain_something(tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <urn:x#> . "
        ":Only a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path :p ; sh:minCount 1 ] . "
        ":Own a sh:NodeShape ; sh:targetClass :A ; sh:nodeKind sh:IRI . "
        ':Query a sh:NodeShape ; sh:targetNode :x ; sh:sparql [ sh:select "SELECT $this {}" ] .'
    )
    rules = Shapes.read([file]).rules()
    assert [rule.code for rule in rules] == ["Only.p", "Own", "Query"]


def test_the_default_engine_needs_no_slow_library() -> None:
    code = "import kg, sys; kg.validate(kg.demo()); print({'rdflib', 'pyshacl'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("engine", ["auto", "duckdb", "pyshacl"])
def test_data_without_a_target_are_said_not_to_be_checked(engine: str, tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        f"<urn:s> <{SH}targetClass> <https://example.org/C> ; <{SH}maxCount> 0 ; "
        f"<{SH}path> <urn:p> ."
    )
    data.write_text("<urn:x> a <http://example.org/C> ; <urn:p> 1 .")
    assert kg.validate(data, shapes=[shapes], engine=engine).note.splitlines()[-1] == (
        "nothing was checked: the data have no target, such as an instance of <https://example.org/C>"
    )
