"""FHIR R5: valid by the programs and definitions of others, and true to the graph."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from conftest import EXAMPLES, ROOT
from fhir_check import problems, resources
from fhir_packages import Definitions, Json, bundle_of, definitions, folder, loads
from pyoxigraph import Literal, NamedNode

import kg
from kg.errors import UsageError
from kg.exporters import EXPORTERS
from kg.fhir.names import EXTENSIONS, resource_id
from kg.fhir.table import read_table
from kg.ontology import TYPE
from kg.review import select

FORMATS = ("fhir-r5", "fhir-r5-transaction", "fhir-r5-document")
VALID_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


@pytest.fixture(scope="module")
def bundles(shown: kg.Graph) -> dict[str, Json]:
    """Name of a format → the bundle of the dataset, decimals with their digits."""
    return {name: bundle_of(shown, name) for name in FORMATS}


@pytest.fixture(scope="module")
def r5(bundles: dict[str, Json]) -> Json:
    return bundles["fhir-r5"]


def of_type(bundle: Json, name: str) -> list[Json]:
    return [r for r in resources(bundle) if r["resourceType"] == name]


def named(bundle: Json, place: str) -> Json:
    type_, _, id_ = place.partition("/")
    return next(r for r in of_type(bundle, type_) if r["id"] == id_)


def extension(resource: Json, name: str) -> Any:
    found = [e for e in resource.get("extension", []) if e["url"] == EXTENSIONS + name]
    return next((v for e in found for k, v in e.items() if k != "url"), None)


# -- valid -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_structures_codes_links_and_invariants_of_the_specification_hold(
    name: str, bundles: dict[str, Json]
) -> None:
    assert problems(definitions("r5"), bundles[name]) == []


def test_the_json_schema_of_hl7_accepts_every_resource(r5: Json) -> None:
    from jsonschema import Draft6Validator

    file = folder("hl7.fhir.r5.core") / "openapi" / "fhir.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    for resource in _sample(r5):
        part = {**schema, "$ref": f"#/definitions/{resource['resourceType']}"}
        part.pop("oneOf", None), part.pop("discriminator", None)
        errors = [e.message for e in Draft6Validator(part).iter_errors(_plain(resource))]
        assert errors == [], resource["id"]


def test_the_models_of_fhir_resources_accept_every_resource(r5: Json) -> None:
    from fhir.resources import get_fhir_model_class

    for resource in resources(r5):
        get_fhir_model_class(resource["resourceType"]).model_validate(_plain(resource))


@pytest.mark.parametrize("name", FORMATS[1:])
def test_every_bundle_has_the_same_resources(name: str, bundles: dict[str, Json]) -> None:
    assert list(resources(bundles[name])) == list(resources(bundles["fhir-r5"]))


def test_structures_codes_and_links_of_r4_hold(shown: kg.Graph) -> None:
    assert problems(definitions("r4"), bundle_of(shown, "fhir-r4")) == []


def test_r4_has_every_finding_and_no_claim(shown: kg.Graph) -> None:
    bundle = bundle_of(shown, "fhir-r4")
    found = [*of_type(bundle, "EffectEvidenceSynthesis"), *of_type(bundle, "Evidence")]
    assert {extension_id(r) for r in found} == {f.value for f in shown.instances("Finding")}
    [result] = [r for r in found if r["id"] == "finding-f05-1"]
    assert str(result["effectEstimate"][0]["precisionEstimate"][0]["from"]) == "0.20"
    assert result["certainty"][0]["rating"][0]["coding"][0]["code"] in ("high", "moderate")


def test_an_example_project_with_unlucky_names_is_valid() -> None:
    small = select(kg.load(EXAMPLES / "infant-sleep"), include_unreviewed=True)[0]
    assert problems(definitions("r5"), loads(EXPORTERS["fhir-r5"].write(small))) == []


def _sample(bundle: Json) -> list[Json]:
    """Return up to twelve resources of each type: the schema takes a second for each ten."""
    seen: Counter[str] = Counter()
    found = []
    for resource in resources(bundle):
        seen[resource["resourceType"]] += 1
        if seen[resource["resourceType"]] <= 12:
            found.append(resource)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


# -- true to the graph -----------------------------------------------------------------------------


def test_each_finding_is_evidence_and_no_claim_is(r5: Json, shown: kg.Graph) -> None:
    evidence = {extension_id(r) for r in of_type(r5, "Evidence")}
    assert evidence == {f.value for f in shown.instances("Finding")}
    assert not evidence & {c.value for c in shown.instances("Claim")}


def extension_id(resource: Json) -> str:
    """Return the IRI of the graph that a resource was made from."""
    found = [i for i in resource["identifier"] if i.get("system") == "urn:ietf:rfc:3986"]
    return str(found[0]["value"])


def test_each_claim_is_an_assessment_of_the_page(r5: Json, shown: kg.Graph) -> None:
    claims = {c.value for c in shown.instances("Claim")}
    found = [
        r for r in of_type(r5, "ArtifactAssessment")
        if "identifier" in r and extension_id(r) in claims
    ]  # fmt: skip
    assert len(found) == len(claims)
    assert {r["artifactReference"]["reference"].partition("/")[0] for r in found} == {"Citation"}


def test_decimals_keep_their_digits(r5: Json, shown: kg.Graph) -> None:
    written = {
        v.value for e in shown.instances("EffectEstimate") for v in shown.objects(e, "ciUpper")
    }
    text = EXPORTERS["fhir-r5"].write(shown).decode()
    assert any(t.endswith("0") and "." in t for t in written)
    for number in written:
        assert f'"value": {number}\n' in text


def test_a_statement_that_is_not_approved_is_a_draft_with_its_review(r5: Json) -> None:
    stated = [*of_type(r5, "Evidence"), *of_type(r5, "PlanDefinition")]
    reviews = {
        r["artifactReference"]["reference"]: r["workflowStatus"]
        for r in of_type(r5, "ArtifactAssessment")
    }
    for resource in stated:
        assert resource["status"] == "draft"
        assert extension(resource, "stamp") == "UNREVIEWED: submitted"
        assert reviews[f"{resource['resourceType']}/{resource['id']}"] == "submitted"


def test_disclaimers_stand_in_every_narrative_and_note(r5: Json, shown: kg.Graph) -> None:
    disclaimer = "Medical decisions should rest on clinical judgement."
    for resource in resources(r5):
        if resource["resourceType"] == "StructureDefinition":
            continue
        assert disclaimer in resource["text"]["div"], resource["id"]
        if resource["resourceType"] in ("Evidence", "EvidenceVariable", "Citation", "List"):
            assert disclaimer in " ".join(n["text"] for n in resource["note"])
        if resource["resourceType"] in ("PlanDefinition", "ActivityDefinition", "Library"):
            assert disclaimer in resource["usage"]


def test_ids_are_valid_unique_and_stable(r5: Json, shown: kg.Graph) -> None:
    ids = [f"{r['resourceType']}/{r['id']}" for r in resources(r5)]
    assert len(set(ids)) == len(ids)
    assert all(VALID_ID.fullmatch(r["id"]) for r in resources(r5))
    again = loads(EXPORTERS["fhir-r5"].write(shown))
    assert [r["id"] for r in resources(again)] == [r["id"] for r in resources(r5)]


@pytest.mark.parametrize(
    "text", ["finding/a_b", "finding/" + "x" * 90, "finding/é", "x#part-1", "a/b/c"]
)
def test_any_name_becomes_an_id(text: str) -> None:
    assert VALID_ID.fullmatch(resource_id(text))
    assert VALID_ID.fullmatch(resource_id(text, "provenance-"))
    assert resource_id(text) != resource_id(text + "_")


def test_two_ratings_of_one_effect_are_both_kept(r5: Json) -> None:
    found = named(r5, "Evidence/finding-f05-1")["certainty"]
    codes = [c["rating"]["coding"][0]["code"] for c in found]
    assert sorted(codes) == ["high", "moderate"]
    assert all(c["type"]["coding"][0]["code"] == "Overall" for c in found)


def test_a_rating_of_a_clearinghouse_has_no_code_of_grade(r5: Json) -> None:
    for resource in of_type(r5, "Evidence"):
        for certainty in resource.get("certainty", []):
            system = extension(certainty, "rating-system")
            assert ("coding" in certainty["rating"]) == (system == "GRADE")


@pytest.mark.parametrize(
    ("place", "code", "ours"),
    [
        ("practice-group-no-treatment-or-usual-care", "any-of", "anyOf"),
        ("practice-group-wait-list-or-behavioural-parent-training", "any-of", "oneOfNotTold"),
    ],
)
def test_a_group_of_comparators_keeps_its_combination(
    r5: Json, place: str, code: str, ours: str
) -> None:
    group = named(r5, f"EvidenceVariable/{place}")
    [characteristic] = group["characteristic"]
    assert characteristic["definitionByCombination"]["code"] == code
    assert len(characteristic["definitionByCombination"]["characteristic"]) == 2
    assert extension(group, "combination") == ours


def test_an_age_can_be_searched_and_keeps_its_bounds(r5: Json) -> None:
    found = named(r5, "EvidenceVariable/population-infants-start-after-6-months")
    [context] = found["useContext"]
    assert context["code"]["code"] == "age"
    assert context["valueRange"] == {
        "low": {
            "value": 6, "unit": "month", "system": "http://unitsofmeasure.org", "code": "mo",
        }
    }  # fmt: skip
    [age] = [c for c in found["characteristic"] if extension(c, "age-range")]
    parts = {e["url"]: e for e in extension(age, "age-range")}
    assert parts["minBound"]["valueCode"] == "exclusive"


def test_advice_against_never_points_at_the_practice(r5: Json, shown: kg.Graph) -> None:
    for plan in of_type(r5, "PlanDefinition"):
        direction = extension(plan, "recommendation-direction")
        for action in plan["action"]:
            target = action.get("definitionCanonical", "")
            if direction == "for":
                assert "/do-not-" not in target
            elif direction == "against":
                assert "/do-not-" in target
            else:
                assert not target


def test_every_extension_of_ours_has_its_definition_in_the_bundle(r5: Json) -> None:
    used = set(re.findall(re.escape(EXTENSIONS) + r"[a-z-]+", json.dumps(_plain(r5))))
    defined = {r["url"] for r in of_type(r5, "StructureDefinition")}
    assert used == defined


def test_a_quote_is_an_entity_of_the_provenance(r5: Json) -> None:
    found = named(r5, "Provenance/provenance-finding-f05-1")
    [quote] = [e for e in found["entity"] if e["role"] == "quotation"]
    assert quote["what"]["reference"] == "Citation/source-f05-grade-table"
    assert found["target"] == [
        {"reference": "Evidence/finding-f05-1", "display": found["target"][0]["display"]}
    ]


def test_a_transaction_puts_each_resource_at_its_id(bundles: dict[str, Json]) -> None:
    for entry in bundles["fhir-r5-transaction"]["entry"]:
        resource = entry["resource"]
        place = f"{resource['resourceType']}/{resource['id']}"
        assert entry["request"] == {"method": "PUT", "url": place}


def test_a_document_begins_with_the_summaries_of_findings(
    bundles: dict[str, Json], shown: kg.Graph
) -> None:
    composition = bundles["fhir-r5-document"]["entry"][0]["resource"]
    titles = [s["title"] for s in composition["section"]]
    for summary in kg.summary_of_findings(shown):
        section = composition["section"][titles.index(summary.title())]
        assert len(section["entry"]) == len(summary.rows)


def test_a_document_of_a_graph_without_a_date_is_refused() -> None:
    small = select(kg.load(EXAMPLES / "infant-sleep"), include_unreviewed=True)[0]
    if not small.instances("ReviewEvent") and not small.instances("Article"):
        with pytest.raises(UsageError, match="needs a date"):
            EXPORTERS["fhir-r5-document"].write(small)


# -- the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["r5", "r4"])
def test_every_code_of_the_table_is_in_its_code_system_under_its_name(version: str) -> None:
    table, known = read_table(version), definitions(version)
    for name, codes in table.codes.items():
        system = table.systems.get(name)
        if not system:
            continue
        listed = known.systems[system]
        assert listed is not None
        for code in codes.values():
            assert " ".join(code.display.split()).casefold() in listed[code.code], code


@pytest.mark.parametrize("version", ["r5", "r4"])
def test_every_element_of_the_table_is_in_the_structure(version: str) -> None:
    table, known = read_table(version), definitions(version)
    for shape in table.shapes.values():
        if not shape.resource:
            continue
        for slot, element in shape.elements.items():
            steps = [step.removesuffix("[]").removeprefix("_") for step in element.steps]
            assert steps[0].startswith("@") or _reaches(known, shape.resource, steps), slot


def _reaches(known: Definitions, type_: str, steps: list[str], inner: str = "") -> bool:
    if not steps:
        return True
    found = known.children(type_, inner or type_).get(steps[0])
    if found is None:
        return False
    kind, element = found
    if kind in ("BackboneElement", "Element"):
        return _reaches(known, type_, steps[1:], element["path"])
    return _reaches(known, kind, steps[1:])


@pytest.mark.parametrize("version", ["r5", "r4"])
def test_the_table_names_classes_of_the_ontology(version: str, shown: kg.Graph) -> None:
    table = read_table(version)
    dropped = {name for name in table.drops if "." not in name}
    named_ = {c for s in table.shapes.values() for c in s.of} | dropped
    assert named_ <= set(shown.ontology.classes)


@pytest.mark.parametrize("version", ["r5", "r4"])
def test_nothing_that_a_table_has_no_element_for_is_lost_in_silence(
    version: str, shown: kg.Graph
) -> None:
    from kg.fhir.bundle import Maker

    maker = Maker(shown, read_table(version))
    maker.resources()
    assert set(maker.filler.dropped) <= set(maker.table.drops)


LONG = 8
"""Characters of a value that is in a bundle by no accident."""
TRIMMED = ("prefix", "suffix")
"""Texts that may begin or end with spaces, which FHIR does not allow."""


@pytest.mark.parametrize("format", ["fhir-r5", "fhir-r4"])
def test_the_contract_is_neither_modest_nor_boastful(format: str, shown: kg.Graph) -> None:
    data = json.loads(kg.export(shown, format, include_unreviewed=True))
    text = json.dumps(data, ensure_ascii=False)
    there: dict[str, list[bool]] = {}
    for quad in shown.quads():
        known = shown.ontology.by_iri.get(quad.predicate.value)
        if known and not known.derived and isinstance(quad.object, Literal):
            value = json.dumps(quad.object.value, ensure_ascii=False)[1:-1]
            is_day = value[:4].isdigit() and value[4:5] == "-"  # one like it may be anywhere
            if len(value) >= LONG and not is_day and known.name not in TRIMMED:
                there.setdefault(known.name, []).append(value in text)
    fates = {name: kg.fidelity(format).fate(name, shown.ontology).kind for name in there}
    assert len(there) > 30
    assert [n for n, found in there.items() if fates[n] == "dropped" and all(found)] == []
    assert [n for n, found in there.items() if fates[n] != "dropped" and not any(found)] == []


WORDS_ALONE: dict[str, tuple[str, ...]] = {"fhir-r4": ("Disclaimer",), "fhir-r5": ()}
"""Format → classes of which its contract says that only the words are kept."""


def texts_in(value: Any) -> Iterator[str]:
    """Yield each text within a value of JSON, with single spaces; narratives without escapes."""
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)
    else:
        yield " ".join(html.unescape(str(value)).split())


@pytest.mark.parametrize("format", ["fhir-r5", "fhir-r4"])
@pytest.mark.parametrize("name", ["attachment", "migraine"])
def test_each_text_of_the_datasets_that_the_contract_keeps_is_in_the_bundle(
    name: str, format: str
) -> None:
    graph = select(kg.load(ROOT / "datasets" / name), include_unreviewed=True)[0]
    bundle = json.loads(EXPORTERS[format].write(graph), parse_float=str, parse_int=str)
    whole, fidelity = "\n".join(texts_in(bundle)), kg.fidelity(format)

    def is_kept(subject: NamedNode) -> bool:
        owner = NamedNode(subject.value.partition("#")[0])
        names = [t.value for node in (subject, owner) for t in graph.objects(node, TYPE.value)]
        words_alone = any(graph.class_name(owner) == name for name in WORDS_ALONE[format])
        fates = [fidelity.fate(name, graph.ontology).kind for name in names]
        return "dropped" not in fates and not (words_alone and "#wording" not in subject.value)

    kept = [
        (graph.short(fact.subject), graph.short(fact.predicate), fact.object.value)
        for fact in graph.asserted()
        if isinstance(fact.object, Literal)
        and fidelity.fate(fact.predicate.value, graph.ontology).kind != "dropped"
        and is_kept(fact.subject)
    ]
    assert len(kept) > 200
    assert [fact for fact in kept if " ".join(fact[2].split()) not in whole] == []


@pytest.mark.parametrize("name", ["fhir-r5", "fhir-r4"])
def test_every_address_at_which_evidence_was_read_is_in_the_bundle(
    name: str, shown: kg.Graph
) -> None:
    written = kg.export(shown, name, include_unreviewed=True).decode()
    findings = [
        line for f in shown.instances("Finding") for line in shown.objects(f, "evidenceLine")
    ]
    addresses = {
        value.value
        for line in findings
        if isinstance(line, NamedNode)
        for value in shown.objects(line, "seenAt")
    }
    assert len(addresses) > 20
    assert [a for a in addresses if f'"valueString": "{a}"' not in written] == []
