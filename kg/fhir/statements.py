"""Recommendations as plans; claims, descriptions and caveats of pages as assessments; reviews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.evidence.findings import read_finding
from kg.evidence.index import unique
from kg.fhir.findings import quote, source_links, title
from kg.fhir.names import URI, resource_id
from kg.fhir.reading import Reading
from kg.fhir.values import Coded, Coding, Draft, Identifier, Ref
from kg.review_rules import APPROVED

STRENGTH = "http://hl7.org/fhir/StructureDefinition/cqf-strengthOfRecommendation"
"""HL7's extension for the strength of a recommendation, on an action of a plan."""
_CLAIM_SLOTS = (
    ("population", "population"),
    ("intervention", "intervention"),
    ("comparator", "comparator"),
    ("outcome", "outcome"),
)
COMMENTS = ("Claim", "Description", "Caveat", "Disclaimer")


def recommendations(reading: Reading, strengths: dict[str, Coding]) -> Iterator[Draft]:
    """Yield a plan for each recommendation.

    A plan points at an activity only where the activity is recommended; where it is advised
    against, at the prohibition of it. Advice for research alone, and none, point at nothing that a
    program could carry out.

    :param strengths: notation of a strength → its code in HL7's list.
    """
    for iri in reading.index.instances("Recommendation"):
        yield _recommendation(reading, iri, strengths)


def _recommendation(reading: Reading, iri: str, strengths: dict[str, Coding]) -> Draft:
    index = reading.index
    direction, strength = (index.notation(iri, key) for key in ("direction", "strength"))
    practices = index.nodes(iri, "recommends")
    populations = index.nodes(iri, "population")
    name = f"{', '.join(map(index.label, practices))} ({index.label(iri)})"
    heading = f"Recommendation: {name}"
    words, notes = reading.words(iri), index.texts(iri, "note")
    links = list(source_links(reading, iri))
    links += [
        {"type": "depends-on", "label": index.label(f), "source": Ref("finding", f, index.label(f))}
        for f in index.nodes(iri, "basedOn")
    ]
    shape = {"for": "activity", "against": "prohibition"}.get(direction, "")
    actions = [
        {
            "linkId": resource_id(index.short(p)),
            "title": f"{index.words(iri, 'direction')}: {index.label(p)}",
            "description": words,
            "link": links,
            "practice": Ref(shape, p) if shape else None,
            "strengthCode": _strength(strengths.get(strength)),
        }
        for p in practices
    ]
    values = reading.canonical(iri, heading, reading.child_ages(populations))
    values |= reading.reviewed(iri) | {
        "description": words,
        "direction": direction,
        "strength": strength,
        "wording": reading.wordings(iri),
        "quote": [quote(reading, q) for q in index.nodes(iri, "quote")],
        "type": "recommendation",
        "population": Ref("variable", populations[0]) if populations else None,
        "populationWords": Coded("", index.words(iri, "population")) if populations else None,
        "usage": "\n\n".join(notes),
        "source": links,
        "action": actions,
    }
    lines = [
        ("recommendation", words),
        ("direction", index.words(iri, "direction")),
        ("strength", index.words(iri, "strength")),
        ("strength graded by", index.words(iri, "strengthSystem")),
        ("for", index.words(iri, "population")),
        *_criteria(reading, iri),
        *(("note", n) for n in notes),
        *(("source", link["label"]) for link in links),
    ]
    return Draft("recommendation", iri, values, lines, reading.limits(iri, *practices))


def _strength(code: Coding | None) -> dict[str, Any] | None:
    if code is None:
        return None
    coding = {"system": code.system, "code": code.code, "display": code.display}
    return {"url": STRENGTH, "valueCodeableConcept": {"coding": [coding], "text": code.display}}


def _criteria(reading: Reading, iri: str) -> list[tuple[str, str]]:
    index = reading.index
    return [
        (index.words(c, "criterion"), "; ".join(index.texts(c, "assessment")))
        for c in index.nodes(iri, "decisionCriterion")
    ]


def comments(reading: Reading) -> Iterator[Draft]:
    """Yield an assessment for each claim, description, caveat and disclaimer: never evidence."""
    for iri in unique(i for name in COMMENTS for i in reading.index.instances(name)):
        yield _comment(reading, iri)


def _comment(reading: Reading, iri: str) -> Draft:
    index = reading.index
    kind = reading.kind(iri)
    claim = reading.findings.by_iri.get(iri)
    heading = (
        f"{kind.capitalize()} {title(reading, claim)}"
        if claim
        else (f"{kind.capitalize()} {index.label(iri)}")
    )
    words, notes = reading.words(iri), index.texts(iri, "note")
    quoted = [q for node in index.nodes(iri, "quote") if (q := quote(reading, node))]
    about = _about(reading, iri, [q["source"] for q in quoted if q["source"]])
    parts = [
        {
            "relation": "classifier",
            "type": Coded("", name),
            "link": [
                {"type": "documentation", "label": index.label(v),
                 "source": Ref("variable", v, index.label(v))}
            ],
        }
        for key, name in _CLAIM_SLOTS
        for v in index.nodes(iri, key)
    ]  # fmt: skip
    numbers = list(_numbers(reading, iri))
    parts += [
        {"relation": "comment", "type": Coded("", name), "summary": text} for name, text in numbers
    ]
    events = [("event", said) for said in _events(reading, iri)]
    links = list(source_links(reading, iri))
    content = {
        "relation": "comment",
        "type": Coded("", kind),
        "summary": words,
        "link": links,
        "component": parts,
    }
    reviewed = reading.reviewed(iri)
    status = reading.status(iri)
    values = reviewed | {
        "iri": Identifier(iri, URI),
        "identifier": [Identifier(t) for t in index.texts(iri, "identifier")],
        "direction": index.notation(iri, "effectDirection"),
        "contrast": index.notation(iri, "contrast"),
        "valence": index.notation(iri, "claimedValence"),
        "wording": reading.wordings(iri),
        "quote": quoted,
        "title": heading,
        "license": reading.license,
        "about": about,
        "content": [
            content,
            *({"relation": "comment", "summary": n} for n in notes),
            *(
                {"relation": "comment", "type": Coded("", "review"), "summary": said}
                for _, said in events
            ),
        ],
        "status": status,
        "disposition": status,
    }
    for unused in ("author", "reviewer"):
        values.pop(unused)
    lines = [
        (kind, words),
        ("about", about.label),
        *((name, index.words(iri, key)) for key, name in _CLAIM_SLOTS),
        ("direction", index.words(iri, "effectDirection")),
        *numbers,
        *(("source", link["label"]) for link in links),
        *(("note", n) for n in notes),
        *events,
    ]
    if claim:
        lines.append(("claim", "What a page says at second hand; not a finding of research."))
    return Draft(
        "comment", iri, values, lines, [*reading.limits(iri), *(claim.doubts if claim else ())]
    )


def _numbers(reading: Reading, iri: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers that a comment gives, and what they are on, in words: no statistics."""
    said = read_finding(reading.index, iri)
    found = (
        *(("effect", "; ".join([e.text(), *e.notes])) for e in said.estimates),
        *(("absolute effect", a.text()) for a in said.absolutes),
        *(("group", a) for a in said.arms),
        ("numbers", said.counts),
        ("follow-up", said.follow_up),
        ("subgroup", said.subgroup),
        ("certainty", "; ".join(r.words for r in said.ratings)),
    )
    yield from ((name, text) for name, text in found if text)


def _events(reading: Reading, iri: str) -> list[str]:
    """Return the events of the review of a statement in words, oldest first."""
    index = reading.index
    return [
        f"{index.words(e, 'toStatus')} on {index.text(e, 'time')} by {index.words(e, 'agent')}"
        for e in reading.events(iri)
    ]


def _about(reading: Reading, iri: str, texts: list[Ref]) -> Ref:
    """Return what a comment is on: what it describes or limits, else the page that says it."""
    index = reading.index
    described = (
        []
        if index.is_a(iri, "Claim")
        else [v for key in ("describes", "appliesTo") for v in index.nodes(iri, key)]
    )
    for entity in described:
        for shape, names in (
            ("finding", ("Finding",)),
            ("recommendation", ("Recommendation",)),
            ("source", ("Source", "Article")),
            (
                "variable",
                ("Population", "PracticeGroup", "Intervention", "Component", "Outcome", "Measure"),
            ),
        ):
            if any(index.is_a(entity, name) for name in names):
                return Ref(shape, entity, index.label(entity))
    return texts[0] if texts else Ref("library", reading.root, reading.title)


def reviews(reading: Reading, drafts: list[Draft]) -> Iterator[Draft]:
    """Yield the state of review of each statement that is not approved, and of who judged it."""
    index = reading.index
    for draft in drafts:
        status = reading.status(draft.iri)
        events = reading.events(draft.iri)
        if status == APPROVED and not events:
            continue
        label = draft.values["title"]
        words = _events(reading, draft.iri)
        date = index.text(events[-1], "time") if events else ""
        said = index.text(draft.iri, "stamp") or f"Review status: {status}"
        yield Draft(
            "review",
            draft.iri,
            {
                "title": f"Review of {label}",
                "date": date,
                "license": reading.license,
                "about": Ref(draft.shape, draft.iri, label),
                "content": [
                    {"relation": "comment", "type": Coded("", "review"),
                     "summary": ". ".join([said, *words])}
                ],
                "status": status,
                "disposition": status,
                "reviewStatus": status,
                "stamp": index.text(draft.iri, "stamp"),
            },
            [("review of", label), ("state", said), *(("event", w) for w in words)],
        )  # fmt: skip
