"""Resources of FHIR as records: what our model has a place for; the rest stays in the resource."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kg.fhir.elements import (
    code_of,
    extension,
    identifiers,
    notes,
    one_line,
    one_or_all,
    place,
    plain,
    slug,
    system_of,
    target_of,
    with_article,
    words,
)
from kg.fhir.fill import Json
from kg.fhir.names import EXTENSIONS
from kg.fhir.numbers import dumps
from kg.fhir.table import Table

READ = ("Evidence", "EvidenceVariable", "Citation", "PlanDefinition")
"""Types of resources that become records."""
_FOLDERS = {
    "Finding": "finding",
    "Recommendation": "recommendation",
    "Source": "source",
    "Population": "population",
    "Intervention": "intervention",
    "Outcome": "outcome",
}
_ROLES = {
    "population": ("population", "Population"),
    "subpopulation": ("population", "Population"),
    "exposure": ("intervention", "Intervention"),
    "referenceExposure": ("comparator", "Intervention"),
    "measuredVariable": ("outcome", "Outcome"),
    "outcome": ("outcome", "Outcome"),
}
"""Role of a variable → the property of a finding, and the class of its values."""
_GRADE = "GRADE"
_UNITS = ("d", "wk", "mo", "a")

Record = dict[str, Any]


class Reader:
    """Reads the resources of one file; links lead to records of the file, or to new ones.

    :ivar records: id → record, in the order of the file.
    :ivar notes: what a person should know.
    """

    def __init__(
        self,
        table: Table,
        resources: list[Json],
        kinds: Mapping[str, str] | None = None,
        ids: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to read.

        :param kinds: ``Type/id`` → class, for variables of which more is known than the file says.
        :param ids: ``Type/id`` → id, for resources that have a record.
        """
        self.table = table
        self.resources = [r for r in resources if r.get("resourceType") in READ]
        self.records: dict[str, Record] = {}
        self.notes: list[str] = []
        self._ids = dict(ids or {})
        self._kinds = {**dict(self._roles()), **(kinds or {})}
        for resource in self.resources:
            self._name(resource)

    def read(self) -> dict[str, Record]:
        """Return the records of all resources."""
        for resource in self.resources:
            record = {"id": self._ids[place(resource)], "type": self._kind(resource)}
            read = getattr(self, f"_{resource['resourceType'].lower()}")
            record |= {k: v for k, v in read(resource).items() if v not in (None, "", [], {})}
            record["fhirResource"] = dumps(resource, indent=None)
            self.records[record["id"]] = record
        return self.records

    # -- what a resource is ------------------------------------------------------------------------

    def _roles(self) -> Iterator[tuple[str, str]]:
        """Yield what the variables of the file are, by the roles that evidence gives them."""
        for resource in self.resources:
            for variable in resource.get("variableDefinition", []):
                role = _ROLES.get(code_of(variable.get("variableRole", {})))
                for key in ("observed", "intended"):
                    target = target_of(variable.get(key, {}))
                    if role and target:
                        yield target, role[1]

    def _kind(self, resource: Json) -> str:
        fixed = {"Evidence": "Finding", "Citation": "Source", "PlanDefinition": "Recommendation"}
        name = resource["resourceType"]
        if name in fixed:
            return fixed[name]
        known = self._kinds.get(place(resource))
        if known is None:
            timed = any("timeFromEvent" in c for c in resource.get("characteristic", []))
            known = "Outcome" if timed or "handling" in resource else "Population"
            self.notes.append(
                f"{place(resource)} is taken as {with_article(known)}: no evidence in the file "
                "says what it is"
            )
        return known

    def _name(self, resource: Json) -> str:
        name = place(resource)
        if name not in self._ids:
            base = f"{_FOLDERS[self._kind(resource)]}/{slug(name.partition('/')[2])}"
            self._ids[name] = self._fresh(base)
        return self._ids[name]

    def _fresh(self, base: str) -> str:
        taken, found, number = {*self._ids.values(), *self.records}, base, 2
        while found in taken:
            found, number = f"{base}-{number}", number + 1
        return found

    def _link(self, target: str, label: str, kind: str) -> str:
        """Return the id of what a link leads to: of the file, or a record with its label alone."""
        if target not in self._ids:
            self._ids[target] = self._fresh(f"{_FOLDERS[kind]}/{slug(target.rpartition('/')[2])}")
            record = {"id": self._ids[target], "type": kind, "prefLabel": label or target}
            self.records[self._ids[target]] = record
            self.notes.append(f"{target} is not in the file: only its name was taken")
        return self._ids[target]

    # -- resources ---------------------------------------------------------------------------------

    def _evidence(self, resource: Json) -> Record:
        slots: dict[str, list[str]] = {}
        for variable in resource.get("variableDefinition", []):
            role = _ROLES.get(code_of(variable.get("variableRole", {})))
            link = variable.get("observed") or variable.get("intended") or {}
            target = target_of(link) or slug(words(link) or words(variable))
            if role and target:
                found = self._link(target, words(link) or words(variable), role[1])
                slots.setdefault(role[0], []).append(found)
        sizes = [s["sampleSize"] for s in resource.get("statistic", []) if "sampleSize" in s]
        size = sizes[0] if sizes else {}
        said = resource.get("assertion") or resource.get("description") or resource.get("title")
        return {
            "identifier": identifiers(resource),
            "wording": {"audience": "clinician", "text": said} if said else None,
            **{key: one_or_all(values) for key, values in slots.items()},
            "effectDirection": extension(resource, "effect-direction") or "notReported",
            "contrast": extension(resource, "contrast")
            or ("betweenGroup" if "comparator" in slots else "notStated"),
            "studyDesign": self._notations("study-design", resource.get("studyDesign", []))
            or "notStated",
            "followUp": extension(resource, "follow-up"),
            "subgroup": extension(resource, "subgroup"),
            "participants": size.get("numberOfParticipants"),
            "participantUnit": extension(resource, "participant-unit"),
            "studies": size.get("numberOfStudies"),
            "estimate": one_or_all(_all(self._estimate, resource.get("statistic", []))),
            "certainty": one_or_all(_all(self._certainty, resource.get("certainty", []))),
            "reviewStatus": "draft",
            "note": notes(resource),
        }

    def _estimate(self, statistic: Json) -> Record | None:
        type_ = self._notation("statistic-type", statistic.get("statisticType", {}))
        if type_ in ("predictedRisk", "proportion"):
            return None
        value = statistic.get("quantity", {}).get("value")
        found: Record = {
            "estimateType": type_ or "unspecified",
            "value": plain(value),
            "higherValueMeans": extension(statistic, "higher-value-means"),
        }
        for attribute in statistic.get("attributeEstimate", []):
            kind = self._notation("attribute-estimate-type", attribute.get("type", {}))
            if kind == "confidenceInterval":
                limits = attribute.get("range", {})
                found["ciLower"] = plain(limits.get("low", {}).get("value"))
                found["ciUpper"] = plain(limits.get("high", {}).get("value"))
                found["ciLevel"] = plain(attribute.get("level"))
            elif kind == "pValue" and "value" in attribute.get("quantity", {}):
                quantity = attribute["quantity"]
                found["pValue"] = plain(quantity["value"])
                less = quantity.get("comparator") in ("<", "<=")
                found["pRelation"] = "lessThan" if less else "equal"
        found = {k: v for k, v in found.items() if v}
        return found if value is not None or "ciLower" in found else None

    def _certainty(self, certainty: Json) -> Record | None:
        rating = self._notation("certainty-rating", certainty.get("rating", {}))
        if not rating:
            return None
        domains = [
            {"certaintyDomain": domain, "judgement": judgement, "footnote": notes(part)}
            for part in certainty.get("subcomponent", [])
            if (domain := self._notation("certainty-type", part.get("type", {})))
            and (judgement := self._notation("certainty-domain", part.get("rating", {})))
        ]
        found = {
            "rating": rating,
            "ratingSystem": extension(certainty, "rating-system") or _GRADE,
            "certaintyOrigin": extension(certainty, "certainty-origin") or "thirdParty",
            "domainRating": [{k: v for k, v in d.items() if v} for d in domains],
        }
        return {k: v for k, v in found.items() if v}

    def _evidencevariable(self, resource: Json) -> Record:
        kind = self._kind(resource)
        found: Record = {
            "prefLabel": one_line(resource.get("title") or resource.get("name") or resource["id"]),
            "altLabel": one_line(resource.get("shortTitle")),
            "identifier": identifiers(resource),
            "note": notes(resource),
        }
        if kind == "Population":
            ages = list(self._ages(resource.get("characteristic", [])))
            found["ageRange"] = one_or_all(ages)
        if kind == "Outcome":
            found["desirability"] = extension(resource, "desirability")
            found["outcomeOf"] = extension(resource, "outcome-of")
        return found

    def _ages(self, characteristics: list[Json]) -> Iterator[Record]:
        for one in characteristics:
            by_type = one.get("definitionByTypeAndValue", {})
            if code_of(by_type.get("type", {})) == "age" and "valueRange" in by_type:
                yield _age(by_type["valueRange"], one)
            inner = one.get("definitionByCombination", {}).get("characteristic", [])
            yield from self._ages(inner)

    def _citation(self, resource: Json) -> Record:
        work = resource.get("citedArtifact", {})
        form: Json = next(iter(work.get("publicationForm", [])), {})
        ids = {system_of(i): str(i.get("value", "")) for i in work.get("identifier", [])}
        titles = [t.get("text", "") for t in work.get("title", [])]
        people = work.get("contributorship", {}).get("summary", [])
        states = [
            self._notation("cited-artifact-status-type", s) for s in work.get("currentState", [])
        ]
        year = str(form.get("articleDate", ""))[:4]
        return {
            "prefLabel": one_line(resource.get("title") or resource.get("name")),
            "title": one_line(titles[0]) if titles else None,
            "authors": one_line(people[0].get("value")) if people else None,
            "year": year,
            "publishedIn": one_line(form.get("publishedIn", {}).get("title")),
            "volume": form.get("volume"),
            "issue": form.get("issue"),
            "pages": form.get("pageString"),
            "doi": re.sub(r"^https?://doi\.org/", "", ids.get("doi", "")),
            "pmid": ids.get("pmid"),
            "url": one_or_all([w["url"] for w in work.get("webLocation", []) if "url" in w]),
            "retractionStatus": "retracted" if "retracted" in states else "unknown",
            "note": notes(resource),
        }

    def _plandefinition(self, resource: Json) -> Record:
        subject = resource.get("subjectReference") or {}
        target = target_of(subject) or "/".join(
            str(resource.get("subjectCanonical", "")).partition("|")[0].split("/")[-2:]
        )
        label = words(subject) or target.rpartition("/")[2]
        practices = [self._link(where, name, "Intervention") for where, name in _actions(resource)]
        strength = extension(resource, "recommendation-strength") or next(
            (s for s in (self._strength(a) for a in resource.get("action", [])) if s), ""
        )
        said = resource.get("description") or resource.get("title") or resource.get("name")
        return {
            "identifier": identifiers(resource),
            "recommends": one_or_all(list(dict.fromkeys(practices))),
            "direction": extension(resource, "recommendation-direction"),
            "strength": strength or "notGraded",
            "population": self._link(target, label, "Population") if target else None,
            "wording": {"audience": "clinician", "text": said} if said else None,
            "reviewStatus": "draft",
            "note": one_line(resource.get("usage")),
        }

    def _strength(self, value: Any) -> str:
        """Return the strength that an extension anywhere in an action gives."""
        if isinstance(value, dict):
            if str(value.get("url", "")).endswith("cqf-strengthOfRecommendation"):
                concept = value.get("valueCodeableConcept", {})
                return self._notation("recommendation-strength", concept)
            return next((s for v in value.values() if (s := self._strength(v))), "")
        if isinstance(value, list):
            return next((s for v in value if (s := self._strength(v))), "")
        return ""

    def _notation(self, codes: str, concept: Json) -> str:
        found = (
            self.table.notation(codes, str(c.get("code", ""))) for c in concept.get("coding", [])
        )
        return next((n for n in found if n), "")

    def _notations(self, codes: str, concepts: list[Json]) -> Any:
        return one_or_all(
            list(dict.fromkeys(n for c in concepts if (n := self._notation(codes, c))))
        )


def _age(limits: Json, characteristic: Json) -> Record:
    low, high = limits.get("low", {}), limits.get("high", {})
    unit = low.get("code") or high.get("code") or ""
    words = " ".join(
        f"{name} {limit['value']} {limit.get('unit') or limit.get('code', '')}".strip()
        for name, limit in (("from", low), ("to", high))
        if "value" in limit
    )
    found = {
        "verbatim": _part(characteristic, "verbatim") or words,
        "minAge": plain(low.get("value")),
        "maxAge": plain(high.get("value")),
        "unit": unit if unit in _UNITS else None,
        "minBound": (_part(characteristic, "minBound") or "inclusive") if "value" in low else None,
        "maxBound": (_part(characteristic, "maxBound") or "inclusive") if "value" in high else None,
        "ageOf": _part(characteristic, "ageOf"),
        "ageBasis": _part(characteristic, "ageBasis"),
    }
    return {k: v for k, v in found.items() if v}


def _part(element: Json, name: str) -> str:
    for whole in element.get("extension", []):
        if whole.get("url") == f"{EXTENSIONS}age-range":
            for part in whole.get("extension", []):
                if part.get("url") == name:
                    return next((str(v) for k, v in part.items() if k.startswith("value")), "")
    return ""


def _actions(resource: Json) -> Iterator[tuple[str, str]]:
    """Yield what the actions of a plan point at, with their titles."""
    for action in resource.get("action", []):
        title = one_line(action.get("title") or action.get("description")) or ""
        where = str(action.get("definitionCanonical", "")).partition("|")[0]
        name = "/".join(where.split("/")[-2:]) if where else slug(title)
        if name:
            yield name, title or name
        elif "action" in action:
            yield from _actions(action)


def _all(read: Callable[[Json], Record | None], parts: list[Json]) -> list[Record]:
    return [found for part in parts if (found := read(part))]
