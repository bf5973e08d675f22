"""Two sides that do not fit together, on pages: what each says, and what else differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.evidence.comparison import DIMENSIONS, NOT_STATED, Difference
from kg.evidence.disagreement import disagreements_of
from kg.evidence.findings import SIDES, Finding, Question
from kg.evidence.index import Index, natural, unique
from kg.evidence.verdicts import (
    ADVICE,
    CONTRADICT,
    DIFFER,
    NOT_COMPARED,
    ONE_STUDY,
    PAGE,
    PAGE_ITSELF,
    SAME_DATA,
    VERDICTS,
    Disagreement,
)
from kg.site.html import Html, el, join
from kg.site.marks import SIDE_WORDS, glyph
from kg.site.parts import Parts
from kg.site.plain import WAYS, both, label
from kg.site.table import pairs, plural, showing, table

MOST = 200
"""How many entries a section lists; of more, it says how many there are."""
MOST_ON_A_PAGE = 20
"""How many disagreements the page of an entity lists."""
MOST_BESIDE = 6
"""How many findings are on one side of a question."""
KINDS: Mapping[str, tuple[str, str]] = {
    CONTRADICT: ("results that contradict each other", "contradict each other"),
    DIFFER: ("results that differ, as do other details", "differ, as do other details"),
    SAME_DATA: ("same data, analysed or rated differently", "on the same data"),
    ONE_STUDY: ("records of one study that do not agree", "between records of one study"),
    ADVICE: ("recommendations that do not agree", "between recommendations"),
    PAGE: ("the page against its sources", "between the page and its source"),
    PAGE_ITSELF: ("the page against itself", "within the page"),
    NOT_COMPARED: ("not compared, because there are too many", "not compared"),
}
"""Verdict → a heading for it, and words after a number of pairs."""
_HEADS = ("One side", "Other side", "Verdict", "Differ also in", "Cannot be determined")


class DisagreementParts:
    """Makes the pieces of pages that show disagreements."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        self.found = disagreements_of(parts.findings)

    # -- the page of an entity -----------------------------------------------------------------

    def section(self, iri: str) -> Iterable[Html]:
        """Yield what disagrees about an entity, or with it; nothing where nothing does."""
        found = self.found.of(iri)
        if not found:
            return
        yield el("h2", label("What disagrees"), id="disagreement")
        shown = found[:MOST_ON_A_PAGE]
        if len(shown) < len(found):
            yield showing(len(shown), len(found), "disagreements")
        yield self._pairs(shown, plural(len(shown), "disagreement"), _HEADS)
        yield el(
            "p",
            "Both sides stay. All disagreements: ",
            el("a", "Disagreement and gaps", href=f"{self.parts.up}gaps.html"),
            ".",
            class_="small",
        )

    # -- the page of all -----------------------------------------------------------------------

    def by_verdict(self) -> Iterable[Html]:
        """Yield all disagreements by kind, those on one question together."""
        counted = {v: [d for d in self.found.all if d.verdict == v] for v in VERDICTS}
        opened = next((v for v in VERDICTS if counted[v]), "")
        for verdict, found in counted.items():
            if verdict == NOT_COMPARED and not found:
                continue
            words, _ = KINDS[verdict]
            yield el("h3", f"{words[:1].upper()}{words[1:]}: {len(found):,}", id=verdict)
            yield el("p", self._definition(verdict), class_="soft")
            if not found:
                yield el("p", "None in this graph.")
            groups = _by_question(found, self.index)
            if len(groups) > MOST:
                yield el("p", f"The first {MOST} of {len(groups):,} are listed.", class_="soft")
            for number, (question, some) in enumerate(groups[:MOST]):
                # One is open, to show what the others hold; on paper all are.
                yield self._entry(question, some, is_open=verdict == opened and not number)

    def _definition(self, verdict: str) -> str:
        known = self.index.ontology.classes["DisagreementVerdict"]
        return self.index.ontology.members(known.iri)[verdict].definition

    def _entry(self, question: Question, found: Sequence[Disagreement], *, is_open: bool) -> Html:
        title = ": ".join(self.index.label(iri) for iri in question if iri)
        shown = found[:MOST_ON_A_PAGE]
        heads = tuple(h for h in _HEADS if h != "Verdict")
        content = [
            el("p", "On ", self.parts.refs([i for i in question if i], " and "), class_="small"),
            showing(len(shown), len(found), "pairs") if len(shown) < len(found) else None,
            self._pairs(shown, f"{title}: {plural(len(shown), 'pair')}", heads),
            *self._beside(found),
        ]
        summary = el("summary", el("h4", title), el("p", plural(len(found), "pair")))
        return el("details", summary, content, class_="entry print", open=is_open)

    def _beside(self, found: Sequence[Disagreement]) -> Iterable[Html]:
        """Yield the findings and other statements of both sides, side by side."""
        sides = unique(side for d in found for side in (d.one, d.other))
        findings = [f for f in map(self.parts.findings.by_iri.get, sides) if f]
        columns = []
        for side in SIDES.values():
            mine = [f for f in findings if f.side == side and not f.is_claim]
            if mine:
                words = f"{SIDE_WORDS[side][:1].upper()}{SIDE_WORDS[side][1:]}"
                head = el(
                    "p", glyph(side), both(words, WAYS[side].capitalize()), class_="side-head"
                )
                columns.append(el("div", head, list(self._findings(mine))))
        said = [s for s in sides if self.index.is_a(s, "Statement")]
        said = [s for s in said if not self.index.is_a(s, "Finding")]
        if said:
            head = el("p", "What is said", class_="side-head")
            cards = [self.parts.statement_card(s) for s in said[:MOST_BESIDE]]
            more = showing(MOST_BESIDE, len(said), "statements") if len(said) > MOST_BESIDE else ""
            columns.insert(0, el("div", head, cards, more))
        if columns:
            yield el("div", columns, class_="sides")

    def _findings(self, mine: Sequence[Finding]) -> Iterable[Html]:
        """Yield the findings of one side, and where the others are."""
        yield from (self.finding_card(f) for f in mine[:MOST_BESIDE])
        if len(mine) > MOST_BESIDE:
            yield showing(MOST_BESIDE, len(mine), "findings")
            practices = unique(i for f in mine for i in f.interventions)
            yield el("p", "All are on the pages of ", self.parts.few(practices), ".")

    def finding_card(self, f: Finding) -> Html:
        """Return a finding as a card: its words, result, comparison, people, certainty, source."""
        parts = self.parts
        rows = (
            ("Result", parts.direction(f)),
            ("Effect", parts.effect_in_short(f)),
            ("Compared with", parts.comparison(f)),
            ("In", join([parts.refs(f.populations), *([f"; {f.counts}"] if f.counts else [])])),
            ("Certainty", parts.certainty(f)),
            ("Source", parts.refs(f.sources) or "none named"),
        )
        foot = [parts.ref(f.iri, f.identifier), " ", parts.stamp(f.iri)]
        return el(
            "article",
            parts.say(f.wordings),
            el("dl", pairs(rows), class_="facts-of"),
            el("p", foot, class_="small"),
            class_="card unreviewed" if f.stamp else "card",
        )

    # -- pairs ---------------------------------------------------------------------------------

    def _pairs(self, found: Iterable[Disagreement], caption: str, heads: Sequence[str]) -> Html:
        rows = []
        for d in found:
            cells = {
                "One side": self._side(d.one, d.one_says),
                "Other side": self._side(d.other, d.other_says),
                "Verdict": VERDICTS[d.verdict].removesuffix(", and differ also in"),
                "Differ also in": _values(d.known, bare=False),
                "Cannot be determined": _values(d.unknown, bare=d.verdict == PAGE),
            }
            rows.append([cells[h] for h in heads])
        return table(caption, heads, rows)

    def _side(self, iri: str, says: str) -> Html:
        index = self.index
        is_statement = index.is_a(iri, "Statement")
        name = (index.text(iri, "identifier") or index.name(iri)) if is_statement else ""
        side = join([self.parts.ref(iri, name), f": {says}"])
        if f := self.parts.findings.by_iri.get(iri):
            about = "; ".join(index.label(i) for i in (*f.outcomes, *f.sources))
            return join([side, el("div", about, class_="small soft")])
        return side


def _by_question(
    found: Iterable[Disagreement], index: Index
) -> list[tuple[Question, list[Disagreement]]]:
    groups: dict[Question, list[Disagreement]] = {}
    for d in found:
        groups.setdefault((d.about, d.outcome), []).append(d)
    labels = {q: tuple(natural(index.label(iri)) for iri in q if iri) for q in groups}
    return sorted(groups.items(), key=lambda item: labels[item[0]])


def _values(found: Sequence[Difference], *, bare: bool) -> Html:
    """Return dimensions with both values, each on its line; only the names where ``bare``."""
    if not found:
        return el("span", "nothing", class_="soft")
    plain = [d for d in found if bare or d.one == d.other == NOT_STATED]
    names = ", ".join(DIMENSIONS[d.dimension] for d in plain)
    lines = [el("div", names)] if names else []
    return join([*lines, *(el("div", d.text()) for d in found if d not in plain)])
