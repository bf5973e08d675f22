"""Records become a graph, and every mistake in them is named with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

import kg
from kg.diagnostics import RECORD_RULES

Write = Callable[..., Path]

MISTAKES = {
    "YML-001": ("- id: outcome/trust\n  prefLabel: [Trust\n", 3, 1),
    "YML-002": ("prefLabel: Trust\n", 1, 1),
    "YML-003": ("- id: outcome/trust\n  prefLabel: Trust\n  prefLabel: Other\n", 3, 3),
    "YML-005": ("- &a {id: outcome/trust, prefLabel: *a}\n", 1, 3),
    "YML-004": ("- id: outcome/trust\n  prefLabel:\n", 2, 13),
    "IDS-001": ("- id: Outcome/Trust me\n", 1, 7),
    "IDS-002": ("- id: outcome/trust\n- id: outcome/trust\n", 2, 7),
    "TYP-001": ("- id: outcom/trust\n", 1, 7),
    "TYP-002": ("- id: outcome/cdi\n  type: Phase\n", 1, 7),
    "KEY-001": ("- id: outcome/trust\n  preflabel: Trust\n", 2, 3),
    "KEY-002": ("- id: outcome/trust\n  doi: 10.1000/1\n", 2, 3),
    "KEY-003": ("- id: intervention/a\n  studiedFor: outcome/b\n- id: outcome/b\n", 2, 3),
    "KEY-004": (
        "- id: intervention/a\n- id: description/b\n  describes: intervention/a\n"
        "  sets: {prefLabel: A}\n",
        4,
        10,
    ),
    "REF-001": ("- id: component/a\n  componentOf: intervention/b\n", 2, 16),
    "REF-002": ("- id: component/a\n  componentOf: outcome/b\n- id: outcome/b\n", 2, 16),
    "VAL-001": ("- id: population/a\n  ageRange: 12-24 months\n", 2, 13),
    "VAL-002": ("- id: component/a\n  type: Phase\n  phaseOrder: first\n", 3, 15),
    "VAL-003": ("- id: outcome/a\n  desirability: good\n", 2, 17),
}

BIBLIOGRAPHY = {f"BIB-00{n}" for n in range(1, 6)}
"""What an importer warns of; see ``tests/imports/test_bibliography.py``."""
TABLE_MISTAKES = {
    "TAB-001": ('id,prefLabel\noutcome/trust,"Trust\n', 2, 1),
    "TAB-002": ("id,prefLabel,prefLabel\noutcome/trust,Trust,Trust\n", 1, 3),
    "TAB-003": ("id,prefLabel\noutcome/trust,Trust,Confidence\n", 2, 3),
    "TAB-004": ("id,note\noutcome/trust,=1+1\n", 2, 2),
}


def diagnostics(folder: Path) -> list[kg.Diagnostic]:
    with pytest.raises(kg.RecordsError) as caught:
        kg.load(folder)
    return list(caught.value.diagnostics)


@pytest.mark.parametrize("code", sorted(MISTAKES))
def test_a_mistake_is_reported_with_its_code_and_place(project: Write, code: str) -> None:
    text, line, column = MISTAKES[code]
    found = diagnostics(project(text))
    assert [(d.code, str(d.place)) for d in found] == [(code, f"data/data.yaml:{line}:{column}")]


@pytest.mark.parametrize("code", sorted(TABLE_MISTAKES))
def test_a_mistake_in_a_table_is_reported_by_row_and_column(project: Write, code: str) -> None:
    text, row, column = TABLE_MISTAKES[code]
    found = diagnostics(project(text, name="data.csv"))
    assert [(d.code, str(d.place)) for d in found] == [(code, f"data/data.csv:{row}:{column}")]


def test_every_record_rule_has_a_mistake_that_breaks_it() -> None:
    without = sorted(
        set(RECORD_RULES) - set(MISTAKES) - {"TSV-001", *TABLE_MISTAKES} - BIBLIOGRAPHY
    )
    assert not without, f"add to MISTAKES a text that breaks {', '.join(without)}"


def test_a_table_without_its_columns_is_reported(project: Write) -> None:
    folder = project("#mapping_set_id: x\nsubject_id\tobject_id\n", name="codes.sssom.tsv")
    (found,) = diagnostics(folder)
    assert found.code == "TSV-001"
    assert "predicate_id" in found.message


def test_all_mistakes_are_reported_at_once(project: Write) -> None:
    text = "".join(MISTAKES[code][0] for code in ("KEY-001", "REF-001", "VAL-003"))
    assert sorted(d.code for d in diagnostics(project(text))) == ["KEY-001", "REF-001", "VAL-003"]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("- id: outcome/trust\n  prefLable: Trust\n", "prefLabel"),
        ("- id: outcom/trust\n", "outcome"),
        ("- id: outcome/a\n  desirability: desireable\n", "desirable"),
        ("- id: outcome/trust\n- id: measure/m\n  measures: outcome/trusd\n", "outcome/trust"),
    ],
)
def test_a_misspelling_gets_a_suggestion(project: Write, text: str, suggestion: str) -> None:
    assert f"did you mean '{suggestion}'?" in diagnostics(project(text))[0].hint


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("modified", "2020-02-30"),
        ("modified", "25 February 2025"),
        ("textFile", None),
    ],
)
def test_a_date_that_does_not_exist_is_refused(project: Write, key: str, wrong: str | None) -> None:
    text = f"- id: article/a\n  {key}: {wrong or 'article.md'}\n"
    if wrong is None:
        assert kg.load(project(text)).instances("Article")
    else:
        assert [d.code for d in diagnostics(project(text))] == ["VAL-002"]


@pytest.mark.parametrize(
    ("id", "key", "wrong"),
    [
        ("phase/a", "phaseOrder", "\u0666\u0666"),  # digits, but not those of XML Schema
        ("source/a", "year", "2019+99:99"),
    ],
)
def test_what_validation_calls_ill_formed_is_refused(
    project: Write, id: str, key: str, wrong: str
) -> None:
    text = f"- id: {id}\n  {key}: '{wrong}'\n"
    assert [d.code for d in diagnostics(project(text))] == ["VAL-002"]


def test_an_address_with_unsafe_characters_is_refused_with_the_fix(project: Write) -> None:
    text = "- id: source/a\n  url: https://example.org/(SICI)<1::AID>\n"
    (found,) = diagnostics(project(text))
    assert found.code == "VAL-002"
    assert "%3C" in found.message


def test_digits_stay_as_written(project: Write) -> None:
    text = "- id: population/a\n  ageRange: {verbatim: x, meanAge: 1.10, maxAge: '007.0'}\n"
    graph = kg.load(project(text))
    (age,) = graph.instances("AgeRange")
    written = {k: str(graph.value(age, k)) for k in ("meanAge", "maxAge")}
    assert written["meanAge"].startswith('"1.10"^^')
    assert written["maxAge"].startswith('"007.0"^^')


@pytest.mark.parametrize("word", ["no", "yes", "null", "1.10", "0x1F", "12:30", "~"])
def test_words_that_yaml_would_guess_at_stay_text(project: Write, word: str) -> None:
    graph = kg.load(project(f'- id: outcome/a\n  notation: "{word}"\n  identifier: x{word}\n'))
    node = graph.node("outcome/a")
    assert graph.value(node, "notation").value == word  # type: ignore[union-attr]


def test_a_nested_value_gets_its_iri_from_parent_and_content_not_from_order(
    project: Write,
) -> None:
    one = "- id: population/a\n  ageRange:\n  - {verbatim: x, minAge: 1}\n  - {verbatim: y}\n"
    other = "- id: population/a\n  ageRange:\n  - {verbatim: y}\n  - {minAge: 1, verbatim: x}\n"
    assert kg.load(project(one)).digest() == kg.load(project(other)).digest()


def test_nested_values_of_two_records_are_two_entities(project: Write) -> None:
    text = "".join(f"- id: population/{n}\n  ageRange: {{verbatim: x}}\n" for n in "ab")
    assert len(kg.load(project(text)).instances("AgeRange")) == 2


def test_texts_take_the_language_of_the_project_or_their_own(project: Write) -> None:
    text = "- id: outcome/a\n  prefLabel: Vertrauen\n  altLabel: {en: trust, fr: confiance}\n"
    graph = kg.load(project(text, 'language = "de"'))
    node = graph.node("outcome/a")
    assert [str(o) for o in graph.objects(node, "prefLabel")] == ['"Vertrauen"@de']
    assert [str(o) for o in graph.objects(node, "altLabel")] == ['"confiance"@fr', '"trust"@en']


def test_a_built_graph_has_no_blank_nodes(dataset: kg.Graph) -> None:
    terms = {t for q in dataset.quads() for t in (q.subject, q.object)}
    assert not [t for t in terms if str(t).startswith("_:")]


def test_every_value_has_a_place(dataset: kg.Graph) -> None:
    root = NamedNode(dataset.base)
    missing = [
        q
        for q in dataset.asserted()
        if q.subject != root
        and (q.subject,) not in dataset.places
        and (q.subject, q.predicate, q.object) not in dataset.places
    ]
    assert missing == []


def test_a_place_points_at_the_value_in_the_file(project: Write) -> None:
    text = "- id: outcome/a\n  prefLabel: Trust\n"
    graph = kg.load(project(text))
    node = graph.node("outcome/a")
    label = graph.value(node, "prefLabel")
    assert label is not None
    place = graph.places[node, graph.property_iri("prefLabel"), label]
    assert text.splitlines()[place.line - 1][place.column - 1 :] == "Trust"


def test_a_partial_record_adds_to_the_record_of_its_id(project: Write) -> None:
    folder = project("- id: outcome/a\n- id: code-system/s\n")
    (folder / "data" / "codes.sssom.tsv").write_text(
        "#license: x\nsubject_id\tpredicate_id\tobject_id\tobject_label\tobject_source\t"
        "mapping_justification\noutcome/a\tskos:closeMatch\tmesh:D1\tA\tcode-system/s\tsemapv:X\n",
        encoding="utf-8",
    )
    graph = kg.load(folder)
    (mapping,) = graph.instances("CodeMapping")
    assert graph.subjects("codeMapping", mapping) == [graph.node("outcome/a")]
    assert graph.value(mapping, "code").value == "D1"  # type: ignore[union-attr]
