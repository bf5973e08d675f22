"""The parts of rules and terms, on small shapes and terms made for the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import explanations, resources
from kg.errors import InputError
from kg.explanations.keys import bounds, many
from kg.explanations.rules import path_text
from kg.ontology import CEKG, SH, Ontology
from kg.validation.shapes import Shapes

HEAD = """
@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/> .
"""


def shapes(tmp_path: Path, text: str) -> Shapes:
    file = tmp_path / "shapes.ttl"
    file.write_text(HEAD + text, encoding="utf-8")
    return Shapes.read([file])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cekg:minAge", "minAge"),
        ("( cekg:wording cekg:audience )", "wording / audience"),
        ("[ sh:alternativePath ( cekg:doi cekg:pmid ) ]", "(doi | pmid)"),
        ("( [ sh:inversePath cekg:section ] cekg:order )", "^section / order"),
        ("[ sh:zeroOrMorePath cekg:variantOf ]", "(variantOf)*"),
        ("[ sh:oneOrMorePath ( cekg:a cekg:b ) ]", "(a / b)+"),
        ("[ sh:zeroOrOnePath cekg:a ]", "(a)?"),
    ],
)
def test_a_path_is_written_as_in_sparql(path: str, text: str, tmp_path: Path) -> None:
    found = shapes(tmp_path, f'ex:s cekg:ruleCode "X-001" ; sh:path {path} .')
    assert path_text(found, found.objects(found.codes["X-001"], SH + "path")[0]) == text


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ("sh:targetClass cekg:A", "0..*"),
        ("sh:targetClass cekg:A ; sh:minCount 1 ; sh:maxCount 1", "1"),
        ("sh:targetClass cekg:A ; sh:minCount 1", "1..*"),
        ("sh:targetClass cekg:A ; sh:maxCount 1", "0..1"),
        ("sh:targetClass cekg:A ; sh:maxCount 0", "0"),
        ("sh:targetSubjectsOf cekg:p ; sh:minCount 1 ; sh:maxCount 1", "0..1"),
        ("sh:targetSubjectsOf cekg:q ; sh:minCount 1", "0..*, needed with 'q'"),
        ("sh:targetSubjectsOf cekg:q, cekg:r ; sh:minCount 1", "0..*, needed with 'q' or 'r'"),
        ("sh:targetClass cekg:A ; sh:minCount 1 ; sh:severity sh:Info", "0..*, asked for"),
        ("sh:targetClass cekg:A ; sh:maxCount 1 ; sh:severity sh:Warning", "0..*"),
        ("sh:targetClass cekg:A ; sh:minCount 1 ; sh:uniqueLang true", "1..*, one a language"),
    ],
)
def test_how_many_follows_from_the_rules(rules: str, text: str, tmp_path: Path) -> None:
    found = shapes(tmp_path, f'ex:s cekg:ruleCode "X-001" ; sh:path cekg:p ; {rules} .')
    assert many(bounds(found)) == text


def test_the_strictest_rule_counts(tmp_path: Path) -> None:
    found = shapes(
        tmp_path,
        """
        ex:a cekg:ruleCode "X-001" ; sh:targetClass cekg:A ; sh:path cekg:p ; sh:maxCount 3 .
        ex:b cekg:ruleCode "X-002" ; sh:targetClass cekg:A ; sh:path cekg:p ;
            sh:minCount 1 ; sh:maxCount 2 .
        ex:c cekg:ruleCode "X-003" ; sh:targetSubjectsOf cekg:q ; sh:path cekg:p ; sh:minCount 1 .
        """,
    )
    assert many(bounds(found)) == "1..2"


def test_the_terms_of_a_rule_include_those_of_nested_shapes_and_queries(tmp_path: Path) -> None:
    found = shapes(
        tmp_path,
        """
        ex:s cekg:ruleCode "X-001" ; sh:targetClass cekg:A ;
            sh:or ( [ sh:path cekg:b ; sh:hasValue cekg:C-one ] [ sh:path cekg:d ] ) ;
            sh:sparql [ sh:select "SELECT $this { $this cekg:e/skos:prefLabel ?x }" ] .
        """,
    )
    rule = explanations.rule("x-001", found)
    assert rule is not None
    assert rule.terms == ("A", "C", "b", "d", "e", "prefLabel")
    assert rule.bad == rule.good == ""


def test_there_is_no_rule_without_its_code(tmp_path: Path) -> None:
    assert explanations.rule("X-999", shapes(tmp_path, "")) is None


def test_every_term_and_rule_can_be_explained() -> None:
    found = Shapes.read(resources.shape_files())
    ontology = Ontology.read(resources.ontology_files())
    dictionary = explanations.Dictionary(ontology, found)
    for word in dictionary.words():
        terms = dictionary.find(word)
        assert word in {t.name for t in terms} and all(t.definition for t in terms), word
    for code in explanations.codes(found):
        rule = explanations.rule(code, found)
        assert rule and rule.title and rule.why and rule.fix, code
        assert set(rule.terms) <= {*ontology.classes, *ontology.properties}, code


def test_mappings_are_read_with_searches_that_found_nothing(tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    file.write_text(
        "# license: x\nsubject_id\tpredicate_id\tobject_id\tobject_label\tobject_source\n"
        "cekg:A\tskos:closeMatch\tpico:B\tbee\tpico\n"
        "cekg:A\tskos:exactMatch\tsssom:NoTermFound\t\tbcio\n",
        encoding="utf-8",
    )
    shown = [str(m) for m in explanations.read_mappings(file)[CEKG + "A"]]
    assert shown == ["pico:B bee (close)", "none found in bcio"]


def test_a_table_of_mappings_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    with pytest.raises(InputError, match="cannot read"):
        explanations.read_mappings(file)
    file.write_text("subject_id\tobject_id\na\tb\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column"):
        explanations.read_mappings(file)


def test_cases_are_found_and_those_of_a_project_too(tmp_path: Path) -> None:
    assert resources.case_file("AGE-003", "fail") is not None
    assert resources.case_file("X-001", "pass", tmp_path) is None
    case = tmp_path / "cases" / "X-001.pass.ttl"
    case.parent.mkdir()
    case.write_text("", encoding="utf-8")
    assert resources.case_file("X-001", "pass", tmp_path) == case
