"""A check of bundles that knows nothing of the exporter: HL7's structures and rules alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from fhir_packages import Definitions, Json

BASE_TYPES = {"Element", "BackboneElement"}
NUMBERS = {"decimal", "integer", "unsignedInt", "positiveInt", "integer64"}
HL7 = re.compile("http://(hl7.org/fhir/(?!sid/)|terminology.hl7.org/)")
OWN = "https://w3id.org/clinical-evidence-kg/"


class Check:
    """Collects what is wrong with a resource or a bundle, each as ``path: what``."""

    def __init__(self, definitions: Definitions, root: Json) -> None:
        self.definitions = definitions
        self.root = root
        self.found: list[str] = []
        entries = root.get("entry", []) if root.get("resourceType") == "Bundle" else []
        resources = [e["resource"] for e in entries if isinstance(e.get("resource"), dict)]
        self.by_place = {f"{r.get('resourceType')}/{r.get('id')}": r for r in resources}
        self.by_url = {r["url"]: r for r in resources if "url" in r}
        self.extensions = {
            r["url"]: r for r in resources if r.get("resourceType") == "StructureDefinition"
        }

    def run(self) -> list[str]:
        self.resource(self.root, self.root.get("resourceType", "?"))
        return self.found

    def say(self, path: str, what: str) -> None:
        self.found.append(f"{path}: {what}")

    # -- structure -------------------------------------------------------------------------------

    def resource(self, value: Json, path: str) -> None:
        type_ = value.get("resourceType", "")
        if not self.definitions.structure(type_):
            self.say(path, f"no resource type {type_!r}")
            return
        self.object(value, type_, type_, path)

    def object(self, value: Any, type_: str, inner: str, path: str) -> None:
        if not isinstance(value, dict):
            self.say(path, f"{type_} must be an object")
            return
        if not value:
            self.say(path, "empty object")
        allowed = self.definitions.children(type_, inner)
        for key, one in value.items():
            if key == "resourceType":
                continue
            plain = key.removeprefix("_")
            if plain not in allowed:
                self.say(f"{path}.{key}", "no such element")
                continue
            self.element(one, key, *allowed[plain], type_, f"{path}.{key}")
        self.cardinality(value, allowed, path)
        for rule in RULES.get(inner, ()):
            rule(self, value, path)

    def cardinality(self, value: Json, allowed: dict[str, tuple[str, Json]], path: str) -> None:
        by_element: dict[str, list[str]] = {}
        elements: dict[str, Json] = {}
        for key, (_, element) in allowed.items():
            by_element.setdefault(element["path"], []).append(key)
            elements[element["path"]] = element
        for name, keys in by_element.items():
            given = [k for k in keys if k in value or f"_{k}" in value]
            if len(given) > 1:
                self.say(path, f"several of {name}")
            if elements[name]["min"] > 0 and not given:
                self.say(path, f"{name} is missing")

    def element(
        self, value: Any, key: str, kind: str, element: Json, owner: str, path: str
    ) -> None:
        many = element["max"] != "1"
        if many != isinstance(value, list):
            self.say(path, "must be a list" if many else "must not be a list")
            return
        members = value if many else [value]
        if not members:
            self.say(path, "empty list")
        for n, one in enumerate(members):
            place = f"{path}[{n}]" if many else path
            if key.startswith("_"):
                if one is not None:
                    self.object(one, "Element", "Element", place)
            else:
                self.value(one, kind, element, owner, place)

    def value(self, value: Any, kind: str, element: Json, owner: str, path: str) -> None:
        if kind.startswith("#"):
            self.object(value, owner, kind[1:], path)
        elif kind in BASE_TYPES:
            self.object(value, owner, element["path"], path)
        elif kind == "Resource":
            self.resource(value, path)
        elif kind[:1].islower() or kind == "String":
            self.primitive(value, kind.lower() if kind == "String" else kind, path)
            self.binding(value, element, path)
            if kind == "canonical":
                self.canonical(value, element, path)
        elif kind != "xhtml":
            self.object(value, kind, kind, path)
            if kind in ("Coding", "CodeableConcept"):
                self.binding(value, element, path)
            if kind == "Reference":
                self.target(value, element, path)

    def primitive(self, value: Any, kind: str, path: str) -> None:
        if kind == "boolean":
            if not isinstance(value, bool):
                self.say(path, "must be true or false")
            return
        if kind in NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int | Decimal):
                self.say(path, "must be a number")
                return
        elif not isinstance(value, str):
            self.say(path, f"must be a text ({kind})")
            return
        elif not value:
            self.say(path, "empty text")
        if kind == "xhtml":
            return
        pattern = self.definitions.pattern(kind)
        if pattern and not re.fullmatch(pattern, str(value), re.DOTALL):
            self.say(path, f"{str(value)[:60]!r} is not of type {kind}")

    # -- codes and links -------------------------------------------------------------------------

    def binding(self, value: Any, element: Json, path: str) -> None:
        binding = element.get("binding", {})
        codes = [value] if isinstance(value, str) else []
        if isinstance(value, dict):
            codings = value.get("coding", [value] if "code" in value else [])
            codes = [c.get("code") for c in codings]
        if binding.get("strength") == "extensible" and isinstance(value, dict):
            self.systems(value, binding.get("valueSet", ""), path)
        if binding.get("strength") != "required" or not codes:
            return
        allowed = self.definitions.value_set(binding.get("valueSet", ""))
        if allowed is not None and not set(codes) & allowed:
            self.say(path, f"{codes} not in {binding['valueSet']}")

    def systems(self, value: Json, value_set: str, path: str) -> None:
        """A code of HL7 is from a list of the value set: several lists have two addresses."""
        listed = self.definitions.value_set_systems(value_set)
        for coding in value.get("coding", [value] if "code" in value else []):
            system = coding.get("system", "")
            if listed and HL7.match(system) and system not in listed:
                self.say(path, f"{system} is not a code system of {value_set}")

    def target(self, value: Json, element: Json, path: str) -> None:
        reference = value.get("reference")
        profiles = [p for t in element["type"] for p in t.get("targetProfile", [])]
        allowed = {p.rpartition("/")[2] for p in profiles} - {"Resource"}
        if not isinstance(reference, str) or reference.startswith(("#", "urn:")):
            return
        if re.fullmatch(r"[A-Za-z]+/[A-Za-z0-9.-]+", reference):
            if self.by_place and reference not in self.by_place:
                self.say(path, f"{reference} is not in the bundle")
            if allowed and reference.partition("/")[0] not in allowed:
                self.say(path, f"{reference} is not one of {sorted(allowed)}")
        elif not re.match(r"https?://", reference):
            self.say(path, f"{reference!r} is no reference")

    def canonical(self, value: str, element: Json, path: str) -> None:
        profiles = [p for t in element["type"] for p in t.get("targetProfile", [])]
        allowed = {p.rpartition("/")[2] for p in profiles} - {"Resource"}
        found = self.by_url.get(value.partition("|")[0])
        if found is None and self.by_url and "/fhir/" in value and "hl7.org" not in value:
            self.say(path, f"{value} is not in the bundle")
        if found is not None and allowed and found["resourceType"] not in allowed:
            self.say(path, f"{value} is not one of {sorted(allowed)}")


# -- rules: invariants of the specification that need more than the structure ----------------------

Rule = Callable[[Check, Json, str], None]


def _url(check: Check, value: Json, path: str) -> None:
    if "url" in value and not re.fullmatch(r"[^|# ]+", str(value["url"])):
        check.say(path, "cnl-1: url with | # or space")
    if "name" in value and not re.fullmatch(r"[A-Z]([A-Za-z0-9_]){1,254}", str(value["name"])):
        check.say(path, "cnl-0: name")


def _characteristic(check: Check, value: Json, path: str) -> None:
    keys = (
        "definitionReference", "definitionCanonical", "definitionCodeableConcept", "definitionId",
        "definitionByTypeAndValue", "definitionByCombination",
    )  # fmt: skip
    if sum(k in value for k in keys) > 1:
        check.say(path, "evv-1: several definitions")


def _range(check: Check, value: Json, path: str) -> None:
    low, high = (value.get(k, {}) for k in ("low", "high"))
    comparable = low.get("code") == high.get("code") and "value" in low and "value" in high
    if comparable and low["value"] > high["value"]:
        check.say(path, "rng-2: low is above high")
    for limit in (low, high):
        if "comparator" in limit:
            check.say(path, "a limit of a range has no comparator")


def _quantity(check: Check, value: Json, path: str) -> None:
    if "code" in value and "system" not in value:
        check.say(path, "qty-3: code without system")


def _reference(check: Check, value: Json, path: str) -> None:
    if not value.keys() & {"reference", "identifier", "display", "extension"}:
        check.say(path, "ref-2: leads nowhere")


def _extension(check: Check, value: Json, path: str) -> None:
    values = [k for k in value if k.startswith("value")]
    if bool(values) == ("extension" in value):
        check.say(path, "ext-1: a value or extensions")
    url = value.get("url", "")
    definition = check.extensions.get(url)
    if definition is None:
        if not url.startswith(OWN):
            name = url.rpartition("/")[2]
            if "/" in url and not check.definitions.structure(name):
                check.say(path, f"unknown extension {url}")
        elif check.extensions:
            check.say(path, f"{url} has no StructureDefinition in the bundle")
        return
    types = {
        f"value{t['code'][:1].upper()}{t['code'][1:]}"
        for e in definition["differential"]["element"]
        if e["path"] == "Extension.value[x]"
        for t in e.get("type", [])
    }
    if not set(values) <= types:
        check.say(path, f"{values} is not one of {sorted(types)}")


def _coding(check: Check, value: Json, path: str) -> None:
    system, code = value.get("system", ""), value.get("code")
    if not HL7.match(system):
        return
    if system not in check.definitions.systems:
        check.say(path, f"no code system {system}")
        return
    known = check.definitions.systems[system]
    if known is None:
        return
    if code not in known:
        check.say(path, f"no code {code!r} in {system}")
    elif "display" in value and " ".join(value["display"].split()).casefold() not in known[code]:
        check.say(path, f"{code} is not called {value['display']!r}")


def _section(check: Check, value: Json, path: str) -> None:
    if not value.keys() & {"text", "entry", "section"}:
        check.say(path, "cmp-1: empty section")
    if "emptyReason" in value and "entry" in value:
        check.say(path, "cmp-2: a reason for emptiness beside entries")


def _bundle(check: Check, value: Json, path: str) -> None:
    type_, entries = value.get("type"), value.get("entry", [])
    urls = [e.get("fullUrl") for e in entries]
    if len(set(urls)) != len(urls):
        check.say(path, "bdl-7: a full URL twice")
    if type_ == "document":
        identifier = value.get("identifier", {})
        if not ("system" in identifier and "value" in identifier):
            check.say(path, "bdl-9: a document without identifier")
        if "timestamp" not in value:
            check.say(path, "bdl-10: a document without timestamp")
        if not entries or entries[0]["resource"].get("resourceType") != "Composition":
            check.say(path, "bdl-11: a document without composition first")
    for n, entry in enumerate(entries):
        place = f"{path}.entry[{n}]"
        if type_ in ("transaction", "batch"):
            if "request" not in entry:
                check.say(place, "bdl-3c: no request")
        elif "request" in entry:
            check.say(place, "bdl-3a: a request")
        resource = entry.get("resource", {})
        end = f"{resource.get('resourceType')}/{resource.get('id')}"
        if not str(entry.get("fullUrl", end)).endswith(end):
            check.say(place, "the full URL does not end in type and id")
        if "request" in entry and entry["request"].get("url") != end:
            check.say(place, "the request is for another resource")


def _narrative(check: Check, value: Json, path: str) -> None:
    import xml.etree.ElementTree as ET

    try:
        root = ET.fromstring(value.get("div", ""))
    except ET.ParseError:
        check.say(path, "txt-1: the narrative is not well-formed")
        return
    if root.tag != "{http://www.w3.org/1999/xhtml}div" or not "".join(root.itertext()).strip():
        check.say(path, "txt-2: an empty narrative")


def _input(check: Check, value: Json, path: str) -> None:
    if ("requirement" in value) == ("relatedData" in value):
        check.say(path, "pld-0: a requirement or related data")


def _list(check: Check, value: Json, path: str) -> None:
    if "emptyReason" in value and "entry" in value:
        check.say(path, "lst-1: a reason for emptiness beside entries")


def _organization(check: Check, value: Json, path: str) -> None:
    if not value.keys() & {"identifier", "name"}:
        check.say(path, "org-1: neither identifier nor name")


def _structure(check: Check, value: Json, path: str) -> None:
    if value.get("type") == "Extension" and "context" not in value:
        check.say(path, "sdf-5: an extension without context")
    elements = value.get("differential", {}).get("element", [])
    if len({e.get("id") for e in elements}) != len(elements):
        check.say(path, "sdf-17: an element id twice")


CANONICAL = (
    "Evidence", "EvidenceVariable", "Citation", "PlanDefinition", "ActivityDefinition", "Library",
    "EffectEvidenceSynthesis",
)  # fmt: skip
RULES: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys(CANONICAL, (_url,)),
    "StructureDefinition": (_url, _structure),
    "EvidenceVariable.characteristic": (_characteristic,),
    "Range": (_range,),
    "Quantity": (_quantity,),
    "Reference": (_reference,),
    "Extension": (_extension,),
    "Coding": (_coding,),
    "Composition.section": (_section,),
    "Bundle": (_bundle,),
    "Narrative": (_narrative,),
    "PlanDefinition.action.input": (_input,),
    "PlanDefinition.action.output": (_input,),
    "List": (_list,),
    "Organization": (_organization,),
}


def problems(definitions: Definitions, root: Json) -> list[str]:
    """Return what is wrong with a resource or a bundle."""
    return Check(definitions, root).run()


def resources(bundle: Json) -> Iterator[Json]:
    """Yield the resources of a bundle."""
    yield from (e["resource"] for e in bundle["entry"])
