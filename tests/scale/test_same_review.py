"""The rules of review give the same in memory and in SQL, on graphs made up at random."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph

import kg
from kg import resources
from kg.ontology import CEKG, DCTERMS, RDF, Ontology
from kg.review import select
from kg.scale.export import write

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

BASE = "https://example.org/t/"
STATUSES = [
    t.iri for t in Ontology.read(resources.ontology_files()).members(f"{CEKG}ReviewStatus").values()
]
APPROVED = f"{CEKG}ReviewStatus-approved"
AGENTS = [
    line
    for name in ("a", "b", "robot")
    for line in (
        f"<{BASE}{name}> <{CEKG}reviewRole> <{CEKG}ReviewRole-reviewer> .",
        f'<{BASE}{name}> <{CEKG}conflictOfInterest> "None."@en .',
    )
] + [f"<{BASE}robot> <{CEKG}agentType> <{CEKG}AgentType-software> ."]
OUTCOME = [
    f"<{BASE}outcome> <{CEKG}desirability> <{CEKG}Desirability-desirable> .",
    f"<{BASE}outcome> <{CEKG}codeMapping> <{BASE}outcome#m> .",
    f'<{BASE}outcome#m> <{CEKG}code> "1" .',
]


class Made(NamedTuple):
    """A statement or an article, what is stated of its review, and what hangs on it."""

    kind: str
    statuses: list[str]
    claimed: bool
    event: str
    agents: list[str]
    authors: list[tuple[str, str]]
    refers: str
    ended: bool
    part: bool
    blank: str
    pointed_at: bool


MADE = st.lists(
    st.builds(
        Made,
        kind=st.sampled_from(
            ["Finding", "Claim", "Recommendation", "Caveat", "Disclaimer", "Article"]
        ),
        statuses=st.lists(st.sampled_from([APPROVED, APPROVED, *STATUSES, "urn:x"]), max_size=2),
        claimed=st.booleans(),
        event=st.sampled_from(["", "right", "right", "wrong", "other status"]),
        agents=st.lists(st.sampled_from(["a", "a", "b", "plain", "robot"]), max_size=2),
        authors=st.lists(
            st.tuples(
                st.sampled_from(["creator", "creator", "contributor", "submitted"]),
                st.sampled_from(["writer", "writer", "a"]),
            ),
            max_size=2,
        ),
        refers=st.sampled_from(["", "outcome", "aimsAt", "seeAlso"]),
        ended=st.sampled_from([False, False, False, True]),
        part=st.booleans(),
        blank=st.sampled_from(["", "own", "shared"]),
        pointed_at=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def lines(made: list[Made], digests: dict[str, str]) -> str:
    """Return N-Triples; a right event has the digest of its statement, as far as that is known."""
    found = [f"<{BASE}> <{RDF}type> <{CEKG}KnowledgeGraph> .", *AGENTS, *OUTCOME]
    for number, one in enumerate(made):
        node = f"<{BASE}s/{number}>"
        found.append(f"{node} <{RDF}type> <{CEKG}{one.kind}> .")
        found += [f"{node} <{CEKG}reviewStatus> <{status}> ." for status in one.statuses]
        if one.claimed:
            found.append(f"{node} <{CEKG}effectiveStatus> <{APPROVED}> .")
        if one.part:
            part = f"<{BASE}s/{number}#p>"
            found += [f"{node} <{CEKG}quote> {part} .", f'{part} <{CEKG}exact> "{number}" .']
        if one.blank:
            skolem = f"<{BASE}.well-known/genid/{number if one.blank == 'own' else 'x'}>"
            found += [f"{node} <{CEKG}note> {skolem} .", f'{skolem} <{CEKG}note> "hangs" .']
        if one.pointed_at:
            found.append(f"<{BASE}o/{number}> <{CEKG}seeAlso> {node} .")
        if one.refers:
            found.append(f"{node} <{CEKG}{one.refers}> <{BASE}outcome> .")
        for link, agent in one.authors:
            if link == "submitted":
                event = f"<{BASE}u/{number}>"
                found += [
                    f"{event} <{CEKG}reviewed> {node} .",
                    f"{event} <{CEKG}toStatus> <{CEKG}ReviewStatus-submitted> .",
                    f"{event} <{CEKG}agent> <{BASE}{agent}> .",
                ]
            else:
                found.append(f"{node} <{DCTERMS}{link}> <{BASE}{agent}> .")
        if one.ended:
            event = f"<{BASE}w/{number}>"
            found += [
                f"{event} <{CEKG}reviewed> {node} .",
                f"{event} <{CEKG}toStatus> <{CEKG}ReviewStatus-withdrawn> .",
            ]
        if one.event:
            event, digest = f"<{BASE}e/{number}>", digests.get(node, "none")
            status = STATUSES[0] if one.event == "other status" else APPROVED
            wrong = "x" * (one.event == "wrong")
            found += [
                f"{event} <{CEKG}reviewed> {node} .",
                f"{event} <{CEKG}toStatus> <{status}> .",
                f'{event} <{CEKG}assertionDigest> "{digest}{wrong}" .',
            ]
            found += [f"{event} <{CEKG}agent> <{BASE}{agent}> ." for agent in one.agents]
            if one.part:
                found += [
                    f'{event} <{CEKG}approvedPart> "exact: {number}" .',
                    f'{event} <{CEKG}approvedPart> "value of s/{number + 1}: a: of b" .',
                    f'{event} <{CEKG}approvedPart> "value of s/{number + 1}#q: \\"a\\"" .',
                ]
    return "".join(f"{line}\n" for line in found)


@given(made=MADE, everything=st.booleans())
@settings(max_examples=examples(60))
def test_the_same_leaves_a_graph_in_memory_and_a_file_that_is_not_loaded(
    made: list[Made], everything: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("same")
    file = folder / "graph.nt"
    file.write_text(lines(made, {}), encoding="utf-8")
    before = kg.load(file)
    digests = {str(s): before.value(s, "assertionDigest") for s in before.instances("Statement")}
    file.write_text(lines(made, {s: d.value for s, d in digests.items() if d}), encoding="utf-8")
    graph, out = kg.load(file), folder / "out.nq"
    done = write.export(file, "nquads", out, include_unreviewed=everything)
    expected, review = select(graph, everything)
    derived = {t.iri for t in graph.ontology.properties.values() if t.derived}
    asserted = [
        line for line, q in expected.lines(DefaultGraph()) if q.predicate.value not in derived
    ]
    found = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    assert [x for x in found if not any(f"<{iri}>" in x for iri in derived)] == asserted
    assert done.review == review


def test_some_approvals_hold(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Otherwise the comparison above would compare nothing but refusals."""
    made = Made(
        "Finding", [APPROVED], False, "right", ["a"], [("creator", "writer")], "outcome", False,
        True, "own", False,
    )  # fmt: skip
    file = tmp_path_factory.mktemp("some") / "graph.nt"
    file.write_text(lines([made], {}), encoding="utf-8")
    node = f"<{BASE}s/0>"
    digest = kg.load(file).value(kg.load(file).node(node[1:-1]), "assertionDigest")
    assert digest
    file.write_text(lines([made], {node: digest.value}), encoding="utf-8")
    done = write.export(file, "nquads", file.with_name("out.nq"))
    assert (done.review.approved, select(kg.load(file))[1].approved) == (1, 1)
