"""What the explorer's scripts know of a graph: nodes, edges, facets, and the words of the panel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.evidence.ages import BANDS, UNDETERMINED, YES, child_ages, overlap
from kg.evidence.findings import wordings
from kg.evidence.index import Index
from kg.figure.cards import LABEL
from kg.figure.drawing import HEADINGS, REVERSED, STATEMENT, Drawing, Node, draw
from kg.figure.grid import WIDTHS
from kg.figure.scene import Placed
from kg.figure.shapes import STYLES
from kg.site.columns import Columns, place, plain_cards
from kg.site.parts import Parts
from kg.site.plain import plain_certainty, plain_names, plain_result
from kg.site.shell import kind_words
from kg.site.wording import minus, result

MOST_DRAWN = 2000
"""Above this many entities nothing is drawn at first: a reader starts from the map or a search."""
_SEARCHED = ("altLabel", "abbreviation", "identifier", "doi", "pmid", "title")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn of a graph, and where; ``columns`` is there if it is not too large."""

    drawing: Drawing
    columns: Columns | None


def picture(index: Index) -> Picture:
    """Choose what is drawn, and place it unless there is too much of it."""
    drawing = draw(index.graph)
    return Picture(drawing, place(drawing) if len(drawing.nodes) <= MOST_DRAWN else None)


_Row = tuple[str, str | list[str]] | tuple[str, str | list[str], str | list[str]]
"""A name with what is said, and the same in words for caregivers where that differs."""


class Once:
    """Values that many nodes share: each occurs once in the data, nodes refer to its number."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, value: Any) -> int:
        """Return the number of a value, which is noted if it is new."""
        key = repr(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


def _lines(at: Placed) -> list[str]:
    """Return the lines of a label as they were broken for its card."""
    return [line.text for line in at.card.lines if line.size == LABEL and not line.soft]


class ExplorerData:
    """Gathers the data of the explorer's two pages."""

    def __init__(self, index: Index, parts: Parts, picture: Picture) -> None:
        self.index, self.parts, self.picture = index, parts, picture
        self.small = picture.columns is not None

    def iri(self, node: Node) -> str:
        """Return the IRI of the entity of a node."""
        return self.index.graph.node(node.id).value

    def outcomes(self, node: Node) -> list[str]:
        """Return the IRIs of the outcomes of a statement."""
        return self.index.nodes(self.iri(node), "outcome")

    def status(self, node: Node) -> str:
        """Return the notation of the review status that counts."""
        iri = self.iri(node)
        found = self.index.notation(iri, "effectiveStatus") or self.index.notation(
            iri, "reviewStatus"
        )
        return found or "unknown"

    def columns(self) -> dict[str, Any]:
        """Return what the script of the columns knows: nodes, edges, and what filters go by."""
        kinds, stamps, facets = Once(), Once(), Once()
        nodes = [self._node(n, kinds, stamps, facets) for n in self.picture.drawing.nodes]
        return {
            "large": not self.small,
            "columns": {str(c): [HEADINGS[c], WIDTHS[c]] for c in HEADINGS},
            "cards": {} if self.small else plain_cards(),
            **self._edges(),
            "kinds": kinds.values,
            "stamps": stamps.values,
            "facets": facets.values,
            "nodes": nodes,
            "plain": plain_names(),
        }

    def _edges(self) -> dict[str, Any]:
        """Return the types of edges (name, words, drawn against its direction), and the edges."""
        drawing = self.picture.drawing
        names = {n.id: i for i, n in enumerate(drawing.nodes)}
        edges = sorted({*drawing.edges, *drawing.inner}, key=lambda e: (e.start, e.end, e.type))
        types = Once()
        ends = [[names[e.start], names[e.end], types.number(self._type(e.type))] for e in edges]
        return {"types": types.values, "edges": ends}

    def _type(self, name: str) -> list[str | bool]:
        return [name, self.index.term_label(name), name in REVERSED]

    def _node(self, node: Node, kinds: Once, stamps: Once, facets: Once) -> dict[str, Any]:
        """Return a node; what is empty, or follows from its id, is left out."""
        index, iri = self.index, self.iri(node)
        kind = {"kind": kind_words(index, iri), "shape": node.kind, "column": node.column}
        data: dict[str, Any] = {"id": node.id, "kind": kinds.number(kind), "label": node.label}
        if node.note:
            data["note"] = node.note
        if (href := index.href(iri)) != f"{node.id}.html":
            data["href"] = href
        if find := [*node.same, *(t for key in _SEARCHED for t in index.texts(iri, key))]:
            data["find"] = find
        if node.stamp:
            data["stamp"] = stamps.number(node.stamp)
        if node.column == STATEMENT:
            data["facets"] = facets.number(self._facets(node))
        if self.small:
            data["words"] = wordings(index, iri)
            data["rows"] = [[*row] for row in self._rows(node, iri) if row[1]]
        return data

    def _facets(self, node: Node) -> dict[str, Any]:
        iri = self.iri(node)
        finding = self.parts.findings.by_iri.get(iri)
        ages = (
            finding.ages if finding else child_ages(self.index, self.index.nodes(iri, "population"))
        )
        answers = {b.id: overlap(ages, b) for b in BANDS}
        return {
            "age": [b for b, a in answers.items() if a == YES],
            "undetermined": [b for b, a in answers.items() if a == UNDETERMINED],
            "outcome": [self.index.short(o) for o in self.outcomes(node)],
            "certainty": [finding.level] if finding and not finding.is_claim else [],
            "status": [self.status(node)],
        }

    def _rows(self, node: Node, iri: str) -> Iterable[_Row]:
        """Yield what the panel says of a node: names and texts, in order."""
        index = self.index
        caveats = [self.caveat(c) for c in self.parts.caveats_of(iri)]
        yield "Caveat", caveats
        if definition := index.text(iri, "definition"):
            yield "What it is", definition
        if finding := self.parts.findings.by_iri.get(iri):
            if finding.is_claim:
                yield "Claim", "An article reports this about other work; it is not a finding."
                yield "What is known of its source", list(finding.doubts)
            yield (
                "What it says" if finding.is_claim else "Result",
                result(finding),
                plain_result(finding),
            )
            yield (
                "Effect",
                [minus(e.text()) for e in finding.estimates] + list(finding.arms)
                or "no number given",
            )
            within = finding.contrast == "withinGroup"
            others = ", ".join(index.label(c) for c in finding.comparators)
            yield "Compared with", "change within one group" if within else others or "not stated"
            rated = [f"{r.words} ({r.origin})" for r in finding.ratings]
            yield (
                "Certainty",
                rated or "not rated: this graph holds no rating",
                plain_certainty(finding),
            )
            yield "Design", ", ".join(t for t in (finding.designs, finding.counts) if t)
            ages = [a.words for a in finding.ages]
            yield "Ages", [f"{a.words} ({a.basis_words})" for a in finding.ages], ages
        elif node.note:
            yield "In short", node.note
        quotes = index.nodes(iri, "quote")
        yield "Quote", [self._quote(q) for q in quotes]
        if index.is_a(iri, "Source"):
            yield "DOI", index.text(iri, "doi")
            gone = index.words(iri, "retractionStatus")
            day = index.text(iri, "checkedOn")
            yield "Retraction", f"{gone}{f', checked {day}' if day else ''}"
        status = index.words(iri, "effectiveStatus") or index.words(iri, "reviewStatus")
        yield "Review status", node.stamp or status

    def caveat(self, iri: str) -> str:
        """Return a caveat in words, with its stamp."""
        words = wordings(self.index, iri)
        text = words.get("clinician") or next(iter(words.values()), self.index.label(iri))
        return f"{text} {self.index.text(iri, 'stamp')}".strip()

    def _quote(self, quote: str) -> str:
        index = self.index
        where = index.words(quote, "quotedFrom")
        place_ = index.text(quote, "start")
        words = index.text(quote, "exact")
        parts = [f"“{words}”" if words else "text not shown"]
        parts.append(f"in {where}" if where else "")
        parts.append(f"characters {place_} to {index.text(quote, 'end')}" if place_ else "")
        parts.append(index.text(quote, "locator"))
        digest = index.text(quote, "exactDigest")
        parts.append(f"{digest[:19]}…" if digest and not words else "")
        return ", ".join(p for p in parts if p)

    def free(self) -> dict[str, Any]:
        """Return what the script of the free layout knows: nodes with their places, and edges."""
        drawing, placed = self.picture.drawing, self.picture.columns
        places = placed.places() if placed else {}
        kinds, stamps, nodes = Once(), Once(), []
        for node in drawing.nodes:
            iri, style = self.iri(node), STYLES[node.kind]
            kind = {
                "kind": kind_words(self.index, iri),
                "shape": node.kind,
                "column": node.column,
                "fill": style.fill,
                "ink": style.ink,
            }
            data: dict[str, Any] = {"id": node.id, "label": node.label, "kind": kinds.number(kind)}
            if (href := self.index.href(iri)) != f"{node.id}.html":
                data["href"] = href
            if node.stamp:
                data["stamp"] = stamps.number(node.stamp)
            if at := places.get(node.id):
                data |= {
                    "lines": "\n".join(_lines(at)),
                    "w": round(at.card.width),
                    "h": round(at.card.height),
                    "x": round(at.x + at.card.width / 2),
                    "y": round(at.y + at.card.height / 2),
                }
            nodes.append(data)
        return {
            "large": not self.small,
            **self._edges(),
            "kinds": kinds.values,
            "stamps": stamps.values,
            "nodes": nodes,
        }
