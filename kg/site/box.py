"""The box at the top of an entity's page: what a reader must know of it in one look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.evidence.ages import Age, child_ages
from kg.evidence.disagreement import Disagreements
from kg.evidence.findings import LEVELS, Finding
from kg.evidence.gaps import Gaps
from kg.evidence.index import Index, unique
from kg.evidence.verdicts import VERDICTS
from kg.site.html import Child, Html, el, join
from kg.site.marks import LEVEL_WORDS, SIDE_SHORT, glyph, mark
from kg.site.parts import Parts
from kg.site.plain import SURE, WAYS, both
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

    def source(self, iri: str) -> Html:
        """Return the box of a source: its citation, what it is, whether it is the one meant."""
        index = self.index
        about = [index.text(iri, k) for k in ("authors", "title", "publishedIn", "year")]
        place = [f"{n} {t}" for n in ("volume", "issue", "pages") if (t := index.text(iri, n))]
        unresolved = index.text(iri, "unresolved") == "true"
        known = "source not found" if unresolved else index.words(iri, "confirmation")
        day = index.text(iri, "checkedOn")
        gone = index.words(iri, "retractionStatus")
        rows: list[Row] = [
            ("Citation", ". ".join(p for p in (*about, ", ".join(place)) if p) or "not stated"),
            ("What it is", index.words(iri, "sourceType") or "not stated"),
            ("The work that is meant", known or "not stated"),
            ("Retracted", f"{gone}{f', checked {day}' if day else ''}" if gone else None),
        ]
        return self._box(rows)

    def population(self, iri: str) -> Iterable[Html]:
        """Yield the studies of a population and the findings on it, before all else."""
        found = self.parts.findings.of(iri, "population")
        studies = unique(s for f in found for s in f.studies)
        rows: list[Row] = [
            ("Ages", self._people([], child_ages(self.index, [iri]))),
            ("Studies", self.parts.refs(studies) if studies else "none named"),
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
        words = unique(a.words for a in ages)
        told = self._few([el("span", w) for w in words], "age") if words else "no age stated"
        named = [self.parts.ref(p) for p in populations]
        who = self._few(named, "group") if named else None
        return join([who, el("div", "Ages: ", told, class_="small")])

    def _few(self, items: Sequence[Html], what: str) -> Html:
        more = len(items) - _NAMED
        rest = f" and {plural(more, f'more {what}')}, below" if more > 0 else ""
        return join([join(items[:_NAMED], "; "), rest])

    def _evidence(self, iri: str, found: Sequence[Finding], key: str) -> Iterable[Row]:
        yield from self._found(found)
        differ = Counter(d.verdict for d in self.found.of(iri))
        kinds = [
            f"{count} {VERDICTS[verdict].removesuffix(', and differ also in')}"
            for verdict, count in sorted(differ.items(), key=lambda i: list(VERDICTS).index(i[0]))
        ]
        told = el("a", plural(sum(differ.values()), "pair"), href="#disagreement")
        of = both(f": {'; '.join(kinds)}", " of results that do not agree")
        disagrees = join([told, of]) if differ else Html("nothing recorded")
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
            yield join([rating, f" of {unrated} of {plural(len(found), 'finding')}"])
        ageless = sum(all(a.low is None and a.high is None for a in f.ages) for f in found)
        if ageless:
            yield f"the age of the children in {ageless} of {plural(len(found), 'finding')}"
        single = sum(iri in question for question in self.missing.single)
        if single:
            other = "outcome" if key else "intervention"
            plain = "things that were looked at" if key else "treatments or programmes"
            one = f"a second study for {plural(single, other)}"
            yield both(one, f"a second study for {single} of the {plain}")
        words = sum(not {"caregiver", "patient"} & f.wordings.keys() for f in found)
        if words:
            yield f"words for caregivers of {plural(words, 'finding')}"
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
