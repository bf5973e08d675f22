"""The evidence gap map as a table: what was studied on what, how sure, and where nothing is.

A map shows which evidence this graph holds, not what it adds up to: marks are counts of findings.
Claims have a mark of their own and are shown where a reader asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from kg.evidence.findings import Finding, questions
from kg.evidence.index import Index, natural
from kg.site.html import Html, el
from kg.site.map_rows import Frame, Group, domains, groups
from kg.site.marks import LEVEL_WORDS, SIDE_SHORT, cell, claim
from kg.site.parts import Parts
from kg.site.table import plural

MOST_INLINED = 2000
"""Above this many findings a cell leads to the intervention's page and opens nothing here."""


class EvidenceMap:
    """Draws the map of the findings of a graph."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        found = parts.findings
        self.listed = (*found.all, *found.claims)
        self.numbers = {f.iri: n for n, f in enumerate(self.listed)}
        self.frame = Frame.of(found.all)
        self.opens = len(self.numbers) <= MOST_INLINED
        self.columns = domains(index, found.all, self.frame)
        self.cells, self.claims = found.by_question, questions(found.claims)

    def placed(self) -> int:
        """Return how many claims have a cell on the map."""
        columns = {o for d in self.columns for o in d.outcomes}
        rows = {r.iri for g in groups(self.index, self.parts.findings, self.frame) for r in g.rows}
        cells = {q for q in self.claims if q[0] in rows and q[1] in columns}
        return len({f.iri for q in cells for f in self.claims[q]})

    def table(self, caption: Html) -> Html:
        """Return the map, each domain also as a column for all of its outcomes (hidden)."""
        found = groups(self.index, self.parts.findings, self.frame)
        bodies = [self._group(group, f"map-g{n}") for n, group in enumerate(found)]
        table = el("table", el("caption", caption), self._head(), bodies, class_="map whole")
        return el(
            "div",
            table,
            class_="scroll mapscroll",
            role="region",
            aria_label="Evidence map, scrolls sideways",
            tabindex=0,
        )

    def _head(self) -> Html:
        top = [el("td", rowspan=2, class_="corner")]
        below = []
        for n, domain in enumerate(self.columns):
            count = plural(len(domain.outcomes), "outcome")
            fold = el(
                "button",
                "−",
                type="button",
                class_="js-only fold",
                data_domain=n,
                aria_expanded="true",
                aria_label=f"Fold {domain.name}, {count}",
            )
            top.append(
                el(
                    "th",
                    fold,
                    " ",
                    el("span", domain.name, class_="dom", title=f"{domain.name}, {count}"),
                    colspan=len(domain.outcomes),
                    scope="colgroup",
                    data_domain=n,
                    class_="domhead",
                )
            )
            name = el("span", f"{domain.name} ({len(domain.outcomes)})")
            below.append(el("th", name, scope="col", class_=f"sum s{n}", hidden=True))
            two = " two" if len(domain.outcomes) == 2 else ""  # must hold the domain's name
            for o, outcome in enumerate(domain.outcomes):
                first = " first" if o == 0 else ""
                label = self.index.label(outcome)
                link = el("a", label, href=self.index.href(outcome), title=label)
                below.append(
                    el("th", el("span", link), scope="col", class_=f"out d{n}{first}{two}")
                )
        return el("thead", el("tr", top), el("tr", below))

    def _group(self, group: Group, name: str) -> Html:
        rows = []
        is_tree = len(group.rows) > 1 and group.rows[1].depth > 0
        if not is_tree:
            span = sum(len(d.outcomes) for d in self.columns) + len(self.columns) + 1
            title: Html | str = group.name
            if group.is_last:
                words = f"{group.name} ({len(group.rows)})"
                shown = {"aria_expanded": "true", "class_": "js-only more"}
                title = join_words(words, el("button", words, type="button", **shown))
            heading = el("th", el("span", title), scope="rowgroup", colspan=span)
            rows.append(el("tr", heading, class_="grouphead"))
        for row in group.rows:
            head = el(
                "th",
                el("a", self.index.label(row.iri), href=self.index.href(row.iri)),
                self._alert(row.iri),
                scope="row",
                class_=f"i{row.depth}",
            )
            rows.append(el("tr", head, self._cells(row.iri)))
        kind = "tree" if is_tree else "last" if group.is_last else None
        return el("tbody", rows, id=name, class_=kind)

    def _alert(self, iri: str) -> Html | None:
        if not self.parts.caveats_of(iri):
            return None
        return el("strong", " ⚠ caveat", class_="alert", title="see below the map")

    def _cells(self, row: str) -> Iterable[Html]:
        for n, domain in enumerate(self.columns):
            keys = [(row, o) for o in domain.outcomes]
            yield self._cell(row, domain.name, "", keys, f"sum s{n}", hidden=True)
            for o, (key, outcome) in enumerate(zip(keys, domain.outcomes, strict=True)):
                first = " first" if o == 0 else ""
                yield self._cell(row, self.index.label(outcome), outcome, [key], f"d{n}{first}")

    def _cell(
        self,
        row: str,
        column: str,
        outcome: str,
        keys: Sequence[tuple[str, str]],
        class_: str,
        hidden: bool = False,
    ) -> Html:
        found = _once(f for key in keys for f in self.cells.get(key, ()))
        claimed = _once(f for key in keys for f in self.claims.get(key, ()))
        if not found and not claimed:
            return _empty(class_, hidden)
        about = f"{self.index.label(row)}, {column}"
        inside: list[Html | None] = []
        if found:
            levels, sides = Counter(f.level for f in found), Counter(f.side for f in found)
            place = f"#{place_of(self.index, outcome)}" if outcome else "#findings"
            words = f"{about}: {in_words(found)}"
            marks = cell(levels, sides, across=2 if outcome else 3)
            inside.append(self._link(row, place, marks, words, found))
        else:
            inside.append(el("span", "no finding"))
            class_ = f"none {class_}"
        if claimed:
            doubts = dict.fromkeys(d for f in claimed for d in f.doubts)
            words = ", ".join([f"{about}: {plural(len(claimed), 'claim')}", "no evidence", *doubts])
            inside.append(self._link(row, "#claims", claim(len(claimed)), words, claimed, "claim"))
        return el("td", inside, class_=class_, hidden=hidden)

    def _link(
        self,
        row: str,
        place: str,
        marks: Html,
        words: str,
        found: Sequence[Finding],
        class_: str | None = None,
    ) -> Html:
        return el(
            "a",
            marks,
            href=self.index.page(row) + place,
            aria_label=words,
            title=words,
            class_=class_,
            data_f=" ".join(str(self.numbers[f.iri]) for f in found) if self.opens else None,
        )


def join_words(words: str, button: Html) -> Html:
    """Return a heading as text, and as a button that unfolds what is below it."""
    return Html(el("span", words, class_="no-js") + button)


def _once(found: Iterable[Finding]) -> list[Finding]:
    return list({f.iri: f for f in found}.values())


@cache
def _empty(class_: str, hidden: bool) -> Html:
    return el("td", el("span", "no finding"), class_=f"none {class_}", hidden=hidden)


def in_words(found: Sequence[Finding]) -> str:
    """Return what a cell shows in words.

    Several findings of one study or review are not several studies: it is said how many there are.
    """
    count = plural(len(found), "finding")
    bodies = len({f.evidence for f in found})
    if bodies < len(found):
        count += f" of {'one study or review' if bodies == 1 else f'{bodies} studies or reviews'}"
    if subgroups := sum(bool(f.subgroup) for f in found):
        count += f", {subgroups} on a subgroup"
    levels = Counter(LEVEL_WORDS[f.level] for f in found)
    sides = Counter(SIDE_SHORT[f.side] for f in found)
    by_level = ", ".join(f"{levels[w]} {w}" for w in LEVEL_WORDS.values() if levels[w])
    by_side = ", ".join(f"{sides[w]} {w}" for w in SIDE_SHORT.values() if sides[w])
    return f"{count}; certainty: {by_level}; direction: {by_side}"


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
