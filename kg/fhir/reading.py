"""A graph as the makers of resources read it: codes, statuses, ages, caveats."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from kg.evidence.findings import Findings
from kg.evidence.index import unique, whole_index_of
from kg.evidence.stated import remarks
from kg.fhir.names import URI, name_of
from kg.fhir.numbers import Number, number
from kg.fhir.values import Amount, Coded, Coding, Identifier, Span
from kg.graph import Graph
from kg.ontology import local_name
from kg.review_rules import APPROVED, UNKNOWN

SAME = ("exact", "close")
"""Relations of a code whose meaning is near enough to be placed beside ours."""
UNITS = {"d": "day", "wk": "week", "mo": "month", "a": "year"}
"""UCUM codes of age → the unit in words."""
DRAFT = "draft"


class Reading:
    """What every maker of resources asks a graph."""

    def __init__(self, graph: Graph) -> None:
        self.index = whole_index_of(graph)
        self.findings = Findings(self.index)
        self.root = graph.root().value
        self.version = self.index.text(self.root, "versionInfo")
        self.license = self.index.text(self.root, "license")
        self.title = self.index.label(self.root)
        self.caveats = tuple(graph.caveats())

    # -- values ----------------------------------------------------------------------------------

    def coded(self, iri: str, key: str) -> Coded | None:
        """Return the first value of a property that is from a controlled list."""
        return next(iter(self.all_coded(iri, key)), None)

    def all_coded(self, iri: str, key: str) -> list[Coded]:
        """Return the values of a property that are from a controlled list."""
        return [c for v in self.index.nodes(iri, key) if (c := self.member(v))]

    def member(self, iri: str) -> Coded | None:
        """Return a member of a controlled list, ``None`` for all else."""
        term = self.index.ontology.by_iri.get(iri)
        listed = iri.rpartition("-")[0]
        if term is None or listed not in self.index.ontology.concepts:
            lists = (n for n, m in self.index.ontology.concepts.items() if term in m.values())
            listed = next(lists, "")
        return Coded(term.name, term.label or term.name, listed) if term and listed else None

    def label(self, iri: str) -> str:
        """Return the label of an entity that may have a title, too: in English if there is one."""
        labels = sorted(self.index.literals(iri, "prefLabel"), key=lambda v: v.language != "en")
        return labels[0].value if labels else self.index.label(iri)

    def number(self, iri: str, key: str) -> Number | None:
        """Return a number with its digits, or ``None``."""
        text = self.index.text(iri, key)
        try:
            return number(text) if text else None
        except ValueError:
            return None

    def amount(self, iri: str, key: str, unit: str = "", code: str = "") -> Amount | None:
        """Return a number as a quantity, or ``None``."""
        found = self.number(iri, key)
        return Amount(found, unit, code) if found else None

    def span(self, age: str) -> Span | None:
        """Return an age range with its unit; ``None`` if it has no limit."""
        unit = self.index.notation(age, "unit")
        low, high = (
            self.amount(age, key, UNITS.get(unit, ""), unit if unit in UNITS else "")
            for key in ("minAge", "maxAge")
        )
        return Span(low, high) if low or high else None

    def child_ages(self, populations: Iterable[str]) -> list[str]:
        """Return the age ranges of the children of populations."""
        owners = [o for p in populations for o in (p, *self.index.nodes(p, "childMember"))]
        ages = [a for o in owners for a in self.index.nodes(o, "ageRange")]
        return [a for a in unique(ages) if self.index.notation(a, "ageOf") != "caregiver"]

    # -- metadata --------------------------------------------------------------------------------

    def canonical(self, iri: str, title: str, ages: Iterable[str] = ()) -> dict[str, Any]:
        """Return what every definition says of itself; ages are what servers search it by."""
        spans = [span for age in ages if (span := self.span(age))]
        return {
            "iri": Identifier(iri, URI),
            "identifier": [Identifier(t) for t in self.index.texts(iri, "identifier")],
            "version": self.version,
            "name": name_of(self.index.short(iri)),
            "title": title,
            "status": self.status(iri),
            "license": self.license,
            "useContext": [{"code": "age", "range": span} for span in spans],
            "codeMapping": self.mappings(iri),
        }

    def reviewed(self, iri: str) -> dict[str, Any]:
        """Return what is known of the review of a statement: status, stamp, authors, dates."""
        index = self.index
        events = self.events(iri)
        approved = [e for e in events if index.notation(e, "toStatus") == APPROVED]
        judged = [e for e in events if index.notation(e, "fromStatus") == "under-review"]
        is_approved = self.status(iri) == APPROVED
        return {
            "reviewStatus": self.status(iri),
            "stamp": index.text(iri, "stamp"),
            "author": [index.label(a) for a in index.nodes(iri, "creator")],
            "reviewer": [index.label(a) for e in approved for a in index.nodes(e, "agent")],
            "approvalDate": self._date(approved[-1]) if approved and is_approved else "",
            "lastReviewDate": self._date(judged[-1]) if judged else "",
        }

    def status(self, iri: str) -> str:
        """Return the status of a statement, or of what statements are about.

        What is not a statement is approved if a statement on it is, and all that state its facts.
        """
        if self.index.is_a(iri, "Statement"):
            kept = self.index.notation(iri, "effectiveStatus")
            return kept or self.index.notation(iri, "reviewStatus") or UNKNOWN
        return APPROVED if iri in self._approved and not remarks(self.index, iri) else DRAFT

    @cached_property
    def _approved(self) -> frozenset[str]:
        """What approved statements are about, at any distance."""
        found = {s for s in self.index.instances("Statement") if self.status(s) == APPROVED}
        waiting = list(found)
        while waiting:
            iri = waiting.pop()
            for key, values in self.index.forward.get(iri, {}).items():
                if key not in ("comparesStatement", "followsFrom", "basedOn"):
                    new = {v.value for v in values if isinstance(v, NamedNode)} - found
                    found |= new
                    waiting += new
        return frozenset(found)

    def events(self, iri: str) -> list[str]:
        """Return the review events of a statement, oldest first."""
        found = self.index.subjects(iri, "reviewed")
        return sorted(found, key=lambda e: self.index.text(e, "time"))

    def _date(self, event: str) -> str:
        return self.index.text(event, "time")[:10]

    @cached_property
    def moments(self) -> list[str]:
        """The dates and times that the graph gives for its making, oldest first."""
        index = self.index
        found = [t for e in index.instances("ReviewEvent") for t in index.texts(e, "time")]
        found += [
            t for e in (self.root, *index.instances("Article")) for t in index.texts(e, "modified")
        ]
        return sorted(found)

    def mappings(self, iri: str) -> list[dict[str, Any]]:
        """Return every code of an entity with the relation of its meaning."""
        index, found = self.index, []
        for node in index.nodes(iri, "codeMapping"):
            relation = index.notation(node, "mappingRelation")
            searched = ", ".join(index.short_label(s) for s in index.nodes(node, "codeSystem"))
            notes = index.texts(node, "note")
            if relation == "noMatchFound":
                notes = notes or [f"No code found in {searched}."]
            found.append(
                {"coding": self._coding(node), "relation": relation, "note": " ".join(notes)}
            )
        return found

    def named(self, iri: str) -> Coded:
        """Return an entity as a concept: its label, and the codes that mean the same."""
        index = self.index
        member = self.member(iri)
        if member:
            return member
        codings = [
            coding
            for node in index.nodes(iri, "codeMapping")
            if index.notation(node, "mappingRelation") in SAME and (coding := self._coding(node))
        ]
        return Coded("", index.label(iri), "", tuple(codings))

    def _coding(self, node: str) -> Coding | None:
        index = self.index
        code = index.text(node, "code")
        system = next(iter(index.nodes(node, "codeSystem")), "")
        if not code:
            return None
        return Coding(
            index.text(system, "systemUri"),
            code,
            index.text(node, "codeLabel"),
            index.text(system, "versionInfo"),
        )

    # -- words -----------------------------------------------------------------------------------

    def limits(self, *entities: str) -> list[str]:
        """Return the caveats that apply to entities, in words."""
        index = self.index
        found = [c for e in entities for c in index.subjects(e, "appliesTo")]
        return [f"Caveat: {self.words(c)}" for c in unique(found)]

    def words(self, statement: str) -> str:
        """Return a statement in the words for clinicians, else in any."""
        index = self.index
        texts = {
            index.notation(w, "audience"): t
            for w in index.nodes(statement, "wording")
            for t in index.texts(w, "text")
        }
        return texts.get("clinician") or next(iter(texts.values()), index.label(statement))

    def wordings(self, statement: str) -> list[dict[str, Any]]:
        """Return a statement in the words for each audience."""
        index = self.index
        return [
            {"audience": index.notation(w, "audience"), "text": text}
            for w in index.nodes(statement, "wording")
            for text in index.texts(w, "text")
        ]

    def kind(self, iri: str) -> str:
        """Return what an entity is called in the ontology, such as ``age range``."""
        return self.index.term_label(self.index.kind(iri) or local_name(iri))
