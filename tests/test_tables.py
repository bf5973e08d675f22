"""Records to tables and back, and tables to fill in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from conftest import EXAMPLES, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import kg
from kg.errors import InputError, Place
from kg.project import Project
from kg.readers import READERS, yaml
from kg.records import Entry, Mapping, Record, Sequence, Text, Value
from kg.tables import rows_of
from kg.templates import table_template

HERE = Place("a", 1, 1)
KEYS = st.from_regex(r"[a-z][a-zA-Z]{0,5}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
LISTS = st.lists(TEXTS, min_size=2, max_size=3)
NESTED = st.recursive(
    TEXTS | LISTS,
    lambda inner: (
        st.dictionaries(KEYS, inner, min_size=1, max_size=3)
        | st.lists(st.dictionaries(KEYS, inner, min_size=1, max_size=2), min_size=2, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.lists(
    st.dictionaries(KEYS.filter(lambda k: k != "id"), NESTED, max_size=4), min_size=1, max_size=3
)


def value(given: object) -> Value:
    if isinstance(given, dict):
        return Mapping(tuple(Entry(Text(k, HERE), value(v)) for k, v in given.items()), HERE)
    if isinstance(given, list):
        return Sequence(tuple(map(value, given)), HERE)
    return Text(str(given), HERE)


def plain(given: Value) -> object:
    if isinstance(given, Mapping):
        return {e.key.text: plain(e.value) for e in given.entries}
    if isinstance(given, Sequence):
        return [plain(item) for item in given.items]
    return given.text


def read(rows: list[list[str]]) -> list[Record]:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    records, found = READERS[".csv"](out.getvalue().encode(), "a.csv")
    assert not found
    return records


@settings(max_examples=examples(150))
@given(drawn=RECORDS)
def test_records_are_the_same_after_a_table(drawn: list[dict[str, object]]) -> None:
    every = [{"id": f"outcome/o{n}", **one} for n, one in enumerate(drawn)]
    rows = rows_of([value(one) for one in every])  # type: ignore[misc]
    assert [plain(record) for record in read(rows)] == every


CELLS = st.sampled_from(["", "a", "0.80", "-1", "a|b", r"\=1", r"\-x", r"x\|y", "a\\ "])


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=4),
    heads=st.permutations(["x", "y.a", "y.b", "z.a.b"]),
)
def test_a_table_is_the_same_after_records(rows: list[tuple[str, ...]], heads: list[str]) -> None:
    table = [["id", *heads], *(["outcome/o", *row] for row in rows)]
    assert rows_of(read(table), table[0]) == table


@given(st.lists(CELLS, min_size=4, max_size=4))
def test_nested_values_are_the_same_however_their_columns_are_numbered(cells: list[str]) -> None:
    records = read([["id", "x.1.a", "x.1.b", "x.7.a", "x.a"], ["outcome/o", *cells]])
    assert list(map(plain, read(rows_of(records)))) == list(map(plain, records))


@pytest.mark.parametrize("text", ["x: ''", "x: []", "x: [a, {y: b}]", "x: [[a, b], [c]]"])
def test_what_does_not_fit_into_a_table_is_refused_with_its_place(text: str) -> None:
    records, _ = yaml.read(f"- id: outcome/o\n  {text}\n", "a.yaml")
    with pytest.raises(InputError, match=r"a\.yaml:2:\d+: 'x' does not fit"):
        rows_of(records)


def test_a_value_and_a_value_below_it_are_refused_in_one_row_only() -> None:
    text = b"id,x,x.y\noutcome/a,1,\noutcome/b,,2\noutcome/c,1,2\n"
    _, found = READERS[".csv"](text, "a.csv")
    assert [str(d.place) for d in found] == ["a.csv:4:3"]


# -- templates -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(EXAMPLES / "infant-sleep")


def test_a_template_is_read_as_an_empty_table(project: Project) -> None:
    for format in ("csv", "tsv", "xlsx"):
        data = table_template("Finding", format, project)
        assert READERS[f".{format}"](data, f"a.{format}") == ([], [])


def test_the_columns_of_every_class_of_records_are_keys_that_the_builder_takes() -> None:
    ontology = Project.read(kg.demo()).ontology()
    every = csv.reader(io.StringIO(table_template("Finding", "csv").decode()))
    names = {name.split(".")[0] for name in next(every)}
    assert names - {"id", "type"} <= set(ontology.properties)
    assert {"outcome", "estimate", "quote", "wording"} <= names
    assert "studiedFor" not in names, "what is derived is not filled in"


def test_a_workbook_offers_listed_values_and_records_to_refer_to(project: Project) -> None:
    book = load_workbook(io.BytesIO(table_template("Finding", "xlsx", project)))
    sheet, lists = book["Finding"], book["Lists"]
    column = next(c.column_letter for c in sheet[1] if c.value == "outcome")
    offered = {cell.value for cell in lists[column]}
    records = [n for f, n in project.record_files() for n in f.read_text().split()]
    assert offered & set(records) and all(o is None or o.startswith("outcome/") for o in offered)
    rules = {r.formula1: r for r in sheet.data_validations.dataValidation}
    assert any(f"${column}$1" in formula for formula in rules)


def test_a_workbook_has_the_same_bytes_each_time(project: Project) -> None:
    first, second = (table_template("Outcome", "xlsx", project) for _ in "12")
    assert first == second


@pytest.mark.parametrize("format", ["csv", "tsv", "xlsx"])
def test_records_of_a_project_come_back_from_their_table(format: str, project: Project) -> None:
    data = table_template("Outcome", format, project, records=True)
    records, found = READERS[f".{format}"](data, f"a.{format}")
    assert not found
    every = [r for f, n in project.record_files() for r in READERS[f.suffix](f.read_bytes(), n)[0]]
    before = [plain(r) for r in every if str(plain(r)["id"]).startswith("outcome/")]  # type: ignore[index]
    assert sorted(map(_sorted, before)) == sorted(_sorted(plain(r)) for r in records)


def _sorted(one: object) -> str:
    return str(sorted(one.items()) if isinstance(one, dict) else one)


def test_a_workbook_refuses_a_text_that_no_cell_holds(tmp_path: Path) -> None:
    """It was cut, and the table read back without the rest."""
    kg.init(tmp_path)
    record = f"- id: outcome/sleep\n  prefLabel: {{en: sleep}}\n  note: {'x' * 40_000}\n"
    (tmp_path / "data" / "outcomes.yaml").write_text(record)
    project = Project.read(tmp_path)
    with pytest.raises(InputError, match="40,000 characters"):
        table_template("Outcome", "xlsx", project, records=True)
    assert b"x" * 40_000 in table_template("Outcome", "csv", project, records=True)


def test_a_project_is_built_from_a_workbook_beside_yaml(tmp_path: Path) -> None:
    kg.init(tmp_path)
    data = table_template("Outcome", "xlsx", tmp_path)
    book = load_workbook(io.BytesIO(data))
    heads = {cell.value: cell.column for cell in book["Outcome"][1]}
    for key, text in {"id": "outcome/new", "prefLabel": "New", "outcomeOf": "child"}.items():
        book["Outcome"].cell(3, heads[key], text)
    book["Outcome"].cell(3, heads["desirability"], "desireable")
    book.save(tmp_path / "data" / "outcomes.xlsx")
    with pytest.raises(kg.RecordsError) as caught:
        kg.load(tmp_path)
    (wrong,) = caught.value.diagnostics
    assert (wrong.code, str(wrong.place)) == (
        "VAL-003",
        f"data/outcomes.xlsx:3:{heads['desirability']}",
    )
    book["Outcome"].cell(3, heads["desirability"], "desirable")
    book.save(tmp_path / "data" / "outcomes.xlsx")
    assert kg.load(tmp_path).label(kg.load(tmp_path).node("outcome/new")) == "New"
