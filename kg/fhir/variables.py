"""Who, what, compared with what, and which outcome: definitions that findings refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kg.evidence.index import unique
from kg.evidence.stated import remarks
from kg.fhir.names import resource_id
from kg.fhir.reading import Reading
from kg.fhir.values import Coded, Draft, Ref

PRACTICES = ("Intervention", "Component")
_DETAILS = (
    "deliveryMode", "setting", "dose", "provider", "procedures", "tailoring", "modification",
    "variantOf", "variantChange", "performedBy", "directedAt", "phaseOrder", "aimsAt",
    "targetPopulation", "partOfGroup", "measures", "outcomeDomain",
)  # fmt: skip
"""Properties written into the description, one line each."""
_WHOLE = (("componentOf", "part-of"), ("partOfGroup", "part-of"), ("variantOf", "derived-from"))
"""Links to a larger or an earlier entity, and what RelatedArtifact.type calls them."""


def variables(reading: Reading) -> Iterator[Draft]:
    """Yield populations, conditions, life stages, practices, controls, outcomes and measures."""
    index = reading.index
    for iri in index.instances("Population"):
        yield _population(reading, iri)
    used = unique(
        v
        for f in (*reading.findings.all, *reading.findings.claims)
        for v in (*f.interventions, *f.comparators)
    )
    groups = index.instances("PracticeGroup")
    used += [m for g in groups for m in index.nodes(g, "member")]
    practices = [i for name in PRACTICES for i in index.instances(name)]
    for iri in unique([*practices, *groups, *used]):
        yield _practice(reading, iri)
    for iri in unique(i for name in ("Condition", "LifeStage") for i in index.instances(name)):
        draft = _draft(reading, "variable", iri)
        draft.values["characteristic"] = [_concept(reading, iri)]
        yield draft
    for name in ("Outcome", "Measure"):
        for iri in index.instances(name):
            yield _outcome(reading, iri)


def activities(reading: Reading) -> Iterator[Draft]:
    """Yield what can be done, for plans to point at; a prohibition where a plan advises against."""
    index = reading.index
    for iri in unique(i for name in PRACTICES for i in index.instances(name)):
        draft = _draft(
            reading, "activity", iri, reading.child_ages(index.nodes(iri, "targetPopulation"))
        )
        draft.values["related"] = list(_related(reading, "activity", iri))
        yield draft
        advice = index.subjects(iri, "recommends")
        if any(index.notation(a, "direction") == "against" for a in advice):
            values = {**draft.values, "title": f"Do not: {index.label(iri)}", "doNotPerform": True}
            values["name"] = f"Avoid{values['name']}"
            yield Draft("prohibition", iri, values, draft.lines, draft.warnings)


def _draft(reading: Reading, shape: str, iri: str, ages: Iterable[str] = ()) -> Draft:
    index = reading.index
    details = [
        (index.term_label(key), words) for key in _DETAILS if (words := index.words(iri, key))
    ]
    definitions = index.texts(iri, "definition")
    notes = index.texts(iri, "note")
    also = index.texts(iri, "altLabel")
    lines = [
        *(("definition", d) for d in definitions),
        *([("also called", "; ".join(also))] if also else []),
        *details,
        *(("seen at", address) for address in index.texts(iri, "seenAt")),
        *(("note", n) for n in notes),
    ]
    values = reading.canonical(iri, index.label(iri), ages) | {
        "abbreviation": index.text(iri, "abbreviation"),
        "description": "\n\n".join(
            [*definitions, *(f"{name}: {text}" for name, text in lines[len(definitions) :])]
        ),
        "related": list(_related(reading, shape, iri)),
    }
    return Draft(shape, iri, values, lines, [*remarks(index, iri), *reading.limits(iri)])


def _related(reading: Reading, shape: str, iri: str) -> Iterator[dict[str, Any]]:
    index = reading.index
    for key, type_ in _WHOLE:
        for other in index.nodes(iri, key):
            yield _link(type_, shape, other, index.label(other))
    for part in index.subjects(iri, "componentOf"):
        yield _link("composed-of", shape, part, index.label(part))
    if shape == "variable" and any(index.is_a(iri, name) for name in PRACTICES):
        yield _link("documentation", "activity", iri, "definition of the activity")
    if shape == "activity":
        yield _link("documentation", "variable", iri, "definition as a variable of evidence")


def _link(type_: str, shape: str, iri: str, label: str) -> dict[str, Any]:
    return {"type": type_, "label": label, "resource": Ref(shape, iri)}


def _population(reading: Reading, iri: str) -> Draft:
    draft = _draft(reading, "variable", iri, reading.child_ages([iri]))
    found = list(_characteristics(reading, iri))
    draft.values["characteristic"] = [c for _, c in found] or [_concept(reading, iri)]
    draft.lines = [
        *((c["description"], "; ".join([words, *c.get("note", [])])) for words, c in found),
        *draft.lines,
    ]
    return draft


def _characteristics(reading: Reading, iri: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what marks a population: in words, and as a characteristic."""
    index = reading.index
    for age in index.nodes(iri, "ageRange"):
        yield index.text(age, "verbatim"), _age(reading, age)
    for key in ("childMember", "caregiverMember"):
        for member in index.nodes(iri, key):
            label = index.label(member)
            link = {"reference": Ref("variable", member, label), "words": Coded("", label)}
            yield label, _marked(reading, key, member) | link
    for key in ("condition", "lifeStage"):
        for value in index.nodes(iri, key):
            named = reading.named(value)
            marked = _marked(reading, key, value)
            yield index.label(value), marked | {"concept": named, "words": named}
    for text in index.texts(iri, "ageDescription"):
        name = index.term_label("ageDescription")
        concept = Coded("", text)
        yield text, {"description": name, "concept": concept, "words": concept}


def _marked(reading: Reading, key: str, iri: str) -> dict[str, Any]:
    return {"linkId": _link_id(reading, iri), "description": reading.index.term_label(key)}


def _age(reading: Reading, age: str) -> dict[str, Any]:
    index = reading.index
    verbatim = index.text(age, "verbatim")
    span = reading.span(age)
    keys = ("minBound", "maxBound", "ageOf", "ageBasis", "ageKind")
    return {
        "linkId": _link_id(reading, age),
        "description": ", ".join(p for p in ("age", index.words(age, "ageBasis")) if p),
        "note": index.texts(age, "note"),
        "age": {
            "verbatim": verbatim,
            **{key: index.notation(age, key) for key in keys},
            **{key: reading.number(age, key) for key in ("meanAge", "sdAge")},
        },
        "words": Coded("", verbatim),
        **({"type": "age", "range": span} if span else {"concept": Coded("", verbatim)}),
    }


def _link_id(reading: Reading, iri: str) -> str:
    return resource_id(reading.index.short(iri).rpartition("#")[2])


def _concept(reading: Reading, iri: str) -> dict[str, Any]:
    named = reading.named(iri)
    return {"linkId": _link_id(reading, iri), "concept": named, "words": named}


def _practice(reading: Reading, iri: str) -> Draft:
    index = reading.index
    draft = _draft(reading, "variable", iri)
    combination = index.notation(iri, "combination")
    members = index.nodes(iri, "member")
    if members:
        links = [
            {"linkId": _link_id(reading, m), "reference": Ref("variable", m, index.label(m))}
            for m in members
        ]
        words, labels = index.words(iri, "combination"), "; ".join(map(index.label, members))
        characteristic = {
            "combination": combination,
            "member": links,
            "words": Coded("", f"{words}: {labels}"),
        }
        draft.values |= {"combination": combination, "characteristic": [characteristic]}
        draft.lines.insert(0, (words, labels))
    else:
        draft.values["characteristic"] = [_concept(reading, iri)]
    return draft


def _outcome(reading: Reading, iri: str) -> Draft:
    index = reading.index
    draft = _draft(reading, "variable", iri)
    for key in ("desirability", "outcomeOf", "higherMeans"):
        draft.values[key] = index.notation(iri, key)
        if words := index.words(iri, key):
            draft.lines.insert(0, (index.term_label(key), words))
    draft.values["characteristic"] = [_concept(reading, iri)]
    return draft
