"""The rules of review give the same in memory and in SQL, on graphs made up at random."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph

import kg
from kg import resources
from kg.ontology import CEKG, RDF, Ontology
from kg.review import select
from kg.scale.export import write

pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")

BASE = "https://example.org/t/"
STATUSES = [
    t.iri for t in Ontology.read(resources.ontology_files()).members(f"{CEKG}ReviewStatus").values()
]
APPROVED = f"{CEKG}ReviewStatus-approved"


class Made(NamedTuple):
    """A statement or an article, what is stated of its review, and what hangs on it."""

    kind: str
    statuses: list[str]
    claimed: bool
    event: str
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
        part=st.booleans(),
        blank=st.sampled_from(["", "own", "shared"]),
        pointed_at=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def lines(made: list[Made], digests: dict[str, str]) -> str:
    """Return N-Triples; a right event has the digest of its statement, as far as that is known."""
    found = [f"<{BASE}> <{RDF}type> <{CEKG}KnowledgeGraph> ."]
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
        if one.event:
            event, digest = f"<{BASE}e/{number}>", digests.get(node, "none")
            status = STATUSES[0] if one.event == "other status" else APPROVED
            wrong = "x" * (one.event == "wrong")
            found += [
                f"{event} <{CEKG}reviewed> {node} .",
                f"{event} <{CEKG}toStatus> <{status}> .",
                f'{event} <{CEKG}assertionDigest> "{digest}{wrong}" .',
            ]
    return "".join(f"{line}\n" for line in found)


@given(made=MADE, everything=st.booleans())
@settings(max_examples=60, deadline=None)
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
    found = out.read_text().splitlines()
    assert [x for x in found if not any(f"<{iri}>" in x for iri in derived)] == asserted
    assert done.review == review
