"""What the reading of the evidence adds to a graph: disagreements, for queries and exports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kg.evidence.disagreement import disagreements_of
from kg.evidence.findings import findings_of
from kg.evidence.verdicts import Disagreement
from kg.graph import Graph, Term
from kg.ontology import CEKG, TYPE

_KINDS = ("Claim", "Finding", "Recommendation", "Study")
_CLASS = NamedNode(CEKG + "Disagreement")


def disagreements(graph: Graph) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
    """Yield what is derived of each disagreement of a graph whose valences are derived."""
    if any(graph.instances(kind) for kind in _KINDS) or graph.instances("Article"):
        for found in disagreements_of(findings_of(graph)).all:
            yield from _statements(graph, found)


def _statements(graph: Graph, found: Disagreement) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
    iris = (found.about, found.outcome, found.one, found.other)
    parts = (found.verdict, *(i.removeprefix(graph.base) for i in iris))
    text = " ".join((*parts, found.one_says, found.other_says))
    slug = hashlib.sha256(text.encode()).hexdigest()[:12]
    node = NamedNode(f"{graph.base}disagreement/{slug}")
    values: list[tuple[str, Term]] = [
        ("disagreementVerdict", _member("DisagreementVerdict", found.verdict)),
        ("disagreesOn", NamedNode(found.about)),
        ("oneSide", NamedNode(found.one)),
        ("otherSide", NamedNode(found.other)),
        ("oneSays", Literal(found.one_says)),
        ("otherSays", Literal(found.other_says)),
        ("disagreementInWords", Literal(found.text())),
    ]
    if found.outcome:
        values.append(("disagreesOnOutcome", NamedNode(found.outcome)))
    for difference in found.differences:
        key = "differsIn" if difference.known else "notToldIn"
        values.append((key, _member("ComparedDimension", difference.dimension)))
    yield node, TYPE, _CLASS
    for key, value in values:
        yield node, NamedNode(CEKG + key), value


def _member(controlled_list: str, notation: str) -> NamedNode:
    return NamedNode(f"{CEKG}{controlled_list}-{notation}")
