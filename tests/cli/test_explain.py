"""``kg explain``: a rule, a term or an entity in words, and help where nothing has that name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import EXAMPLES

from kg.cli import cli
from kg.diagnostics import RecordsError
from kg.errors import UsageError

Write = Callable[..., Path]
PROGRAM = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"

RECORDS = """
- id: intervention/parent
  prefLabel: Parent programme
- id: intervention/variant
  prefLabel: Variant programme
  definition: A shorter form.
  variantOf: intervention/parent
- id: outcome/calm
  prefLabel: calm
  outcomeOf: child
  desirability: desirable
- id: source/old
  title: An old paper
  retractionStatus: retracted
- id: statement/limit
  type: Caveat
  appliesTo: intervention/parent
  caveatKind: contraindication
  reviewStatus: approved
  wording:
    - {audience: caregiver, text: Not for everybody.}
- id: finding/f-10
  intervention: intervention/variant
  outcome: outcome/calm
  effectDirection: increase
  contrast: betweenGroup
  reviewStatus: draft
  certainty: {rating: low, ratingSystem: GRADE, certaintyOrigin: source}
  evidenceLine: {source: source/old}
  wording:
    - {audience: caregiver, text: Children were calmer.}
    - {audience: clinician, text: Calm increased.}
- id: finding/f-2
  intervention: intervention/variant
  outcome: outcome/calm
  reviewStatus: draft
  wording: {audience: clinician, text: A second result.}
"""


def explain(word: str, *options: str | Path) -> Result:
    return CliRunner().invoke(cli, ["explain", word, *map(str, options)])


def text_of(word: str, *options: str | Path) -> str:
    result = explain(word, *options)
    assert result.exit_code == 0, result.output
    return result.stdout


# -- rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["AGE-003", "age-003"])
def test_a_rule_is_explained_with_reason_examples_and_fix(word: str) -> None:
    text = text_of(word)
    assert text.startswith("AGE-003 violation: The lower age limit says whether it is included\n")
    assert "applies to whatever has 'minAge'; looks at minBound" in text
    for part in ("\nSays  ", "\nWhy   ", "\nDo    ", "\nWrong\n", "\nRight\n"):
        assert part in text
    wrong, _, right = text.partition("\nRight\n")
    assert "minBound cekg:AgeBound-inclusive" in right
    assert "minBound cekg:" not in wrong
    assert "@prefix" not in text and "expects" not in text


def test_a_rule_of_reading_records_is_explained_with_yaml() -> None:
    text = text_of("KEY-001")
    assert "preflabel: Trust" in text and "prefLabel: Trust" in text


def test_a_rule_of_a_project_comes_with_the_project_s_own_cases() -> None:
    text = text_of("SLP-001", "--on", EXAMPLES / "infant-sleep")
    assert "\nWrong\n" in text and "\nRight\n" in text


def test_rules_and_terms_are_explained_while_the_records_are_broken(project: Write) -> None:
    broken = project("- id: outcome/a\n  nonsense: 1\n")
    assert text_of("KEY-001", "--on", broken).startswith("KEY-001")
    assert text_of("minAge", "--on", broken).startswith("minAge")
    assert isinstance(explain("outcome/a", "--on", broken).exception, RecordsError)
    assert isinstance(explain("nonsense", "--on", broken).exception, UsageError)


# -- terms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["AgeRange", "age-range", "cekg:AgeRange"])
def test_a_class_is_explained_with_its_keys(word: str) -> None:
    text = text_of(word)
    assert text.startswith("AgeRange (class): age range\n")
    assert "  verbatim  [1] text: The age exactly as the source words it." in text
    assert "needed with 'minAge'" in " ".join(text.split())
    assert "https://w3id.org/clinical-evidence-kg/ns#AgeRange" in text


def test_a_class_shows_the_keys_of_those_above_it_once() -> None:
    text = text_of("Finding")
    assert "\nKeys of Statement\n" in text
    names = [line.split()[0] for line in text.splitlines() if "  [" in line]
    assert len(names) == len(set(names))
    assert {"quote", "intervention", "population"} <= set(names)


def test_a_key_is_explained_with_its_values() -> None:
    text = text_of("minBound")
    assert text.startswith("minBound (key of AgeRange, takes AgeBound): ")
    assert "AGE-003" in text and "minBound: inclusive" in text


def test_a_list_is_explained_with_its_values() -> None:
    text = text_of("EffectDirection")
    assert "(controlled list)" in text
    assert text.index("increase") < text.index("decrease") < text.index("notReported")


def test_a_value_of_two_lists_is_explained_twice() -> None:
    text = text_of("insufficient")
    assert "insufficient (value of EffectDirection)" in text
    assert "insufficient (value of EffectValence)" in text


def test_what_is_derived_says_so() -> None:
    assert "never written by hand" in text_of("studiedFor")


# -- entities ----------------------------------------------------------------------------------


def test_an_entity_is_explained_with_caveats_and_statements(project: Write) -> None:
    text = text_of("intervention/variant", "--on", project(RECORDS))
    head = "intervention/variant\nIntervention: Variant programme\nA shorter form.\n"
    assert text.startswith(head)
    assert "variantOf  intervention/parent (Parent programme)" in text
    caveats, _, statements = text.partition("Statements: 2, of which 2 not approved")
    # An approval without its event does not count, here no more than elsewhere.
    assert "statement/limit [submitted] Caveat\n    Not for everybody." in caveats
    assert "applies to: intervention/parent (Parent programme)" in caveats
    assert statements.index("finding/f-2 [draft]") < statements.index("finding/f-10 [draft]")
    assert "Calm increased." in statements and "calmer" not in statements
    assert "result: outcome/calm (calm): increase, favourable" in statements
    assert "certainty: low (GRADE)" in statements and "certainty: not rated" in statements
    assert "source: source/old (An old paper) RETRACTED" in statements


def test_a_source_that_was_not_found_says_so(project: Write) -> None:
    records = RECORDS.replace("retractionStatus: retracted", "unresolved: true")
    assert records != RECORDS
    text = text_of("intervention/variant", "--on", project(records))
    assert "source: source/old (An old paper) SOURCE NOT FOUND" in text


def test_a_source_is_explained_with_the_statements_that_rest_on_it(project: Write) -> None:
    text = text_of("source/old", "--on", project(RECORDS))
    assert "finding/f-10" in text and "finding/f-2 " not in text


def test_a_statement_comes_first_among_its_own(project: Write) -> None:
    text = text_of("finding/f-10", "--on", project(RECORDS))
    assert "Statements: 1, of which 1 not approved" in text
    assert "statement/limit" in text, "the caveat of what the finding compares is missing"


def test_the_dataset_of_the_clone_is_explained_without_options() -> None:
    text = text_of("intervention/pcit-t")
    assert "variantOf" in text and "Statements: " in text


# -- nothing of that name --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("AGES-003", "AGE-003"),
        ("minage", "minAge"),
        ("increse", "increase"),
        ("intervention/varient", "intervention/variant"),
    ],
)
def test_an_unknown_word_gets_a_suggestion(word: str, suggestion: str, project: Write) -> None:
    error = explain(word, "--on", project(RECORDS)).exception
    assert isinstance(error, UsageError)
    assert error.hint == f"did you mean '{suggestion}'?"


def test_a_word_close_to_nothing_says_what_words_look_like() -> None:
    error = explain("qqq<>qqq").exception
    assert isinstance(error, UsageError)
    assert "AGE-003" in error.hint and "intervention/pcit" in error.hint


def test_an_unknown_word_ends_with_2_and_prints_nothing() -> None:
    command = [sys.executable, "-c", PROGRAM, "explain", "qqqqqq"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no rule, term or entity named 'qqqqqq'")


def test_an_intervention_shows_what_supports_disputes_and_is_missing() -> None:
    text = text_of("intervention/minding-the-baby")
    evidence = text[text.index("Evidence by outcome") :]
    assert "Nothing is pooled" in evidence
    assert "favours       finding/f25-1: not rated; randomised trial" in evidence
    assert "insufficient  finding/f26-1" in evidence
    assert "missing       at least one finding has no rating of its certainty" in evidence


@pytest.mark.parametrize("entity", ["intervention/pcit-t", "outcome/secure-attachment"])
def test_an_entity_is_readable_in_80_columns(entity: str) -> None:
    assert [line for line in text_of(entity).splitlines() if len(line) > 80] == []


def test_codes_are_a_table() -> None:
    text = text_of("outcome/secure-attachment")
    assert "\n  close  713055004    good attachment to primary caregiver;" in text


def test_a_claim_is_not_shown_as_a_result() -> None:
    text = text_of("statement/s51")
    assert "claims: outcome/secure-attachment" in text
    assert "result:" not in text


def test_an_entity_that_is_not_a_practice_has_no_evidence_of_its_own() -> None:
    assert "Evidence by outcome" not in text_of("outcome/secure-attachment")
