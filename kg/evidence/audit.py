"""An article against its evidence: statement by statement, what is known, and by which rule.

Rules compute what follows from the graph; judgements of people (``fidelity``) are taken over and
marked as such. No rule weighs or pools findings, and none says more than the graph does: a claim is
called supported only where :mod:`kg.evidence.audit_rules` says so, and 'no research recorded' does
not mean that there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.errors import UsageError
from kg.evidence.audit_claims import Claims
from kg.evidence.audit_rules import VERDICTS
from kg.evidence.discrepancies import pages
from kg.evidence.findings import Findings, doubt, findings_of, sources, wordings
from kg.evidence.index import Index, index_of, natural
from kg.evidence.judgement import PERSON, RULE, Judgement
from kg.graph import Graph

_FIDELITY = {
    "overstated": "AUD-010",
    "notCheckable": "AUD-030",
    "faithful": "AUD-050",
    "softened": "AUD-050",
}
_ORDER = tuple(VERDICTS)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a statement is in the article: positions in the article's text, in code points from 0.

    ``section`` is the name of the section, ``exact`` the passage where the graph may show it.
    Without a position ``start`` and ``end`` are ``None``.
    """

    start: int | None
    end: int | None
    section: str
    exact: str


@dataclass(frozen=True, slots=True)
class AuditedStatement:
    """A statement of the article with all that was judged of it, worst first."""

    iri: str
    id: str
    kind: str
    identifier: str
    wordings: Mapping[str, str]
    span: Span
    sources: tuple[str, ...]
    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> str:
        """The worst of its verdicts; that a person found it faithful outweighs 'not checked'."""
        found = [j.verdict for j in self.judgements]
        if "faithful" in found:
            found = [v for v in found if v != "notChecked"]
        return found[0]


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit of one article, its statements in reading order."""

    article: str
    id: str
    title: str
    statements: tuple[AuditedStatement, ...]

    @property
    def totals(self) -> Mapping[str, int]:
        """Verdict → how many statements have it as their worst, worst first; each counts once."""
        found = Counter(s.verdict for s in self.statements)
        return {verdict: found[verdict] for verdict in _ORDER if found[verdict]}

    @property
    def by_rule(self) -> Mapping[str, int]:
        """Code → how many statements it was given to; a statement counts under each of its own."""
        found = Counter(code for s in self.statements for code in {j.code for j in s.judgements})
        return dict(sorted(found.items()))

    @property
    def worst(self) -> tuple[AuditedStatement, ...]:
        """The statements by verdict, worst first, in reading order within each."""
        return tuple(sorted(self.statements, key=lambda s: _ORDER.index(s.verdict)))


def audit(graph: Graph, article: str | None = None) -> Audit:
    """Compare what an article says with its sources and with the research in the graph.

    :param graph: a graph with its derived statements, as :func:`kg.load` gives it.
    :param article: the id of an article; without it the only one, or the only one whose text the
        project holds.
    :raises UsageError: if there is no such article, or it must be named.
    """
    index = index_of(graph)
    return audit_article(findings_of(graph), _article(index, article))


def audits(findings: Findings) -> Iterator[Audit]:
    """Yield the audit of every article whose text is held; of every article if none is."""
    yield from (audit_article(findings, article) for article in _held(findings.index))


def _held(index: Index) -> list[str]:
    articles = [a for a in index.instances("Article") if index.subjects(a, "sectionOf")]
    return [a for a in articles if index.text(a, "textFile")] or articles


def _article(index: Index, wanted: str | None) -> str:
    known = index.instances("Article")
    names = ", ".join(map(index.short, known))
    if wanted:
        found = [a for a in known if wanted in (a, index.short(a))]
        if not found:
            raise UsageError(
                f"'{wanted}' is not an article of this graph",
                hint=f"articles: {names}" if names else "it has none",
            )
        return found[0]
    held = _held(index)
    if len(held) != 1:
        raise UsageError(
            "name the article to audit" if held else "this graph has no article to audit",
            hint=f"articles: {names}" if held else "an article has sections and statements",
        )
    return held[0]


def audit_article(findings: Findings, article: str) -> Audit:
    """Audit an article, given by its IRI."""
    index = findings.index
    found = _Auditor(findings, article).statements()
    return Audit(article, index.short(article), index.label(article), tuple(found))


class _Auditor:
    def __init__(self, findings: Findings, article: str) -> None:
        self.index, self.findings, self.article = findings.index, findings, article
        self.claims = Claims(findings)
        self.sections = set(self.index.subjects(article, "sectionOf"))
        own = {s for section in self.sections for s in self.index.subjects(section, "section")}
        # What compares a claim with its source is a judgement, and no statement of the page.
        self.own = [s for s in own if not self.index.values(s, "fidelity")]
        self.on_itself = [d for d in pages(self.index) if d.about == article]

    def statements(self) -> list[AuditedStatement]:
        found = [self._statement(iri) for iri in sorted(self.own, key=natural)]
        return sorted(found, key=lambda s: (s.span.start is None, s.span.start or 0))

    def _statement(self, iri: str) -> AuditedStatement:
        index = self.index
        judged = sorted(self._judgements(iri), key=lambda j: (_ORDER.index(j.verdict), j.code))
        return AuditedStatement(
            iri,
            index.short(iri),
            index.kind(iri),
            index.text(iri, "identifier"),
            wordings(index, iri),
            self._span(iri),
            tuple(self._named(iri)),
            tuple(judged),
        )

    def _span(self, iri: str) -> Span:
        index = self.index
        sections = [s for s in index.nodes(iri, "section") if s in self.sections]
        section = index.label(sections[0]) if sections else ""
        spans = [
            Span(int(start), int(index.text(quote, "end") or start), section, exact)
            for quote in index.nodes(iri, "quote")
            if self.article in index.nodes(quote, "quotedFrom")
            and (start := index.text(quote, "start")).isdecimal()
            for exact in [index.text(quote, "exact")]
        ]
        return min(spans, key=lambda s: s.start or 0, default=Span(None, None, section, ""))

    # -- what is judged ------------------------------------------------------------------------

    def _judgements(self, iri: str) -> list[Judgement]:
        index = self.index
        found = [*self._people(iri), *self._itself(iri)]
        if self._is_page_matter(iri):
            return found or [Judgement("AUD-060", RULE, "It is not about care or its effects.")]
        if index.notation(iri, "descriptionKind") == "listIntroduction":
            return [*found, Judgement("AUD-031", RULE, "The items of the list are audited.")]
        found += self._sources(iri)
        claim = self.findings.by_iri.get(iri)
        if claim:
            found += self.claims.judge(claim)
        return found or [Judgement("AUD-043", RULE, f"{self._what(iri)}: a person has to judge.")]

    def _what(self, iri: str) -> str:
        kind = self.index.words(iri, "descriptionKind")
        return kind.capitalize() if kind else self.index.term_label(self.index.kind(iri))

    def _is_page_matter(self, iri: str) -> bool:
        index = self.index
        if index.is_a(iri, "Disclaimer"):
            return True
        here = [s for s in index.nodes(iri, "section") if s in self.sections]
        return all(index.notation(s, "articlePart") == "pageMatter" for s in here)

    def _people(self, iri: str) -> Iterable[Judgement]:
        """Yield what people judged."""
        index = self.index
        for judgement in index.subjects(iri, "comparesStatement"):
            code = _FIDELITY.get(index.notation(judgement, "fidelity"))
            if code:
                said = wordings(index, judgement)
                words = said.get("clinician") or next(iter(said.values()), "")
                about = index.nodes(judgement, "describes")
                works = [s for c in about for s in index.nodes(c, "citedSource")]
                plain = said.get("caregiver", "")
                yield Judgement(code, PERSON, words, (judgement, *works), plain=plain)

    def _itself(self, iri: str) -> Iterable[Judgement]:
        """Yield where another statement of the page says otherwise of the page itself."""
        found: dict[str, tuple[str, str]] = {}
        for d in self.on_itself:
            if d.one == iri:
                found[d.other] = d.one_says, d.other_says
            elif d.other == iri:
                found[d.one] = d.other_says, d.one_says
        if found:
            here, others = {h for h, _ in found.values()}, {o for _, o in found.values()}
            words = f"Here: {', '.join(sorted(here))}. Elsewhere: {', '.join(sorted(others))}."
            yield Judgement("AUD-003", RULE, words, tuple(sorted(found, key=natural)))

    def _named(self, iri: str) -> list[str]:
        """Return the sources that the page names; that it says so itself is none."""
        index = self.index
        works = sources(index, index.nodes(iri, "evidenceLine"))
        return [w for w in works if not index.is_a(w, "Article")]

    def _sources(self, iri: str) -> Iterable[Judgement]:
        """Yield what is known of the sources that the page names."""
        index = self.index
        works = self._named(iri)
        if not works:
            yield Judgement("AUD-022", RULE, "No citation reaches the statement.")
        for code, state, said in (
            ("AUD-020", "source not found", "Looked for"),
            ("AUD-021", "source not confirmed", "Probably meant"),
        ):
            doubted = tuple(w for w in works if doubt(index, w) == state)
            if doubted:
                count = f" ({len(doubted)} of {len(works)} sources)"
                some = count if len(doubted) < len(works) else ""
                names = "; ".join(map(index.label, doubted))
                yield Judgement(code, RULE, f"{said}{some}: {names}.", doubted)
