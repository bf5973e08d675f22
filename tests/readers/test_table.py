"""Tables: rows to records and back, places of rows and columns."""

from __future__ import annotations

import csv
import io

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import tables
from kg.readers import table
from kg.records import Mapping, Sequence, Value


def plain(value: Value | None) -> object:
    if isinstance(value, Mapping):
        return {e.key.text: plain(e.value) for e in value.entries}
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return value.text if value else None


def one(text: str) -> dict[str, object]:
    (record,), found = table.read(text, "a.csv")
    assert not found
    values = plain(record)
    assert isinstance(values, dict)
    return values


@pytest.mark.parametrize(
    ("head", "row", "key", "value"),
    [
        ("altLabel", "Trust | Confidence", "altLabel", ["Trust", "Confidence"]),
        ("altLabel", r"Trust \| Confidence", "altLabel", "Trust | Confidence"),
        ("note", r"C:\new", "note", r"C:\new"),
        ("note", r"\=1", "note", "=1"),
        ("note", r"\+1 and more", "note", "+1 and more"),
        ("note", "-0.87", "note", "-0.87"),
        ("quote.start,quote.end", "1,2", "quote", {"start": "1", "end": "2"}),
        ("prefLabel.en,prefLabel.de", "a,b", "prefLabel", {"en": "a", "de": "b"}),
        ("wording.1.text,wording.2.text", "a,b", "wording", [{"text": "a"}, {"text": "b"}]),
        ("a.b.c", "1", "a", {"b": {"c": "1"}}),
    ],
)
def test_a_column_becomes_a_key(head: str, row: str, key: str, value: object) -> None:
    assert one(f"id,{head}\noutcome/a,{row}\n")[key] == value


def test_an_empty_cell_is_no_key() -> None:
    assert one("id,note\noutcome/a,\n") == {"id": "outcome/a"}


def test_a_row_that_begins_with_a_hash_is_a_comment() -> None:
    assert one("id,note\n# the id,what it is\noutcome/a,b\n")["note"] == "b"


def test_semicolons_separate_where_the_header_has_them() -> None:
    assert one("id;note\noutcome/a;1,5\n")["note"] == "1,5"


def test_places_count_rows_of_the_table_not_lines_of_the_file() -> None:
    records, _ = table.read('id,note\noutcome/a,"x\ny"\noutcome/b,z\n', "a.csv")
    note = records[1].get("note")
    assert note is not None
    assert (note.place.line, note.place.column) == (3, 2)


@given(items=st.lists(st.text(min_size=1), min_size=2))
def test_values_of_a_list_come_back_as_they_were(items: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "x"], ["a/b", "|".join(map(tables.escaped, items))]])
    assert one(out.getvalue())["x"] == items


@settings(max_examples=examples(200))
@given(text=st.text(alphabet='id,;\t|\\"=#.\r\n\x00 é12', max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for read in (table.read, table.read_tabs):
        read(text, "a.csv")
        read("id,x.y\n" + text, "a.csv")
