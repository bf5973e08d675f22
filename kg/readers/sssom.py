"""SSSOM tables: each row becomes a ``codeMapping`` of the record it speaks of.

Source: SSSOM, https://mapping-commons.github.io/sssom/ (TSV with a commented YAML header). Of the
header only its presence counts here; every row carries what a reader of one mapping needs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

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
COLUMNS = {
    "object_label": "codeLabel",
    "mapping_justification": "mappingJustification",
    "mapping_source": "mappingSource",
    "mapping_date": "searchedOn",
    "comment": "note",
}


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
    subjects: dict[str, list[Entry]] = {}
    places: dict[str, Text] = {}
    for number, row in _rows(lines[first + 1 :], header, first + 2):
        cell = {column: Text(value, Place(name, number, 1)) for column, value in row.items()}
        subject = cell["subject_id"]
        places.setdefault(subject.text, subject)
        mapping = Mapping(tuple(_entries(cell)), subject.place)
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
            yield number, row


def _entries(cell: dict[str, Text]) -> Iterator[Entry]:
    code, predicate = cell["object_id"], cell["predicate_id"]
    none = code.text == NO_MATCH
    relation = "noMatchFound" if none else RELATIONS.get(predicate.text, predicate.text)
    yield _entry("mappingRelation", Text(relation, predicate.place))
    if not none:
        yield _entry("code", Text(code.text.partition(":")[2] or code.text, code.place))
    for system in cell["object_source"].text.split("|"):
        if system:
            yield _entry("codeSystem", Text(system, cell["object_source"].place))
    for column, key in COLUMNS.items():
        if column in cell and cell[column].text:
            yield _entry(key, cell[column])


def _entry(key: str, value: Text) -> Entry:
    return Entry(Text(key, value.place), value)
