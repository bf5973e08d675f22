"""The queries that the documentation shows, in stores that know nothing of kg.

Each has `--merge-derived` N-Quads and nothing else: Oxigraph, rdflib and Jena. Jena is the one that
the package owlready2 carries beside its reasoner (ARQ 2.10).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT
from pyoxigraph import RdfFormat, Store

import kg
from kg.exporters import EXPORTERS
from kg.ontology import PREFIXES

FENCE = re.compile(r"^```sparql\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown_queries() -> list[str]:
    """Return the SPARQL of the README with the prefixes and base that `kg query` adds."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    base = "BASE <https://w3id.org/clinical-evidence-kg/attachment/>\n"
    return [base + head + query for query in FENCE.findall(text)]


@pytest.fixture(scope="module")
def merged(shown: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("stores") / "graph.nq"
    kg.export_file(shown, "nquads", file, include_unreviewed=True, merge_derived=True)
    return file


@pytest.fixture(scope="module")
def jena() -> list[str]:
    """Return the command that asks Jena, without its arguments."""
    java, package = shutil.which("java"), find_spec("owlready2")
    if java is None:
        pytest.skip("no Java runtime on the path")
    if package is None or package.origin is None:
        pytest.skip("owlready2, which carries Jena, is not installed")
    jars = Path(package.origin).with_name("pellet")
    return [java, "-cp", str(jars / "*"), "arq.query", "--results=tsv"]


def rows_of_oxigraph(file: Path, query: str) -> int:
    store = Store()
    store.load(file.read_bytes(), format=RdfFormat.N_QUADS)
    return len(list(store.query(query)))


@pytest.fixture(scope="module")
def expected(merged: Path) -> list[int]:
    return [rows_of_oxigraph(merged, query) for query in shown_queries()]


def test_queries_of_the_readme_have_answers_in_oxigraph(expected: list[int]) -> None:
    assert expected and all(expected)


def test_without_the_option_the_default_graph_lacks_what_was_derived(
    shown: kg.Graph, tmp_path: Path
) -> None:
    file = tmp_path / "graph.nq"
    kg.export_file(shown, "nquads", file, include_unreviewed=True)
    assert [rows_of_oxigraph(file, query) for query in shown_queries()] == [0]


def test_queries_of_the_readme_have_the_same_answers_in_rdflib(
    merged: Path, expected: list[int]
) -> None:
    graph = rdflib.Graph().parse(merged, format="nt")
    assert [len(graph.query(query)) for query in shown_queries()] == expected


@pytest.mark.java
@pytest.mark.parametrize("format", ["nquads", "turtle"])
def test_queries_of_the_readme_have_the_same_answers_in_jena(
    format: str, jena: list[str], shown: kg.Graph, expected: list[int], tmp_path: Path
) -> None:
    data, query = tmp_path / f"graph{EXPORTERS[format].suffix}", tmp_path / "query.rq"
    kg.export_file(shown, format, data, include_unreviewed=True, merge_derived=True)
    found = []
    for text in shown_queries():
        query.write_text(text, encoding="utf-8")
        command = [*jena, "--data", str(data), "--query", str(query)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        found.append(len(done.stdout.splitlines()) - 1)  # the first line names the variables
    assert found == expected
