"""A domain of its own needs terms, rules, cases and records, and no Python."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import EXAMPLES, ROOT

import kg
from kg.exporters import EXPORTERS
from kg.review import select

FOLDER = EXAMPLES / "infant-sleep"
CASES = sorted((FOLDER / "cases").glob("*.ttl"))


def test_the_project_has_no_python() -> None:
    files = [p for p in FOLDER.rglob("*") if p.is_file() and "build" not in p.parts]
    assert {p.suffix for p in files} == {".toml", ".ttl", ".yaml"}


def test_the_package_does_not_know_the_domain() -> None:
    texts = [p.read_text(encoding="utf-8") for p in (ROOT / "kg").rglob("*.py")]
    assert texts
    assert not [t for t in texts if "infant-sleep" in t or "SleepEducation" in t]


def test_the_project_conforms() -> None:
    assert kg.validate(FOLDER).passes


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_its_rules_find_what_its_cases_expect(case: Path) -> None:
    match = re.match(r"# expects: (\S+)", case.read_text(encoding="utf-8"))
    assert match
    codes = kg.validate(kg.load(case)).codes()
    assert (match[1] in codes) == case.stem.endswith(".fail")


def test_every_rule_of_the_project_has_both_cases() -> None:
    text = (FOLDER / "shapes" / "infant-sleep.ttl").read_text(encoding="utf-8")
    codes = re.findall(r'cekg:ruleCode\s+"(\S+)"', text)
    wanted = {f"{code}.{kind}" for code in codes for kind in ("fail", "pass")}
    assert wanted == {c.stem for c in CASES}


def test_its_terms_are_keys_and_values_in_json_ld() -> None:
    part, _ = select(kg.load(FOLDER), include_unreviewed=True)
    document = json.loads(EXPORTERS["jsonld"].write(part))
    (derived,) = [n for n in document["@graph"] if n["id"] == "graph/derived"]
    nodes = [*document["@graph"], *derived["@graph"]]
    named, course = (n for n in nodes if n["id"] == "intervention/evening-course")
    assert named["type"] == "SleepEducation"
    assert course["sessions"] == 4
    assert course["teaches"] == ["bedtimeRoutine", "nightWaking"]


def test_a_subclass_of_its_own_counts_as_an_intervention() -> None:
    graph = kg.load(FOLDER)
    assert graph.node("intervention/evening-course") in graph.instances("Intervention")
