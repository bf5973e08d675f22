"""What may leave: nothing of a statement that is left out stays behind."""

from collections.abc import Callable
from pathlib import Path

import pytest

import kg
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


def test_what_a_review_of_something_else_says_of_an_unapproved_statement_goes(
    tmp_path: Path,
) -> None:
    """An approval lists all that it covers: facts of other statements among it."""
    graph = shown(
        tmp_path,
        "<https://example.org/f1> a cekg:Finding . ex:o a cekg:Outcome .\n"
        "ex:e a cekg:ReviewEvent ; cekg:reviewed ex:o ; cekg:approvedPart\n"
        '"note of https://example.org/f1: SECRET", "note of https://example.org/f1#w: SECRET",\n'
        '"note of https://example.org/f12: SHARED" .',
    )
    said = "\n".join(map(str, graph))
    assert "SECRET" not in said and "SHARED" in said


COVERED = """
- id: intervention/i
- id: outcome/o
- {id: agent/author, agentType: person}
- {id: agent/reviewer, agentType: person, reviewRole: reviewer, conflictOfInterest: None declared.}
- id: description/d
  describes: intervention/i
  sets: {dose: 10 sessions}
- id: finding/f
  intervention: intervention/i
  outcome: outcome/o
  creator: agent/author
  reviewStatus: approved
"""
EVENT = """
- id: review-event/approval
  reviewed: finding/f
  toStatus: approved
  agent: agent/reviewer
  assertionDigest: {digest}
"""


def approved(project: Callable[..., Path], records: str) -> kg.Graph:
    """Return the graph of records in which finding/f is approved as it is."""
    before = kg.load(project(records))
    digest = before.value(before.node("finding/f"), "assertionDigest")
    assert digest is not None
    return kg.load(project(records + EVENT.format(digest=digest.value)))


def test_an_approval_that_covers_facts_of_an_unapproved_statement_still_counts(
    project: Callable[..., Path],
) -> None:
    graph, count = select(approved(project, COVERED))
    finding = graph.node("finding/f")
    assert (count.approved, count.shown) == (1, 1)
    assert graph.value(graph.node("intervention/i"), "dose") is None
    assert graph.notation(graph.value(finding, "effectiveStatus")) == "approved"
    stated = {f.object for f in graph.facts(graph.property_iri("edgeStatus"))}
    assert {graph.short(status) for status in stated} == {"approved"}
