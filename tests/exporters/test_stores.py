"""The queries that the documentation shows, in stores that know nothing of kg.

Each has `--merge-derived` N-Quads and nothing else: Oxigraph and rdflib.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT
from pyoxigraph import RdfFormat, Store

import kg
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
