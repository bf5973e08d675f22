"""What the page of a statement shows besides its words: the result, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from kg.evidence.findings import Finding
from kg.evidence.index import Index, unique
from kg.site.html import Html, el, join
from kg.site.marks import LEVEL_WORDS
from kg.site.parts import Parts, anchor
from kg.site.plain import both, plain_counts
from kg.site.table import pairs


class FindingSections:
    """Sections for findings and for all other statements."""

    def __init__(self, index: Index, parts: Parts) -> None:
        self.index, self.parts = index, parts

    def sections(self, f: Finding) -> Iterable[Html]:
        """Yield the question and the result of a finding, or what a claim says they are."""
        index, parts = self.index, self.parts
        measures = parts.refs(index.nodes(f.iri, "measure"))
        ages = [el("li", a.words, el("span", f" ({a.basis_words})", class_="soft")) for a in f.ages]
        rows: list[tuple[str, Html | str | None]] = [
            ("Population", parts.refs(f.populations)),
            ("Ages", el("ul", ages) if ages else "no age is stated"),
            ("Intervention", parts.refs(f.interventions)),
            ("Compared with", parts.comparison(f)),
            ("Outcome", parts.refs(f.outcomes)),
            ("Measure", measures or None),
            ("Subgroup", f.subgroup),
            ("What the page says" if f.is_claim else "Result", parts.direction(f)),
        ]
        if not f.is_claim:
            rows += [
                ("Contrast", f.contrast_words),
                ("Effect", parts.effect(f)),
                ("Significance", f.significance),
                ("Follow-up", f.follow_up),
                ("Design", f.designs),
                ("Size", both(f.counts, plain_counts(f))),
                ("Certainty", self._certainty(f)),
            ]
        if f.is_claim:
            yield parts.claim_note(f)
        yield el("h2", "What is claimed" if f.is_claim else "Question and result")
        yield el("dl", pairs(rows), class_="props")

    def _certainty(self, f: Finding) -> Html:
        shown = self.parts.certainty(f)
        why = {
            "unrated": "This graph holds no GRADE rating. That says nothing about the result.",
            "differ": "Raters differ; both ratings are shown, none is preferred.",
        }.get(f.level, f"Level on the map: {LEVEL_WORDS[f.level]}.")
        return join([shown, el("div", why, class_="small soft cl")])

    # -- any statement -------------------------------------------------------------------------

    def provenance(self, iri: str) -> Iterable[Html]:
        """Yield evidence, quotes with their places, verdicts and review of a statement."""
        index, parts = self.index, self.parts
        lines = index.nodes(iri, "evidenceLine")
        if lines:
            yield el("h2", "What it rests on", id="evidence")
            yield join([self._line(line) for line in lines])
        quotes = index.nodes(iri, "quote")
        if quotes:
            yield el("h2", "Where it says so", id="quotes")
            yield join([parts.quote(q) for q in quotes])
        verdicts = index.subjects(iri, "comparesStatement")
        if verdicts:
            yield el("h2", "What its source says", id="fidelity")
            yield join([parts.statement_card(v, index.words(v, "fidelity")) for v in verdicts])
        compared = index.nodes(iri, "comparesStatement")
        if compared:
            yield el("h2", "What the page says", id="compared")
            yield el("div", [parts.statement_card(s) for s in compared], class_="sides")
        yield from self._review(iri)

    def _line(self, line: str) -> Html:
        index, parts = self.index, self.parts
        cited = index.nodes(line, "citation")
        works = index.nodes(line, "source")
        works += [s for c in cited for s in index.nodes(c, "citedSource")]
        seen = [el("a", a, href=a) for a in index.texts(line, "seenAt")]
        rows: list[tuple[str, Html | str | None]] = [
            ("Source", parts.works(unique(works)) or "none named"),
            ("Citation", parts.refs(cited) if cited else None),
            *(
                (index.term_label(k).capitalize(), index.words(line, k))
                for k in ("stance", "directness", "quoteRole", "citationBasis")
            ),
            ("Read at", el("ul", [el("li", a) for a in seen]) if seen[1:] else join(seen) or None),
        ]
        return el("dl", pairs(rows), class_="props", id=anchor(line))

    def _review(self, iri: str) -> Iterable[Html]:
        index = self.index
        events = sorted(index.subjects(iri, "reviewed"), key=lambda e: index.text(e, "time"))
        status = index.words(iri, "effectiveStatus") or index.words(iri, "reviewStatus")
        rows = [
            el(
                "li",
                f"{moment(index.text(e, 'time'))}: ",
                index.words(e, "fromStatus"),
                " → " if index.words(e, "fromStatus") else "",
                index.words(e, "toStatus"),
                ", by ",
                self.parts.refs(index.nodes(e, "agent")),
            )
            for e in events
        ]
        yield el("h2", "Review", id="review")
        yield el(
            "p", "Status: ", el("strong", status or "none recorded"), " ", self.parts.stamp(iri)
        )
        yield (
            el("ul", rows)
            if rows
            else el("p", "No review event is recorded for it.", class_="soft")
        )


def moment(time: str) -> str:
    """Return ``2026-01-31T12:00:00Z`` as ``2026-01-31 12:00 UTC``, anything else as it is."""
    day, _, clock = time.partition("T")
    return f"{day} {clock[:5]} UTC" if clock.endswith("Z") else time
