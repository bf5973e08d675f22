"""The verdicts of an audit and the rules that give them, in the parts that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

VERDICTS: Mapping[str, str] = {
    "contradicted": "contradicted by other research",
    "stronger": "stronger than its evidence",
    "sourceNotFound": "source not found",
    "noSource": "no source",
    "selfContradicted": "contradicted by the page itself",
    "sourceUnconfirmed": "source unconfirmed",
    "notCheckable": "not checkable",
    "notChecked": "not checked",
    "faithful": "says what its source says",
    "supported": "supported by research",
    "noClaim": "about the page itself",
}
"""Verdict → the words for it, worst first; the last two ask nothing of a reader."""


class AuditRule(NamedTuple):
    """A rule of the audit and the verdict that it gives.

    ``plain`` is the result in words for caregivers. ``bad`` is a record that gets the verdict,
    ``good`` one that does not. ``how`` says in what a claim is stronger than its evidence.
    """

    verdict: str
    title: str
    plain: str
    why: str
    fix: str
    bad: str
    good: str
    how: str = ""


_CLAIM = """\
- id: statement/s1
  type: Claim
  intervention: intervention/pcit
  population: population/young-children
  outcome: outcome/externalising
  effectDirection: decrease"""
_FINDING = """\
- id: finding/f1
  intervention: intervention/pcit
  population: {population}
  outcome: {outcome}
  effectDirection: {direction}
  contrast: {contrast}
  certainty: {{rating: {rating}, ratingSystem: GRADE, certaintyOrigin: source}}
  evidenceLine: {{source: source/trial, quoteRole: {role}, stance: supports, directness: direct}}"""


def _with(strength: str = "shown", **changes: str) -> str:
    """Return an example: a claim that PCIT lowers externalising behaviour, and a finding."""
    values = {
        "population": "population/young-children",
        "outcome": "outcome/externalising",
        "direction": "decrease",
        "contrast": "betweenGroup",
        "rating": "moderate",
        "role": "primaryResult",
    }
    return f"{_CLAIM}\n  claimedStrength: {strength}\n{_FINDING.format(**(values | changes))}"


def _judged(fidelity: str) -> str:
    return (
        "- id: statement/fidelity-1\n  descriptionKind: fidelity\n  describes: citation/1\n"
        f"  fidelity: {fidelity}\n  comparesStatement: statement/s1"
    )


def _source(*lines: str) -> str:
    return "\n  ".join(("- id: source/one", *lines))


_CITED = "evidenceLine: {citation: citation/1, quoteRole: secondaryReport, stance: supports}"
_TOUCH = "- id: statement/s24\n  type: Claim\n  intervention: technique/touch"
_SUPPORTED = _with()
_DESCRIBED = "- id: statement/s44\n  type: Description\n  describes: intervention/pcit\n  "

AUDIT_RULES: Mapping[str, AuditRule] = {
    "AUD-001": AuditRule(
        "supported",
        "Research supports the claim",
        "Studies that were read found the same.",
        "A finding on the same practice and outcome, read in its own source, favours the same "
        "direction between groups, in people whom the claim is about. Nothing less counts as "
        "support; the certainty of the research is a separate question.",
        "Read the findings and their certainty before the claim is approved.",
        _SUPPORTED,
        _with(contrast="withinGroup"),
    ),
    "AUD-002": AuditRule(
        "contradicted",
        "Research contradicts the claim",
        "Studies did not find this, or found the opposite.",
        "A finding on the same practice and outcome, between groups and in people whom the claim "
        "is about, found no difference or the opposite. This holds even if other findings "
        "agree.",
        "Change the claim so that it reports both, or say why the finding does not bear on it.",
        _with(direction="noDifference"),
        _SUPPORTED,
    ),
    "AUD-003": AuditRule(
        "selfContradicted",
        "The page says otherwise elsewhere",
        "The web page says something else in another place.",
        "Two statements of one page give different answers on its own review or its readers, so "
        "neither can be relied on.",
        "Ask the publisher which of them is right; record neither as fact.",
        "- id: statement/s2\n  claimedReview: reviewed\n- id: statement/s4\n"
        "  claimedReview: pendingReview",
        "- id: statement/s2\n  claimedReview: pendingReview\n- id: statement/s4\n"
        "  claimedReview: pendingReview",
    ),
    "AUD-010": AuditRule(
        "stronger",
        "A person judged the claim to be stronger than its source",
        "The web page says more than its source does.",
        "Somebody compared the claim with the work that it cites. A rule cannot do this, so the "
        "judgement is recorded with the passages on which it rests.",
        "Word the claim as the source does.",
        _judged("overstated"),
        _judged("faithful"),
    ),
    "AUD-011": AuditRule(
        "stronger",
        "The claim is more certain than the research",
        "The web page sounds more certain than the studies are.",
        "The page words the claim as settled or shown. All ratings of the findings that agree are "
        "low or very low, or the findings are mixed or insufficient.",
        "Say how certain the evidence is, or use words such as 'may'.",
        _with("proven", rating="veryLow"),
        _with("possible", rating="veryLow"),
        "certainty",
    ),
    "AUD-012": AuditRule(
        "stronger",
        "The claim is about more people than were studied",
        "The studies looked at a special group of families; the web page speaks of all.",
        "Everybody in the findings that agree was selected by a condition or circumstance that "
        "the claim does not name.",
        "Name in the claim the people who were studied.",
        "- id: population/young-children\n  ageDescription: young children\n"
        + _with(population="population/maltreated-children")
        + "\n- id: population/maltreated-children\n  condition: condition/maltreatment",
        _SUPPORTED,
        "population",
    ),
    "AUD-013": AuditRule(
        "stronger",
        "The claim is about an age that was not studied",
        "The studies looked at children of another age.",
        "The ages in the findings that agree do not overlap those of the claim.",
        "Name in the claim the ages that were studied.",
        "- id: population/young-children\n"
        "  ageRange: {verbatim: 2-7 years, minAge: 2, maxAge: 7, unit: a, ageOf: child}\n"
        + _with(population="population/toddlers")
        + "\n- id: population/toddlers\n"
        "  ageRange: {verbatim: 12-18 months, minAge: 12, maxAge: 18, unit: mo, ageOf: child}",
        _SUPPORTED,
        "age",
    ),
    "AUD-014": AuditRule(
        "stronger",
        "The claim is about more than its source measured",
        "The source looked at a part of this only.",
        "The findings of the source that the claim cites are on a narrower outcome.",
        "Name in the claim the outcome that was measured.",
        "- id: statement/s1\n  type: Claim\n  outcome: outcome/child-behaviour-problems\n  "
        "evidenceLine: {source: source/trial, quoteRole: secondaryReport}\n"
        + _FINDING.format(
            population="population/young-children",
            outcome="outcome/externalising",
            direction="decrease",
            contrast="betweenGroup",
            rating="moderate",
            role="primaryResult",
        ),
        _SUPPORTED,
        "outcome",
    ),
    "AUD-015": AuditRule(
        "stronger",
        "The claim says that the practice works; the research compared no groups",
        "Families changed over time, but nobody knows whether it was because of the programme.",
        "All findings on the practice and outcome are changes within one group, or associations. "
        "They do not show that the practice was the cause.",
        "Say that people changed, not that the practice changed them.",
        _with(contrast="withinGroup"),
        _SUPPORTED,
        "causal wording",
    ),
    "AUD-020": AuditRule(
        "sourceNotFound",
        "A source of the statement was not found",
        "Nobody could find a source that the web page means.",
        "The page cites a work that could not be identified, so nobody can read what it says.",
        "Ask the publisher for the reference; until then treat the statement as having no source.",
        _source("unresolved: true"),
        _source("doi: 10.1000/1", "confirmation: verified"),
    ),
    "AUD-021": AuditRule(
        "sourceUnconfirmed",
        "A source of the statement is not confirmed",
        "It is not certain which source the web page means.",
        "The work that was found is only probably the one that the page cites.",
        "Ask the publisher for the reference, and record 'confirmation: verified' when it agrees.",
        _source("doi: 10.1000/1", "confirmation: probable"),
        _source("doi: 10.1000/1", "confirmation: verified"),
    ),
    "AUD-022": AuditRule(
        "noSource",
        "The statement has no source",
        "The web page gives no source for this.",
        "The page says something about care or its effects, and no marker of a citation reaches "
        "it.",
        "Give the source, or leave the sentence out.",
        _TOUCH,
        f"{_TOUCH}\n  {_CITED}",
    ),
    "AUD-030": AuditRule(
        "notCheckable",
        "A person could not compare the statement with its source",
        "Nobody could check this against the source.",
        "Somebody tried: the source, or the part of it that matters, could not be read.",
        "Get the full text and compare again.",
        _judged("notCheckable"),
        _judged("faithful"),
    ),
    "AUD-031": AuditRule(
        "notCheckable",
        "The statement introduces a list",
        "This only introduces a list.",
        "It names no practice with an outcome of its own; the items of the list are audited.",
        "Nothing; look at the items.",
        "- id: statement/s41\n  type: Description\n  descriptionKind: listIntroduction",
        f"{_TOUCH}\n  {_CITED}",
    ),
    "AUD-040": AuditRule(
        "notChecked",
        "No research that compares groups is recorded on the claim",
        "No study that could answer this is recorded here.",
        "The graph has no finding between groups on this practice and this outcome that takes a "
        "side. No record does not mean that there is no such study.",
        "Search for research on it and record what it found.",
        _CLAIM,
        _SUPPORTED,
    ),
    "AUD-041": AuditRule(
        "notChecked",
        "Research agrees in part: a person has to compare",
        "Studies found something like it. Whether they looked at the same is not known.",
        "Findings agree, but they are on a part or a member of the practice or on a narrower "
        "outcome, it is unknown whether they are about the same people, or they were not read "
        "in their own source.",
        "Compare the findings with the claim and record the judgement.",
        _with(population="population/not-stated"),
        _SUPPORTED,
    ),
    "AUD-042": AuditRule(
        "notChecked",
        "Research may contradict the claim: a person has to compare",
        "Some studies did not find this. Whether they looked at the same is not known.",
        "Findings found no difference or the opposite, but they are on a part or a member of the "
        "practice or on a narrower outcome, or it is unknown whether they are about the same "
        "people.",
        "Compare the findings with the claim and record the judgement.",
        _with(population="population/not-stated", direction="noDifference"),
        _SUPPORTED,
    ),
    "AUD-043": AuditRule(
        "notChecked",
        "No rule can check the statement",
        "This has not been checked.",
        "It is advice, or says what something is or how it works. Findings do not bear on it "
        "directly, and nobody has recorded a judgement.",
        "Compare it with its source and record 'fidelity' on a Description.",
        f"{_DESCRIBED}{_CITED}",
        f"{_DESCRIBED}{_CITED}\n{_judged('faithful').replace('s1', 's44')}",
    ),
    "AUD-050": AuditRule(
        "faithful",
        "A person judged that the statement says no more than its source",
        "The web page says what its source says.",
        "Somebody compared the two. This means that the page reports the source well, not that "
        "the source is right.",
        "Nothing, as far as the wording goes.",
        _judged("faithful"),
        _judged("overstated"),
    ),
    "AUD-060": AuditRule(
        "noClaim",
        "The statement is about the page itself",
        "This is about the web page, not about care.",
        "A notice, a disclaimer or a feature of the page: evidence does not bear on it.",
        "Nothing.",
        "- id: section/header\n  articlePart: pageMatter\n- id: statement/s9\n"
        "  section: section/header",
        "- id: section/research\n  articlePart: researchPart\n- id: statement/s42\n"
        "  section: section/research",
    ),
}
"""Code → rule of the audit."""
