"""JUnit XML: valid by our schema, readable by a reader that is not ours, failing as kg does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import junitparser
import made_up
import pytest
from lxml import etree

import kg
from kg.validation.report import Report

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "junit.xsd"))


def tree(*reports: Report, limit: int = 0) -> etree._Element:
    text = "".join(kg.report_as(reports, "junit", limit=limit))
    return etree.fromstring(text.encode())


def case(*reports: Report, code: str) -> etree._Element:
    (found,) = tree(*reports).xpath(f"//testcase[starts-with(@name, '{code}')]")
    return found


@pytest.mark.parametrize("limit", [0, 1])
def test_made_up_reports_are_valid(limit: int) -> None:
    SCHEMA.assertValid(tree(made_up.report(), made_up.clean(), limit=limit))


def test_the_report_on_the_dataset_is_valid(report: kg.Report) -> None:
    SCHEMA.assertValid(tree(report))


def test_a_report_on_disk_is_valid_and_whole() -> None:
    root = tree(made_up.on_disk(50_000))
    SCHEMA.assertValid(root)
    assert root.get("failures") == "1"
    (failure,) = root.iter("failure")
    assert failure.get("message") == "16666 violations"
    lines = failure.text.split("\n")
    assert lines[0] == "violation: Something is wrong. (finding/f0)"
    assert len(lines) == 2 * 16_666 + 2
    assert [len(out.text.split("\n")) for out in root.iter("system-out")] == [2 * 16_666 + 2] * 2


def test_a_report_on_disk_is_written_as_one_in_memory_is() -> None:
    on_disk = made_up.on_disk(60)
    in_memory = replace(on_disk, results=tuple(on_disk.results))
    for limit in (0, 30):
        one, other = (kg.report_as(r, "junit", limit=limit) for r in (on_disk, in_memory))
        assert "".join(one) == "".join(other)


def test_the_schema_refuses_what_is_wrong() -> None:
    wrong = tree(made_up.report())
    del wrong[0].attrib["tests"]
    assert not SCHEMA.validate(wrong)


def test_another_reader_finds_the_same_counts() -> None:
    text = "".join(kg.report_as(made_up.report(), "junit"))
    suites = junitparser.JUnitXml.fromstring(text.encode())
    cases = [case for suite in suites for case in suite]
    failed = [c.name for c in cases if any(isinstance(r, junitparser.Failure) for r in c.result)]
    assert failed == ["AAA-001 One", "BBB-002 Four"]
    assert (suites.tests, suites.failures, suites.errors) == (len(cases), len(failed), 0)


def test_a_suite_is_a_file_of_rules_and_a_case_a_rule() -> None:
    suites = {s.get("name"): [c.get("name")[:7] for c in s] for s in tree(made_up.report())}
    assert suites == {"a": ["AAA-001", "AAA-002"], "b": ["BBB-001", "BBB-002", "BBB-003"]}


def test_the_suites_of_several_sources_are_distinguished() -> None:
    names = [s.get("name") for s in tree(made_up.report(), made_up.clean())]
    assert names == ["one: a", "one: b", "two: a", "two: b"]


def test_warnings_and_infos_are_reported_but_are_not_failures() -> None:
    for code, severity, number in (("AAA-002", "warning", 2), ("BBB-001", "info", 4)):
        found = case(made_up.report(), code=code)
        assert found.find("failure") is None
        assert found.findtext("system-out").count(f"{severity}: ") == number


def test_a_report_fails_in_junit_if_and_only_if_it_does_not_conform(report: kg.Report) -> None:
    for some in (report, made_up.report(), made_up.clean()):
        assert (int(tree(some).get("failures")) == 0) == some.passes


def test_a_rule_that_found_nothing_passes_without_a_word() -> None:
    assert len(case(made_up.report(), code="BBB-003")) == 0


def test_a_failure_lists_place_message_and_fix() -> None:
    failure = case(made_up.report(), code="AAA-001").find("failure")
    assert failure.get("message") == "2 violations"
    assert failure.text.split("\n") == [
        "data/a b.yaml:1:3: violation: Something is wrong. (finding/f1)",
        '    path: cekg:participants; value: "many"; component: DatatypeConstraintComponent',
        "data/a b.yaml:2:3: violation: Something is wrong. (finding/f2)",
        '    path: cekg:participants; value: "many"; component: DatatypeConstraintComponent',
        "Mend it. (kg explain AAA-001)",
        "",
    ]


def test_a_rule_still_fails_when_its_results_are_left_out() -> None:
    root = tree(made_up.report(), limit=1)
    assert root.get("failures") == "2"
    (failure,) = root.xpath("//testcase[starts-with(@name, 'BBB-002')]/failure")
    assert failure.text.startswith("showing 0 of 1\n")


def test_characters_that_xml_forbids_are_replaced() -> None:
    text = case(made_up.report(), code="BBB-002").findtext("failure")
    assert "\ufffd\ufffd é 𝄞 --> | ` \\ \ufffd" in text
