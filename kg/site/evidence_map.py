"""The evidence gap map as a table: what was studied on what, how sure, and where nothing is.

A map shows which evidence this graph holds, not what it adds up to: marks are counts of findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kg.evidence.findings import Finding
from kg.evidence.index import Index, natural
from kg.site.html import Html, el
from kg.site.marks import LEVEL_WORDS, SIDE_SHORT, cell
from kg.site.parts import Parts, plural

NO_DOMAIN = "domain not stated"
_DEEPEST = 3
MOST_ROWS, MOST_COLUMNS = 250, 120
"""How many interventions and outcomes a map has: those with most findings."""
MOST_INLINED = 2000
"""Above this many findings a cell leads to the intervention's page and opens nothing here."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what was studied, and how deep it is below its group."""

    iri: str
    depth: int


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together, under a heading if it has a name."""

    name: str
    rows: tuple[Row, ...]


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


def groups(
    index: Index, findings: Iterable[Finding], frame: Frame, *, with_empty: bool
) -> list[Group]:
    """Return the rows of a map: groups with their members, single ones, parts, and gaps.

    :param with_empty: have interventions without a finding too, in a group of their own.
    """
    every = {i for f in findings for i in f.interventions}
    studied = every & frame.rows
    interventions = index.instances("Intervention")
    parents = {iri: _parent(index, iri) for iri in interventions}
    children: dict[str, list[str]] = {}
    for iri in interventions:
        children.setdefault(parents[iri], []).append(iri)

    def rows(iri: str, depth: int, seen: frozenset[str]) -> list[Row]:
        below = [
            row
            for child in sorted(children.get(iri, ()), key=lambda c: natural(index.label(c)))
            if child not in seen
            for row in rows(child, depth + 1, seen | {child})
        ]
        # A group without a finding of its own stays above those of its members.
        return [Row(iri, min(depth, _DEEPEST)), *below] if iri in studied or below else []

    trees = [rows(iri, 0, frozenset({iri})) for iri in children.get("", ())]
    trees = sorted((t for t in trees if t), key=lambda t: (-len(t), natural(index.label(t[0].iri))))
    found = [Group(index.label(t[0].iri), tuple(t)) for t in trees if len(t) > 1]
    single = [t[0] for t in trees if len(t) == 1]
    shown = {row.iri for tree in trees for row in tree}
    parts = sorted(studied - set(interventions), key=lambda i: natural(index.label(i)))
    # Entities in a circle of parents form no tree, but are shown.
    single += [Row(i, 0) for i in interventions if i in studied and i not in shown]
    empty = [i for i in interventions if i not in shown and i not in every][:MOST_ROWS]
    extra = (
        ("Single interventions", single),
        ("Parts studied by themselves", [Row(i, 0) for i in parts]),
        ("No finding in this graph", [Row(i, 0) for i in empty] if with_empty else []),
    )
    return found + [Group(name, tuple(rs)) for name, rs in extra if rs]


def _parent(index: Index, iri: str) -> str:
    """Return the parent of an intervention: what it varies, else its first group."""
    for key in ("variantOf", "partOfGroup"):
        for parent in index.nodes(iri, key):
            if index.is_a(parent, "Intervention") and parent != iri:
                return parent
    return ""


class EvidenceMap:
    """Draws maps of the findings of a graph."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        self.numbers = {f.iri: n for n, f in enumerate(parts.findings.all)}
        self.frame = Frame.of(parts.findings.all)
        self.opens = len(self.numbers) <= MOST_INLINED

    def table(self, found: Sequence[Finding], caption: Html, *, name: str, whole: bool) -> Html:
        """Return a map of findings.

        :param name: begins the ids within the table.
        :param whole: the map of the whole graph: with rows without findings, and with a column
            for each domain that represents its folded outcomes.
        """
        columns = domains(self.index, found, self.frame)
        cells: dict[tuple[str, str], list[Finding]] = {}
        for f in found:
            for i in f.interventions:
                for o in f.outcomes:
                    cells.setdefault((i, o), []).append(f)
        bodies = [
            self._group(group, columns, cells, whole, f"{name}-g{n}")
            for n, group in enumerate(groups(self.index, found, self.frame, with_empty=whole))
        ]
        return el(
            "div",
            el(
                "table",
                el("caption", el("span", caption)),
                self._head(columns, name, whole),
                bodies,
                class_="map" + (" whole" if whole else ""),
            ),
            class_="scroll mapscroll",
            role="region",
            aria_label="Evidence map, scrolls sideways",
            tabindex=0,
        )

    def _head(self, columns: list[Domain], name: str, whole: bool) -> Html:
        top = [el("td", rowspan=2, class_="corner")]
        below = []
        for n, domain in enumerate(columns):
            count = plural(len(domain.outcomes), "outcome")
            title = el("span", domain.name, class_="dom")
            fold = (
                el(
                    "button",
                    "fold",
                    type="button",
                    class_="js-only fold",
                    data_domain=n,
                    aria_expanded="true",
                    aria_label=f"Fold {domain.name}, {count}",
                )
                if whole
                else None
            )
            top.append(
                el(
                    "th",
                    title,
                    " ",
                    el("span", count, class_="soft nowrap"),
                    " ",
                    fold,
                    colspan=len(domain.outcomes),
                    scope="colgroup",
                    data_domain=n,
                    class_="domhead",
                )
            )
            if whole:
                below.append(
                    el(
                        "th",
                        el("span", "all outcomes"),
                        scope="col",
                        class_=f"sum s{n}",
                        hidden=True,
                    )
                )
            for o, outcome in enumerate(domain.outcomes):
                first = " first" if o == 0 else ""
                label = el("a", self.index.label(outcome), href=self.index.href(outcome))
                below.append(el("th", el("span", label), scope="col", class_=f"out d{n}{first}"))
        return el("thead", el("tr", top), el("tr", below))

    def _group(
        self,
        group: Group,
        columns: list[Domain],
        cells: dict[tuple[str, str], list[Finding]],
        whole: bool,
        name: str,
    ) -> Html:
        rows = []
        is_tree = len(group.rows) > 1 and group.rows[1].depth > 0
        if not is_tree:
            span = sum(len(d.outcomes) for d in columns) + (len(columns) if whole else 0)
            heading = el("th", el("span", group.name), scope="rowgroup", colspan=span + 1)
            rows.append(el("tr", heading, class_="grouphead"))
        for row in group.rows:
            head = el(
                "th",
                el("a", self.index.label(row.iri), href=self.index.href(row.iri)),
                self._alert(row.iri),
                scope="row",
                class_=f"i{row.depth}",
            )
            rows.append(el("tr", head, self._cells(row.iri, columns, cells, whole)))
        return el("tbody", rows, id=name, class_="tree" if is_tree else None)

    def _alert(self, iri: str) -> Html | None:
        if not self.parts.caveats_of(iri):
            return None
        return el("strong", " ⚠ caveat", class_="alert", title="see below the map")

    def _cells(
        self,
        row: str,
        columns: list[Domain],
        cells: dict[tuple[str, str], list[Finding]],
        whole: bool,
    ) -> Iterable[Html]:
        for n, domain in enumerate(columns):
            inside = [cells.get((row, o), []) for o in domain.outcomes]
            if whole:
                every = list({f.iri: f for found in inside for f in found}.values())
                yield self._cell(row, domain.name, "", every, f"sum s{n}", hidden=True)
            for o, (outcome, found) in enumerate(zip(domain.outcomes, inside, strict=True)):
                first = " first" if o == 0 else ""
                yield self._cell(row, self.index.label(outcome), outcome, found, f"d{n}{first}")

    def _cell(
        self,
        row: str,
        column: str,
        outcome: str,
        found: list[Finding],
        class_: str,
        hidden: bool = False,
    ) -> Html:
        if not found:
            return _empty(class_, hidden)
        levels = Counter(f.level for f in found)
        sides = Counter(f.side for f in found)
        words = f"{self.index.label(row)}, {column}: {in_words(found)}"
        place = f"#{place_of(self.index, outcome)}" if outcome else "#findings"
        link = el(
            "a",
            cell(levels, sides, across=2 if outcome else 3),
            href=self.index.page(row) + place,
            aria_label=words,
            title=words,
            data_f=" ".join(str(self.numbers[f.iri]) for f in found) if self.opens else None,
        )
        return el("td", link, class_=class_, hidden=hidden)


@cache
def _empty(class_: str, hidden: bool) -> Html:
    return el("td", el("span", "no finding"), class_=f"none {class_}", hidden=hidden)


def in_words(found: Sequence[Finding]) -> str:
    """Return what a cell shows in words."""
    levels = Counter(LEVEL_WORDS[f.level] for f in found)
    sides = Counter(SIDE_SHORT[f.side] for f in found)
    by_level = ", ".join(f"{levels[w]} {w}" for w in LEVEL_WORDS.values() if levels[w])
    by_side = ", ".join(f"{sides[w]} {w}" for w in SIDE_SHORT.values() if sides[w])
    return f"{plural(len(found), 'finding')}; certainty: {by_level}; direction: {by_side}"


def place_of(index: Index, outcome: str) -> str:
    """Return the place on an intervention's page that lists findings on an outcome."""
    slug = index.short(outcome).rpartition("/")[2]
    safe = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in slug)
    return f"on-{safe or 'outcome'}"


def empty_outcomes(index: Index, findings: Iterable[Finding]) -> list[str]:
    """Return the outcomes that no finding is about, by label."""
    used = {o for f in findings for o in f.outcomes}
    found = [o for o in index.instances("Outcome") if o not in used]
    return sorted(found, key=lambda o: natural(index.label(o)))
