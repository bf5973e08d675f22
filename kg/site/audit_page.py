"""The article against its evidence: each statement with the verdict on it, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from kg.evidence.audit import Audit, AuditedStatement, audits
from kg.evidence.audit_rules import VERDICTS
from kg.evidence.findings import doubt
from kg.evidence.index import Index
from kg.evidence.judgement import PERSON, Judgement
from kg.site.html import Html, el, join
from kg.site.parts import Parts
from kg.site.plain import label
from kg.site.shell import Page
from kg.site.table import plural, showing

MOST = 400
"""How many statements of an article are shown; ``kg audit`` lists all."""
_SIGNS = {
    "contradicted": "M2 .4 5 3.4 8 .4 9.6 2 6.6 5l3 3L8 9.6l-3-3-3 3L.4 8l3-3-3-3Z",
    "stronger": "M5 .4 9.4 5H6.6v4.6H3.4V5H.6Z",
    "sourceNotFound": "M5 .6A4.4 4.4 0 1 1 5 9.4 4.4 4.4 0 1 1 5 .6ZM2 8 8 2",
    "noSource": "M1 1h8v8H1Z",
    "selfContradicted": "M0 5 3.6 1.4v7.2ZM10 5 6.4 1.4v7.2Z",
    "sourceUnconfirmed": "M5 .8A4.2 4.2 0 1 1 5 9.2 4.2 4.2 0 1 1 5 .8Z",
    "notCheckable": "M5 .6 9.4 5 5 9.4.6 5Z",
    "notChecked": "M.6 4h8.8v2H.6Z",
    "faithful": "M.8 2h8.4v2H.8ZM.8 6h8.4v2H.8Z",
    "supported": "M.4 5.4 2 3.8l2.2 2.2L8.4 1.6 10 3.2 4.2 9.2Z",
    "noClaim": "M5 3A2 2 0 1 1 5 7 2 2 0 1 1 5 3Z",
}
"""Verdict → its sign, which tells it without colour."""


def audit_page(index: Index, parts: Parts) -> Page:
    """Return the page that compares every article whose text is held with its evidence."""
    found = list(audits(parts.findings))
    body = [el("h1", label("The article against its evidence"))]
    if not found:
        body.append(el("p", "No article in this graph has statements to audit."))
    for audit in found:
        body += _Article(index, parts, audit).body()
    return Page("audit.html", "Audit", join(body), "audit.html", styles=("audit.css",))


class _Article:
    def __init__(self, index: Index, parts: Parts, audit: Audit) -> None:
        self.index, self.parts, self.audit = index, parts, audit

    def body(self) -> Iterator[Html]:
        audit = self.audit
        yield el(
            "p",
            f"{plural(len(audit.statements), 'statement')} of ",
            self.parts.ref(audit.article),
            ", in reading order, and what is known of each. No verdict says that something is "
            "true; it says what this graph can tell.",
            class_="lead",
        )
        yield el("h2", "Totals, worst first", id="totals")
        yield el("ul", list(self._totals()), class_="verdicts")
        by_person = sum(any(j.judged_by == PERSON for j in s.judgements) for s in audit.statements)
        yield el(
            "p",
            f"A statement counts once, by its worst verdict. Of {len(audit.statements)}, people "
            f"judged {by_person}; the others were judged by rules alone.",
            el("span", " Each rule has a code; 'kg explain AUD-001' explains one.", class_="cl"),
            class_="small soft",
        )
        shown = audit.statements[:MOST]
        if len(shown) < len(audit.statements):
            yield showing(len(shown), len(audit.statements), "statements")
        yield el("h2", "In reading order", id="statements")
        for section, some in groupby(shown, lambda s: s.span.section):
            yield el("h3", section or "Without a section")
            yield el("ol", [self._statement(s) for s in some], class_="audited")

    def _totals(self) -> Iterable[Html]:
        shown = {s.iri for s in self.audit.statements[:MOST]}
        for verdict, count in self.audit.totals.items():
            names = [
                el("a", _name(s), href=f"#{_place(s)}")
                for s in self.audit.statements
                if s.verdict == verdict and s.iri in shown
            ]
            yield el(
                "li",
                el("span", _sign(verdict), VERDICTS[verdict], class_="verdict"),
                el("b", f"{count:,}"),
                el("span", join(names, " "), class_="names"),
                class_=f"v-{verdict}",
            )

    def _statement(self, said: AuditedStatement) -> Html:
        parts = self.parts
        head = el(
            "p",
            el("span", _sign(said.verdict), VERDICTS[said.verdict], class_="verdict"),
            parts.ref(said.iri, _name(said)),
            parts.stamp(said.iri),
            class_="head",
        )
        passage = (
            el("blockquote", said.span.exact)
            if said.span.exact
            else el("p", "The passage may not be shown here.", class_="soft small")
        )
        if said.verdict == "noClaim":
            return el("li", head, passage, class_="v-noClaim", id=_place(said))
        left = el("div", head, passage, parts.say(dict(said.wordings)), self._origin(said))
        why = el("ul", [self._judgement(j, said.sources) for j in said.judgements], class_="why")
        return el("li", left, why, class_=f"v-{said.verdict}", id=_place(said))

    def _origin(self, said: AuditedStatement) -> Html:
        """Return the sources that the page names, each with what is known of it, and the place."""
        named = [
            join([self.parts.ref(s), f" ({known})" if (known := doubt(self.index, s)) else None])
            for s in said.sources
        ]
        has_none = any(j.verdict == "noSource" for j in said.judgements)
        source = join(["Source that it names: ", join(named, "; ") or "none", ". "])
        place = f"Characters {said.span.start} to {said.span.end} of the article."
        return el(
            "p",
            source if named or has_none else None,
            place if said.span.start is not None else None,
            class_="small",
        )

    def _judgement(self, j: Judgement, named: Sequence[str]) -> Html:
        by = "judged by a person" if j.judged_by == PERSON else "by a rule"
        how = f" ({j.rule.how})" if j.rule.how else ""
        words = {"clinician": f"{j.rule.title}{how}. {j.says}", "caregiver": j.plainly}
        # The sources are beside it already, with what is known of them.
        threads = [self.parts.ref(i, self._short(i)) for i in j.rests_on if i not in named]
        foot = join(
            [f"{j.code}, {by}", *([" · rests on "] if threads else []), join(threads, ", ")]
        )
        return el("li", self.parts.say(words), el("p", foot, class_="small soft"))

    def _short(self, iri: str) -> str:
        if self.index.values(iri, "fidelity"):
            return "the comparison with the source"
        return self.index.text(iri, "identifier") if self.index.is_a(iri, "Statement") else ""


def _sign(verdict: str) -> Html:
    path = el("path", d=_SIGNS[verdict])
    return el("svg", path, width=14, height=14, viewBox="-1 -1 12 12", aria_hidden="true")


def _name(said: AuditedStatement) -> str:
    return said.identifier or said.id


def _place(said: AuditedStatement) -> str:
    return said.id.rpartition("/")[2]
