"""Findings as evidence: question, numbers, certainty, sources and quotes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.evidence.findings import Finding, Rating, work
from kg.evidence.index import Index, unique
from kg.fhir.reading import Reading
from kg.fhir.values import Amount, Coded, Draft, Ref, Span
from kg.retraction import RETRACTED, most_severe

DESIGN_NOT_STATED = "notStated"


def findings(reading: Reading) -> Iterator[Draft]:
    """Yield one piece of evidence for each finding; claims of a page are none."""
    for finding in reading.findings.all:
        yield _finding(reading, finding)


def title(reading: Reading, f: Finding) -> str:
    """Return the question of a finding or a claim in words."""
    label = reading.index.label
    found = ", ".join(map(label, f.interventions))
    if f.comparators:
        found += " compared with " + ", ".join(map(label, f.comparators))
    return f"{found}: {', '.join(map(label, f.outcomes))} ({f.identifier})"


def _finding(reading: Reading, f: Finding) -> Draft:
    index, iri = reading.index, f.iri
    told = {s: t for s in f.sources if (t := most_severe([index.notation(s, "retractionStatus")]))}
    designs = [d for d in reading.all_coded(iri, "studyDesign") if d.notation != DESIGN_NOT_STATED]
    studies = [_study(reading, s) for s in f.studies]
    assertion = reading.words(iri)
    values = reading.canonical(iri, title(reading, f), reading.child_ages(f.populations))
    values |= reading.reviewed(iri) | {
        "description": f"{title(reading, f)}. {f.direction_words}; {f.contrast_words}.",
        "direction": f.direction,
        "valence": f.valence,
        "contrast": f.contrast,
        "significance": index.notation(iri, "significance"),
        "followUp": f.follow_up,
        "subgroup": f.subgroup,
        "participantUnit": index.notation(iri, "participantUnit"),
        "study": studies,
        "measure": [Ref("variable", m, index.label(m)) for m in index.nodes(iri, "measure")],
        "wording": reading.wordings(iri),
        "quote": [quote(reading, q) for q in index.nodes(iri, "quote")],
        "source": list(source_links(reading, iri)),
        "assertion": assertion,
        "note": [*f.notes, *appraisals(reading, iri)],
        "variable": list(_question(reading, f)),
        "synthesis": next((d for d in designs if d.notation == "metaAnalysis"), None),
        "design": designs,
        **_slots(f, index),
        **_statistics(reading, f),
        "certainty": list(_certainties(reading, iri)),
    }
    warnings = reading.limits(iri, *f.interventions)
    if RETRACTED in told.values():
        values["status"] = RETRACTED
    warnings += [f"Status of a source: {work(index, s)}" for s in told]
    lines = [
        ("assertion", assertion),
        ("population", index.words(iri, "population")),
        ("intervention", index.words(iri, "intervention")),
        ("comparator", index.words(iri, "comparator")),
        ("outcome", index.words(iri, "outcome")),
        ("direction", f"{f.direction_words}, {f.contrast_words}, {f.valence_words}"),
        ("follow-up", f.follow_up),
        ("subgroup", f.subgroup),
        ("study design", f.designs),
        ("numbers", f.counts),
        *(("effect", "; ".join([e.text(), *e.notes])) for e in f.estimates),
        *(("absolute effect", a.text()) for a in f.absolutes),
        *(("group", a) for a in f.arms),
        ("certainty", "; ".join(_rated(r, index) for r in f.ratings) or "not rated"),
        *(("note", n) for n in (*f.notes, *appraisals(reading, iri))),
        *(("study", s) for s in studies),
        ("sources", "; ".join(index.label(s) for s in f.sources)),
    ]
    return Draft("finding", iri, values, lines, warnings)


def _rated(rating: Rating, index: Index) -> str:
    """Return a rating in words, with who gave it."""
    by = ", ".join(map(index.label, rating.by))
    return f"{rating.words} ({by})" if by else rating.words


def _study(reading: Reading, iri: str) -> str:
    number = reading.index.text(iri, "registration")
    return f"{reading.index.label(iri)}{f' ({number})' if number else ''}"


def appraisals(reading: Reading, iri: str) -> list[str]:
    """Return what clearinghouses say of the study or the programme: not a certainty."""
    index = reading.index
    return [
        f"Appraisal, not a certainty of evidence: {index.words(a, 'ratingSystem')} "
        f"{index.words(a, 'rating')} ({index.words(a, 'ratedBy')})."
        for a in index.nodes(iri, "appraisal")
    ]


def _question(reading: Reading, f: Finding) -> Iterator[dict[str, Any]]:
    index = reading.index
    slots = (
        ("population", f.populations),
        ("exposure", f.interventions),
        ("comparator", f.comparators),
        ("outcome", f.outcomes),
    )
    for role, entities in slots:
        notes = []
        if role == "population" and f.subgroup:
            notes.append(f"Subgroup: {f.subgroup}")
        if role == "outcome":
            notes += [f"Follow-up: {f.follow_up}"] if f.follow_up else []
            measures = index.words(f.iri, "measure")
            notes += [f"Measure: {measures}"] if measures else []
        for entity in entities:
            label = index.label(entity)
            yield {
                "description": label,
                "note": notes,
                "role": role,
                "entity": Ref("variable", entity, label),
            }


# -- numbers ----------------------------------------------------------------------------------


def _slots(f: Finding, index: Index) -> dict[str, Ref]:
    """Return the question in single slots, for versions without a list of variables."""
    slots = {
        "population": f.populations,
        "exposure": f.interventions,
        "alternative": f.comparators,
        "outcome": f.outcomes,
    }
    return {
        key: Ref("variable", entities[0], index.label(entities[0]))
        for key, entities in slots.items()
        if entities
    }


def _statistics(reading: Reading, f: Finding) -> dict[str, Any]:
    """Return the numbers by what they are: effects, risks, groups, sizes alone."""
    nodes = reading.index.nodes
    sizes = {
        "studies": reading.number(f.iri, "studies"),
        "participants": reading.number(f.iri, "participants"),
    }
    effects = [_estimate(reading, node) | sizes for node in nodes(f.iri, "estimate")]
    alone = not effects and any(sizes.values())
    return {
        "estimate": effects,
        "absolute": [a for n in nodes(f.iri, "absoluteEffect") for a in _absolute(reading, n)],
        "arm": [_arm(reading, node) for node in nodes(f.iri, "arm")],
        "size": [{"description": f.counts, **sizes}] if alone else [],
        **sizes,
    }


def _estimate(reading: Reading, node: str) -> dict[str, Any]:
    index = reading.index
    attributes: list[dict[str, Any]] = []
    low, high = (reading.amount(node, key) for key in ("ciLower", "ciUpper"))
    if low or high:
        level = reading.number(node, "ciLevel")
        attributes.append(
            {
                "type": "confidenceInterval",
                "level": level,
                "range": Span(low, high),
                "low": low.value if low else None,
                "high": high.value if high else None,
            }
        )
    p = reading.number(node, "pValue")
    if p:
        bound = "<" if index.notation(node, "pRelation") == "lessThan" else ""
        attributes.append({"type": "pValue", "value": Amount(p, comparator=bound)})
    if test := index.text(node, "testStatistic"):
        attributes.append({"description": f"test statistic: {test}"})
    return {
        "higherValueMeans": index.notation(node, "higherValueMeans"),
        "referenceGroup": index.notation(node, "referenceGroup"),
        "description": index.words(node, "estimateType"),
        "note": index.texts(node, "note"),
        "type": reading.coded(node, "estimateType"),
        "value": reading.amount(node, "value"),
        "number": reading.number(node, "value"),
        "attribute": attributes,
    }


def _absolute(reading: Reading, node: str) -> Iterator[dict[str, Any]]:
    index = reading.index
    unit = " ".join(p for p in ("per", index.text(node, "per"), index.words(node, "perUnit")) if p)
    for arm, key in (
        ("comparator", "riskWithComparator"),
        ("intervention", "riskWithIntervention"),
    ):
        value = reading.amount(node, key, unit)
        if not value:
            continue
        found: dict[str, Any] = {
            "description": f"risk with the {arm}, {unit}",
            "note": [*index.texts(node, "footnote"), *index.texts(node, "overTime")],
            "type": "predictedRisk",
            "arm": Coded("", f"with the {arm}"),
            "value": value,
        }
        low, high = (reading.amount(node, k, unit) for k in ("riskLower", "riskUpper"))
        if arm == "intervention" and (low or high):
            found["attribute"] = [{"type": "confidenceInterval", "range": Span(low, high)}]
        yield found


def _arm(reading: Reading, node: str) -> dict[str, Any]:
    index = reading.index
    label = index.words(node, "armPractice")
    share = reading.amount(node, "armPercentage", "%", "%")
    return {
        "description": f"group that received: {label}",
        "note": index.texts(node, "note"),
        "type": "proportion" if share else None,
        "arm": Coded("", label),
        "value": share,
        "participants": reading.number(node, "armParticipants"),
    }


# -- certainty --------------------------------------------------------------------------------


def _certainties(reading: Reading, iri: str) -> Iterator[dict[str, Any]]:
    index = reading.index
    for node in index.nodes(iri, "certainty"):
        rating, system = reading.coded(node, "rating"), index.notation(node, "ratingSystem")
        if not rating:
            continue
        is_grade = system == "GRADE"
        yield {
            "origin": index.notation(node, "certaintyOrigin"),
            "system": system,
            "description": f"{index.words(node, 'ratingSystem')}: {rating.text}",
            "note": index.texts(node, "footnote"),
            "type": "overall" if is_grade else None,
            "rating": rating if is_grade else Coded("", rating.text),
            "rater": index.words(node, "ratedBy"),
            "domain": [_domain(reading, d) for d in index.nodes(node, "domainRating")],
        }


def _domain(reading: Reading, node: str) -> dict[str, Any]:
    index = reading.index
    return {
        "description": f"{index.words(node, 'certaintyDomain')}: {index.words(node, 'judgement')}",
        "note": index.texts(node, "footnote"),
        "type": reading.coded(node, "certaintyDomain"),
        "judgement": reading.coded(node, "judgement"),
    }


# -- sources and quotes -----------------------------------------------------------------------


def source_links(reading: Reading, iri: str) -> Iterator[dict[str, Any]]:
    """Yield the works that a statement rests on, with how it rests on them."""
    index = reading.index
    for line in index.nodes(iri, "evidenceLine"):
        keys = ("stance", "directness", "quoteRole")
        how: dict[str, Any] = {key: index.notation(line, key) for key in keys}
        how["seenAt"] = index.texts(line, "seenAt")
        for source in index.nodes(line, "source"):
            yield _link(reading, source, "derived-from") | how
        for citation in index.nodes(line, "citation"):
            marker = index.text(citation, "marker")
            for source in index.nodes(citation, "citedSource"):
                yield _link(reading, source, "cites") | how | {"marker": marker}


def _link(reading: Reading, source: str, type_: str) -> dict[str, Any]:
    index = reading.index
    label, doi = index.label(source), index.text(source, "doi")
    parts = [*(index.text(source, k) for k in ("authors", "title", "publishedIn", "year")), doi]
    return {
        "type": type_,
        "label": label,
        "source": Ref("source", source, label),
        "citation": ". ".join(p for p in parts if p),
        "address": f"https://doi.org/{doi}" if doi else index.text(source, "url"),
    }


def quote(reading: Reading, node: str) -> dict[str, Any]:
    """Return a quote: its words or its position and digest, and the text that it is from."""
    index = reading.index
    keys = ("exact", "prefix", "suffix", "locator", "exactDigest", "sourceDigest")
    source = next(iter(index.nodes(node, "quotedFrom")), "")
    return {
        **{key: index.text(node, key) for key in keys},
        "start": reading.number(node, "start"),
        "end": reading.number(node, "end"),
        "check": index.notation(node, "quoteCheck"),
        "source": Ref("source", source, index.label(source)) if source else None,
    }


def provenances(reading: Reading, drafts: list[Draft]) -> Iterator[Draft]:
    """Yield for each statement where it was read, what is quoted, and who wrote it down."""
    index = reading.index
    for draft in drafts:
        iri = draft.iri
        quotes = index.nodes(iri, "quote")
        entities = [
            {"role": "quotation", "what": q["source"], "quote": q}
            for node in quotes
            if (q := quote(reading, node))["source"]
        ]
        works = unique(s["source"].iri for s in source_links(reading, iri))
        entities += [{"role": "source", "what": Ref("source", s, index.label(s))} for s in works]
        authors = index.nodes(iri, "creator")
        agents = [{"type": "author", "who": agent(reading, a)} for a in authors]
        agents.append({"type": "assembler", "who": Ref("software", reading.root, "exporter")})
        label = index.label(iri)
        yield Draft(
            "provenance",
            iri,
            {
                "target": Ref(draft.shape, iri, label),
                "agent": agents,
                "entity": entities,
                "stamp": index.text(iri, "stamp"),
            },
            [
                ("provenance of", label),
                *(("read in", index.label(s)) for s in works),
                *(("quoted", _words(q)) for q in (e["quote"] for e in entities if "quote" in e)),
                *(("written by", index.label(a)) for a in authors),
            ],
        )


def _words(found: dict[str, Any]) -> str:
    place = found["locator"] or (
        f"characters {found['start']} to {found['end']}" if found["start"] else ""
    )
    parts = [found["source"].label, place, f"“{found['exact']}”" if found["exact"] else ""]
    return ", ".join(p for p in parts if p)


def agent(reading: Reading, iri: str) -> Ref:
    """Return the link to an agent: an organisation, a person or software."""
    kind = reading.index.notation(iri, "agentType")
    shape = {"person": "person", "software": "software"}.get(kind, "organization")
    return Ref(shape, iri, reading.index.label(iri))
