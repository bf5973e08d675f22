"""The box at the top of an entity's page: what a reader must know of it in one look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.evidence.ages import Age, child_ages
from kg.evidence.disagreement import Disagreements
from kg.evidence.findings import LEVELS, Finding, sources
from kg.evidence.gaps import Gaps
from kg.evidence.index import Index, unique
from kg.site.disagreements import KINDS
from kg.site.html import Child, Html, el, join
from kg.site.marks import LEVEL_WORDS, SIDE_SHORT, glyph, mark
from kg.site.parts import Parts
from kg.site.plain import SURE, WAYS, both, counted
from kg.site.table import pairs, plural

_DESIGNS = ("metaAnalysis", "systematicReview", "clusterRandomisedTrial", "randomisedTrial")
"""Designs that stand first among findings of one certainty, in this order."""
_NAMED = 4
"""How many populations or ages a line of the box names."""
Row = tuple[str, Child]


class Boxes:
    """Makes the boxes of practices, outcomes and sources."""

    def __init__(self, index: Index, parts: Parts, found: Disagreements, missing: Gaps) -> None:
        self.index, self.parts, self.found, self.missing = index, parts, found, missing

    def practice(self, iri: str, found: Sequence[Finding]) -> Html:
        """Return the box of a practice: for whom, what was found, disagrees and is missing."""
        index, parts = self.index, self.parts
        meant = index.nodes(iri, "targetPopulation")
        rows: list[Row] = [
            ("Meant for", self._people(meant, child_ages(index, meant))),
            ("Studied in", self._studied(found)),
        ]
        if index.is_a(iri, "Intervention"):
            for name, key in (("Components", "hasComponent"), ("Dose", "dose"), ("By", "provider")):
                said = [
                    join([value.value if value.value == words else parts.ref(value.value), source])
                    for value in index.values(iri, key)
                    for words in [index.text(iri, key)]
                    for source in [parts.said(iri, key, value)]
                ]
                rows.append((name, join(said, "; ") if said else "not stated"))
        return self._box([*rows, *self._evidence(iri, found, "intervention")])

    def outcome(self, iri: str, found: Sequence[Finding]) -> Html:
        """Return the box of an outcome."""
        return self._box([("Studied in", self._studied(found)), *self._evidence(iri, found, "")])

    def recommendation(self, iri: str) -> Html:
        """Return the box of a recommendation: what is recommended, for whom, by whom."""
        index, parts = self.index, self.parts
        people = index.nodes(iri, "population")
        lines = index.nodes(iri, "evidenceLine")
        rows: list[Row] = [
            ("For or against", index.words(iri, "direction") or "not stated"),
            ("Strength", index.words(iri, "strength") or "not stated"),
            ("About", parts.refs(index.nodes(iri, "recommends")) or "not stated"),
            ("For whom", self._people(people, child_ages(index, people))),
            ("Source", parts.works(sources(index, lines)) or "none named"),
        ]
        return self._box(rows)

    def article(self, iri: str) -> Html:
        """Return the box of an article: its state, and where each statement is compared."""
        index = self.index
        audit = el("a", "each statement against its evidence", href=f"{self.parts.up}audit.html")
        rows: list[Row] = [
            ("Question", index.text(iri, "question")),
            ("Review status", index.words(iri, "reviewStatus") or "not stated"),
            ("Last changed", index.text(iri, "modified")),
            ("What it says", audit if index.text(iri, "textFile") else None),
            ("Restates", self.parts.refs(index.nodes(iri, "wasDerivedFrom"))),
        ]
        return self._box(rows)

    def source(self, iri: str) -> Html:
        """Return the box of a source: its citation, what it is, whether it is the one meant."""
        index = self.index
        about = [index.text(iri, k) for k in ("authors", "title", "publishedIn", "year")]
        place = [f"{n} {t}" for n in ("volume", "issue", "pages") if (t := index.text(iri, n))]
        unresolved = index.text(iri, "unresolved") == "true"
        known = "source not found" if unresolved else index.words(iri, "confirmation")
        day = index.text(iri, "checkedOn")
        gone = index.words(iri, "retractionStatus")
        doi = index.text(iri, "doi")
        rows: list[Row] = [
            ("Citation", ". ".join(p for p in (*about, ", ".join(place)) if p) or "not stated"),
            ("What it is", index.words(iri, "sourceType") or "not stated"),
            ("Identified", known or "not stated"),
            ("Retracted", f"{gone}{f', checked {day}' if day else ''}" if gone else None),
            ("DOI", el("a", doi, href=f"https://doi.org/{doi}") if doi else None),
        ]
        return self._box(rows)

    def population(self, iri: str) -> Iterable[Html]:
        """Yield the studies of a population and the findings on it, before all else."""
        found = self.parts.findings.of(iri, "population")
        studies = unique(s for f in found for s in f.studies)
        meant = self.index.subjects(iri, "targetPopulation")
        rows: list[Row] = [
            ("Studies", self.parts.refs(studies) if studies else "none named"),
            ("Ages", self._ages(child_ages(self.index, [iri]))),
            ("Meant for it", self.parts.few(meant) if meant else None),
            *self._found(found),
        ]
        yield self._box(rows)
        if found:
            ordered = by_certainty(self.index, found)
            yield el("h2", "Findings on it", id="findings")
            yield self.parts.findings_table(ordered, plural(len(found), "finding"))

    # -- rows ----------------------------------------------------------------------------------

    def _box(self, rows: Iterable[Row]) -> Html:
        return el("dl", pairs(rows), class_="box facts-of")

    def _studied(self, found: Sequence[Finding]) -> Html:
        people = unique(p for f in found for p in f.populations)
        ages = [a for f in found for a in f.ages]
        return self._people(people, ages) if found else Html("no finding in this graph")

    def _people(self, populations: Sequence[str], ages: Sequence[Age]) -> Html:
        if not populations and not ages:
            return Html("not stated")
        named = [self.parts.ref(p) for p in populations]
        return join(
            [self._few(named, "group"), el("div", "Ages: ", self._ages(ages), class_="small")]
        )

    def _ages(self, ages: Sequence[Age]) -> Html:
        words = unique(a.words for a in ages)
        return self._few([el("span", w) for w in words], "age") if words else Html("no age stated")

    def _few(self, items: Sequence[Html], what: str) -> Html:
        more = len(items) - _NAMED
        rest = f" and {plural(more, f'more {what}')}, below" if more > 0 else ""
        return join([join(items[:_NAMED], "; "), rest])

    def _evidence(self, iri: str, found: Sequence[Finding], key: str) -> Iterable[Row]:
        yield from self._found(found)
        differ = Counter(d.verdict for d in self.found.of(iri))
        kinds = [
            f"{differ[verdict]} {words}" for verdict, (_, words) in KINDS.items() if differ[verdict]
        ]
        pairs = el("a", plural(sum(differ.values()), "pair"), href="#disagreement")
        of = both(f": {'; '.join(kinds)}", " of results that do not agree")
        disagrees = join([pairs, of]) if differ else Html("nothing recorded")
        yield "Disagrees", disagrees
        yield "Missing", el("ul", [el("li", m) for m in self._missing(iri, found, key)])

    def _found(self, found: Sequence[Finding]) -> Iterable[Row]:
        """Yield the findings by certainty and direction."""
        lines = []
        for level in LEVELS:
            some = [f for f in found if f.level == level]
            if not some:
                continue
            sides = Counter(f.side for f in some)
            ways = [
                el(
                    "span",
                    glyph(side),
                    f" {sides[side]} ",
                    both(words, WAYS[side]),
                    class_="nowrap",
                )
                for side, words in SIDE_SHORT.items()
                if sides[side]
            ]
            lines.append(
                el(
                    "li",
                    mark(level, str(len(some))),
                    el("span", both(LEVEL_WORDS[level], SURE[level]), ": ", join(ways, ", ")),
                )
            )
        yield "Found", el("ul", lines, class_="found") if lines else "no finding in this graph"

    def _missing(self, iri: str, found: Sequence[Finding], key: str) -> Iterable[Html | str]:
        if not found:
            yield "findings"
        unrated = sum(f.level == "unrated" for f in found)
        if unrated:
            rating = both("a GRADE rating", "how sure one can be")
            yield join([rating, counted(f" of {unrated} of {plural(len(found), 'finding')}")])
        ageless = sum(all(a.low is None and a.high is None for a in f.ages) for f in found)
        if ageless:
            yield counted(
                f"the age of the children in {ageless} of {plural(len(found), 'finding')}"
            )
        single = sum(iri in question for question in self.missing.single)
        if single:
            other = "outcome" if key else "intervention"
            plain = "things that were looked at" if key else "treatments or programmes"
            one = f"a second study for {plural(single, other)}"
            yield both(one, f"a second study for {single} of the {plain}")
        words = sum(not {"caregiver", "patient"} & f.wordings.keys() for f in found)
        if words:
            yield counted(f"words for caregivers of {plural(words, 'finding')}")
        if found and not unrated and not ageless and not single and not words:
            yield "nothing that this graph knows of"


def by_certainty(index: Index, found: Iterable[Finding]) -> list[Finding]:
    """Return findings by certainty, then design, then size, the firmest first."""

    def key(f: Finding) -> tuple[int, int, int]:
        notations = {d.rpartition("-")[2] for d in index.nodes(f.iri, "studyDesign")}
        ranks = [n for n, design in enumerate(_DESIGNS) if design in notations]
        people = index.text(f.iri, "participants")
        size = int(people) if people.isdecimal() else 0
        return LEVELS.index(f.level), min(ranks, default=len(_DESIGNS)), -size

    return sorted(found, key=key)
