"""``fidelity.md`` from what the exporters declare."""

from __future__ import annotations

from collections.abc import Iterator

from kg.contract import DISTINCTIONS, EVERYWHERE, Fidelity
from kg.exporting import FORMATS, overview
from kg.ontology import Ontology
from reference import markdown as md

_MARKS = {"kept": "kept", "changed": "*changed*", "dropped": "**dropped**"}


def page(ontology: Ontology) -> str:
    """Return the page on what each format keeps, changes and drops."""
    fates = {
        name: {d: known.fidelity.fate(d, ontology).kind for d in DISTINCTIONS}
        for name, known in FORMATS.items()
    }
    varying = [d for d in DISTINCTIONS if any(fates[name][d] != "kept" for name in FORMATS)]
    constant = [d for d in DISTINCTIONS if d not in varying]
    table = [
        (md.code(name), *_counts(name, ontology), *(_MARKS[fates[name][d]] for d in varying))
        for name in FORMATS
    ]
    return md.page(
        "# Fidelity of the export formats",
        md.paragraph(
            "What each format keeps of a graph, what it changes and what it drops, as its exporter "
            "declares it; `kg export --loss FORMAT` prints it term by term. Tests read formats "
            "back: what is declared as kept comes back, and nothing else than what is declared as "
            "dropped is missing."
        ),
        md.paragraph(
            "What only approved statements may say is left out before a format is written. Where "
            "this leaves out a fact that another approval covers, the approved statement keeps its "
            "status in the export, and counts as submitted for who reads the export again: what "
            "was approved can no longer be compared "
            "([review](../review.md#what-an-approval-covers)). "
            "Of a file that is not loaded, what is derived is left out as well "
            "([scale](../scale.md))."
        ),
        md.paragraph(f"Every format keeps these distinctions: {', '.join(constant)}."),
        md.table(("Format", "Classes kept", "Properties kept", *varying), table),
        "## Distinctions",
        md.table(
            ("Distinction", "Meaning", "May be dropped"),
            [(d, m, "no" if d in EVERYWHERE else "yes") for d, m in DISTINCTIONS.items()],
        ),
        *(
            block
            for name, known in FORMATS.items()
            if known.fidelity != Fidelity()
            for block in _format(name, known.fidelity)
        ),
    )


def _counts(name: str, ontology: Ontology) -> Iterator[str]:
    found = overview(name, ontology)
    for fates in (found.classes, found.properties):
        changed = f", {fates['changed']} changed" if fates["changed"] else ""
        yield f"{fates['kept']} of {fates.total()}{changed}"


def _format(name: str, declared: Fidelity) -> Iterator[str]:
    """Yield the section of a format that does not keep everything."""
    yield f"## {name}"
    rows = [(md.code(n), "kept", "") for n in declared.keeps]
    rows += [(md.code(n), "changed", how) for n, how in declared.changes.items()]
    rows += [(md.code(n), "dropped", why) for n, why in declared.drops.items()]
    rows += [("every other term", "dropped", declared.others)] if declared.others else []
    yield md.table(("Class, property or distinction", "Fate", "How or why"), rows)
