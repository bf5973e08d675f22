"""Pieces that several pages share: links, wordings, certainty, quotes, statements in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kg.evidence.findings import Finding, Findings, Rating, doubt, sources, wordings
from kg.evidence.index import Index, unique
from kg.evidence.summary_of_findings import short_effect
from kg.graph import Term
from kg.site.child_age import Courses
from kg.site.html import Html, el, join
from kg.site.marks import FILLED, glyph, oplus
from kg.site.plain import both, counted, plain_certainty, plain_counts, plain_result
from kg.site.table import cell, head, scroll, table
from kg.site.wording import CHECKS, minus, numbers, one_state, result

_HEADS = ("Finding", "Result", "Effect", "Compared with", "Certainty", "Source")
AUDIENCES = (
    ("clinician", "clinician", "For clinicians"),
    ("caregiver", "caregiver", "For caregivers"),
    ("patient", "caregiver", "For patients"),
)
"""Audience, the reader's choice that shows its wordings, and their title."""
MOST_NAMED = 200
"""How many entities a line names; of the others it says how many they are."""
WIDER = ("variantOf", "componentOf", "partOfGroup")


@dataclass(frozen=True, slots=True)
class Group:
    """Findings below a heading, with remarks on all of them; ``place`` is the heading's id."""

    heading: Html
    place: str
    remarks: tuple[str, ...]
    findings: tuple[Finding, ...]


class Parts:
    """Makes pieces of pages at one folder depth; ``up`` leads to the site's folder."""

    def __init__(self, index: Index, findings: Findings, up: str = "") -> None:
        self.index, self.findings, self.up = index, findings, up
        self.courses = Courses(index)
        # Many pages name the same entities, list the same findings and show the same statements.
        self._links: dict[tuple[str, str], Html] = {}
        self._rows: dict[str, Html] = {}
        self._wordings: dict[str, Html] = {}
        self._cards: dict[tuple[str, str], Html] = {}
        self._stamp_class = "stamp vh" if one_state(index) else "stamp"

    # -- links ---------------------------------------------------------------------------------

    def ref(self, iri: str, label: str = "") -> Html:
        """Return a link to an entity by its label; a retracted source is struck through."""
        if (iri, label) not in self._links:
            self._links[iri, label] = self._link(iri, label)
        return self._links[iri, label]

    def _link(self, iri: str, label: str) -> Html:
        words = label or self.index.name(iri)
        gone = self.index.notation(iri, "retractionStatus") == "retracted"
        href = self.index.href(iri)
        struck = "retracted" if gone else None
        link = (
            el("a", words, href=self.up + href, class_=struck)
            if href
            else el("span", words, class_=struck)
        )
        return join([link, self.retraction(iri)], " ") if gone else link

    def refs(self, iris: Iterable[str], by: str = ", ") -> Html:
        """Return links to entities, joined."""
        return join([self.ref(iri) for iri in iris], by)

    def works(self, iris: Iterable[str]) -> Html:
        """Return links to sources, each with what keeps it from being the work that is meant."""
        found = []
        for iri in iris:
            words = doubt(self.index, iri)
            tag = [" ", el("span", words, class_="tag")] if words else []
            found.append(join([self.ref(iri), *tag]))
        return join(found, ", ")

    def retraction(self, iri: str) -> Html:
        """Return the words for a source that was retracted, with the day that was found."""
        if self.index.notation(iri, "retractionStatus") != "retracted":
            return Html("")
        day = self.index.text(iri, "checkedOn")
        return el("span", f"Retracted{f', found on {day}' if day else ''}", class_="retraction")

    def stamp(self, iri: str) -> Html:
        """Return the stamp of what is not approved, or nothing.

        Where the banner says it of all statements, only screen readers get it again.
        """
        words = self.index.text(iri, "stamp")
        return el("span", words, class_=self._stamp_class) if words else Html("")

    def said(self, iri: str, key: str, value: Term) -> Html:
        """Return links to the statements from which a fact about an entity comes, with stamps."""
        found = self.index.stated_by(iri, key, value)
        if not found:
            return Html("")
        names = [self.index.text(s, "identifier") or self.index.name(s) for s in found]
        links = [join([self.ref(s, n), self.stamp(s)]) for s, n in zip(found, names, strict=True)]
        return el("span", " (", join(links, ", "), ")", class_="small soft")

    def few(self, iris: Sequence[str]) -> Html:
        """Return links to the first of many entities, and how many more there are."""
        more = len(iris) - MOST_NAMED
        rest = f" and {more:,} more, which the explorer finds" if more > 0 else ""
        return join([self.refs(iris[:MOST_NAMED]), rest])

    # -- words ---------------------------------------------------------------------------------

    def say(self, words: dict[str, str], tag: str = "div") -> Html:
        """Return wordings between which the reader can switch; the page counts what lacks one."""
        parts = []
        for audience, choice, title in AUDIENCES:
            if audience in words:
                who = el("span", f"{title}: ", class_="who")
                parts.append(el("p", who, words[audience], class_=f"for-{choice}"))
        if not words:
            return el(tag, el("p", "No wording in this graph.", class_="soft"), class_="say")
        lacks = not {"caregiver", "patient"} & words.keys()
        return el(tag, parts, class_="say lacks" if lacks else "say")

    def statement_say(self, iri: str) -> Html:
        """Return the wordings of a statement."""
        if iri not in self._wordings:
            self._wordings[iri] = self.say(wordings(self.index, iri))
        return self._wordings[iri]

    # -- certainty and direction ---------------------------------------------------------------

    def rating(self, rating: Rating) -> Html:
        """Return a certainty rating with its system, marks where it is GRADE, and who judged."""
        marks = (
            oplus(rating.rating) if rating.system == "GRADE" and rating.rating in FILLED else None
        )
        by = [": ", self.refs(rating.by)] if rating.by else []
        origin = [el("span", f" ({rating.origin}", by, ")", class_="soft small")]
        why = "; ".join((*rating.reasons, *rating.footnotes))
        return el(
            "div", marks, rating.words, origin, el("div", why, class_="small") if why else None
        )

    def certainty(self, finding: Finding) -> Html:
        """Return all certainty ratings of a finding, or that there is none."""
        rated = join([self.rating(r) for r in finding.ratings])
        marks = oplus(finding.level) if finding.level in FILLED else None
        return join(
            [
                el("div", rated or el("span", "not rated", class_="soft"), class_="cl"),
                el("div", marks, plain_certainty(finding), class_="cg"),
            ]
        )

    def direction(self, finding: Finding) -> Html:
        """Return the result in words, with the glyph of its valence: hollow for a claim."""
        mark = glyph(finding.side, hollow=finding.is_claim)
        return el("div", mark, " ", both(result(finding), plain_result(finding)))

    def effect(self, finding: Finding) -> Html:
        """Return the numbers of a finding as its source gives them, or that it gives none."""
        estimates = [el("div", numbers(e.text())) for e in finding.estimates]
        return self._numbers(finding, estimates)

    def effect_in_short(self, finding: Finding) -> Html:
        """Return the numbers of a finding for a table; the pointer brings their long form."""
        estimates = [
            el("div", numbers(short_effect(e) or "no number given"), title=minus(e.text()))
            for e in finding.estimates
        ]
        return self._numbers(finding, estimates)

    def _numbers(self, finding: Finding, estimates: list[Html]) -> Html:
        others = [minus(a.text()) for a in finding.absolutes] + list(finding.arms)
        if finding.significance and not finding.estimates:
            others.append(finding.significance)
        lines = estimates + [el("div", line) for line in others]
        return join(lines) or el("span", "no number given", class_="soft")

    def comparison(self, finding: Finding) -> Html:
        """Return what the finding compares with, and between or within groups."""
        against = self.refs(finding.comparators) or Html("")
        if finding.contrast == "withinGroup":
            return join(["change within one group", *([": ", against] if against else [])])
        return against or el("span", both("comparator not stated", "not given"), class_="soft")

    def claim_note(self, claim: Finding) -> Html:
        """Return the note that a claim is not a finding, and what is known of its source."""
        doubt = f" {'; '.join(claim.doubts).capitalize()}." if claim.doubts else ""
        return el(
            "p",
            el("strong", "A claim, not a finding: "),
            "an article reports this about other work, which was not read for this record.",
            doubt,
            class_="claim-note",
        )

    def claims_table(self, found: Sequence[Finding], caption: str) -> Html:
        """Return claims as a table of their own: what is said, of what, and on which source."""
        rows = []
        for f in found:
            rows.append(
                (
                    join([self.say(f.wordings), self._small(f)]),
                    self.refs(f.interventions),
                    self.refs(f.outcomes),
                    self.direction(f),
                    self.works(f.sources) or "none named",
                )
            )
        heads = ("Claim", "Intervention", "Outcome", "What it says", "Source that it names")
        return table(caption, heads, rows)

    # -- tables of findings --------------------------------------------------------------------

    def findings_table(self, found: Sequence[Finding], caption: str) -> Html:
        """Return findings as a table."""
        return self.grouped_table([Group(Html(""), "", (), tuple(found))], caption)

    def grouped_table(self, groups: Iterable[Group], caption: str) -> Html:
        """Return findings as a table, each group of them below its heading."""
        bodies = []
        for group in groups:
            rows = [self._row(f) for f in group.findings]
            if group.heading:
                tags = [el("span", remark, class_="tag") for remark in group.remarks]
                heading = el("th", group.heading, tags, colspan=len(_HEADS), scope="rowgroup")
                rows.insert(0, el("tr", heading, class_="grp", id=group.place or None))
            bodies.append(el("tbody", rows))
        table = el("table", el("caption", counted(caption)), _heads(), bodies, class_="list stack")
        return scroll(table, caption)

    def _row(self, f: Finding) -> Html:
        if f.iri not in self._rows:
            self._rows[f.iri] = self._finding_row(f)
        return self._rows[f.iri]

    def _finding_row(self, f: Finding) -> Html:
        cells = (
            join([self.say(f.wordings), self._small(f)]),
            self.direction(f),
            self.effect_in_short(f),
            self.comparison(f),
            self.certainty(f),
            self.works(f.sources) or el("span", "none named", class_="soft"),
        )
        first, *rest = cells
        row = [cell(c, head) for c, head in zip(rest, _HEADS[1:], strict=True)]
        return el("tr", el("td", first, class_="say"), row, data_ages=self.courses.of(f))

    def _small(self, f: Finding) -> Html:
        about = " · ".join(part for part in (f.designs, f.counts, f.follow_up) if part)
        stamp = self.stamp(f.iri)
        return el(
            "p",
            self.ref(f.iri, f.identifier),
            both(f" · {about}" if about else "", f" · {n}" if (n := plain_counts(f)) else ""),
            *([" ", stamp] if stamp else []),
            class_="small soft",
        )

    # -- statements, caveats, quotes -----------------------------------------------------------

    def statement_card(self, iri: str, heading: str = "") -> Html:
        """Return a statement as a card: words, kind, stamp, sources."""
        if (iri, heading) not in self._cards:
            self._cards[iri, heading] = self._card(iri, heading)
        return self._cards[iri, heading]

    def _card(self, iri: str, heading: str) -> Html:
        index = self.index
        works = sources(index, index.nodes(iri, "evidenceLine"))
        facts = [index.words(iri, key) for key in ("direction", "strength", "claimedStrength")]
        foot = [
            self.ref(iri, index.text(iri, "identifier") or index.name(iri)),
            " · ".join([index.term_label(index.kind(iri)), *(f for f in facts if f)]),
        ]
        cited = [el("p", "Source: ", self.works(works), class_="small")] if works else []
        return el(
            "div",
            el("h4", heading) if heading else None,
            self.statement_say(iri),
            *cited,
            el("p", join(foot, " · "), " ", self.stamp(iri), class_="small soft"),
            class_=f"card{' unreviewed' if index.text(iri, 'stamp') else ''}",
        )

    def caveats_of(self, iri: str) -> list[str]:
        """Return the caveats of an entity and of what it varies, is part of or belongs to."""
        index, waiting, seen = self.index, [iri], list[str]()
        while waiting:
            entity = waiting.pop(0)
            if entity not in seen:
                seen.append(entity)
                waiting += [w for key in WIDER for w in index.nodes(entity, key)]
        found = [c for entity in seen for c in index.subjects(entity, "appliesTo")]
        return [c for c in unique(found) if c != iri and index.is_a(c, "Caveat")]

    def caveats(self, iris: Iterable[str]) -> Html:
        """Return the caveats of entities as blocks that are seen first."""
        found = unique(c for iri in iris for c in self.caveats_of(iri))
        return join([self._caveat(c) for c in found])

    def _caveat(self, iri: str) -> Html:
        kind = self.index.words(iri, "caveatKind") or self.index.term_label("Caveat")
        about = self.refs(self.index.nodes(iri, "appliesTo"))
        return el(
            "div",
            el("p", el("strong", f"{kind[:1].upper()}{kind[1:]}: "), "about ", about),
            self.statement_say(iri),
            el("p", self.ref(iri, "More on this caveat"), " ", self.stamp(iri), class_="small"),
            class_="caveat",
            role="note",
        )

    def quote(self, iri: str) -> Html:
        """Return a quote: its words where they may be shown, else its place and digest."""
        index = self.index
        document = self.refs(index.nodes(iri, "quotedFrom"))
        words = index.text(iri, "exact")
        place: list[str | Html] = []
        if index.text(iri, "start"):
            place.append(f"characters {index.text(iri, 'start')} to {index.text(iri, 'end')}")
        if locator := index.text(iri, "locator"):
            place.append(f"a place to look for, not a quote: {locator}")
        check = index.notation(iri, "quoteCheck")
        if check:
            place.append(CHECKS[check])
        lines = [
            el(
                "p",
                "From ",
                document,
                *([": ", join(place, "; ")] if place else []),
                class_="small",
            )
        ]
        if words:
            # Half a word at the outer end of the context goes; blanks beside the quote stay.
            before = self._raw(iri, "prefix").partition(" ")[2]
            after = self._raw(iri, "suffix").rpartition(" ")[0]
            said = [
                el("span", f"… {before}", class_="soft") if before else None,
                el("mark", words),
                el("span", f"{after} …", class_="soft") if after else None,
            ]
            lines.insert(0, el("blockquote", said))
        elif index.text(iri, "exactDigest"):
            lines.insert(
                0,
                el(
                    "p",
                    "The text may not be shown here; its place and digest find it.",
                    class_="soft",
                ),
            )
        if digest := index.text(iri, "exactDigest"):
            lines.append(
                el(
                    "p",
                    "Digest of the passage: ",
                    el("span", digest, class_="hash"),
                    class_="small",
                )
            )
        return el("div", lines, class_="card", id=anchor(iri))

    def _raw(self, iri: str, key: str) -> str:
        """Return the first literal of a property with its outer blanks."""
        return next((v.value for v in self.index.values(iri, key)), "")


@cache
def _heads() -> Html:
    return head(_HEADS)


def anchor(iri: str) -> str:
    """Return the name of a nested entity's place on the page of its owner."""
    return iri.partition("#")[2]
