"""Disagreement and gaps: what differs, rests on little, is claimed too strongly, or is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.evidence.findings import Finding, Question, wordings
from kg.evidence.gaps import Gaps
from kg.evidence.index import Index, natural
from kg.site.disagreements import MOST, DisagreementParts
from kg.site.evidence_map import empty_outcomes
from kg.site.html import Html, el, join
from kg.site.parts import Parts
from kg.site.plain import both, label
from kg.site.shell import Page
from kg.site.table import plural, table


def gaps(index: Index, parts: Parts) -> Page:
    """Return the page of disagreement and gaps."""
    return Page("gaps.html", "Disagreement and gaps", join(_Gaps(index, parts).body()), "gaps.html")


class _Gaps:
    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts
        self.found: Sequence[Finding] = parts.findings.all
        self.questions = parts.findings.by_question
        self.missing = Gaps.of(parts.findings)
        self.disagreeing = DisagreementParts(index, parts)

    def body(self) -> Iterable[Html]:
        sections = [
            (
                "differ",
                "What disagrees, and what else differs",
                list(self.disagreeing.by_verdict()),
            ),
            ("page", "What the page claims, and what its sources say", list(self._claims())),
            ("single", "Findings that rest on one study", list(self._single())),
            ("within", "Findings that rest on change within one group", list(self._within())),
            ("claimed", "Claims without research", list(self._claimed())),
            ("missing", "What is missing", list(self._missing())),
        ]
        yield el("h1", label("Disagreement and gaps"))
        yield el(
            "p",
            "Nothing here is decided by counting. Both sides are shown, with the evidence for "
            "each and what else differs between them.",
            class_="lead",
        )
        yield self.parts.caveats(self.index.instances("Practice"))
        links = [el("li", el("a", label(title), href=f"#{id}")) for id, title, _ in sections]
        yield el("nav", el("ul", links), aria_label="On this page")
        for id, title, content in sections:
            yield el("h2", label(title), id=id)
            yield join(content) if content else el("p", "None in this graph.")

    def _ordered(self, found: Iterable[Question]) -> list[Question]:
        label = self.index.label
        return sorted(found, key=lambda q: (natural(label(q[0])), natural(label(q[1]))))

    def _claims(self) -> Iterable[Html]:
        index, parts = self.index, self.parts
        verdicts = [v for v in index.instances("Description") if index.words(v, "fidelity")]
        yield from _limit_note(verdicts)
        for verdict in verdicts[:MOST]:
            words = index.words(verdict, "fidelity")
            cited = index.nodes(verdict, "describes")
            works = [s for c in cited for s in index.nodes(c, "citedSource")]
            claims = index.nodes(verdict, "comparesStatement")
            name = ", ".join(map(index.label, works or cited))
            page = [el("p", "The page says", class_="side-head")]
            page += [parts.statement_card(c) for c in claims] or [el("p", "No statement is named.")]
            source = [
                el("p", "Its source, by this graph's reading", class_="side-head"),
                parts.statement_card(verdict),
                *(parts.quote(q) for q in index.nodes(verdict, "quote")),
            ]
            many = len(claims) > 2
            left = (
                el("div", page)
                if not many
                else el(
                    "div",
                    page[0],
                    el(
                        "details",
                        el("summary", plural(len(claims), "statement")),
                        page[1:],
                        class_="print",
                    ),
                )
            )
            summary = el("summary", el("h3", f"{name}: ", el("strong", words)))
            about = el("p", "On ", parts.refs(works or cited), class_="small")
            sides = el("div", left, el("div", source), class_="sides")
            yield el("details", summary, about, sides, class_="entry print")

    def _single(self) -> Iterable[Html]:
        found = self._ordered(self.missing.single)
        if found:
            yield el(
                "p",
                f"{len(found)} of {plural(len(self.questions), 'question')} (an intervention and "
                f"an "
                "outcome) have findings from one study alone.",
            )
            yield from self._question_table(found, "Questions with one study")

    def _within(self) -> Iterable[Html]:
        found = self._ordered(self.missing.within)
        if found:
            yield from self._question_table(found, "Questions with change within one group alone")

    def _claimed(self) -> Iterable[Html]:
        claims = [
            f
            for f in self.parts.findings.claims
            if any((i, o) in self.missing.claimed for i in f.interventions for o in f.outcomes)
        ]
        if claims:
            yield from _limit_note(claims)
            yield self.parts.claims_table(claims[:MOST], plural(len(claims), "claim"))

    def _question_table(self, found: Sequence[Question], caption: str) -> Iterable[Html]:
        rows = []
        for intervention, outcome in found[:MOST]:
            some = self.questions[intervention, outcome]
            evidence = sorted({e for f in some for e in f.evidence}, key=natural)
            rows.append(
                (
                    self.parts.ref(intervention),
                    self.parts.ref(outcome),
                    join(list(dict.fromkeys(self.parts.direction(f) for f in some))),
                    self.parts.refs([f.iri for f in some])
                    if not all(f.identifier for f in some)
                    else join([self.parts.ref(f.iri, f.identifier) for f in some], ", "),
                    self.parts.refs(evidence) or "none named",
                )
            )
        heads = ("Intervention", "Outcome", "Result", "Findings", "Rests on")
        yield from _limit_note(found)
        yield el(
            "details",
            el("summary", el("h3", f"{caption}: {len(found):,}")),
            table(f"{caption}: {len(found):,}", heads, rows),
            class_="entry print",
        )

    def _missing(self) -> Iterable[Html]:
        index = self.index
        studied = {i for f in self.found for i in f.interventions}
        unstudied = [i for i in index.instances("Intervention") if i not in studied]
        outcomes = empty_outcomes(index, self.found)
        advised = index.instances("Recommendation")
        bare = [r for r in advised if not index.nodes(r, "evidenceLine")]
        unrated = [f for f in self.found if f.level == "unrated"]
        everything = index.instances("Statement")
        no_words = [s for s in everything if not self._has(s, "caregiver", "patient")]
        entities = (
            ("Interventions without a finding", unstudied),
            ("Outcomes without a finding", outcomes),
        )
        for title, found in entities:
            yield el("h3", f"{title}: {len(found)}")
            yield from _limit_note(found)
            yield el("p", self.parts.refs(found[:MOST]) if found else "None.")
        said = (
            ("Recommendations without any evidence", bare),
            ("Statements without words for caregivers", no_words),
        )
        for title, found in said:
            yield el("h3", f"{title}: {len(found)}")
            yield from _limit_note(found)
            lines = [el("li", self.parts.ref(s), ": ", self._words(s)) for s in found[:MOST]]
            yield el("ul", lines) if lines else el("p", "None.")
        yield el(
            "h3",
            both("Findings without a GRADE rating", "Findings of which nobody judged how sure"),
            f": {len(unrated)} of {len(self.found)}",
        )
        yield el("p", "A missing rating says nothing about the finding.")

    def _words(self, statement: str) -> str:
        said = wordings(self.index, statement)
        return said.get("clinician") or next(iter(said.values()), "no wording in this graph")

    def _has(self, statement: str, *audiences: str) -> bool:
        index = self.index
        return any(
            index.notation(w, "audience") in audiences for w in index.nodes(statement, "wording")
        )


def _limit_note(found: Sequence[object]) -> Iterable[Html]:
    """Say how many entries there are where not all of them are listed."""
    if len(found) > MOST:
        yield el("p", f"The first {MOST} of {len(found):,} are listed.", class_="soft")
