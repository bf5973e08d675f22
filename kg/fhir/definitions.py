"""The definitions of our extensions, which travel with the resources that use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg.fhir.names import EXTENSIONS, TOOL, name_of
from kg.fhir.narrative import narrative
from kg.fhir.numbers import Number
from kg.fhir.table import Table


def definitions(table: Table, used: set[str], tool_version: str) -> list[dict[str, Any]]:
    """Return the StructureDefinition of each extension that is used, by name."""
    return [
        _definition(table, name, raw, tool_version)
        for name, raw in sorted(table.extensions.items())
        if name in used
    ]


def _definition(
    table: Table, name: str, raw: Mapping[str, Any], tool_version: str
) -> dict[str, Any]:
    url = EXTENSIONS + name
    text = narrative(raw["title"], [("definition", raw["definition"])], [])
    return {
        "resourceType": "StructureDefinition",
        "id": f"cekg-{name}",
        "text": text,
        "url": url,
        "version": tool_version,
        "name": name_of(name),
        "title": raw["title"],
        "status": "active",
        "publisher": TOOL,
        "description": raw["definition"],
        "fhirVersion": table.version,
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": c} for c in raw["context"]],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": [*_elements(url, raw)]},
    }


def _elements(url: str, raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"id": "Extension", "path": "Extension", "short": raw["title"],
         "definition": raw["definition"]}
    ]  # fmt: skip
    parts: Mapping[str, str] = raw.get("parts", {})
    for part, type_ in parts.items():
        id_ = f"Extension.extension:{part}"
        found += [
            {"id": id_, "path": "Extension.extension", "sliceName": part, "min": Number("0")},
            {"id": f"{id_}.url", "path": "Extension.extension.url", "fixedUri": part},
            {"id": f"{id_}.value[x]", "path": "Extension.extension.value[x]",
             "type": [{"code": type_}]},
        ]  # fmt: skip
    if not parts:
        found.append({"id": "Extension.extension", "path": "Extension.extension", "max": "0"})
    found.append({"id": "Extension.url", "path": "Extension.url", "fixedUri": url})
    value: dict[str, Any] = {"id": "Extension.value[x]", "path": "Extension.value[x]"}
    found.append(value | ({"max": "0"} if parts else {"type": [{"code": raw["value"]}]}))
    return found
