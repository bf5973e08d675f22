"""What the rules of review promise: each of these attacks on an approval is refused by name."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

import kg
from kg import resources, validation
from kg.assertion import event_digest
from kg.builder import build
from kg.derive import derive
from kg.ontology import Ontology
from kg.readers.yaml import read
from kg.review import select
from kg.reviewing import decide
from kg.validation.shapes import Shapes

ROOT = Path(__file__).parents[2]
ONTOLOGY = Ontology.read(resources.ontology_files())
RULES = [f for f in resources.shape_files() if f.stem in ("core", "review")]
BASE = "https://example.org/t/"
RECORDS = """
- id: agent/writer
  prefLabel: W. Writer
  agentType: person
- id: agent/sender
  prefLabel: S. Sender
  agentType: person
- {id: agent/reviewer, prefLabel: R. Reviewer, agentType: person, reviewRole: reviewer, conflictOfInterest: None declared.}
- {id: agent/other, prefLabel: O. Other, agentType: person, reviewRole: reviewer, conflictOfInterest: None declared.}
- {id: agent/program, prefLabel: Checker, agentType: software, reviewRole: reviewer, conflictOfInterest: None declared.}
- {id: agent/undeclared, prefLabel: U. Undeclared, agentType: person, reviewRole: reviewer}
- {id: agent/second-id, prefLabel: w. writer, agentType: person, reviewRole: reviewer, conflictOfInterest: None declared.}
- id: intervention/a
  prefLabel: Programme A
  definition: Home visits.
  targetPopulation: population/target
- id: intervention/b
  prefLabel: Programme B
- id: population/target
  prefLabel: Families whom it is for
- id: population/p
  prefLabel: Families
  condition: condition/c
  ageRange: {verbatim: 12-24 months, minAge: 12, maxAge: 24, unit: mo, minBound: inclusive, maxBound: inclusive, ageOf: child, ageBasis: studySample}
- id: population/q
  prefLabel: Other families
- id: condition/c
  prefLabel: Low birth weight
- id: outcome/o
  prefLabel: Trust
  definition: Confidence in others.
  outcomeOf: child
  desirability: desirable
  outcomeDomain: childDevelopment
  codeMapping: {code: "1", codeLabel: trust, codeSystem: code-system/x, mappingRelation: close, mappingJustification: read}
- id: code-system/x
  prefLabel: A system
- id: outcome/n
  prefLabel: Distrust
  desirability: undesirable
- id: measure/m
  prefLabel: Trust scale
  higherMeans: better
- id: study/t
  prefLabel: The trial
  registration: ACTRN1
- id: source/s
  title: A trial
  year: 2001
  doi: 10.1000/1
  sourceType: trialReport
  retractionStatus: notRetracted
- id: source/z
  title: Another trial
- id: finding/f
  creator: agent/writer
  intervention: intervention/a
  comparator: waitList
  population: population/p
  outcome: outcome/o
  measure: measure/m
  study: study/t
  effectDirection: increase
  contrast: betweenGroup
  studyDesign: randomisedTrial
  participants: 66
  estimate: {estimateType: SMD, value: 0.30, ciLower: 0.10, ciUpper: 0.50, ciLevel: 0.95}
  reviewStatus: draft
  wording: {audience: clinician, text: Trust rose.}
  quote: {quotedFrom: source/s, locator: page 3}
  evidenceLine: {source: source/s, stance: supports, directness: direct, quoteRole: primaryResult}
- id: finding/g
  creator: agent/writer
  reviewStatus: draft
  wording: {audience: clinician, text: Something else.}
"""
START = datetime(2025, 2, 25, 9, tzinfo=UTC)


class Attack(NamedTuple):
    """What is tried: texts of the records and events are replaced; which rule must name it.

    With ``sealed`` the attacker also computes the digest and the id of the event again.
    """

    name: str
    old: str
    new: str
    code: str
    sealed: bool = False


def changed(name: str, old: str, new: str) -> Attack:
    return Attack(name, old, new, "REV-016")


LAST = r"(?s)(- id: review-event/f-approved-.*)"
ATTACKS = [
    # -- the meaning changes after the approval ----------------------------------------------------
    changed("outcome: desirability turned round", "desirability: desirable", "desirability: undesirable"),
    changed("outcome: label changed", "prefLabel: Trust\n", "prefLabel: Fear\n"),
    changed("outcome: second label added", "prefLabel: Trust\n", "prefLabel: Trust\n  altLabel: Fear\n"),
    changed("outcome: definition changed", "Confidence in others", "Confidence in oneself"),
    changed("outcome: definition removed", "  definition: Confidence in others.\n", ""),
    changed("outcome: domain changed", "outcomeDomain: childDevelopment", "outcomeDomain: childBehaviour"),
    changed("outcome: subject changed", "outcomeOf: child", "outcomeOf: caregiver"),
    changed("outcome: code changed", 'code: "1"', 'code: "2"'),
    changed("outcome: record replaced by another under its id", "outcome/o", "outcome/x"),
    changed("population: upper age raised", "maxAge: 24", "maxAge: 99"),
    changed("population: lower age lowered", "minAge: 12", "minAge: 1"),
    changed("population: unit of age changed", "unit: mo", "unit: a"),
    changed("population: bound of age changed", "maxBound: inclusive", "maxBound: exclusive"),
    changed("population: basis of age changed", "ageBasis: studySample", "ageBasis: programmeTarget"),
    changed("population: age removed", r"  ageRange: .*\n", ""),
    changed("population: label changed", "prefLabel: Families\n", "prefLabel: Everybody\n"),
    changed("population: condition described anew", "Low birth weight", "No condition"),
    changed("population: condition removed", "  condition: condition/c\n", ""),
    changed("intervention: label changed", "Programme A", "Programme Z"),
    changed("intervention: definition changed", "Home visits", "A leaflet"),
    changed("intervention: whom it is for described anew", "Families whom it is for", "All families"),
    changed("measure: direction of the scale turned round", "higherMeans: better", "higherMeans: worse"),
    changed("study: registration changed", "ACTRN1", "ACTRN2"),
    changed("source: title changed", "title: A trial", "title: A review"),
    changed("source: year changed", "year: 2001", "year: 2021"),
    changed("source: DOI changed", "10.1000/1", "10.1000/2"),
    changed("source: type changed", "sourceType: trialReport", "sourceType: systematicReview"),
    changed("source: retracted", "retractionStatus: notRetracted", "retractionStatus: retracted"),
    changed("finding: direction changed", "effectDirection: increase", "effectDirection: decrease"),
    changed("finding: contrast changed", "contrast: betweenGroup", "contrast: withinGroup"),
    changed("finding: comparator changed", "comparator: waitList", "comparator: usualCare"),
    changed("finding: comparator removed", "  comparator: waitList\n", ""),
    changed("finding: design changed", "studyDesign: randomisedTrial", "studyDesign: metaAnalysis"),
    changed("finding: participants changed", "participants: 66", "participants: 660"),
    changed("finding: participants removed", "  participants: 66\n", ""),
    changed("finding: value changed", "value: 0.30", "value: 3.0"),
    changed("finding: value written with other digits", "value: 0.30", "value: 0.3"),
    changed("finding: interval narrowed", "ciLower: 0.10", "ciLower: 0.29"),
    changed("finding: level of the interval changed", "ciLevel: 0.95", "ciLevel: 0.80"),
    changed("finding: certainty added", "  participants: 66", "  certainty: {rating: high, ratingSystem: GRADE, certaintyOrigin: curator}\n  participants: 66"),
    changed("finding: words changed", "Trust rose", "Trust soared"),
    changed("finding: audience of the words changed", "{audience: clinician, text: Trust", "{audience: caregiver, text: Trust"),
    changed("finding: note added", "  participants: 66", "  note: Proven beyond doubt.\n  participants: 66"),
    changed("finding: outcome exchanged", "  outcome: outcome/o", "  outcome: outcome/n"),
    changed("finding: intervention exchanged", "  intervention: intervention/a", "  intervention: intervention/b"),
    changed("finding: population exchanged", "  population: population/p", "  population: population/q"),
    changed("finding: identifier added", "- id: finding/f\n", "- id: finding/f\n  identifier: X\n"),
    changed("finding: creator exchanged", "- id: finding/f\n  creator: agent/writer", "- id: finding/f\n  creator: agent/sender"),
    changed("finding: contributor added", "- id: finding/f\n", "- id: finding/f\n  contributor: agent/sender\n"),
    changed("quote: place changed", "locator: page 3", "locator: page 4"),
    changed("quote: moved to another source", "quotedFrom: source/s", "quotedFrom: source/z"),
    changed("evidence: moved to another source", "{source: source/s", "{source: source/z"),
    changed("evidence: stance turned round", "stance: supports", "stance: disputes"),
    changed("evidence: directness changed", "directness: direct", "directness: indirect"),
    changed("fact moved from the finding to its population", r"  participants: 66\n(?s:(.*))\Z", r"\1- id: population/more\n  note: '66'\n"),
    changed("id of the outcome renamed everywhere", r"(outcome/o)\b", "outcome/renamed"),
    # -- who approves ------------------------------------------------------------------------------
    Attack("approved by the creator", LAST, ("agent: agent/reviewer", "agent: agent/writer"), "REV-008", True),
    Attack("approved by who submitted", LAST, ("agent: agent/reviewer", "agent: agent/sender"), "REV-008", True),
    Attack("approved by creator and reviewer together", LAST, ("agent: agent/reviewer", "agent: [agent/reviewer, agent/writer]"), "REV-008", True),
    Attack("submission attributed to the reviewer", "agent: agent/sender", "agent: agent/reviewer", "REV-008", True),
    Attack("approved by a contributor", "- id: finding/f\n", "- id: finding/f\n  contributor: agent/reviewer\n", "REV-008"),
    Attack("approved under a second id of the author", LAST, ("agent: agent/reviewer", "agent: agent/second-id"), "REV-030", True),
    Attack("approved by an agent without a role", LAST, ("agent: agent/reviewer", "agent: agent/sender"), "REV-018", True),
    Attack("approved without a declaration of interests", LAST, ("agent: agent/reviewer", "agent: agent/undeclared"), "REV-018", True),
    Attack("role of the reviewer taken away", "R. Reviewer, agentType: person, reviewRole: reviewer", "R. Reviewer, agentType: person", "REV-018"),
    Attack("approved by a program", LAST, ("agent: agent/reviewer", "agent: agent/program"), "REV-019", True),
    Attack("reviewer turned into a program", "R. Reviewer, agentType: person", "R. Reviewer, agentType: software", "REV-019"),
    Attack("creator removed", "- id: finding/f\n  creator: agent/writer\n", "- id: finding/f\n", "REV-017"),
    Attack("approved by nobody", LAST, ("  agent: agent/reviewer\n", ""), "REV-003", True),
    # -- what the events say -----------------------------------------------------------------------
    Attack("agent of the approval exchanged", LAST, ("agent: agent/reviewer", "agent: agent/other"), "REV-027"),
    Attack("agent of the submission exchanged", "agent: agent/sender", "agent: agent/other", "REV-027"),
    Attack("time of the approval changed", LAST, ("time: 2025-02-27", "time: 2025-02-28"), "REV-027"),
    Attack("note of the approval changed", "looks right", "looks wrong", "REV-027"),
    Attack("approval moved to another statement", LAST, ("reviewed: finding/f", "reviewed: finding/g"), "REV-027"),
    Attack("approval widened to two statements", LAST, ("reviewed: finding/f", "reviewed: [finding/f, finding/g]"), "REV-005", True),
    Attack("digest forged", LAST, (r"assertionDigest: sha256:\w{64}", "assertionDigest: sha256:" + "0" * 64), "REV-027"),
    Attack("digest forged and the event sealed again", LAST, (r"assertionDigest: sha256:\w{64}", "assertionDigest: sha256:" + "0" * 64), "REV-029", True),
    Attack("digest removed", LAST, (r"  assertionDigest: \S+\n", ""), "REV-014", True),
    Attack("digest cut", LAST, (r"(assertionDigest: sha256:\w{32})\w+", r"\1"), "REV-015", True),
    Attack("digest in capitals", LAST, (r"assertionDigest: sha256:\w{64}", "assertionDigest: SHA256:" + "A" * 64), "REV-015", True),
    Attack("list of parts rewritten to hide a change", "desirability: desirable|outcome/o: desirable", "desirability: undesirable", "REV-027"),
    Attack("event renamed", "review-event/f-approved-", "review-event/f-checked-00", "REV-028"),
    Attack("digest of the event cut", LAST, (r"(eventDigest: sha256:\w{32})\w+", r"\1"), "REV-032"),
    Attack("event says two statuses", LAST, ("toStatus: approved", "toStatus: [approved, rejected]"), "REV-002", True),
    Attack("event says no status", LAST, ("  toStatus: approved\n", ""), "REV-002", True),
    # -- when --------------------------------------------------------------------------------------
    Attack("approval in the future", LAST, ("time: 2025", "time: 2999"), "REV-020", True),
    Attack("submission in the future", "time: 2025-02-25", "time: 2999-02-25", "REV-021", True),
    Attack("approval before the start of the review", LAST, ("time: 2025-02-27", "time: 2025-02-26T08:00:00Z #"), "REV-031", True),
    Attack("approval before the submission", LAST, ("time: 2025-02-27", "time: 2025-02-24"), "REV-023", True),
    Attack("two events at one time", LAST, ("time: 2025-02-27", "time: 2025-02-26"), "REV-024", True),
    Attack("time without a zone", LAST, (r"(time: \S+)Z", r"\1"), "REV-026", True),
    Attack("time removed", LAST, (r"  time: \S+\n", ""), "REV-004", True),
    # -- which events there are --------------------------------------------------------------------
    Attack("review skipped: from submitted to approved", LAST, ("fromStatus: under-review", "fromStatus: submitted"), "REV-006", True),
    Attack("status before the event exchanged", LAST, ("fromStatus: under-review", "fromStatus: draft"), "REV-022", True),
    Attack("status before the event removed", LAST, (r"  fromStatus: \S+\n", ""), "REV-025", True),
    Attack("event follows another one than it says", LAST, (r"follows: review-event/f-under-review-\w+", "follows: review-event/f-submitted-@"), "REV-031", True),
    Attack("start of the review removed", r"(?s)- id: review-event/f-under-review-.*?(?=- id: review-event/f-approved-)", "", "REF-001"),
    Attack("submission removed", r"(?s)- id: review-event/f-submitted-.*?(?=- id: review-event/f-under-review-)", "", "REF-001"),
    Attack("approval removed, status kept", LAST, "", "REV-009"),
    Attack("all events removed, status kept", r"(?s)- id: review-event/f-submitted-.*", "", "REV-010"),
    Attack("status set to approved by hand", r"(- id: finding/g\n  creator: agent/writer\n  reviewStatus: )draft", r"\1approved", "REV-010"),
    Attack("withdrawal ignored", r"\Z", "\n- {id: review-event/w, reviewed: finding/f, fromStatus: approved, toStatus: withdrawn, agent: agent/writer, time: 2025-03-01T09:00:00Z}\n", "REV-009"),
    Attack("retraction ignored", r"\Z", "\n- {id: review-event/w, reviewed: finding/f, fromStatus: approved, toStatus: retracted, agent: agent/writer, time: 2025-03-01T09:00:00Z}\n", "REV-009"),
    Attack("approved again after a withdrawal", r"\Z", "\n- {id: review-event/w, reviewed: finding/f, fromStatus: approved, toStatus: withdrawn, agent: agent/writer, time: 2025-03-01T09:00:00Z}\n- {id: review-event/v, reviewed: finding/f, fromStatus: under-review, toStatus: approved, agent: agent/other, time: 2025-03-02T09:00:00Z}\n", "REV-022"),
    Attack("second beginning of a review", r"\Z", "\n- {id: review-event/v, reviewed: finding/f, fromStatus: draft, toStatus: submitted, agent: agent/other, time: 2025-03-02T09:00:00Z}\n", "REV-022"),
    Attack("review without its beginning", r"\Z", "\n- {id: review-event/v, reviewed: finding/g, fromStatus: under-review, toStatus: approved, agent: agent/other, time: 2025-03-02T09:00:00Z}\n", "REV-023"),
]  # fmt: skip


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The records and events of a project with one approved finding, in one text."""
    folder = tmp_path_factory.mktemp("approved")
    (folder / "kg.toml").write_text(f'[project]\nbase = "{BASE}"\n', encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "records.yaml").write_text(RECORDS, encoding="utf-8")
    steps = [("submit", "sender"), ("start", "reviewer"), ("approve", "reviewer")]
    files = []
    for day, (action, agent) in enumerate(steps):
        at = START + timedelta(days=day)
        done = decide(action, ["finding/f"], f"agent/{agent}", folder, note="looks right", at=at)
        files.append(done.files[0])
    texts = [(folder / "data" / "records.yaml").read_text("utf-8")]
    return "".join([*texts, *(f.read_text("utf-8") + "\n" for f in files)])


def graph_of(text: str) -> kg.Graph:
    records, wrong = read(text, "all.yaml")
    assert not wrong
    return derive(build(records, ONTOLOGY, BASE, "en"))


def codes(text: str) -> set[str]:
    """Return the codes of what is wrong; nothing that is only warned of may leave as approved."""
    try:
        graph = graph_of(text)
    except kg.RecordsError as error:
        return {d.code for d in error.diagnostics}
    report = validation.run(graph, Shapes.read(RULES))
    if report.passes:
        assert select(graph)[1].approved == 0, "what a warning is about must not leave as approved"
    return {r.code for r in report.results}


def attacked(text: str, attack: Attack) -> str:
    if attack.new and not isinstance(attack.new, str):
        old, new = attack.new
        head, tail = re.split(attack.old, text, maxsplit=1)[:2]
        after = head + re.sub(old, new, tail, count=1)
    else:
        after = re.sub(attack.old, attack.new, text)
    if "submitted-@" in after:
        name = re.search(r"review-event/f-submitted-\w+", text)
        assert name
        after = after.replace("review-event/f-submitted-@", name[0])
    assert after != text, "the attack changes nothing"
    return sealed(after) if attack.sealed else after


def sealed(text: str) -> str:
    """Compute the digests and the ids of all events again, as an attacker can."""
    for _ in range(3):
        graph = graph_of(text)
        for event in graph.instances("ReviewEvent"):
            before, now = graph.short(event), event_digest(graph, event)
            start = text.index(f"- id: {before}\n")
            record = re.sub(r"eventDigest: \S+", f"eventDigest: {now}", text[start:], count=1)
            text = text[:start] + record
            text = text.replace(before, f"{before.rpartition('-')[0]}-{now[7:19]}")
    return text


def test_the_approval_holds_before_any_attack(approved: str) -> None:
    graph = graph_of(approved)
    assert {r.code for r in validation.run(graph, Shapes.read(RULES)).results} == set()
    assert select(graph)[1].approved == 1


def test_there_are_at_least_sixty_attacks() -> None:
    assert len({a.name for a in ATTACKS}) == len(ATTACKS) >= 60


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_an_attack_is_refused_by_name(attack: Attack, approved: str) -> None:
    assert attack.code in codes(attacked(approved, attack))


def test_the_documentation_promises_what_is_tested() -> None:
    page = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    promised = re.findall(r"^\| (.+?) \| ([A-Z]{3}-\d{3}) \|$", page, re.M)
    assert promised == [(a.name, a.code) for a in ATTACKS]
