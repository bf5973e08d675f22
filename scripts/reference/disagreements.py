"""The table of disagreements in ``docs/attachment.md``: what the rules find in the dataset."""

from __future__ import annotations

from kg import load, resources
from kg.evidence.comparison import DIMENSIONS
from kg.evidence.disagreement import Disagreements
from kg.evidence.findings import Findings
from kg.evidence.index import Index
from kg.evidence.verdicts import VERDICTS, Disagreement

BEGIN = "<!-- disagreements: written by scripts/generate.py, do not edit -->"
END = "<!-- end of disagreements -->"


def table() -> str:
    """Return one row for each kind of disagreement on each question, with its first pair."""
    index = Index(load(resources.bundled_dataset()))
    groups: dict[tuple[str, str, str], list[Disagreement]] = {}
    for found in Disagreements(Findings(index)).all:
        groups.setdefault((found.verdict, found.about, found.outcome), []).append(found)
    lines = ["| verdict | on | sides | differ also in |", "|---|---|---|---|"]
    for (verdict, about, outcome), some in groups.items():
        on = ": ".join(index.label(iri) for iri in (about, outcome) if iri)
        first = some[0]
        sides = f"{_side(index, first.one)} {first.one_says} / "
        sides += f"{_side(index, first.other)} {first.other_says}"
        more = f" (and {len(some) - 1} more)" if len(some) > 1 else ""
        known = ", ".join(DIMENSIONS[d.dimension] for d in first.known)
        lines.append(f"| {VERDICTS[verdict]} | {on} | {sides}{more} | {known} |")
    return "\n".join([BEGIN, "", *lines, "", END])


def _side(index: Index, iri: str) -> str:
    known = index.text(iri, "identifier") if index.is_a(iri, "Statement") else ""
    return f"{known or index.label(iri)}:"
