"""``kg import table``: records of a table as YAML."""

from __future__ import annotations

from typing import Any

from kg.diagnostics import record_diagnostic
from kg.imports import Drafts, Given
from kg.imports.drafts import Draft, draft
from kg.readers import read_file
from kg.records import Mapping, Sequence, Text, Value


def read(given: Given) -> Drafts:
    """Propose the records of a table, as they are; see :mod:`kg.readers.table`."""
    records, found = read_file(given.path, given.name)
    drafts: dict[str, Draft] = {}
    for record in records:
        match record.get("id"):
            case Text(text=name, place=place) if name in drafts:
                message = f"the id '{name}' is in the table twice"
                found.append(record_diagnostic("IDS-002", message, place))
            case Text(text=name):
                drafts[name] = draft(_values(record))
            case _:
                found.append(record_diagnostic("YML-002", "the row has no id", record.place))
    return Drafts(tuple(drafts.values()), tuple(found))


def _values(record: Mapping) -> dict[str, Any]:
    values = {entry.key.text: _value(entry.value) for entry in record.entries}
    return {"id": values.pop("id"), **values}


def _value(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {entry.key.text: _value(entry.value) for entry in value.entries}
    if isinstance(value, Sequence):
        return [_value(item) for item in value.items]
    return value.text
