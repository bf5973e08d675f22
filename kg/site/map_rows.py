"""The rows and columns of the evidence map, and their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kg.evidence.findings import Finding, Findings
from kg.evidence.index import Index, natural

NO_DOMAIN = "domain not stated"
_DEEPEST = 3
MOST_ROWS, MOST_COLUMNS = 250, 120
"""How many interventions and outcomes a map has: those with most findings."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what was studied, and how deep it is below its group."""

    iri: str
    depth: int


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, under a heading if it has a name; ``is_last`` ones are folded."""

    name: str
    rows: tuple[Row, ...]
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Domain:
    """Columns that belong together."""

    name: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What has a place on the maps of a graph: of very many, those with most findings."""

    rows: frozenset[str]
    columns: frozenset[str]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Frame:
        """Return the frame of all findings of a graph."""
        found = list(findings)
        rows = Counter(i for f in found for i in f.interventions)
        columns = Counter(o for f in found for o in f.outcomes)
        return cls(_fullest(rows, MOST_ROWS), _fullest(columns, MOST_COLUMNS))


def _fullest(count: Counter[str], most: int) -> frozenset[str]:
    return frozenset(sorted(count, key=lambda iri: (-count[iri], iri))[:most])


def domains(index: Index, findings: Iterable[Finding], frame: Frame) -> list[Domain]:
    """Return the outcomes of findings by domain, the fullest domain and outcome first."""
    count = Counter(o for f in findings for o in f.outcomes if o in frame.columns)
    by_name: dict[str, list[str]] = {}
    for outcome in sorted(count, key=lambda o: (-count[o], index.label(o))):
        name = index.words(outcome, "outcomeDomain") or NO_DOMAIN
        by_name.setdefault(name, []).append(outcome)
    sums = {name: sum(count[o] for o in found) for name, found in by_name.items()}
    return [
        Domain(name, tuple(by_name[name]))
        for name in sorted(by_name, key=lambda n: (n == NO_DOMAIN, -sums[n], n))
    ]


def groups(index: Index, findings: Findings, frame: Frame) -> list[Group]:
    """Return the rows of the map: groups with their members, single ones, parts, and last ones.

    What most readers come for stands first: the group with most members. Folded and last stand
    interventions that a contraindication is about, those that findings only compare with, and
    those without any finding.
    """
    every = {i for f in findings.all for i in f.interventions}
    studied = every & frame.rows
    interventions = index.instances("Intervention")
    warned = _warned(index)
    parents = {iri: _parent(index, iri) for iri in interventions}
    children: dict[str, list[str]] = {}
    for iri in interventions:
        children.setdefault(parents[iri], []).append(iri)

    def rows(iri: str, depth: int, seen: frozenset[str]) -> list[Row]:
        below = [
            row
            for child in sorted(children.get(iri, ()), key=lambda c: natural(index.label(c)))
            if child not in seen | warned
            for row in rows(child, depth + 1, seen | {child})
        ]
        # A group without a finding of its own stays above those of its members.
        return [Row(iri, min(depth, _DEEPEST)), *below] if iri in studied or below else []

    trees = [rows(i, 0, frozenset({i})) for i in children.get("", ()) if i not in warned]
    trees = sorted((t for t in trees if t), key=lambda t: (-len(t), natural(index.label(t[0].iri))))
    found = [Group(index.label(t[0].iri), tuple(t)) for t in trees if len(t) > 1]
    single = [t[0] for t in trees if len(t) == 1]
    shown = {row.iri for tree in trees for row in tree} | warned
    parts = sorted(studied - set(interventions), key=lambda i: natural(index.label(i)))
    # Entities in a circle of parents form no tree, but are shown.
    single += [Row(i, 0) for i in interventions if i in studied and i not in shown]
    rest = [i for i in interventions if i not in shown and i not in every]
    compared = [i for i in rest if findings.of(i, "comparator")]
    empty = [i for i in rest if i not in compared]
    extra = (
        ("Single interventions", single, False),
        ("Parts studied by themselves", [Row(i, 0) for i in parts], False),
        (
            "Last, since findings only compare with them",
            [Row(i, 0) for i in compared[:MOST_ROWS]],
            True,
        ),
        ("Last, since no finding is about them", [Row(i, 0) for i in empty[:MOST_ROWS]], True),
        (
            "Last, since a contraindication is recorded for them",
            [Row(i, 0) for i in interventions if i in warned],
            True,
        ),
    )
    return found + [Group(name, tuple(rs), last) for name, rs, last in extra if rs]


def _warned(index: Index) -> frozenset[str]:
    """Return what a contraindication is about."""
    caveats = index.instances("Caveat")
    against = [c for c in caveats if index.notation(c, "caveatKind") == "contraindication"]
    return frozenset(i for c in against for i in index.nodes(c, "appliesTo"))


def _parent(index: Index, iri: str) -> str:
    """Return the parent of an intervention: what it varies, else its first group."""
    for key in ("variantOf", "partOfGroup"):
        for parent in index.nodes(iri, key):
            if index.is_a(parent, "Intervention") and parent != iri:
                return parent
    return ""
