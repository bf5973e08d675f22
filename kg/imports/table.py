"""``kg import table``: records of a table as YAML."""

from __future__ import annotations

from typing import Any

from kg.imports import Drafts, Given
from kg.imports.drafts import Draft
from kg.readers import read_file
from kg.records import Mapping, Sequence, Text, Value


def read(given: Given) -> Drafts:
    """Propose the records of a table, as they are; see :mod:`kg.readers.table`."""
    records, found = read_file(given.path, given.name)
    drafts = [Draft(_values(r)) for r in records if isinstance(r.get("id"), Text)]
    return Drafts(tuple(drafts), tuple(found))


def _values(record: Mapping) -> dict[str, Any]:
    values = {entry.key.text: _value(entry.value) for entry in record.entries}
    return {"id": values.pop("id"), **values}


def _value(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {entry.key.text: _value(entry.value) for entry in value.entries}
    if isinstance(value, Sequence):
        return [_value(item) for item in value.items]
    return value.text
