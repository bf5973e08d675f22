"""SSSOM tables: each row becomes a ``codeMapping`` of the record it speaks of.

Source: SSSOM, https://mapping-commons.github.io/sssom/ (TSV with a commented YAML header). Of the
header only its presence counts here; every row carries what a reader of one mapping needs.

SSSOM asks for CURIEs where records have ids: those may have the prefix ``kg``, which the header
maps to the base of the project. A search for a code in several systems is a row for each of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from kg.diagnostics import Diagnostic, record_diagnostic
from kg.errors import Place
from kg.records import Entry, Mapping, Record, Text

REQUIRED = ("subject_id", "predicate_id", "object_id", "object_source", "mapping_justification")
NO_MATCH = "sssom:NoTermFound"
RELATIONS = {
    "skos:exactMatch": "exact",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broad",
    "skos:narrowMatch": "narrow",
    "skos:relatedMatch": "related",
}
PREFIX = "kg:"
"""What may stand before an id of the project."""
COLUMNS = {
    "object_label": "codeLabel",
    "mapping_justification": "mappingJustification",
    "mapping_source": "mappingSource",
    "object_source_version": "mappingSource",
    "mapping_date": "searchedOn",
    "comment": "note",
}

Row = dict[str, Text]
"""Column → cell."""


def read(text: str, name: str) -> tuple[list[Record], list[Diagnostic]]:
    """Read the mappings of an SSSOM text.

    :param text: the whole file.
    :param name: the file's name in places.
    :return: one partial record a subject (it adds to the record of that id), and what is wrong.
    """
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = lines[first].split("\t") if first < len(lines) else []
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        place = Place(name, first + 1, 1)
        return [], [record_diagnostic("TSV-001", f"no column {', '.join(missing)}", place)]
    searches: dict[object, list[Row]] = {}
    for number, row in _rows(lines[first + 1 :], header, first + 2):
        found = {column: Text(value, Place(name, number, 1)) for column, value in row.items()}
        same = {**row, "object_source": ""} if row["object_id"] == NO_MATCH else number
        searches.setdefault(str(same), []).append(found)
    subjects: dict[str, list[Entry]] = {}
    places: dict[str, Text] = {}
    for rows in searches.values():
        subject = rows[0]["subject_id"]
        places.setdefault(subject.text, subject)
        mapping = Mapping(tuple(_entries(rows)), subject.place)
        key = Text("codeMapping", subject.place)
        subjects.setdefault(subject.text, []).append(Entry(key, mapping))
    return [
        Mapping((Entry(Text("id", name.place), name), *subjects[name.text]), name.place, True)
        for name in places.values()
    ], []


def _rows(lines: list[str], header: list[str], start: int) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in enumerate(csv.reader(lines, delimiter="\t"), start):
        row = dict(zip(header, cells, strict=False))
        if row.get("subject_id"):
            ids = ("subject_id", "object_source")
            yield number, {k: v.removeprefix(PREFIX) if k in ids else v for k, v in row.items()}


def _entries(rows: Sequence[Row]) -> Iterator[Entry]:
    """Yield the entries of one mapping, which has several rows if no code was found."""
    cell = rows[0]
    code, predicate = cell["object_id"], cell["predicate_id"]
    none = code.text == NO_MATCH
    relation = "noMatchFound" if none else RELATIONS.get(predicate.text, predicate.text)
    yield _entry("mappingRelation", Text(relation, predicate.place))
    if not none:
        yield _entry("code", Text(code.text.partition(":")[2] or code.text, code.place))
    for row in rows:
        for system in row["object_source"].text.split("|"):
            if system:
                yield _entry("codeSystem", Text(system, row["object_source"].place))
    given: set[str] = set()
    for column, key in COLUMNS.items():
        if column in cell and cell[column].text and key not in given:
            given.add(key)
            yield _entry(key, cell[column])


def _entry(key: str, value: Text) -> Entry:
    return Entry(Text(key, value.place), value)
