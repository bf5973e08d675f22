"""What may leave: nothing of a statement that is left out stays behind."""

from pathlib import Path

import pytest

from kg import resources
from kg.derive import derive
from kg.files import read_graph
from kg.graph import Graph
from kg.ontology import Ontology
from kg.review import select

ONTOLOGY = Ontology.read(resources.ontology_files())
HEAD = """
@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .
@prefix ex: <https://example.org/data#> .
<https://example.org/data> a cekg:KnowledgeGraph .
"""


def shown(folder: Path, turtle: str) -> Graph:
    file = folder / "graph.ttl"
    file.write_text(HEAD + turtle, encoding="utf-8")
    return select(derive(read_graph(file, ONTOLOGY)))[0]


@pytest.mark.parametrize(
    "statement",
    [
        'ex:f1 a cekg:Finding ; cekg:note "SECRET" .',
        "<https://example.org/f1> a cekg:Finding ; cekg:wording <https://example.org/f1#w> .\n"
        '<https://example.org/f1#w> cekg:text "SECRET"@en .',
        'ex:f1 a cekg:Finding ; cekg:wording [ cekg:text "SECRET"@en ] .',
        'ex:f1 a cekg:Finding ; cekg:evidenceLine [ cekg:quote [ cekg:exact "SECRET" ] ] .',
        '<https://example.org/f1> a cekg:Finding ; cekg:note "SECRET" .',
    ],
    ids=["fragment", "nested", "blank", "blank in blank", "no fragment"],
)
def test_nothing_of_an_unapproved_statement_leaves(tmp_path: Path, statement: str) -> None:
    assert "SECRET" not in "\n".join(map(str, shown(tmp_path, statement)))


def test_what_refers_to_an_unapproved_statement_stays_without_the_reference(tmp_path: Path) -> None:
    graph = shown(tmp_path, "ex:f1 a cekg:Finding . ex:e a cekg:Outcome ; cekg:seeAlso ex:f1 .")
    said = [str(quad) for quad in graph]
    assert any("data#e>" in line for line in said) and not any("data#f1>" in line for line in said)


def test_a_blank_node_that_something_else_leads_to_stays(tmp_path: Path) -> None:
    graph = shown(
        tmp_path,
        "ex:f1 a cekg:Finding ; cekg:population _:p . ex:o a cekg:Outcome ; cekg:population _:p .\n"
        '_:p cekg:note "SHARED" .',
    )
    assert "SHARED" in "\n".join(map(str, graph))
