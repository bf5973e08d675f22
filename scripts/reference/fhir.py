"""``fhir.md`` from the tables of the versions of FHIR."""

from __future__ import annotations

from collections.abc import Iterator

from kg.fhir.table import Shape, Table, read_table
from reference import markdown as md

VERSIONS = {"r5": "R5", "r4": "R4, reduced"}


def page() -> str:
    """Return what stands at which element, which codes are used, and what is lost."""
    blocks = [
        "# FHIR",
        md.paragraph(
            "At which element of which resource each slot stands, by version. An element that "
            "begins with `@` is an extension of ours. See [FHIR](../fhir.md) for what it means."
        ),
    ]
    for name, title in VERSIONS.items():
        blocks += _version(title, read_table(name))
    return md.page(*blocks)


def _version(title: str, table: Table) -> Iterator[str]:
    yield f"## {title} ({table.version})"
    for shape in table.shapes.values():
        if shape.resource:
            yield f"### {shape.name}: {shape.resource}"
            if shape.of:
                yield md.paragraph(f"Made from {', '.join(map(md.code, shape.of))}.")
            yield _elements(shape)
    yield f"### Parts of resources in {title}"
    for shape in table.shapes.values():
        if not shape.resource and shape.name not in ("resource", "canonical"):
            yield f"Part {md.code(shape.name)}:"
            yield _elements(shape)
    yield f"### Codes of {title}"
    yield md.table(
        ("list", "ours", "code", "system"),
        (
            (md.code(name), md.code(notation), md.code(code.code), code.system)
            for name, codes in table.codes.items()
            for notation, code in codes.items()
        ),
    )
    yield f"### What is lost in {title}"
    yield md.table(("what", "why"), ((md.code(n), why) for n, why in table.drops.items()))


def _elements(shape: Shape) -> str:
    return md.table(
        ("slot", "element", "value"),
        (
            (md.code(slot), md.code(e.path), f"{e.kind} {e.codes}".strip())
            for slot, e in shape.elements.items()
        ),
    )
