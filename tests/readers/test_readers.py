"""What holds for every reader: places of values, diagnostics with known codes, no exceptions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kg.diagnostics import RECORD_RULES, record_diagnostic
from kg.errors import InputError, KgError, Place
from kg.readers import READERS, read_file, reader_for
from kg.records import Mapping, Sequence, Text, Value

HEADER = "subject_id\tpredicate_id\tobject_id\tobject_source\tmapping_justification\tobject_label"
ROW = "outcome/trust\tskos:closeMatch\tmesh:D014\tsystem/mesh\tsemapv:Manual\tTrust"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


EXAMPLES = {
    ".yaml": b"- id: outcome/trust\n  prefLabel: Trust\n",
    ".yml": b"- id: outcome/trust\n  prefLabel: [Trust, Confidence]\n",
    ".csv": b"id,prefLabel\noutcome/trust,Trust|Confidence\n",
    ".tsv": b"id\tprefLabel\noutcome/trust\tTrust\n",
    ".sssom.tsv": f"# curie_map: {{}}\n{HEADER}\n{ROW}\n".encode(),
    ".xlsx": workbook(("id", "prefLabel"), ("outcome/trust", "Trust")),
}
"""The example of each reader: one record, whose id is ``outcome/trust``."""
by_suffix = pytest.mark.parametrize("suffix", READERS)


def places(value: Value) -> Iterator[Place]:
    yield value.place
    if isinstance(value, Mapping):
        for entry in value.entries:
            yield entry.key.place
            yield from places(entry.value)
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from places(item)


def test_every_reader_has_an_example() -> None:
    without = sorted(set(READERS) - set(EXAMPLES))
    assert not without, f"add one record of {', '.join(without)} to EXAMPLES in this file"


@by_suffix
def test_a_reader_gives_the_record_of_its_example(suffix: str) -> None:
    (record,), found = READERS[suffix](EXAMPLES[suffix], f"a{suffix}")
    name = record.get("id")
    assert not found and isinstance(name, Text) and name.text == "outcome/trust"


@by_suffix
def test_every_value_has_its_place_in_the_file(suffix: str) -> None:
    (record,), _ = READERS[suffix](EXAMPLES[suffix], f"a{suffix}")
    text = b"id,x\noutcome/trust,x" if suffix == ".xlsx" else EXAMPLES[suffix]
    lines = text.splitlines()
    for place in places(record):
        assert place.file == f"a{suffix}"
        assert 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1])


@by_suffix
@settings(max_examples=examples(60))
@given(text=st.text(alphabet="ab:-#[]{}\"'\t\n &*!|>%@é\x00", max_size=40))
def test_what_cannot_be_read_is_a_diagnostic_with_a_known_code(suffix: str, text: str) -> None:
    try:
        _, found = READERS[suffix](text.encode(), f"a{suffix}")
    except InputError as error:
        assert suffix == ".xlsx", error
        return
    assert {diagnostic.code for diagnostic in found} <= set(RECORD_RULES)


@pytest.mark.parametrize("suffix", READERS)
def test_a_file_is_read_by_the_end_of_its_name(suffix: str) -> None:
    assert reader_for(Path(f"some.name{suffix}")) is READERS[suffix]


def test_a_file_without_a_reader_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no reader for a\.docx .*\.yaml, \.yml, \.sssom\.tsv"):
        read_file(tmp_path / "a.docx", "a.docx")


def test_a_code_without_a_rule_says_where_to_add_it() -> None:
    with pytest.raises(KgError, match=r"'ABC-001'.*RECORD_RULES in kg/diagnostics\.py"):
        record_diagnostic("ABC-001", "wrong", None)
