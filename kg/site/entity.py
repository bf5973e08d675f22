"""The page of one entity: what it is, its limits, what is said of it, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.evidence.findings import Findings
from kg.evidence.index import Index, natural, unique
from kg.figure.drawing import draw
from kg.graph import Term
from kg.site.disagreements import DisagreementParts
from kg.site.finding_page import FindingSections
from kg.site.html import Html, el, island, join, text
from kg.site.linked_data import LinkedData
from kg.site.marks import badge
from kg.site.parts import Parts, anchor
from kg.site.plain import PLAIN, both, label
from kg.site.question_page import TIDIER, QuestionSections
from kg.site.shell import Page, breadcrumb, kind_words
from kg.site.table import plural

_SHOWN = {
    "prefLabel",
    "title",
    "definition",
    "altLabel",
    "wording",
    "quote",
    "stamp",
    "reviewStatus",
    "effectiveStatus",
    "assertionDigest",
    "evidenceLine",
    "certainty",
    "estimate",
    "absoluteEffect",
    "arm",
    "studiedFor",
    "claimedFor",
    "hasComponent",
    *TIDIER,
}
_TWICE = {"effectValence", "claimedValence"}
MANY = 12
"""Above this many values of one property they are shown in columns."""
_LINKS = {
    "url": "",
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
}


class EntityPages:
    """Makes the page of each entity."""

    def __init__(self, index: Index, findings: Findings) -> None:
        self.index, self.findings = index, findings
        self.parts = Parts(index, findings, "../")
        self.linked = LinkedData(index)
        self.disagreeing = DisagreementParts(index, self.parts)
        self.finding_sections = FindingSections(index, self.parts)
        self.question_sections = QuestionSections(index, self.parts, self.disagreeing)
        self.drawn = {node.id for node in draw(index.graph).nodes}

    def page(self, iri: str) -> Page:
        """Return the page of an entity."""
        index = self.index
        body = join([self._head(iri), *self._sections(iri), *self._all(iri)])
        head = join(
            [
                island(self.linked.own(iri), "", "application/ld+json"),
                "\n",
                island(self.linked.schema(iri), "", "application/ld+json"),
            ]
        )
        return Page(index.page(iri), index.label(iri), body, head=head)

    # -- the head of the page ------------------------------------------------------------------

    def _head(self, iri: str) -> Html:
        index = self.index
        name, kind = index.label(iri), kind_words(index, iri)
        is_statement = index.is_a(iri, "Statement")
        title = index.text(iri, "identifier") if is_statement else ""
        kinds = index.kinds(iri)
        short = index.text(iri, "abbreviation")
        gone = index.notation(iri, "retractionStatus") == "retracted"
        heading = text(f"{name} ({short})" if short and short not in name else name)
        if index.is_a(iri, "Recommendation"):
            heading = self._advice(iri)
        elif verdict := index.words(iri, "fidelity"):
            heading = text(f"The page against its source: {verdict}")
        elif is_statement or name == index.short(iri):
            own = title if is_statement and title else index.short(iri).rpartition("/")[2]
            plain = PLAIN.get(kind, kind)
            heading = both(f"{capital(kind)} {own}", f"{capital(plain)} {own}")
        parts: list[Html | None] = [
            breadcrumb(
                "../", ("Evidence map", "index.html"), (kind, ""), (title or index.name(iri), "")
            ),
            el(
                "p",
                badge(kinds[0] if kinds else "", self._above(iri)),
                el("span", label(kind)),
                self.parts.stamp(iri),
                class_="kind",
            ),
            el("h1", heading, class_="retracted" if gone else None),
            el("p", self.parts.retraction(iri)) if gone else None,
        ]
        if other := index.texts(iri, "altLabel"):
            parts.append(el("p", "Also called: ", ", ".join(other), class_="soft"))
        if definition := index.text(iri, "definition"):
            first = index.values(iri, "definition")[0]
            said = self.parts.said(iri, "definition", first)
            parts.append(el("p", definition, said, class_="lead"))
        if is_statement:
            parts.append(el("div", self.parts.statement_say(iri), class_="lead"))
        subjects = [iri, *(index.nodes(iri, "intervention") + index.nodes(iri, "recommends"))]
        parts.append(self.parts.caveats(subjects))
        acts = []
        if index.short(iri) in self.drawn:
            address = f"../explorer.html#node={index.short(iri)}"
            acts.append(el("a", "See it in the explorer", href=address))
        acts.append(
            el("button", label("Copy as JSON-LD"), type="button", id="copy-ld", class_="js-only")
        )
        parts.append(el("p", join(acts, " "), class_="small acts"))
        return join(parts)

    def _advice(self, iri: str) -> Html:
        """Return strength and direction of a recommendation as its headline."""
        index = self.index
        direction = index.words(iri, "direction") or "direction not stated"
        strength = index.words(iri, "strength") or "strength not stated"
        what = ", ".join(map(index.label, index.nodes(iri, "recommends")))
        name = index.text(iri, "identifier") or index.name(iri)
        plain = f"Advice {index.words(iri, 'direction') or 'on'} {what}"
        return both(f"Recommendation {name}: {direction} {what} ({strength})", plain)

    def _above(self, iri: str) -> tuple[str, ...]:
        above = ("Statement", "Document", "Practice")
        return tuple(k for k in above if self.index.is_a(iri, k))

    # -- sections of some kinds ----------------------------------------------------------------

    def _sections(self, iri: str) -> Iterable[Html]:
        index = self.index
        if finding := self.findings.by_iri.get(iri):
            yield from self.finding_sections.sections(finding)
        if index.is_a(iri, "Population"):
            yield from self.question_sections.boxes.population(iri)
        if index.is_a(iri, "Recommendation"):
            yield self.question_sections.boxes.recommendation(iri)
        if index.is_a(iri, "Article"):
            yield self.question_sections.boxes.article(iri)
        if found := self.findings.of(iri, "study"):
            yield el("h2", "What was found in it", id="findings")
            yield self.parts.findings_table(found, plural(len(found), "finding"))
        if not index.is_a(iri, "Practice") and not index.is_a(iri, "Outcome"):
            yield from self.disagreeing.section(iri)
        if index.is_a(iri, "Statement"):
            yield from self.finding_sections.provenance(iri)
        if index.is_a(iri, "Practice"):
            yield from self.question_sections.practice(iri)
        if index.is_a(iri, "Outcome"):
            yield from self.question_sections.outcome(iri)
        if index.is_a(iri, "Document"):
            if index.is_a(iri, "Source"):
                yield self.question_sections.boxes.source(iri)
            yield from self._document(iri)

    def _document(self, iri: str) -> Iterable[Html]:
        index = self.index
        citing = [s for line in index.subjects(iri, "source") for s in self._owner(line)] + [
            s
            for citation in index.subjects(iri, "citedSource")
            for line in index.subjects(citation, "citation")
            for s in self._owner(line)
        ]
        citing = unique(citing)
        known = [self.findings.by_iri[s] for s in citing if s in self.findings.by_iri]
        found = [f for f in known if not f.is_claim]
        claims = [f for f in known if f.is_claim]
        if found:
            yield el("h2", "Findings that rest on it")
            yield self.parts.findings_table(found, plural(len(found), "finding"))
        if claims:
            yield el("h2", "Claims that name it as their source", id="claims")
            yield self.parts.claims_table(claims, plural(len(claims), "claim"))
        others = [s for s in citing if s not in self.findings.by_iri]
        if others:
            yield el("h2", "Other statements that rest on it")
            yield el("div", [self.parts.statement_card(s) for s in others], class_="sides")
        verdicts = [
            d
            for citation in index.subjects(iri, "citedSource")
            for d in index.subjects(citation, "describes")
            if index.text(d, "stamp") is not None and index.notation(d, "fidelity")
        ]
        if verdicts:
            yield el("h2", "How the page reports it")
            yield join([self.parts.statement_card(d, index.words(d, "fidelity")) for d in verdicts])

    def _owner(self, nested: str) -> list[str]:
        base = self.index.base
        owner = base + nested.removeprefix(base).partition("#")[0]
        return [owner] if self.index.is_a(owner, "Statement") else []

    # -- everything else -----------------------------------------------------------------------

    def _all(self, iri: str) -> Iterable[Html]:
        """Yield all other properties, and what refers to the entity."""
        rows = list(self._properties(iri, _SHOWN | _TWICE | {"codeMapping"}))
        if rows and self.index.is_a(iri, "Statement"):
            yield el(
                "details",
                el("summary", "All that is recorded"),
                el("dl", rows, class_="props"),
                class_="print",
            )
        elif rows:
            yield el("h2", "All that is recorded")
            yield el("dl", rows, class_="props")
        if codes := self.index.values(iri, "codeMapping"):
            yield el(
                "details",
                el("summary", f"Codes in other systems ({len(codes)})"),
                self._values(iri, "codeMapping", codes),
                class_="print",
            )
        yield from self._referring(iri)
        status = "" if self.index.is_a(iri, "Statement") else self.index.words(iri, "reviewStatus")
        yield el(
            "p",
            "Identifier: ",
            el("span", iri, class_="hash"),
            f". Review status: {status}" if status else None,
            class_="small soft",
        )

    def _properties(self, iri: str, hidden: set[str]) -> Iterable[Html]:
        for key, values in sorted(self.index.forward.get(iri, {}).items()):
            if key not in hidden:
                yield el("dt", self.index.term_label(key))
                yield el("dd", self._values(iri, key, values))

    def _values(self, iri: str, key: str, values: list[Term]) -> Html:
        shown = [
            join([self._value(iri, key, value), self.parts.said(iri, key, value)])
            for value in values
        ]
        if len(shown) == 1:
            return shown[0]
        many = "many" if len(shown) > MANY else None
        return el("ul", [el("li", v) for v in shown], class_=many)

    def _value(self, iri: str, key: str, value: Term) -> Html:
        if not isinstance(value, NamedNode):
            words = value.value
            if key in _LINKS or value.datatype.value.endswith("#anyURI"):
                return el("a", words, href=_LINKS.get(key, "") + words)
            language = f" ({value.language})" if value.language not in (None, "en") else ""
            return text(words + language)
        owner, index = iri.partition("#")[0], self.index
        own = value.value.startswith(owner + "#")
        if own or index.is_fact_value(value.value):
            # Entities within an entity: shown in place, named for links, never the same twice.
            rows = [
                join([el("dt", index.term_label(k)), el("dd", self._values(value.value, k, v))])
                for k, v in sorted(index.forward.get(value.value, {}).items())
            ]
            return el("dl", rows, class_="inner", id=anchor(value.value) if own else None)
        return self.parts.ref(value.value)

    def _referring(self, iri: str) -> Iterable[Html]:
        index = self.index
        base = index.base
        by_key: dict[str, list[str]] = {}
        for subject, key in index.backward.get(iri, ()):
            owner = base + subject.removeprefix(base).partition("#")[0]
            if index.is_a(owner, "Entity") and owner != iri and key not in ("edgeFrom", "edgeTo"):
                by_key.setdefault(key, []).append(owner)
        rows = []
        for key, owners in sorted(by_key.items()):
            owners = sorted(unique(owners), key=natural)
            rows.append(el("dt", f"← {index.term_label(key)}"))
            rows.append(el("dd", self.parts.few(owners)))
        if rows:
            yield el(
                "details",
                el("summary", f"What refers to it ({sum(map(len, by_key.values()))})"),
                el("dl", rows, class_="props"),
                class_="print",
            )


def capital(words: str) -> str:
    """Return words with a capital at their beginning."""
    return words[:1].upper() + words[1:]
