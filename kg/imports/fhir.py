"""``kg import fhir``: evidence, variables, citations and plans of FHIR R5 as records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kg.errors import InputError
from kg.fhir.forms import malformed
from kg.fhir.names import EXTENSIONS
from kg.fhir.numbers import loads
from kg.fhir.read import READ, Reader
from kg.fhir.table import Shape, Table, read_table
from kg.imports import Drafts, Given
from kg.imports.drafts import draft

_VERSION = "r5"
_HOLDER = "modifierExtension"
_HINT = "check the file with a validator of FHIR R5"


def read(given: Given) -> Drafts:
    """Propose a record for each resource of a bundle, or for the one resource of the file.

    Each record keeps its resource, so that it is exported as it came.

    :raises InputError: if the file is no FHIR in JSON, if two of its resources have the same type
        and id, or if one has a modifier extension: what it says would then not be what its elements
        say.
    """
    whole = _json(given)
    resources = list(_resources(whole))
    _named_once(resources, given.name)
    for resource in resources:
        for path, wish in malformed(resource, _VERSION) if resource["resourceType"] in READ else ():
            raise InputError(f"{given.name}: {path} is not {wish}", hint=_HINT)
        for path, url in _modifiers(resource, str(resource.get("resourceType"))):
            raise InputError(
                f"{given.name}: {path}: the modifier extension {url} is not known, and may turn "
                "what the resource says into something else",
                hint="remove the resource from the file",
            )
    reader = Reader(read_table(_VERSION), resources)
    records = reader.read()
    kept = list(_only_kept(reader.table, reader.resources))
    notes = [*reader.notes, *_left_out(resources), *kept]
    return Drafts(tuple(draft(r) for r in records.values()), (), tuple(dict.fromkeys(notes)))


def _json(given: Given) -> dict[str, Any]:
    try:
        whole = loads(given.data())
    except ValueError as error:
        raise InputError(f"{given.name} is not JSON: {error}") from error
    except RecursionError as error:
        raise InputError(f"{given.name} is nested too deeply") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("resourceType"), str):
        raise InputError(
            f"{given.name} is not a FHIR resource", hint="it has to be an object with resourceType"
        )
    return whole


def _resources(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if whole["resourceType"] != "Bundle":
        yield whole
        return
    for entry in whole.get("entry", []):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield resource


def _named_once(resources: list[dict[str, Any]], file: str) -> None:
    named = ((r["resourceType"], r.get("id") or r.get("url") or "") for r in resources)
    for (kind, name), number in Counter((k, str(name)) for k, name in named if k in READ).items():
        if number > 1:
            which = f"{kind} with the id '{name}'" if name else f"{kind} without an id"
            raise InputError(
                f"{file}: {number} resources are {which}", hint="give each an id of its own"
            )


def _modifiers(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == _HOLDER and isinstance(inner, list):
                yield from ((f"{path}.{key}", str(e.get("url", "without url"))) for e in inner)
            else:
                yield from _modifiers(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _modifiers(inner, f"{path}[{n}]")


def _left_out(resources: list[dict[str, Any]]) -> Iterator[str]:
    others = Counter(r["resourceType"] for r in resources if r["resourceType"] not in READ)
    for name, number in sorted(others.items()):
        yield f"lost: {number} {name} (only {', '.join(READ)} are read)"


def _only_kept(table: Table, resources: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what no slot of ours takes: it stays in the resource alone."""
    found: dict[str, None] = {}
    for resource in resources:
        name = resource["resourceType"]
        known = {
            path
            for shape in table.shapes.values()
            if shape.resource == name
            for path in _paths(table, shape, "", 4)
        }
        found |= {f"{name}.{path}": None for path in _unknown(resource, "", known)}
    if found:
        yield f"kept in the resource alone, not in the graph: {', '.join(sorted(found))}"


def _paths(table: Table, shape: Shape, before: str, depth: int) -> Iterator[str]:
    """Yield the path of each element of a shape and of its parts."""
    for element in shape.elements.values():
        path = before + element.path
        if element.kind != "parts" or not depth:
            yield path
        elif not path.startswith(f"{before}@"):
            yield from _paths(table, table.shapes[element.codes], f"{path}.", depth - 1)


def _unknown(value: dict[str, Any], before: str, known: set[str]) -> Iterator[str]:
    for key, one in value.items():
        path = before + key
        if key == "extension":
            own = [str(e.get("url", "")).startswith(EXTENSIONS) for e in one]
            if not all(own):
                yield path
        elif path in known or key in ("resourceType", "id"):
            continue
        elif any(other.startswith(f"{path}.") for other in known):
            for inner in one if isinstance(one, list) else [one]:
                if isinstance(inner, dict):
                    yield from _unknown(inner, f"{path}.", known)
        else:
            yield path
