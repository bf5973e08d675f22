"""What a graph knows: the names of its entities, found in the sentences of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import compress

from pyoxigraph import Literal

from kg.graph import Graph
from kg.imports import Given
from kg.text.names import Name, Names, unknown

KINDS = ("Practice", "Outcome", "Population", "Condition", "Measure")


class Known:
    """The labels of a graph, and what of a page is none of them.

    ``entities`` are the labels of each, ``kinds`` which of :data:`KINDS` each is, ``short`` holds
    the abbreviations that the page defines.
    """

    def __init__(self, given: Given, text: str) -> None:
        self.graph, self.text = given.known, text
        self.entities: dict[str, list[str]] = {}
        self.kinds: dict[str, str] = {}
        for entity, kind, labels in _labels(self.graph):
            if entity not in self.kinds and not given.drafted(entity):
                self.entities[entity], self.kinds[entity] = labels, kind
        self.short: dict[str, str] = {}
        pairs = [(label, e) for e, labels in self.entities.items() for label in labels]
        self._names = Names(pairs, [p for p in pairs if self.kinds[p[1]] == "Outcome"])

    def define(self, start: int, end: int) -> None:
        """Learn the abbreviations that a sentence defines, for all sentences of the page."""
        self.short |= self._names.define(self.text, start, end)

    def find(self, start: int, end: int) -> tuple[list[Name], list[str]]:
        """Return the names in a sentence, and phrases that look like unknown interventions.

        Names within such a phrase are not meant.
        """
        found = self._names.find(self.text, start, end)
        meant = ["Practice" in map(self.kinds.__getitem__, n.entities) for n in found]
        places = list(unknown(self.text, start, end, compress(found, meant)))
        if not places:
            return found, []
        inside = {place for first, last in places for place in range(first, last)}
        return [
            n for n, is_meant in zip(found, meant, strict=True) if is_meant or n.start not in inside
        ], [" ".join(self.text[first:last].split()) for first, last in places]

    def meant(self, found: list[Name]) -> tuple[list[str], list[str], list[str]]:
        """Return the practices, outcomes and populations that names mean, each once."""
        meant: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for entity in dict.fromkeys(e for name in found for e in name.entities):
            meant[self.kinds[entity]].append(entity)
        return meant["Practice"], meant["Outcome"], meant["Population"]

    def notation(self, entity: str, key: str) -> str:
        """Return the notation of an entity's value from a controlled list, or ``""``."""
        return self.graph.notation(self.graph.value(self.graph.node(entity), key))

    def how(self, name: Name) -> str:
        """Return in words what a name was recognised as, and by what."""
        said = " ".join(self.text[name.start : name.end].split())
        several = f" (or {', '.join(name.entities[1:])})" if len(name.entities) > 1 else ""
        return f"{name.entities[0]}{several}: '{said}' is {name.how}"

    def notes(self, phrases: Iterable[str]) -> Iterator[str]:
        """Yield what a person should know: unknown interventions, and abbreviations."""
        for phrase, count in sorted(Counter(phrases).items(), key=lambda p: (-p[1], p[0])):
            yield f"looks like an intervention and is not in the graph: {phrase} ({count}x)"
        for short, long in self.short.items():
            yield f"abbreviation that the page defines: {short} = {long}"


def _labels(graph: Graph) -> Iterator[tuple[str, str, list[str]]]:
    for kind in KINDS:
        for node in graph.instances(kind):
            values = [o for key in ("prefLabel", "altLabel") for o in graph.objects(node, key)]
            labels = [o.value for o in values if isinstance(o, Literal)]
            if labels and "#" not in graph.short(node):
                yield graph.short(node), kind, labels
