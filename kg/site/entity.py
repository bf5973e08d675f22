"""The page of one entity: what it is, its limits, what is said of it, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.evidence.findings import Finding, Findings, Question
from kg.evidence.gaps import Gaps
from kg.evidence.index import Index, natural, unique
from kg.figure.drawing import draw
from kg.graph import Term
from kg.queries.named import find
from kg.site.disagreements import DisagreementParts
from kg.site.evidence_map import place_of
from kg.site.finding_page import FindingSections
from kg.site.html import Html, el, island, join, text
from kg.site.linked_data import LinkedData
from kg.site.marks import badge
from kg.site.parts import Group, Parts, anchor, plural, table
from kg.site.shell import Page, breadcrumb, kind_words

TIDIER = (
    "rationale",
    "materials",
    "procedures",
    "provider",
    "deliveryMode",
    "setting",
    "dose",
    "tailoring",
    "modification",
    "fidelityPlanned",
    "fidelityActual",
)
"""The properties that hold items of the TIDieR checklist (doi:10.1136/bmj.g1687)."""
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
        self.missing = Gaps.of(findings)
        self.limits: dict[str, dict[str, str]] = {}
        for what, statement, *_, practice in (
            find(index.ontology, "must-show").unlimited(index.graph).rows
        ):
            if what and statement and practice:
                self.limits.setdefault(practice.value, {})[statement.value] = what.value
        self.disagreeing = DisagreementParts(index, self.parts)
        self.finding_sections = FindingSections(index, self.parts)
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
        label, kind = index.label(iri), kind_words(index, iri)
        is_statement = index.is_a(iri, "Statement")
        title = index.text(iri, "identifier") if is_statement else label
        kinds = index.kinds(iri)
        short = index.text(iri, "abbreviation")
        gone = index.notation(iri, "retractionStatus") == "retracted"
        heading = f"{label} ({short})" if short and short not in label else label
        if is_statement:
            heading = f"{kind[:1].upper()}{kind[1:]} {title or index.short(iri)}"
        elif label == index.short(iri):
            heading = f"{kind[:1].upper()}{kind[1:]} {label.rpartition('/')[2]}"
        parts: list[Html | None] = [
            breadcrumb("../", ("Evidence map", "index.html"), (kind, ""), (title or label, "")),
            el(
                "p",
                badge(kinds[0] if kinds else "", self._above(iri)),
                el("span", kind),
                self.parts.stamp(iri),
                class_="kind",
            ),
            el("h1", heading, class_="retracted" if gone else None),
            el("p", self.parts.retraction(iri)) if gone else None,
        ]
        if other := index.texts(iri, "altLabel"):
            parts.append(el("p", "Also called: ", ", ".join(other), class_="soft"))
        if definition := index.text(iri, "definition"):
            parts.append(el("p", definition, class_="lead"))
        if is_statement:
            parts.append(el("div", self.parts.statement_say(iri), class_="lead"))
        subjects = [iri, *(index.nodes(iri, "intervention") + index.nodes(iri, "recommends"))]
        parts.append(self.parts.caveats(subjects))
        if index.short(iri) in self.drawn:
            address = f"../explorer.html#node={index.short(iri)}"
            parts.append(el("p", el("a", "See it in the explorer", href=address), class_="small"))
        return join(parts)

    def _above(self, iri: str) -> list[str]:
        return [k for k in ("Statement", "Document", "Practice") if self.index.is_a(iri, k)]

    # -- sections of some kinds ----------------------------------------------------------------

    def _sections(self, iri: str) -> Iterable[Html]:
        index = self.index
        if finding := self.findings.by_iri.get(iri):
            yield from self.finding_sections.sections(finding)
        if not index.is_a(iri, "Practice"):
            yield from self.disagreeing.section(iri)
        if index.is_a(iri, "Statement"):
            yield from self.finding_sections.provenance(iri)
        if index.is_a(iri, "Practice"):
            yield from self._practice(iri)
        if index.is_a(iri, "Outcome"):
            yield from self._outcome(iri)
        if index.is_a(iri, "Document"):
            yield from self._document(iri)

    def _practice(self, iri: str) -> Iterable[Html]:
        found = self.findings.of(iri, "intervention")
        index = self.index
        yield self.disagreeing.note(iri)
        yield el("h2", "What was found", id="findings")
        if not found:
            yield el("p", "No finding in this graph is about it as the intervention.")
        by_outcome: dict[str, list[Finding]] = {}
        for f in found:
            for outcome in f.outcomes:
                by_outcome.setdefault(outcome, []).append(f)
        groups, places = [], set[str]()
        for outcome, some in sorted(
            by_outcome.items(), key=lambda i: (-len(i[1]), index.label(i[0]))
        ):
            place = place_of(index, outcome)
            once = "" if place in places else place
            places.add(place)
            notes = self._remarks((iri, outcome), some)
            groups.append(Group(self.parts.ref(outcome), once, notes, tuple(some)))
        if groups:
            caption = f"{plural(len(found), 'finding')} on {plural(len(groups), 'outcome')}"
            yield self.parts.grouped_table(groups, caption)
        yield from self.disagreeing.section(iri)
        yield from self._claims(iri, "intervention")
        compared = [f for f in self.findings.of(iri, "comparator") if f not in found]
        if compared:
            yield el("h2", "Findings in which it is the comparator")
            yield self.parts.findings_table(
                compared, f"{plural(len(compared), 'finding')} compared with it"
            )
        yield from self._in_groups(iri)
        yield from self._advice(iri)
        yield from self._limits(iri)
        yield from self._structure(iri)

    def _remarks(self, question: Question, some: list[Finding]) -> tuple[str, ...]:
        """Return what a reader must know of findings on one question before reading them."""
        differ = any(self.disagreeing.found.of(f.iri) for f in some)
        kinds = self.missing.kinds(question)
        found = ["does not fit other results"] if differ else []
        found += ["rests on one study"] if "single" in kinds else []
        found += ["change within one group only"] if "within" in kinds else []
        return tuple(found)

    def _in_groups(self, iri: str) -> Iterable[Html]:
        """Yield the findings on groups of practices that it belongs to."""
        found = [
            *self.findings.of_groups(iri, "intervention"),
            *self.findings.of_groups(iri, "comparator"),
        ]
        if found:
            groups = self.index.subjects(iri, "member")
            yield el("h2", "Findings on a group that it belongs to", id="groups")
            yield el(
                "p",
                "A result on a group is not a result on each member: ",
                self.parts.refs(groups, "; "),
                ".",
                class_="soft",
            )
            yield self.parts.findings_table(found, f"{plural(len(found), 'finding')} on a group")

    def _advice(self, iri: str) -> Iterable[Html]:
        advice = self.index.subjects(iri, "recommends")
        if advice:
            yield el("h2", "Recommendations")
            yield el("div", [self.parts.statement_card(s) for s in advice], class_="sides")

    def _limits(self, iri: str) -> Iterable[Html]:
        """Yield what the question ``must-show`` lists, apart from the caveats at the top."""
        parts = self.parts
        found = dict(self.limits.get(iri, {}))
        for caveat in parts.caveats_of(iri):
            found.pop(caveat, None)
        if found:
            shown = [
                el("li", f"{what}: ", parts.ref(s), parts.statement_say(s), parts.stamp(s))
                for s, what in found.items()
            ]
            yield el("h2", "What must be shown with it", id="limits")
            count = plural(len(found), "limit")
            yield el("details", el("summary", count), el("ul", shown), class_="print")

    def _structure(self, iri: str) -> Iterable[Html]:
        index = self.index
        parts = sorted(
            index.subjects(iri, "componentOf"),
            key=lambda p: (index.text(p, "phaseOrder") or "~", natural(index.label(p))),
        )
        if parts:
            rows = [
                (
                    self.parts.ref(p),
                    " ".join(
                        [index.term_label(index.kind(p)), index.text(p, "phaseOrder")]
                    ).strip(),
                    index.words(p, "performedBy"),
                    index.words(p, "directedAt"),
                    index.text(p, "definition"),
                )
                for p in parts
            ]
            yield el("h2", "What it consists of")
            heads = ("Part", "Kind", "Performed by", "Directed at", "What it is")
            used = [n for n in range(len(heads)) if any(row[n] for row in rows)]
            shown = [[row[n] for n in used] for row in rows]
            yield table(plural(len(parts), "part"), [heads[n] for n in used], shown)
        variants = index.subjects(iri, "variantOf")
        if variants:
            yield el("h2", "Variants")
            yield el(
                "ul",
                [
                    el(
                        "li",
                        self.parts.ref(v),
                        *[f": {t}" for t in index.texts(v, "variantChange")],
                    )
                    for v in variants
                ],
            )
        if index.is_a(iri, "Intervention"):
            yield from self._tidier(iri)

    def _tidier(self, iri: str) -> Iterable[Html]:
        index = self.index
        stated = [key for key in TIDIER if index.texts(iri, key)]
        rows = []
        for key in TIDIER:
            said = index.texts(iri, key)
            rows.append(el("dt", index.term_label(key)))
            rows.append(
                el("dd", "; ".join(said) if said else el("span", "not stated", class_="soft"))
            )
        yield el("h2", "How it is described")
        yield el(
            "p",
            f"{len(stated)} of {len(TIDIER)} items of the TIDieR checklist are stated in "
            "this graph.",
            class_="soft",
        )
        yield el(
            "details", el("summary", "All items"), el("dl", rows, class_="props"), class_="print"
        )

    def _outcome(self, iri: str) -> Iterable[Html]:
        found = self.findings.of(iri, "outcome")
        yield el("h2", "What was found", id="findings")
        if not found:
            yield el("p", "No finding in this graph is about this outcome.")
        by_practice: dict[str, list[Finding]] = {}
        for f in found:
            for i in f.interventions:
                by_practice.setdefault(i, []).append(f)
        ordered = sorted(
            by_practice.items(), key=lambda i: (-len(i[1]), natural(self.index.label(i[0])))
        )
        groups = [
            Group(self.parts.ref(p), "", self._remarks((p, iri), some), tuple(some))
            for p, some in ordered
        ]
        if groups:
            caption = f"{plural(len(found), 'finding')} on {plural(len(groups), 'practice')}"
            yield self.parts.grouped_table(groups, caption)
        yield from self._claims(iri, "outcome")

    def _claims(self, iri: str, key: str) -> Iterable[Html]:
        """Yield what articles claim, apart from what was found."""
        claims = self.findings.claims_of(iri, key)
        if claims:
            yield el("h2", "What is claimed", id="claims")
            yield el(
                "p",
                "An article says this of other work. It is not evidence and is not counted.",
                class_="soft",
            )
            yield self.parts.claims_table(claims, plural(len(claims), "claim"))

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
        rows = list(self._properties(iri, _SHOWN | _TWICE))
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
        shown = [self._value(iri, key, value) for value in values]
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
        if value.value.startswith(owner + "#"):
            # Entities within an entity: shown in place, named for links, never the same twice.
            rows = [
                join([el("dt", index.term_label(k)), el("dd", self._values(value.value, k, v))])
                for k, v in sorted(index.forward.get(value.value, {}).items())
            ]
            return el("dl", rows, class_="inner", id=anchor(value.value))
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
