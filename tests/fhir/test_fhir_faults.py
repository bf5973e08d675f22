"""Planted faults: each is found by at least one of the checks that guard the export."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from fhir_check import problems, resources
from fhir_packages import Json, bundle_of, definitions, folder

import kg

START = ("Evidence/finding-f05-1", "Evidence/finding-f08-1", "PlanDefinition/statement-s15")
DROP = object()

# What is changed: the resource by its type, the way to the value, and the wrong value. A way that
# starts at the bundle has no type.
FAULTS: dict[str, tuple[str, str, Any]] = {
    "status that is not in the value set": ("Evidence", "status", "final"),
    "no status": ("Evidence", "status", DROP),
    "no variables": ("Evidence", "variableDefinition", DROP),
    "a variable without role": ("Evidence", "variableDefinition.0.variableRole", DROP),
    "a list of codes at its other address": (
        "Evidence", "certainty.0.rating.coding.0.system",
        "http://terminology.hl7.org/CodeSystem/certainty-rating",
    ),
    "a code that its list does not have": (
        "Evidence", "certainty.0.rating.coding.0.code", "veryLow",
    ),
    "a code under a wrong name": (
        "Evidence", "variableDefinition.0.variableRole.coding.0.display", "exposure",
    ),
    "a list of codes that does not exist": (
        "Evidence", "statistic.0.statisticType.coding.0.system",
        "http://hl7.org/fhir/statistic-types",
    ),
    "an id with an underscore": ("Evidence", "id", "finding_f05"),
    "an id of 65 characters": ("Evidence", "id", "x" * 65),
    "an address with a hash": ("Evidence", "url", "https://example.org/a#b"),
    "an address with a bar": ("EvidenceVariable", "url", "https://example.org/a|1"),
    "an address with a space": ("Citation", "url", "https://example.org/a b"),
    "a name with a small letter": ("Evidence", "name", "finding"),
    "a link to nothing": (
        "Evidence", "variableDefinition.0.observed.reference", "EvidenceVariable/none",
    ),
    "a link to another type": (
        "Evidence", "variableDefinition.0.observed.reference", "Citation/source-f05-grade-table",
    ),
    "a link without anything": ("Evidence", "variableDefinition.0.observed", {"type": "Group"}),
    "a plan that points at a variable": (
        "PlanDefinition", "action.0.definitionCanonical", "EvidenceVariable:url",
    ),
    "an empty list": ("Evidence", "note", []),
    "an empty object": ("Evidence", "statistic.0", {}),
    "an empty text": ("Evidence", "title", ""),
    "a range upside down": (
        "Evidence", "statistic.0.attributeEstimate.0.range.low.value", Decimal("9.9"),
    ),
    "a unit code without system": ("Evidence", "statistic.0.quantity", {"code": "1"}),
    "a number as text": ("Evidence", "statistic.0.quantity.value", "0.34"),
    "a negative number of studies": ("Evidence", "statistic.0.sampleSize.numberOfStudies", -1),
    "a flag as text": ("StructureDefinition", "abstract", "false"),
    "two definitions of one characteristic": (
        "EvidenceVariable", "characteristic.0.definitionId", "x",
    ),
    "an element that does not exist": ("Evidence", "outcome", "x"),
    "a list where one value stands": ("Evidence", "assertion", ["x"]),
    "one value where a list stands": ("Evidence", "studyDesign", {"text": "x"}),
    "a narrative that is not well-formed": ("Evidence", "text.div", "<div>"),
    "an empty narrative": (
        "Evidence", "text.div", '<div xmlns="http://www.w3.org/1999/xhtml"> </div>',
    ),
    "a full URL twice": ("", "entry.1.fullUrl", "entry.0.fullUrl"),
    "a request in a collection": ("", "entry.0.request", {"method": "PUT", "url": "x/y"}),
    "a transaction without requests": ("", "type", "transaction"),
    "a document without composition": ("", "type", "document"),
    "an extension without definition": (
        "Evidence", "extension.0.url",
        "https://w3id.org/clinical-evidence-kg/fhir/StructureDefinition/none",
    ),
    "an extension with a value of another type": ("Evidence", "extension.0.valueBoolean", True),
    "an assessment of nothing": ("ArtifactAssessment", "artifactReference", DROP),
    "a day that does not exist": ("Evidence", "date", "2021-13-45"),
    "a kind of link that does not exist": ("Evidence", "relatedArtifact.0.type", "based-on"),
    "a link to work that the type forbids": ("Provenance", "agent.0.who.reference", "Evidence:id"),
}  # fmt: skip


@pytest.fixture(scope="module")
def small(shown: kg.Graph) -> Json:
    """A few statements of the dataset with all that they refer to."""
    whole = bundle_of(shown, "fhir-r5")
    by_place = {
        f"{r['resourceType']}/{r['id']}": e for e in whole["entry"] for r in [e["resource"]]
    }
    wanted = [*START]
    for start in START:
        name = start.partition("/")[2]
        wanted += [p for p in by_place if p.endswith((f"/review-{name}", f"/provenance-{name}"))]
    seen: dict[str, None] = {}
    while wanted:
        place = wanted.pop()
        if place in by_place and place not in seen:
            seen[place] = None
            wanted += _links(by_place[place]["resource"])
    wanted = [p for p in by_place if p.startswith("StructureDefinition/")]
    return {**whole, "entry": [by_place[p] for p in (*sorted(seen), *wanted)]}


def _links(value: Any) -> list[str]:
    if isinstance(value, dict):
        inner = [link for one in value.values() for link in _links(one)]
        return [*([value["reference"]] if "reference" in value else []), *inner]
    if isinstance(value, list):
        return [link for one in value for link in _links(one)]
    if isinstance(value, str) and "/fhir/" in value and "StructureDefinition" not in value:
        return ["/".join(value.rsplit("/", 2)[1:])]
    return []


def test_the_bundle_without_faults_passes_all_checks(small: Json) -> None:
    assert found_by(small, {r["resourceType"] for r in resources(small)}) == {}


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 30


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str, small: Json) -> None:
    type_, way, wrong = FAULTS[name]
    bundle = copy.deepcopy(small)
    target = bundle if not type_ else _suitable(bundle, type_, way)
    *steps, last = way.split(".")
    for step in steps:
        target = target[int(step) if isinstance(target, list) else step]
    if wrong is DROP:
        del target[last]
    elif isinstance(target, list):
        target[int(last)] = wrong
    else:
        target[last] = _looked_up(bundle, wrong)
    assert found_by(bundle, {type_} - {""})


def _suitable(bundle: Json, type_: str, way: str) -> Any:
    """Return the first resource of a type that has what is to be changed."""
    for resource in resources(bundle):
        inner: Any = resource
        try:
            for step in way.split(".")[:-1]:
                inner = inner[int(step) if isinstance(inner, list) else step]
        except (KeyError, IndexError):
            continue
        if resource["resourceType"] == type_:
            return resource
    raise AssertionError(f"no {type_} with {way}")


def _looked_up(bundle: Json, wrong: Any) -> Any:
    if wrong == "entry.0.fullUrl":
        return bundle["entry"][0]["fullUrl"]
    if isinstance(wrong, str) and wrong.endswith((":url", ":id")):
        type_, _, key = wrong.partition(":")
        found = next(r for r in resources(bundle) if r["resourceType"] == type_)
        return found["url"] if key == "url" else f"{type_}/{found['id']}"
    return wrong


def found_by(bundle: Json, types: set[str]) -> dict[str, list[str]]:
    """Return which checks find something: our own, HL7's JSON schema, fhir.resources."""
    own = problems(definitions("r5"), bundle)
    picked = [r for r in resources(bundle) if r["resourceType"] in types]
    checks: dict[str, Callable[[Json], str]] = {"schema": _schema, "models": _models}
    found = {"own": own} if own else {}
    for name, check in checks.items():
        said = [s for r in picked[:40] if (s := check(r))] if not own else []
        if said:
            found[name] = said
    return found


def _models(resource: Json) -> str:
    from fhir.resources import get_fhir_model_class

    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(_floats(resource))
    except ValueError as error:
        return str(error)
    return ""


@cache
def _validator(type_: str) -> Any:
    from jsonschema import Draft6Validator

    file = folder("hl7.fhir.r5.core") / "openapi" / "fhir.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    part = {k: v for k, v in schema.items() if k not in ("oneOf", "discriminator")}
    return Draft6Validator({**part, "$ref": f"#/definitions/{type_}"})


def _schema(resource: Json) -> str:
    errors = _validator(resource["resourceType"]).iter_errors(_floats(resource))
    return next((e.message for e in errors), "")


def _floats(value: Any) -> Any:
    return json.loads(json.dumps(value, default=float))
