"""``kg audit``: the arguments, both formats, and what ends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import EXAMPLES

import kg
from kg import resources
from kg.cli import cli
from kg.evidence.audit_rules import AUDIT_RULES, VERDICTS

DATASET = resources.bundled_dataset()


def audit(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["audit", *map(str, args)])


def test_text_has_totals_then_every_statement_with_its_verdict_and_rule(dataset: kg.Graph) -> None:
    text = audit(DATASET).stdout
    found = kg.audit(dataset)
    assert text.startswith(f"{found.title} (article/own)\n")
    for verdict, count in found.totals.items():
        assert f"\n  {VERDICTS[verdict]}".replace("  ", " ") in text.replace("  ", " ")
        assert f" {count} " in text
    for said in found.statements:
        assert f"  {said.identifier or said.id} [{said.span.start}-{said.span.end}]" in text
    assert all(code in text for code in found.by_rule)
    assert max(map(len, text.splitlines())) <= 80


def test_json_is_the_same_audit(dataset: kg.Graph) -> None:
    result = audit("article/own", DATASET, "--format", "json")
    made = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (made["schemaVersion"], made["article"]) == (1, "article/own")
    assert made["totals"] == dict(kg.audit(dataset).totals)


def test_an_article_without_its_text_is_audited_by_positions() -> None:
    made = json.loads(audit("article/original", DATASET, "--format", "json").stdout)
    assert made["statementCount"] == len(made["statements"]) > 0
    assert {s["exact"] for s in made["statements"]} == {""}  # the text may not be copied
    assert made["statements"][0]["start"] == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("article/none", DATASET), "'article/none' is not an article of this graph"),
        ((EXAMPLES / "infant-sleep",), "this graph has no article to audit"),
    ],
    ids=["unknown article", "no article"],
)
def test_without_an_article_it_is_wrong_use(args: tuple[str | Path, ...], words: str) -> None:
    result = audit(*args)
    assert isinstance(result.exception, kg.UsageError)
    assert words in str(result.exception)


@pytest.mark.parametrize("code", AUDIT_RULES)
def test_every_rule_of_the_audit_is_explained(code: str) -> None:
    text = CliRunner().invoke(cli, ["explain", code]).stdout
    rule = AUDIT_RULES[code]
    assert rule.title in text and f"its verdict: {VERDICTS[rule.verdict]}" in text
    assert "Gets the verdict" in text
