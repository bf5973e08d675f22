"""What the pages of practices and outcomes show: findings, claims, limits, content."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.evidence.findings import Finding, Question
from kg.evidence.gaps import Gaps
from kg.evidence.index import Index, natural
from kg.queries.named import find
from kg.site.box import Boxes, by_certainty
from kg.site.child_age import control
from kg.site.disagreements import DisagreementParts
from kg.site.evidence_map import place_of
from kg.site.html import Html, el, join
from kg.site.parts import Group, Parts
from kg.site.plain import label
from kg.site.table import plural, table

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


class QuestionSections:
    """Sections for practices and outcomes."""

    def __init__(self, index: Index, parts: Parts, disagreeing: DisagreementParts) -> None:
        self.index, self.parts, self.disagreeing = index, parts, disagreeing
        self.findings = parts.findings
        self.missing = Gaps.of(parts.findings)
        self.boxes = Boxes(index, parts, disagreeing.found, self.missing)
        self.limits: dict[str, dict[str, str]] = {}
        for what, statement, *_, practice in (
            find(index.ontology, "must-show").unlimited(index.graph).rows
        ):
            if what and statement and practice:
                self.limits.setdefault(practice.value, {})[statement.value] = what.value

    def practice(self, iri: str) -> Iterable[Html]:
        """Yield what was found and claimed on a practice, its limits, and what it consists of."""
        found = self.findings.of(iri, "intervention")
        index = self.index
        yield self.boxes.practice(iri, found)
        if found:
            yield control("findings")
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
            ordered = tuple(by_certainty(index, some))
            groups.append(Group(self.parts.ref(outcome), once, notes, ordered))
        if groups:
            caption = f"{plural(len(found), 'finding')} on {plural(len(groups), 'outcome')}"
            yield self.parts.grouped_table(groups, caption)
        yield from self.disagreeing.section(iri)
        yield from self._claims(iri, "intervention")
        compared = [f for f in self.findings.of(iri, "comparator") if f not in found]
        if compared:
            yield el("h2", label("Findings in which it is the comparator"))
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
            yield el("h2", label("What must be shown with it"), id="limits")
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
                    join([self.parts.ref(p), self.parts.said(p, "componentOf", NamedNode(iri))]),
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
                        self.parts.said(v, "variantOf", NamedNode(iri)),
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
            said = [
                join([value.value, self.parts.said(iri, key, value)])
                for value in index.values(iri, key)
            ]
            rows.append(el("dt", index.term_label(key)))
            rows.append(
                el("dd", join(said, "; ") if said else el("span", "not stated", class_="soft"))
            )
        yield el("h2", label("How it is described"))
        yield el(
            "p",
            f"{len(stated)} of {len(TIDIER)} items of the TIDieR checklist are stated in "
            "this graph.",
            class_="soft cl",
        )
        yield el(
            "details", el("summary", "All items"), el("dl", rows, class_="props"), class_="print"
        )

    def outcome(self, iri: str) -> Iterable[Html]:
        """Yield what was found and claimed on an outcome, by practice."""
        found = self.findings.of(iri, "outcome")
        yield self.boxes.outcome(iri, found)
        if found:
            yield control("findings")
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
            Group(
                self.parts.ref(p),
                "",
                self._remarks((p, iri), some),
                tuple(by_certainty(self.index, some)),
            )
            for p, some in ordered
        ]
        if groups:
            caption = f"{plural(len(found), 'finding')} on {plural(len(groups), 'practice')}"
            yield self.parts.grouped_table(groups, caption)
        yield from self.disagreeing.section(iri)
        yield from self._claims(iri, "outcome")

    def _claims(self, iri: str, key: str) -> Iterable[Html]:
        """Yield what articles claim, apart from what was found."""
        claims = self.findings.claims_of(iri, key)
        if claims:
            yield el("h2", "What is claimed", id="claims")
            yield el(
                "p",
                "An article reports this about other work. It is not evidence and is not counted.",
                class_="soft",
            )
            yield self.parts.claims_table(claims, plural(len(claims), "claim"))
