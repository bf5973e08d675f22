"""``kg import fhir``: official examples become records and leave again as they came."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from conftest import EXAMPLES
from fhir_packages import PACKAGES, folder

import kg
from kg.cli import cli
from kg.errors import InputError
from kg.exporters import EXPORTERS
from kg.fhir.numbers import dumps, loads
from kg.fhir.read import READ
from kg.imports import fhir
from kg.review import select

Json = dict[str, Any]
NAMES = sorted(
    f.name
    for type_ in READ
    for f in (PACKAGES / "hl7.fhir.r5.examples").glob(f"{type_}-*.json")
)  # fmt: skip
STROKE = "Evidence-example-stroke-0-3-alteplase-vs-no-alteplase-mRS3-6.json"
EVIDENCE: Json = {
    "resourceType": "Evidence",
    "id": "E-1",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">é\u00a0x</div>'},
    "extension": [{"url": "http://example.org/unknown", "valueString": "stays"}],
    "status": "active",
    "assertion": "More of it.",
    "variableDefinition": [
        {
            "variableRole": {"coding": [{"system": "urn:other", "code": "exposure"}]},
            "observed": {"display": "A programme"},
            "intended": {"display": "Another programme"},
        },
        {
            "variableRole": {"coding": [{"code": "measuredVariable"}]},
            "observed": {"reference": "EvidenceVariable/O_1", "display": "An outcome"},
        },
    ],
    "statistic": [
        {
            "statisticType": {"coding": [
                {"system": "https://fevir.net/sevco", "code": "STATO:0000182", "version": "3"},
                {"system": "urn:x", "code": "unknown", "display": "Other"},
            ]},
            "quantity": {"value": "@0.80", "comparator": "<="},
            "attributeEstimate": [
                {"type": {"coding": [{"code": "C53324"}]}, "level": "@0.950",
                 "range": {"low": {"value": "@0.10"}}},
                {"type": {"coding": [{"code": "C44185"}]}, "quantity": {"value": "@2.30e-05"}},
            ],
        }
    ],
    "certainty": [
        {"rating": {"coding": [{"code": "very-low"}]}, "subcomponent": [
            {"type": {"coding": [{"code": "Imprecision"}]},
             "rating": {"coding": [{"code": "serious-concern"}]},
             "subcomponent": [{"description": "deeper"}]}]}
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def base() -> kg.Graph:
    return kg.load(EXAMPLES / "infant-sleep")


def text_of(resource: Json) -> str:
    """Return JSON in which texts that begin with ``@`` are numbers with just these digits."""
    import re

    return re.sub(r'"@([^"]+)"', r"\1", json.dumps(resource, ensure_ascii=False))


def round_trip(project: Callable[..., Path], base: kg.Graph, text: str) -> list[Json]:
    """Return the resources that leave a project into which a file was imported."""
    folder_ = project("[]", "include-unreviewed = true")
    (folder_ / "data" / "data.yaml").unlink()
    source = folder_ / "in.json"
    source.write_text(text, encoding="utf-8")
    kg.import_file("fhir", source, folder_ / "data" / "fhir.yaml", on=base)
    whole = loads(kg.export(kg.load(folder_), "fhir-r5"))
    return [e["resource"] for e in whole["entry"]]


@pytest.mark.skipif(not NAMES, reason="HL7's examples were not fetched (scripts/fhir_packages.py)")
def test_all_official_examples_leave_as_they_came(
    project: Callable[..., Path], base: kg.Graph
) -> None:
    files = [folder("hl7.fhir.r5.examples") / name for name in NAMES]
    given = [loads(f.read_bytes()) for f in files]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": r} for r in given]}
    found = {(r["resourceType"], r["id"]): r for r in round_trip(project, base, dumps(bundle))}
    assert len(given) >= 37
    for resource in given:
        again = found[resource["resourceType"], resource["id"]]
        assert dumps(again) == dumps(resource), resource["id"]


@pytest.mark.parametrize(
    "name", NAMES or [pytest.param("none", marks=pytest.mark.skip("no packages"))]
)
def test_each_official_example_is_read_alone(name: str, base: kg.Graph) -> None:
    done = kg.import_file("fhir", folder("hl7.fhir.r5.examples") / name, on=base)
    assert done.records >= 1


def test_the_numbers_of_an_official_example_are_in_the_records(base: kg.Graph) -> None:
    text = kg.import_file("fhir", folder("hl7.fhir.r5.examples") / STROKE, on=base).text
    for line in ("estimateType: OR", "value: 0.65", "ciLower: 0.54", "pValue: 0.000023",
                 "participants: 1779", "studies: 6", "rating: moderate"):  # fmt: skip
        assert line in text


def test_numbers_without_a_property_are_named(base: kg.Graph) -> None:
    notes = " ".join(kg.import_file("fhir", folder("hl7.fhir.r5.examples") / STROKE, on=base).notes)
    assert "Evidence.statistic.numberOfEvents" in notes


def test_codes_decimals_order_narrative_and_extensions_are_kept(
    project: Callable[..., Path], base: kg.Graph
) -> None:
    text = text_of(EVIDENCE)
    [again] = [r for r in round_trip(project, base, text) if r["resourceType"] == "Evidence"]
    assert dumps(again) == dumps(loads(text))
    for digits in ("0.80", "0.950", "2.30e-05"):
        assert f" {digits}" in dumps(again)


def test_three_families_of_codes_are_read(base: kg.Graph, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(text_of(EVIDENCE), encoding="utf-8")
    text = kg.import_file("fhir", file, on=base).text
    assert "estimateType: OR" in text
    assert "rating: veryLow" in text
    assert "judgement: serious" in text


def test_what_was_corrected_leaves_corrected_and_the_rest_as_it_came(
    project: Callable[..., Path], base: kg.Graph
) -> None:
    folder_ = project("[]", "include-unreviewed = true")
    (folder_ / "data" / "data.yaml").unlink()
    source, records = folder_ / "in.json", folder_ / "data" / "fhir.yaml"
    source.write_text(text_of(EVIDENCE), encoding="utf-8")
    kg.import_file("fhir", source, records, on=base)
    records.write_text(
        records.read_text(encoding="utf-8").replace("rating: veryLow", "rating: low"),
        encoding="utf-8",
    )
    whole = loads(kg.export(kg.load(folder_), "fhir-r5"))
    [again] = [e["resource"] for e in whole["entry"] if e["resource"]["resourceType"] == "Evidence"]
    before = loads(text_of(EVIDENCE))
    assert again["certainty"][0]["rating"]["coding"][0]["code"] == "low"
    changed = {k for k in before if dumps(before[k]) != dumps(again[k])}
    assert changed == {"certainty", "text"}


def test_what_is_not_read_is_named(base: kg.Graph, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    other = {"resourceType": "Patient", "id": "p"}
    entries = [{"resource": other}, {"resource": {**EVIDENCE, "purpose": "x"}}]
    file.write_text(text_of({"resourceType": "Bundle", "entry": entries}), encoding="utf-8")
    notes = " ".join(kg.import_file("fhir", file, on=base).notes)
    assert "lost: 1 Patient" in notes
    assert "Evidence.purpose" in notes
    assert "Evidence.extension" in notes
    assert "EvidenceVariable/O_1 is not in the file" in notes


def test_an_unknown_modifier_extension_is_refused(base: kg.Graph, tmp_path: Path) -> None:
    changed = json.loads(json.dumps(EVIDENCE))
    changed["variableDefinition"][0]["modifierExtension"] = [
        {"url": "http://example.org/not", "valueBoolean": True}
    ]
    file = tmp_path / "in.json"
    file.write_text(text_of(changed), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"variableDefinition\[0\].modifierExtension.*example.org/not"
    ):
        kg.import_file("fhir", file, tmp_path / "out.yaml", on=base)
    assert not (tmp_path / "out.yaml").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a FHIR resource"),
        ('{"a": 1}', "is not a FHIR resource"),
        ('{"resourceType": "Evidence", "a": 1, "a": 2}', "is a duplicate"),
        ('{"resourceType": "Evidence", "a": NaN}', "not a number of JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"resourceType": "Evidence", "id": null}', "in.json: Evidence.id is not a value"),
        ('{"resourceType": "Evidence", "statistic": "x"}', "Evidence.statistic is not a list"),
        (
            '{"resourceType": "Evidence", "statistic": [{"quantity": {"value": "x"}}]}',
            r"Evidence.statistic\[0\].quantity.value is not a number",
        ),
        (
            '{"resourceType": "Citation", "id": "c", "citedArtifact": {"title": 5}}',
            "Citation.citedArtifact.title is not a list of objects",
        ),
    ],
)
def test_a_file_that_is_no_fhir_is_refused(
    content: str, reason: str, base: kg.Graph, tmp_path: Path
) -> None:
    file = tmp_path / "in.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        kg.import_file("fhir", file, on=base)


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each element of a resource, and to the first member of each list."""
    for key, inner in value.items() if isinstance(value, dict) else list(enumerate(value))[:1]:
        yield (*above, key)
        if isinstance(inner, (dict, list)):
            yield from places(inner, (*above, key))


@pytest.mark.parametrize("kind", READ)
def test_an_element_of_any_other_form_is_read_or_refused(kind: str, shown: kg.Graph) -> None:
    """A fault of the reader is no fault of the file: nothing but InputError is caught."""
    entries = json.loads(EXPORTERS["fhir-r5"].write(shown))["entry"]
    whole = next(e["resource"] for e in entries if e["resource"]["resourceType"] == kind)
    refused = 0
    for way in places(whole):
        for other in (None, [], {}, 5, "x", [5], [[]], [{}], {"a": 1}, True):
            changed = json.loads(json.dumps(whole))
            at = changed
            for step in way[:-1]:
                at = at[step]
            at[way[-1]] = other
            data = json.dumps(changed).encode()
            try:
                fhir.read(SimpleNamespace(name="in.json", data=lambda data=data: data))  # type: ignore[arg-type]
            except InputError:
                refused += 1
    assert refused > 100


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    file, records = tmp_path / "in.json", tmp_path / "out.yaml"
    file.write_text(text_of(EVIDENCE), encoding="utf-8")
    on = str(EXAMPLES / "infant-sleep")
    result = CliRunner().invoke(cli, ["import", "fhir", str(file), "-o", str(records), "--on", on])
    assert result.exit_code == 0, result.output
    assert "id: finding/e-1" in records.read_text(encoding="utf-8")


def test_what_we_export_is_read_back(shown: kg.Graph, base: kg.Graph, tmp_path: Path) -> None:
    small = select(base, include_unreviewed=True)[0]
    file = tmp_path / "own.json"
    file.write_bytes(EXPORTERS["fhir-r5"].write(small))
    text = kg.import_file("fhir", file, on=base).text
    for finding in small.instances("Finding"):
        direction = small.notation(small.value(finding, "effectDirection"))
        block = text.partition(f"- id: finding/{small.short(finding).replace('/', '-')}\n")[2]
        assert f"effectDirection: {direction}" in block.partition("\n- ")[0]


def test_the_lines_of_an_assertion_stay(base: kg.Graph, tmp_path: Path) -> None:
    said = "It grew\t(0.80):\n\n- in both groups"
    file = tmp_path / "in.json"
    file.write_text(text_of({**EVIDENCE, "assertion": said}), encoding="utf-8")
    text = kg.import_file("fhir", file, on=base).text
    made = [record for record in yaml.safe_load(text) if "wording" in record]
    assert [record["wording"]["text"] for record in made] == [said]
