"""What follows from a record: valence, closure, edges, status after a change, quote checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

import kg
from kg import resources
from kg.ontology import CEKG

Write = Callable[..., Path]

FINDING = """
- id: intervention/i
- id: population/p
- id: outcome/o
  desirability: {desirability}
- id: finding/f
  intervention: intervention/i
  outcome: outcome/o
  population: population/p
  effectDirection: {direction}
  contrast: {contrast}
"""


@pytest.mark.parametrize(
    ("direction", "desirability", "contrast", "valence"),
    [
        ("increase", "desirable", "betweenGroup", "favourable"),
        ("decrease", "desirable", "betweenGroup", "unfavourable"),
        ("increase", "undesirable", "betweenGroup", "unfavourable"),
        ("increase", "undesirable", "notStated", "unknown"),
        ("noDifference", "undesirable", "withinGroup", "unknown"),
        ("decrease", "undesirable", "betweenGroup", "favourable"),
        ("increase", "depends", "betweenGroup", "unknown"),
        ("noDifference", "undesirable", "betweenGroup", "neutral"),
        ("mixed", "desirable", "betweenGroup", "mixed"),
        ("insufficient", "desirable", "betweenGroup", "insufficient"),
        ("notReported", "desirable", "betweenGroup", "unknown"),
        ("increase", "desirable", "withinGroup", "unknown"),
        ("decrease", "undesirable", "withinGroup", "unknown"),
    ],
)
def test_valence_is_direction_read_with_desirability(
    project: Write, direction: str, desirability: str, contrast: str, valence: str
) -> None:
    text = FINDING.format(direction=direction, desirability=desirability, contrast=contrast)
    graph = kg.load(project(text))
    assert graph.value(graph.node("finding/f"), "effectValence") == NamedNode(
        f"{CEKG}EffectValence-{valence}"
    )


@pytest.mark.parametrize(
    ("kind", "low", "high", "valence"),
    [
        ("SMD", "-0.80", "0.10", "insufficient"),
        ("SMD", "-0.80", "0", "insufficient"),
        ("SMD", "-0.80", "-0.10", "favourable"),
        ("RR", "0.70", "1.00", "insufficient"),
        ("RR", "0.70", "0.99", "favourable"),
        ("unspecified", "-0.80", "0.10", "favourable"),
    ],
)
def test_an_interval_that_includes_no_effect_is_never_a_benefit(
    project: Write, kind: str, low: str, high: str, valence: str
) -> None:
    text = FINDING.format(direction="decrease", desirability="undesirable", contrast="betweenGroup")
    estimate = f"{{estimateType: {kind}, value: {low}, ciLower: {low}, ciUpper: {high}}}"
    graph = kg.load(project(f"{text}  estimate: {estimate}\n"))
    assert graph.notation(graph.value(graph.node("finding/f"), "effectValence")) == valence


def test_a_result_that_is_not_significant_is_never_a_harm(project: Write) -> None:
    text = FINDING.format(direction="decrease", desirability="desirable", contrast="betweenGroup")
    graph = kg.load(project(f"{text}  significance: notSignificant\n"))
    assert graph.notation(graph.value(graph.node("finding/f"), "effectValence")) == "insufficient"


def test_what_a_page_claims_keeps_its_valence_whatever_its_interval(project: Write) -> None:
    text = FINDING.format(direction="decrease", desirability="undesirable", contrast="betweenGroup")
    estimate = "{estimateType: SMD, value: 0, ciLower: -1, ciUpper: 1}"
    graph = kg.load(project(f"{text}  estimate: {estimate}\n".replace("finding/f", "claim/f")))
    assert graph.notation(graph.value(graph.node("claim/f"), "claimedValence")) == "favourable"


def test_components_of_components_belong_to_the_whole(project: Write) -> None:
    text = """
- id: intervention/i
- id: component/phase
  componentOf: intervention/i
- id: component/part
  componentOf: component/phase
"""
    graph = kg.load(project(text))
    whole = graph.node("intervention/i")
    parts = [graph.short(o) for o in graph.objects(whole, "hasComponent")]
    assert parts == ["component/part", "component/phase"]


def test_an_edge_from_intervention_to_outcome_is_never_asserted(dataset: kg.Graph) -> None:
    for name in ("studiedFor", "claimedFor"):
        shortcut = dataset.property_iri(name)
        assert not [q for q in dataset.asserted() if q.predicate == shortcut]
        assert [q for q in dataset.derived() if q.predicate == shortcut]


def test_a_claim_has_no_valence_of_a_finding(dataset: kg.Graph) -> None:
    claims = dataset.instances("Claim")
    assert claims
    for claim in claims:
        assert dataset.value(claim, "effectValence") is None
        assert dataset.value(claim, "claimedValence") is not None


def test_every_derived_edge_says_what_it_was_derived_from(dataset: kg.Graph) -> None:
    edges = dataset.instances("DerivedEdge")
    assert edges
    known = {q.subject for q in dataset.asserted()}
    for edge in edges:
        origins = dataset.objects(edge, "wasDerivedFrom")
        assert origins
        assert set(origins) <= known


def test_rules_do_not_depend_on_what_was_derived_before(dataset: kg.Graph) -> None:
    again = kg.load(resources.bundled_dataset())
    assert again.derived() == dataset.derived()


QUOTE = """
- id: article/a
  textFile: text.md
- id: description/d
  quote: {{quotedFrom: article/a, exact: "{exact}", start: {start}, end: {end}}}
"""


@pytest.mark.parametrize(
    ("exact", "start", "end", "check"),
    [
        ("secure", 4, 10, "matches"),
        ("secure", 5, 11, "differs"),
        ("Secure", 4, 10, "differs"),
        ("𝛼 end", 11, 16, "matches"),
    ],
)
def test_a_quote_is_checked_against_the_text_by_code_points(
    project: Write, exact: str, start: int, end: int, check: str
) -> None:
    folder = project(QUOTE.format(exact=exact, start=start, end=end))
    (folder / "text.md").write_text("The secure 𝛼 end", encoding="utf-8")
    graph = kg.load(folder)
    (quote,) = graph.instances("Quote")
    assert graph.value(quote, "quoteCheck") == NamedNode(f"{CEKG}QuoteCheck-{check}")


def test_a_quote_of_a_text_that_is_not_at_hand_is_not_checked(project: Write) -> None:
    graph = kg.load(project(QUOTE.format(exact="x", start=0, end=1)))
    (quote,) = graph.instances("Quote")
    assert graph.value(quote, "quoteCheck") == NamedNode(f"{CEKG}QuoteCheck-notChecked")


def test_a_text_outside_the_project_is_not_read(project: Write) -> None:
    folder = project(QUOTE.format(exact="x", start=0, end=1).replace("text.md", "../text.md"))
    (folder.parent / "text.md").write_text("x", encoding="utf-8")
    graph = kg.load(folder)
    (quote,) = graph.instances("Quote")
    assert graph.value(quote, "quoteCheck") == NamedNode(f"{CEKG}QuoteCheck-notChecked")


def test_a_number_that_only_the_wording_has_is_observed(project: Write) -> None:
    text = """
- id: source/s
- id: description/d
  quote: {quotedFrom: source/s, locator: "n = 66 of 1,128"}
  wording:
  - {audience: clinician, text: Sixty-six (66) of 1128 in 12 months}
"""
    graph = kg.load(project(text))
    (wording,) = graph.instances("Wording")
    assert [o.value for o in graph.objects(wording, "extraNumber")] == ["12"]


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ("0.30 (95 % CI 0.10 to 0.50)", []),
        ("0.30 (95% CI 0.10 to 0.50)", []),
        ("0.30 (90 % CI 0.10 to 0.50)", ["90"]),
        ("0.40 (95 % CI 0.10 to 0.50)", ["0.40"]),
    ],
)
def test_the_level_of_an_interval_is_known_in_per_cent(
    words: str, extra: list[str], project: Write
) -> None:
    text = f"""
- id: finding/f
  estimate: {{estimateType: SMD, value: 0.30, ciLower: 0.10, ciUpper: 0.50, ciLevel: 0.95}}
  wording:
  - {{audience: clinician, text: {words}}}
"""
    graph = kg.load(project(text))
    (wording,) = graph.instances("Wording")
    assert [o.value for o in graph.objects(wording, "extraNumber")] == extra


APPROVED = """
- {{id: agent/a, reviewRole: reviewer, conflictOfInterest: None declared.}}
- id: agent/author
- id: description/d
  creator: agent/author
  note: {note}
  reviewStatus: approved
- id: review-event/e
  reviewed: description/d
  toStatus: approved
  agent: agent/a
  assertionDigest: {digest}
"""


def test_an_approval_holds_for_what_was_approved_only(project: Write) -> None:
    graph = kg.load(project(APPROVED.format(note="first", digest="sha256:0")))
    digest = graph.value(graph.node("description/d"), "assertionDigest")
    assert digest is not None
    statuses = {}
    for note in ("first", "second"):
        graph = kg.load(project(APPROVED.format(note=note, digest=digest.value)))
        status = graph.value(graph.node("description/d"), "effectiveStatus")
        statuses[note] = graph.short(status) if status else ""
    assert statuses == {
        "first": "cekg:ReviewStatus-approved",
        "second": "cekg:ReviewStatus-submitted",
    }
