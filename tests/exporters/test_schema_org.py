"""schema.org: every property in the domain of its type, and nothing that reads too strong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyld
import pyshacl
import pytest
from pyoxigraph import RdfFormat, parse

import kg
from kg.evidence.index import Index
from kg.graph import Graph
from kg.ontology import RDFS
from kg.schema_org import AGENTS, SOURCES, TYPES, SchemaOrg

SDO = "http://schema.org/"
SHACL = "http://www.w3.org/ns/shacl#"


class Vocabulary:
    """The vocabulary of schema.org as pySHACL brings it along: classes and their properties."""

    def __init__(self) -> None:
        file = Path(pyshacl.__file__).parent / "assets" / "schema.ttl"
        self.above: dict[str, set[str]] = {}
        shapes: dict[str, set[str]] = {}
        paths: dict[str, str] = {}
        for quad in parse(file.read_bytes(), RdfFormat.TURTLE):
            subject, value = str(quad.subject), str(quad.object)
            if quad.predicate.value == RDFS + "subClassOf":
                self.above.setdefault(subject, set()).add(value)
            elif quad.predicate.value == SHACL + "property":
                shapes.setdefault(subject, set()).add(value)
            elif quad.predicate.value == SHACL + "path":
                paths[subject] = value.removeprefix(f"<{SDO}").rstrip(">")
        self.own = {c: {paths[s] for s in found if s in paths} for c, found in shapes.items()}

    def has(self, kind: str) -> bool:
        return f"<{SDO}{kind}>" in self.above

    def properties(self, kind: str) -> set[str]:
        """Return the properties whose domain a class is in."""
        found, level = set[str](), [f"<{SDO}{kind}>"]
        for term in level:
            found |= self.own.get(term, set())
            level += self.above.get(term, set()) - set(level)
        return found


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary()


def nodes(found: Any) -> Iterator[dict[str, Any]]:
    """Yield every node of expanded JSON-LD."""
    if isinstance(found, list):
        for item in found:
            yield from nodes(item)
    elif isinstance(found, dict):
        if "@type" in found:
            yield found
        for name, value in found.items():
            if name != "@type":
                yield from nodes(value)


def expanded(data: bytes) -> Any:
    """Expand a document with PyLD; the context of schema.org is not fetched."""
    context = {"@context": {"@vocab": SDO}}
    return pyld.jsonld.expand(
        json.loads(data),
        {
            "documentLoader": lambda url, options: {
                "document": context,
                "documentUrl": url,
                "contextUrl": None,
            }
        },
    )


def outside(data: bytes, vocabulary: Vocabulary) -> set[tuple[str, str]]:
    """Return each property that schema.org does not have on any type of its node."""
    return {
        (node["@type"][0], name)
        for node in nodes(expanded(data))
        for kinds in [[kind.removeprefix(SDO) for kind in node["@type"]]]
        for name in node
        if not name.startswith("@")
        and not any(name.removeprefix(SDO) in vocabulary.properties(kind) for kind in kinds)
    }


def test_every_type_is_one_of_schema_org(vocabulary: Vocabulary) -> None:
    every = {t for types in TYPES.values() for t in types} | {*SOURCES.values(), *AGENTS.values()}
    assert [t for t in every if not vocabulary.has(t)] == []


def test_every_property_is_in_the_domain_of_its_type(shown: Graph, vocabulary: Vocabulary) -> None:
    data = kg.export(shown, "schema-org", include_unreviewed=True)
    assert len(list(nodes(expanded(data)))) > len(Index(shown).entities)
    assert outside(data, vocabulary) == set()


def test_a_property_outside_of_its_domain_is_found(vocabulary: Vocabulary) -> None:
    wrong = {"@context": "https://schema.org", "@type": "MedicalTherapy", "license": "x"}
    assert outside(json.dumps(wrong).encode(), vocabulary) == {
        (SDO + "MedicalTherapy", SDO + "license")
    }


RECORDS = """
- {{id: intervention/a, prefLabel: A}}
- {{id: intervention/b, prefLabel: B}}
- {{id: outcome/o, prefLabel: O}}
- {{id: source/g, title: G}}
- {{id: source/h, title: H, unresolved: {doubt}}}
- id: finding/a
  intervention: intervention/a
  outcome: outcome/o
  effectDirection: increase
  studyDesign: {a}
  studies: {studies}
  evidenceLine: {{source: source/g}}
- id: finding/b
  intervention: intervention/b
  outcome: outcome/o
  effectDirection: increase
  studyDesign: {b}
  evidenceLine: {{source: source/h}}
- id: recommendation/r
  recommends: {recommends}
  direction: {direction}
  strength: notGraded
  evidenceLine: [{{source: source/g}}, {{source: source/h}}]
"""


@pytest.fixture
def recommendation(project: Callable[..., Path]) -> Callable[..., dict[str, Any]]:
    def made(**given: str) -> dict[str, Any]:
        values = {"a": "notStated", "b": "notStated", "studies": "1", "doubt": "false"}
        values |= {"recommends": "intervention/a", "direction": "for", **given}
        index = Index(kg.load(project(RECORDS.format(**values))))
        return SchemaOrg(index).thing(index.base + "recommendation/r")

    return made


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({"a": "metaAnalysis"}, "A"),
        ({"a": "randomisedTrial", "studies": "3"}, "A"),
        ({"a": "randomisedTrial"}, "B"),
        ({"a": "quasiExperiment"}, "B"),
        ({"a": "guideline"}, "C"),
        (
            {
                "a": "metaAnalysis",
                "b": "openTrial",
                "recommends": "[intervention/a, intervention/b]",
            },
            "B",
        ),
    ],
)
def test_the_level_of_evidence_is_that_of_the_designs(
    given: dict[str, str], level: str, recommendation: Callable[..., dict[str, Any]]
) -> None:
    assert recommendation(**given)["evidenceLevel"] == f"https://schema.org/EvidenceLevel{level}"


@pytest.mark.parametrize(
    "given",
    [
        {"a": "notStated"},
        {"a": "metaAnalysis", "recommends": "[intervention/a, intervention/b]"},
        {"b": "metaAnalysis", "recommends": "intervention/b", "doubt": "true"},
    ],
)
def test_without_a_known_design_there_is_no_level_of_evidence(
    given: dict[str, str], recommendation: Callable[..., dict[str, Any]]
) -> None:
    assert "evidenceLevel" not in recommendation(**given)


def test_a_recommendation_against_something_says_so(
    recommendation: Callable[..., dict[str, Any]],
) -> None:
    found = recommendation(direction="against")
    assert found["disambiguatingDescription"].startswith("Recommendation against")


def test_a_strength_that_was_not_graded_is_left_out(
    recommendation: Callable[..., dict[str, Any]],
) -> None:
    assert "recommendationStrength" not in recommendation()


def test_a_claim_says_that_it_is_no_finding(shown: Graph) -> None:
    written = SchemaOrg(Index(shown))
    claims = {
        written.thing(c)["disambiguatingDescription"] for c in written.index.instances("Claim")
    }
    assert {c.partition(";")[0] for c in claims} == {"Claim of a page, not a finding of research"}


def test_an_id_is_no_name(shown: Graph) -> None:
    written = SchemaOrg(Index(shown))
    every = {e: written.thing(e).get("name") for e in written.index.entities}
    assert [e for e, name in every.items() if name == written.index.short(e)] == []


def test_a_review_is_an_action_of_its_agent(shown: Graph) -> None:
    written = SchemaOrg(Index(shown))
    (event, *_) = written.index.instances("ReviewEvent")
    found = written.thing(event)
    assert found["@type"] == "Action"
    assert {"agent", "endTime", "object"} <= found.keys()


def test_the_licence_of_the_data_is_not_put_on_the_works_of_others(shown: Graph) -> None:
    written = SchemaOrg(Index(shown))
    assert [s for s in written.index.instances("Source") if "license" in written.thing(s)] == []
