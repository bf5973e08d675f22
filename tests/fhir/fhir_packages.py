"""HL7's packages as a check of resources: structures, value sets and code systems, offline.

The packages are fetched by ``scripts/fhir_packages.py`` into a folder outside the tree.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.exporters import EXPORTERS

Json = dict[str, Any]
PACKAGES = Path(
    os.environ.get("CEKG_FHIR_PACKAGES", Path.home() / ".cache" / "clinical-evidence-kg" / "fhir")
)
CORE = {
    "r5": ("hl7.fhir.r5.core", "hl7.terminology.r5", "hl7.fhir.uv.extensions.r5"),
    "r4": ("hl7.fhir.r4.examples", "hl7.terminology.r5"),
}
"""Version → the packages that define it; those of R4 come with its examples."""


def folder(name: str) -> Path:
    """Return the folder of a package; the test is skipped where it was not fetched."""
    found = PACKAGES / name
    if not found.is_dir():
        pytest.skip(f"the package {name} was not fetched (scripts/fhir_packages.py)")
    return found


def loads(text: str | bytes) -> Any:
    return json.loads(text, parse_float=Decimal)


def bundle_of(graph: kg.Graph, name: str) -> Json:
    """Return the bundle of a graph in a format, made once."""
    made: Json = graph.kept(f"test {name}", lambda: loads(EXPORTERS[name].write(graph)))
    return made


class Definitions:
    """The structures, value sets and code systems of a version."""

    def __init__(self, version: str) -> None:
        self.folders = [folder(name) for name in CORE[version]]

    def _read(self, kind: str, name: str) -> Json | None:
        for place in self.folders:
            file = place / f"{kind}-{name}.json"
            if file.is_file():
                found: Json = loads(file.read_bytes())
                return found
        return None

    @cache  # noqa: B019  (one object a test run)
    def structure(self, name: str) -> Json | None:
        """Return the structure of a type, by its name."""
        return self._read("StructureDefinition", name)

    @cache  # noqa: B019
    def elements(self, type_name: str) -> dict[str, Json]:
        """Return path → element of the snapshot of a type."""
        found = self.structure(type_name)
        assert found, f"no StructureDefinition of {type_name}"
        return {e["path"]: e for e in found["snapshot"]["element"]}

    @cache  # noqa: B019
    def children(self, type_name: str, path: str) -> dict[str, tuple[str, Json]]:
        """Return key of JSON → (type of its value, element) of what may stand at a path."""
        found = {}
        depth = path.count(".") + 1
        for inner, element in self.elements(type_name).items():
            if inner.startswith(f"{path}.") and inner.count(".") == depth:
                name = inner.rpartition(".")[2]
                for type_ in element.get("type", [{"code": element.get("contentReference", "")}]):
                    code = type_["code"].rpartition("/")[2].replace("System.", "")
                    key = name.replace("[x]", code[:1].upper() + code[1:])
                    found[key] = (code, element)
        return found

    @cached_property
    def systems(self) -> dict[str, dict[str, set[str]] | None]:
        """URL of a code system → code → its displays; ``None`` where it lists no codes here."""
        found: dict[str, dict[str, set[str]] | None] = {}
        for place in self.folders:
            for file in place.glob("CodeSystem-*.json"):
                raw = loads(file.read_bytes())
                codes: dict[str, set[str]] = {}
                _collect(raw.get("concept", []), codes)
                whole = raw.get("content") in ("complete", None) and codes
                if raw["url"] not in found or (whole and place == self.folders[0]):
                    found[raw["url"]] = codes if whole else None
                elif whole and (known := found[raw["url"]]) is not None:
                    for code, displays in codes.items():
                        known.setdefault(code, set()).update(displays)
        return found

    @cache  # noqa: B019
    def value_set(self, url: str) -> frozenset[str] | None:
        """Return the codes of a value set, or ``None`` where they cannot be listed."""
        name = url.partition("|")[0].rpartition("/")[2]
        raw = self._read("ValueSet", name)
        if raw is None:
            return None
        codes: set[str] = set()
        for include in raw.get("compose", {}).get("include", []):
            if "concept" in include:
                codes |= {c["code"] for c in include["concept"]}
            elif "filter" in include or "system" not in include:
                return None
            else:
                known = self.systems.get(include["system"])
                if not known:
                    return None
                codes |= set(known)
        return frozenset(codes) or None

    @cache  # noqa: B019
    def value_set_systems(self, url: str) -> frozenset[str]:
        """Return the code systems that a value set takes codes from; none where it names none."""
        raw = self._read("ValueSet", url.partition("|")[0].rpartition("/")[2]) or {}
        includes = raw.get("compose", {}).get("include", [])
        if not all("system" in i for i in includes):
            return frozenset()
        return frozenset(i["system"] for i in includes)

    @cache  # noqa: B019
    def pattern(self, primitive: str) -> str:
        """Return the regular expression of a primitive type, or nothing."""
        for element in self.elements(primitive).values():
            for type_ in element.get("type", []):
                for extension in type_.get("extension", []):
                    if extension["url"].endswith("/regex"):
                        return str(extension["valueString"])
        return ""


def _collect(concepts: list[Json], into: dict[str, set[str]]) -> None:
    for concept in concepts:
        names = {concept.get("display", "")} | {d["value"] for d in concept.get("designation", [])}
        into[concept["code"]] = {" ".join(n.split()).casefold() for n in names}
        _collect(concept.get("concept", []), into)


@cache
def definitions(version: str) -> Definitions:
    """Return the definitions of a version, read once."""
    return Definitions(version)
