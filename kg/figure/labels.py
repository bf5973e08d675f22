"""What is written on a node and in its tooltip: words of the graph and of its ontology."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.graph import Graph, Term
from kg.ontology import TYPE
from kg.xmltext import clean

_DAYS = {"d": 1.0, "wk": 7.0, "mo": 365.25 / 12, "a": 365.25}
"""The conversion that the ontology declares between the units of age; used for sorting alone."""


@dataclass(frozen=True, slots=True, order=True)
class Rating:
    """A certainty rating: notations of rating and system, both in words, and whose it is."""

    rating: str
    system: str
    text: str
    origin: str
    by: str


class Labels:
    """Words for the entities of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    # -- words of one property -------------------------------------------------------------

    def notation(self, node: NamedNode, key: str) -> str:
        """Return the notation of a value of a controlled list, or nothing."""
        return self.graph.notation(self.graph.value(node, key))

    def words(self, node: NamedNode, key: str) -> str:
        """Return the labels of all values of a property, or nothing."""
        return ", ".join(self.name(value) for value in self.graph.objects(node, key))

    def name(self, value: Term) -> str:
        """Return the label of an entity, or a literal as it is."""
        return clean(self.graph.label(value) if isinstance(value, NamedNode) else value.value)

    def short_name(self, node: NamedNode) -> str:
        """Return the abbreviation of an entity, else its label."""
        return self.words(node, "abbreviation") or self.name(node)

    def identifier(self, node: NamedNode) -> str:
        """Return the identifier of a statement, else the last part of its id."""
        return self.words(node, "identifier") or self.graph.short(node).rpartition("/")[2]

    def wording(self, node: NamedNode) -> str:
        """Return a statement in words, for clinicians if there are such words."""
        found = [
            (self.notation(w, "audience") != "clinician", self.name(text))
            for w in self.graph.objects(node, "wording")
            if isinstance(w, NamedNode)
            for text in self.graph.objects(w, "text")
        ]
        return min(found)[1] if found else ""

    def stamp(self, node: NamedNode) -> str:
        """Return the stamp of what is not approved, or nothing."""
        return self.words(node, "stamp")

    def ratings(self, finding: NamedNode) -> tuple[Rating, ...]:
        """Return the certainty ratings of a finding; none if nobody rated it."""
        return tuple(
            sorted(
                Rating(
                    self.notation(node, "rating"),
                    self.notation(node, "ratingSystem"),
                    _joined([self.words(node, "ratingSystem"), self.words(node, "rating")], ": "),
                    self.words(node, "certaintyOrigin"),
                    self.words(node, "ratedBy"),
                )
                for node in self.graph.objects(finding, "certainty")
                if isinstance(node, NamedNode) and self.graph.value(node, "rating")
            )
        )

    def age_order(self, age: NamedNode) -> tuple[bool, float, float]:
        """Return what age ranges are sorted by: children first, then from young to old."""
        days = _DAYS.get(self.notation(age, "unit"), 1.0)
        low, high = (self._number(age, key) for key in ("minAge", "maxAge"))
        return (
            self.notation(age, "ageOf") == "caregiver",
            0.0 if low is None else low * days,
            float("inf") if high is None else high * days,
        )

    def phase(self, node: NamedNode) -> int:
        """Return the number of a phase within its intervention, else 0."""
        found = self._number(node, "phaseOrder")
        return int(found) if found and 0 < found < 1000 else 0

    def _number(self, node: NamedNode, key: str) -> float | None:
        value = self.graph.value(node, key)
        try:
            return float(value.value) if value else None
        except ValueError:
            return None

    # -- what is written on a node ---------------------------------------------------------

    def label(self, node: NamedNode, kind: str) -> str:
        """Return the words on a node of a kind, whole."""
        if kind == "AgeRange":
            return self.words(node, "verbatim") or "no words"
        if kind == "Finding":
            found = [self.words(node, "outcome"), self.words(node, "effectDirection")]
            return _joined(found, ": ") or self.name(node)
        if kind == "Claim":
            found = [f"claim: {self.words(node, 'outcome')}", self.words(node, "effectDirection")]
            return _joined(found, ": ")
        if kind == "Recommendation":
            return _joined([self._advice(node), self.words(node, "recommends")], ": ")
        label, abbreviation = self.name(node), self.words(node, "abbreviation")
        return label if not abbreviation or abbreviation in label else f"{label} ({abbreviation})"

    def note(self, node: NamedNode, kind: str) -> str:
        """Return the small words below the label of a node, whole; often nothing."""
        makers = {
            "AgeRange": self._age_note,
            "Phase": self._phase_note,
            "Technique": self._technique_note,
            "Intervention": self._variant_note,
            "Finding": self._finding_note,
            "Claim": lambda _: "claimed by an article about other work",
            "Recommendation": self._recommendation_note,
            "Outcome": lambda n: self._list(n, "outcomeOf", "desirability"),
            "Source": self._source_note,
        }
        return makers[kind](node) if kind in makers else ""

    def _advice(self, node: NamedNode) -> str:
        """Return "recommendation for" or "no recommendation", in the words of the ontology."""
        name = self.graph.ontology.classes["Recommendation"].label or "Recommendation"
        direction = self.words(node, "direction")
        return direction if name in direction else _joined([name, direction], " ")

    def _list(self, node: NamedNode, *keys: str) -> str:
        return _joined(self.words(node, key) for key in keys)

    def _age_note(self, node: NamedNode) -> str:
        usual = self.notation(node, "ageKind") == "chronological"
        kind = "" if usual else self.words(node, "ageKind")
        whose = self.words(node, "ageOf") or "whose age is not stated"
        return _joined([whose, self.words(node, "ageBasis") or "basis not stated", kind])

    def _phase_note(self, node: NamedNode) -> str:
        number = self.words(node, "phaseOrder")
        return f"phase {number}" if number else ""

    def _technique_note(self, node: NamedNode) -> str:
        by, at = self.words(node, "performedBy"), self.words(node, "directedAt")
        return _joined([by, at], " to ", 2)

    def _variant_note(self, node: NamedNode) -> str:
        bases = [self.short_name(n) for n in self._entities(node, "variantOf")]
        return f"variant of {', '.join(bases)}" if bases else ""

    def _finding_note(self, node: NamedNode) -> str:
        return _joined(
            [
                self.identifier(node),
                self.words(node, "subgroup").rstrip("."),
                self._comparison(node),
                self._hearsay(node),
            ]
        )

    def _recommendation_note(self, node: NamedNode) -> str:
        return _joined([self.identifier(node), self.words(node, "strength"), self._hearsay(node)])

    def _source_note(self, node: NamedNode) -> str:
        year = self.words(node, "year")
        unresolved = self.words(node, "unresolved") == "true"
        confirmation = self.notation(node, "confirmation")
        sure = confirmation in ("", "verified") or unresolved
        retraction = self.notation(node, "retractionStatus")
        checked = self.words(node, "checkedOn")
        return _joined(
            [
                f"RETRACTED (checked {checked})" if retraction == "retracted" and checked else "",
                "RETRACTED" if retraction == "retracted" and not checked else "",
                self.words(node, "retractionStatus")
                if retraction in ("concern", "corrected")
                else "",
                self.words(node, "sourceType"),
                "" if year in self.name(node) else year,
                "not resolved" if unresolved else "",
                "" if sure else f"identification: {self.words(node, 'confirmation')}",
            ]
        )

    def _comparison(self, node: NamedNode) -> str:
        contrast = self.notation(node, "contrast")
        others = [self.short_name(n) for n in self._entities(node, "comparator")]
        if contrast == "withinGroup":
            return self.words(node, "contrast")
        if others:
            return f"vs {', '.join(others)}"
        return "" if contrast == "notStated" else self.words(node, "contrast")

    def more(self, node: NamedNode, kind: str) -> str:
        """Return small words that may be left away: the designs behind a finding."""
        designs = self._entities(node, "studyDesign") if kind == "Finding" else []
        return ", ".join(self.name(n) for n in designs if not n.value.endswith("notStated"))

    def _hearsay(self, statement: NamedNode) -> str:
        """Say that a statement rests on a secondary report or background alone."""
        lines = self._entities(statement, "evidenceLine")
        roles = {self.notation(line, "quoteRole"): self.words(line, "quoteRole") for line in lines}
        weak = set(roles) <= {"secondaryReport", "background"}
        return ", ".join(roles[r] for r in sorted(roles)) if weak else ""

    def _entities(self, node: NamedNode, key: str) -> list[NamedNode]:
        return [o for o in self.graph.objects(node, key) if isinstance(o, NamedNode)]

    # -- the tooltip -----------------------------------------------------------------------

    def title(self, node: NamedNode, kind: str, same: Iterable[str]) -> str:
        """Return the tooltip of a node: whole label, id, what it is, how it was reviewed."""
        graph = self.graph
        lines = [
            self.label(node, kind),
            f"id: {clean(', '.join([graph.short(node), *same]))}",
            _joined([self._class(node, kind), self.note(node, kind)], ": "),
        ]
        if kind == "AgeRange":
            lines.append(self._limits(node))
        if kind in ("Finding", "Claim", "Recommendation"):
            lines.append(self.wording(node))
            lines.append(_joined(["intervention", self.words(node, "intervention")], ": ", 2))
            lines.append(_joined(["design", self.more(node, kind)], ": ", 2))
        if kind == "Finding":
            whose = [(r.text, _joined([r.origin, r.by], ": ")) for r in self.ratings(node)]
            rated = "; ".join(f"{text} ({by})" if by else text for text, by in whose)
            lines.append(f"valence: {self.words(node, 'effectValence') or 'not derived'}")
            lines.append(f"certainty: {rated or 'not rated'}")
        for key in ("partOfGroup", "title"):
            words = self.words(node, key)
            name = graph.ontology.properties[key].label or key
            lines.append(f"{name}: {words}" if words and words != lines[0] else "")
        lines.append(self.status(node))
        return "\n".join(line for line in lines if line)

    def status(self, node: NamedNode) -> str:
        """Return the review status of an entity in words."""
        words = self.words(node, "effectiveStatus") or self.words(node, "reviewStatus")
        return self.stamp(node) or f"review status: {words or 'none recorded'}"

    def _limits(self, age: NamedNode) -> str:
        found = [
            f"{words} {self.words(age, key)} {self.words(age, 'unit')} ({bound})"
            for words, key, edge in (("from", "minAge", "minBound"), ("to", "maxAge", "maxBound"))
            if self.words(age, key) and (bound := self.words(age, edge) or "limit not stated")
        ]
        return " ".join(found)

    def _class(self, node: NamedNode, kind: str) -> str:
        ontology = self.graph.ontology
        found = [
            term.label or term.name
            for value in self.graph.objects(node, TYPE.value)
            if (term := ontology.by_iri.get(value.value))
        ]
        return ", ".join(found) or ontology.classes[kind].label


def _joined(parts: Iterable[str], by: str = " · ", least: int = 1) -> str:
    """Join what is not empty; nothing if fewer than ``least`` parts are left."""
    found = [part for part in parts if part]
    return by.join(found) if len(found) >= least else ""
