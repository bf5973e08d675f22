"""Summaries of findings: one page an intervention and comparator, in the layout of GRADE tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.evidence.findings import Estimate, Rating
from kg.evidence.grade import (
    COMPARATOR,
    INTERVENTION,
    LOWERING,
    RAISING,
    favoured_by_higher,
    grouped,
)
from kg.evidence.index import Index, natural, unique
from kg.evidence.summary_of_findings import Row, Summary, uncompared
from kg.ontology import LONGEST_ID
from kg.site.html import Html, el, join, text
from kg.site.marks import glyph, oplus
from kg.site.parts import Parts
from kg.site.plain import both, counted, label
from kg.site.shell import Page, breadcrumb
from kg.site.table import plural, scroll, showing, table
from kg.site.wording import minus, one_state, short

PATH = "summaries.html"
MOST = 300
"""How many tables the list of them names."""
PLAIN: Mapping[str, str] = {
    "high": "One can be very sure of this.",
    "moderate": "One can be fairly sure of this. New studies could change it.",
    "low": "This is uncertain. New studies may well change it.",
    "veryLow": "This is very uncertain. Nobody can rely on it yet.",
    "": "Nobody has rated how sure one can be of this.",
}
"""A level of GRADE → what it means for caregivers."""
_PAIRS: Mapping[str, str] = {"dyads": "pairs of parent and child"}
_BY: Mapping[str, str] = {
    INTERVENTION: "higher favours the intervention",
    COMPARATOR: "higher favours the comparator",
    "": "favoured side not stated",
}


def page_of(index: Index, intervention: str, comparator: str) -> str:
    """Return the path of the page on an intervention and a comparator."""
    return f"summary/{_slug(index, intervention)}__{_slug(index, comparator)}.html"


def _slug(index: Index, iri: str) -> str:
    """Return a practice as a part of a file name: ids have no underscore, so no two are alike."""
    term = index.ontology.by_iri.get(iri)
    if term:
        return term.name
    name = index.page(iri).removesuffix(".html").removeprefix("intervention/").replace("/", "_")
    return name if len(name) <= LONGEST_ID // 2 else hashlib.sha256(name.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Same:
    """What all rows of a table share, and so is said once above it."""

    stamp: bool
    design: bool


class SummaryPages:
    """Makes the list of the tables, and the page of each."""

    def __init__(self, index: Index, parts: Parts, found: Sequence[Summary]) -> None:
        self.index, self.parts, self.found = index, parts, found
        self.inner = Parts(index, parts.findings, "../")
        self.stamped_alike = bool(one_state(index))

    def list_page(self) -> Page:
        """Return the page that lists the tables."""
        index, parts = self.index, self.parts
        left = uncompared(parts.findings)
        rows = [
            (
                join(
                    [
                        el(
                            "a",
                            s.intervention_label,
                            href=page_of(index, s.intervention, s.comparator),
                        ),
                        el("div", f"compared with {s.comparator_label}", class_="small soft"),
                    ]
                ),
                counted(plural(len({r.outcome for r in s.rows}), "outcome")),
                counted(plural(len(s.rows), "finding")),
                f"{sum(bool(r.ratings) for r in s.rows)} of {len(s.rows)}",
                plural(len({w for r in s.rows for w in r.sources}), "source"),
            )
            for s in sorted(
                self.found,
                key=lambda s: (natural(s.intervention_label), natural(s.comparator_label)),
            )[:MOST]
        ]
        heads = ("Question", "Outcomes", "Findings", "Rated by GRADE", "Sources")
        caption = "Tables by what was done and what it was compared with"
        body: list[Html | None] = [
            el("h1", label("Summaries of findings")),
            el(
                "p",
                both(
                    "One table for each intervention and what it was compared with, in the layout "
                    "of GRADE. Numbers and ratings are those of the sources; nothing is pooled.",
                    "One table for each treatment or programme and what it was compared with, as "
                    "the sources tell it: what changed, and how sure one can be.",
                ),
                class_="lead",
            ),
            showing(len(rows), len(self.found), "tables"),
            table(caption, heads, rows) if rows else None,
        ]
        if left:
            practices = unique(i for f in left for i in f.interventions)
            count = plural(len(left), "finding is", "findings are")
            body.append(
                el(
                    "p",
                    counted(f"{count} in no table"),
                    ": a change within one group, or a comparison that is not "
                    "stated. They are on the pages of ",
                    parts.few(practices),
                    ".",
                )
            )
        return Page(PATH, "Summaries of findings", join(body), PATH)

    def pages(self) -> Iterator[Page]:
        """Yield the page of each table."""
        for summary in self.found:
            title = summary.title()
            yield Page(
                page_of(self.index, summary.intervention, summary.comparator),
                f"Summary of findings: {title}",
                join(self._body(summary)),
                PATH,
                ("summary.css",),
            )

    # -- one page ------------------------------------------------------------------------------

    def _body(self, s: Summary) -> Iterable[Html | None]:
        parts = self.inner
        stamps = {row.stamp for row in s.rows}
        designs = {row.designs for row in s.rows}
        yield breadcrumb("../", ("Summaries", PATH), (s.intervention_label, ""))
        yield el(
            "h1",
            s.intervention_label[:1].upper() + s.intervention_label[1:],
            el("span", f" compared with {s.comparator_label}", class_="soft"),
        )
        yield parts.caveats([s.intervention])
        facts = [
            ("With whom", parts.refs(s.populations)),
            ("Intervention", parts.ref(s.intervention)),
            ("Compared with", parts.ref(s.comparator)),
            ("Sources", parts.refs(unique(w for row in s.rows for w in row.sources))),
        ]
        if len(designs) == 1 and designs != {""}:
            facts.append(("Design", text(next(iter(designs)))))
        if len(stamps) == 1 and stamps != {""} and not self.stamped_alike:
            facts.append(("All rows", el("span", next(iter(stamps)), class_="stamp")))
        listed = [el("div", el("dt", k), el("dd", v or "not stated")) for k, v in facts]
        yield el("dl", listed, class_="about")
        notes = list(dict.fromkeys(n for row in s.rows for n in self._notes(row)))
        same = _Same(len(stamps) == 1, len(designs) == 1)
        yield self._table(s, notes, same)
        yield el("ol", [el("li", n, id=f"n{i}") for i, n in enumerate(notes, 1)], class_="notes")
        yield from self._profile(s)

    def _notes(self, row: Row) -> list[Html]:
        return [*map(_footnote, row.footnotes), *(self._rater(r) for r in row.ratings)]

    def _rater(self, rating: Rating) -> Html:
        by = [": ", self.inner.refs(rating.by)] if rating.by else []
        return join([f"Certainty judged by: {rating.origin}", *by])

    def _table(self, s: Summary, notes: Sequence[Html], same: _Same) -> Html:
        has_risks = any(row.absolutes or row.arms for row in s.rows)
        heads = [
            ("Outcome", "What was looked at"),
            ("Participants (studies)", "Who took part"),
            ("Relative effect", ""),
            *([("Risk with the comparator", "Without it")] if has_risks else []),
            *([("Risk with the intervention", "With it")] if has_risks else []),
            ("Certainty", "How sure is this?"),
            ("What happens", "What this means"),
        ]
        rows = []
        for row in s.rows:
            cells: list[Html | str] = [self._size(row, same), self._relative(row)]
            if has_risks:
                cells += [self._risk(row, COMPARATOR), self._risk(row, INTERVENTION)]
            cells += [self._certainty(row, notes), self._happens(row)]
            tds = [
                el("td", cell, data_head=head, data_plain=plain or None, class_=_only(plain))
                for cell, (head, plain) in zip(cells, heads[1:], strict=True)
            ]
            name = self._outcome(row, notes, same)
            rows.append(el("tr", el("th", name, scope="row"), tds))
        tops = [
            el("th", both(head, plain) if plain else head, scope="col", class_=_only(plain))
            for head, plain in heads
        ]
        caption = f"Summary of findings: {plural(len(s.rows), 'finding')}"
        if not has_risks:
            caption += "; no source gives the risks with and without the intervention"
        content = (el("caption", counted(caption)), el("thead", el("tr", tops)), el("tbody", rows))
        return scroll(el("table", *content, class_="list stack sof"), caption)

    def _outcome(self, row: Row, notes: Sequence[Html], same: _Same) -> Html:
        parts = self.inner
        about = [p for p in (row.subgroup.rstrip("."), row.follow_up, *row.measures) if p]
        return join(
            [
                parts.ref(row.outcome),
                _marks(notes, map(_footnote, row.footnotes)),
                el("div", "; ".join(about), class_="small soft") if about else None,
                el(
                    "div",
                    parts.ref(row.finding, row.identifier),
                    None if same.stamp else join([" ", parts.stamp(row.finding)]),
                    class_="small",
                ),
            ]
        )

    def _size(self, row: Row, same: _Same) -> Html:
        studies = plural(int(row.studies), "study", "studies") if row.studies.isdigit() else ""
        unit = row.participant_unit
        people = [" ", both(unit, _PAIRS.get(unit, unit))] if unit else []
        return join(
            [
                el("div", grouped(row.participants), people)
                if row.participants
                else el("div", "number not given", class_="soft"),
                el("div", f"({studies})") if studies else None,
                None if same.design else el("div", row.designs, class_="small soft cl"),
            ]
        )

    def _relative(self, row: Row) -> Html:
        lines = []
        for e in row.estimates:
            lines.append(el("div", short(e) or "no number given"))
            if e.value:
                lines.append(el("div", _reading(e, row.desirability), class_="small soft"))
        return join(lines) or el("span", "not given", class_="soft")

    def _risk(self, row: Row, arm: str) -> Html:
        risks = [(a, risk) for a in row.absolutes if (risk := a.risk(arm))]
        lines = [el("div", both(risk, risk.replace(" per ", " of "))) for _, risk in risks]
        times = unique(a.time for a, _ in risks if a.time not in ("", row.follow_up))
        lines += [el("div", time, class_="small soft") for time in times]
        return join(lines) or el("span", "not given", class_="soft")

    def _certainty(self, row: Row, notes: Sequence[Html]) -> Html:
        levels = unique(r.rating for r in row.ratings if r.system == "GRADE") or [""]
        cells = [self._rating(r, notes) for r in row.ratings]
        differ = [el("div", "Raters differ.")] if len(levels) > 1 else []
        plain = [el("div", PLAIN.get(n, PLAIN[""])) for n in levels]
        return join(
            [
                el("div", cells or "not rated", class_="cl"),
                el("div", differ, plain, class_="cg"),
            ]
        )

    def _rating(self, rating: Rating, notes: Sequence[Html]) -> Html:
        why = "; ".join(rating.reasons)
        return el(
            "div",
            oplus(rating.rating) if rating.system == "GRADE" else f"{rating.system}: ",
            rating.level_words,
            _marks(notes, [self._rater(rating)]),
            el("div", why, class_="small soft") if why else None,
        )

    def _happens(self, row: Row) -> Html:
        direction = el("div", glyph(row.side), f" {row.direction}", class_="small soft cl")
        return join([self.inner.say(dict(row.words)), direction])

    def _profile(self, s: Summary) -> Iterable[Html]:
        yield el(
            "h2",
            "Evidence profile",
            class_="cl" if s.has_domains else "cl screen",
        )
        if not s.has_domains:
            yield el(
                "p",
                "No source of this table says which domains of GRADE (risk of bias, inconsistency, "
                "indirectness, imprecision, publication bias) lowered or raised a rating.",
                class_="cl screen",
            )
            return
        words = [self.index.member_label("CertaintyDomain", d) for d in LOWERING]
        domains = [w[:1].upper() + w[1:] for w in words]
        heads = ("Outcome", "Design", *domains, "Raised by", "Certainty")
        rows = [
            (
                join([row.outcome_label, el("div", row.subgroup, class_="small soft")]),
                row.designs or "not given",
                *(row.judged(d) or "not given" for d in LOWERING),
                row.judged(*RAISING) or "not given",
                row.certainty(),
            )
            for row in s.rows
        ]
        caption = "Evidence profile: what was judged of each domain"
        yield el("div", table(caption, heads, rows), class_="cl")


def _marks(notes: Sequence[Html], own: Iterable[Html]) -> Html | None:
    """Return links to some of the notes, by number."""
    numbers = sorted({notes.index(note) + 1 for note in own})
    links = [el("a", str(n), href=f"#n{n}", aria_label=f"note {n}") for n in numbers]
    return join([" ", el("sup", join(links, " "))]) if links else None


def _footnote(words: str) -> Html:
    return text(minus(words))


def _only(plain: str) -> str | None:
    """Return the class of a column that has no heading for caregivers, and so is not for them."""
    return None if plain else "cl"


def _reading(e: Estimate, desirability: str) -> str:
    words = _BY[favoured_by_higher(e.means, desirability)]
    return f"printed the other way round: {words}" if e.reference == INTERVENTION else words
