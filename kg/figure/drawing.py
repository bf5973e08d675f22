"""What is drawn of a graph: nodes in columns, what joins them, and what must be said with them.

Everything comes from the graph: nodes are its entities, edges its derived edges. Each edge names
the statements or records it was derived from. Only two relations are read as they were asserted:
the members of a dyad, through which a population has its ages, and the group that an intervention
belongs to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.figure.labels import Labels, Rating
from kg.graph import Graph
from kg.xmltext import clean

AGE, COMPONENT, INTERVENTION, STATEMENT, OUTCOME, SOURCE = range(6)
COLUMNS: Mapping[int, tuple[str, ...]] = {
    AGE: ("AgeRange",),
    COMPONENT: ("Phase", "Technique", "Component"),
    INTERVENTION: ("Intervention", "Practice"),
    STATEMENT: ("Finding", "Claim", "Recommendation"),
    OUTCOME: ("Outcome",),
    SOURCE: ("Source", "Article", "Document"),
}
"""Column → the classes it holds; an entity is drawn as the first one that it is."""

HEADINGS: Mapping[int, str] = {
    AGE: "Age",
    COMPONENT: "Component",
    INTERVENTION: "Intervention",
    STATEMENT: "Finding, claim and recommendation",
    OUTCOME: "Outcome",
    SOURCE: "Source",
}
REVERSED = frozenset({"intervention", "recommends", "ageRange", "targetPopulation", "population"})
"""Relations that are drawn against their direction, so that all lines lead to the right."""
_ONLY_IF_USED = ("Practice", "Article", "Document")
_MEMBERS = ("childMember", "caregiverMember")
_NOT_DRAWN = ("Description", "Population", "Condition", "Mechanism", "Measure", "Study")


@dataclass(frozen=True, slots=True)
class Node:
    """An entity to draw.

    ``id`` is its short name, ``same`` those of entities drawn with it because they say the same.
    ``label`` and ``note`` are written on it, ``title`` says all of it. ``stamp`` is there if it is
    not approved; ``alerts`` has the numbers of the caveats about it. ``parent`` is the node of the
    same column that it is a part, a variant or a member of, ``groups`` what it is grouped
    with, from the widest group to the narrowest. ``more`` may be left out where there is no
    space for it. ``joined`` tells whether anything else that is drawn is joined to it.
    """

    id: str
    kind: str
    column: int
    label: str
    note: str
    more: str
    title: str
    same: tuple[str, ...] = ()
    stamp: str = ""
    valence: str = ""
    ratings: tuple[Rating, ...] = ()
    parent: str = ""
    groups: tuple[str, ...] = ()
    rank: int = 0
    alerts: tuple[int, ...] = ()
    retracted: bool = False
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation to draw, with the statements or records that say it."""

    start: str
    end: str
    type: str
    statements: tuple[str, ...]
    valence: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is shown of a graph.

    ``edges`` lead to the right, ``inner`` ones stay in their column. ``stamps`` must be seen
    first, ``caveats`` have the numbers that nodes refer to (1, 2, …), ``remarks`` tell what of the
    graph is not drawn. ``names`` has the words for each kind and valence.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    inner: tuple[Edge, ...]
    stamps: tuple[str, ...]
    disclaimers: tuple[str, ...]
    caveats: tuple[str, ...]
    remarks: tuple[str, ...]
    names: Mapping[str, str]
    base: str
    digest: str
    attribution: str

    @property
    def heading(self) -> str:
        """The title of the graph, or what it is."""
        return self.title or "Clinical evidence knowledge graph"

    @property
    def subtitle(self) -> str:
        """How to read the figure, in one line."""
        if not self.nodes:
            return "Nothing to draw: the graph holds no intervention, finding, outcome or source."
        return (
            "From left to right: for whom, what is done, what was found, on what, and who says so. "
            "Each line is drawn from a statement or record of the graph."
        )

    @property
    def description(self) -> str:
        """The figure in words, with all that must be said of it."""
        found = [f"{self.census(column)}" for column in COLUMNS if self.census(column)]
        drawn = f"Drawn: {'; '.join(found)}; {len(self.edges) + len(self.inner)} relations."
        return " ".join([self.subtitle, drawn, *self.stamps, *self.caveats, *self.disclaimers])

    def census(self, column: int) -> str:
        """Return how many entities of which kinds are in a column."""
        count = Counter(node.kind for node in self.nodes)
        found = [f"{self.names[k]} {count[k]}" for k in COLUMNS[column] if count[k]]
        return " · ".join(found)

    def kinds(self) -> list[str]:
        """Return the kinds of nodes that are drawn, in the order of the columns."""
        drawn = {node.kind for node in self.nodes}
        return [kind for kinds in COLUMNS.values() for kind in kinds if kind in drawn]


@dataclass(frozen=True, slots=True, order=True)
class _Relation:
    """A derived edge of the graph: what is joined and the record that says so, by short name."""

    type: str
    start: str
    end: str
    origin: str


def draw(graph: Graph) -> Drawing:
    """Choose what is drawn of a graph that may be exported (see :func:`kg.review.select`).

    The answer is kept with the graph: a build draws it as a figure and in its pages.
    """
    return graph.kept("drawing", lambda: _Drawer(graph).drawing())


class _Drawer:
    def __init__(self, graph: Graph) -> None:
        self.graph, self.labels = graph, Labels(graph)
        self.relations = _relations(graph)
        self.entities = self._entities()
        self.ages = self._ages()
        self.found: dict[tuple[str, str, str], set[str]] = {}
        for relation in self.relations:
            self._join(relation)
        self._join_groups()
        self.parents = self._parents()

    def drawing(self) -> Drawing:
        edges = [self._edge(*key, origins) for key, origins in sorted(self.found.items())]
        lines, said = self.graph.caveats(), self._disclaimers()
        about = list(self._caveats())
        return Drawing(
            self.labels.name(self.graph.root()) if self._has_title() else "",
            tuple(self._nodes([entities for _, entities in about])),
            tuple(e for e in edges if self.column(e.start) != self.column(e.end)),
            tuple(e for e in edges if self.column(e.start) == self.column(e.end)),
            tuple(clean(line) for line in lines if line not in said),
            tuple(clean(line) for line in lines if line in said),
            tuple(text for text, _ in about),
            tuple(self._remarks()),
            self._words(),
            clean(self.graph.base),
            self.graph.digest(),
            clean(" ".join(self.graph.attribution())),
        )

    def _words(self) -> dict[str, str]:
        """Return the labels of the kinds and valences that can be drawn."""
        ontology = self.graph.ontology
        classes = {k: ontology.classes[k] for kinds in COLUMNS.values() for k in kinds}
        members = ontology.members(ontology.classes["EffectValence"].iri)
        return {name: term.label or name for name, term in {**classes, **members}.items()}

    def _has_title(self) -> bool:
        return self.graph.label(self.graph.root()) != self.graph.short(self.graph.root())

    # -- what is joined --------------------------------------------------------------------

    def _entities(self) -> dict[str, tuple[str, NamedNode]]:
        """Return what is drawn: short name → kind and node."""
        uses = {"cites", "recommends", "intervention", "componentOf"}
        used = {r.end for r in self.relations if r.type in uses}
        found: dict[str, tuple[str, NamedNode]] = {}
        for kind in (kind for kinds in COLUMNS.values() for kind in kinds):
            for node in self.graph.instances(kind):
                name = self.graph.short(node)
                if name in used or kind not in _ONLY_IF_USED:
                    found.setdefault(name, (kind, node))
        return found

    def column(self, name: str) -> int:
        return next(c for c, kinds in COLUMNS.items() if self.entities[name][0] in kinds)

    def _ages(self) -> dict[str, str]:
        """Return, for each age range, the one it is drawn as: the first that says the same."""
        first: dict[tuple[str, ...], str] = {}
        note = self.graph.property_iri("note")
        return {
            name: first.setdefault(
                tuple(f"{p} {o}" for p, o in self.graph.properties(node) if p != note), name
            )
            for name, (kind, node) in sorted(self.entities.items(), key=lambda pair: pair[0])
            if kind == "AgeRange"
        }

    def _join(self, r: _Relation) -> None:
        """Note what a derived edge joins; ages are joined to practices through populations."""
        if r.type in ("intervention", "recommends"):
            self._add(r.end, r.start, r)
        elif r.type in ("outcome", "cites", "componentOf", "variantOf"):
            self._add(r.start, r.end, r)
        elif r.type == "ageRange":
            self._add(r.end, r.start, r)
        elif r.type == "targetPopulation":
            for age in self._ages_of(r.end):
                self._add(age, r.start, r)
        elif r.type == "population":
            for practice in self._names(r.start, "intervention", "recommends"):
                for age in self._ages_of(r.end):
                    self._add(age, practice, r)

    def _add(self, start: str, end: str, r: _Relation) -> None:
        start, end = self.ages.get(start, start), self.ages.get(end, end)
        known = start in self.entities and end in self.entities and start != end
        if known and self.column(start) <= self.column(end):
            self.found.setdefault((start, end, r.type), set()).add(r.origin)

    def _names(self, name: str, *keys: str) -> list[str]:
        node = self.graph.node(name)
        return [self.graph.short(o) for key in keys for o in self.graph.objects(node, key)]

    def _ages_of(self, population: str) -> list[str]:
        """Return the age ranges of a population and of the members of a dyad."""
        waiting, seen, found = [population], {population}, []
        while waiting:
            name = waiting.pop()
            found += [age for age in self._names(name, "ageRange") if age in self.ages]
            members = [m for m in self._names(name, *_MEMBERS) if m not in seen]
            seen.update(members)
            waiting += members
        return found

    def _join_groups(self) -> None:
        """Note the groups of interventions, as they were asserted."""
        for name, (kind, _) in self.entities.items():
            if kind == "Intervention":
                for group in self._names(name, "partOfGroup"):
                    self._add(name, group, _Relation("partOfGroup", name, group, name))

    def _parents(self) -> dict[str, str]:
        """Choose the parent of each entity: what it varies, is part of or is grouped in."""
        found: dict[str, str] = {}
        for type in ("variantOf", "componentOf", "partOfGroup"):
            for start, end, kind in sorted(self.found):
                if kind == type and self.column(start) == self.column(end):
                    found.setdefault(start, end)
        for key in [k for k in self.found if k[2] == "partOfGroup" and found[k[0]] != k[1]]:
            del self.found[key]  # an entity is in one group; the tooltip names the others
        return found

    def _edge(self, start: str, end: str, type: str, origins: set[str]) -> Edge:
        valence = self.labels.notation(self.entities[start][1], "effectValence")
        shown = valence if type == "outcome" else ""
        return Edge(start, end, type, tuple(sorted(origins)), shown)

    # -- the nodes -------------------------------------------------------------------------

    def _nodes(self, about: list[set[str]]) -> Iterator[Node]:
        ends = {end for start, end, _ in self.found} | {start for start, _, _ in self.found}
        studied = {start for start, _, type in self.found if type in ("intervention", "recommends")}
        compared = {r.end for r in self.relations if r.type == "comparator"}
        ages = sorted(self.ages.values(), key=lambda n: self.labels.age_order(self.entities[n][1]))
        for name, (kind, node) in self.entities.items():
            if self.ages.get(name, name) != name:
                continue
            notes = [self.labels.note(node, kind)]
            if kind == "Intervention" and name not in studied:
                notes.append("comparator only" if name in compared else "no finding of its own")
            same = tuple(n for n, first in self.ages.items() if first == name != n)
            yield Node(
                name,
                kind,
                self.column(name),
                self.labels.label(node, kind),
                " · ".join(note for note in notes if note),
                self.labels.more(node, kind),
                self.labels.title(node, kind, same),
                same,
                self.labels.stamp(node),
                self.labels.notation(node, "effectValence"),
                self.labels.ratings(node) if kind == "Finding" else (),
                self.parents.get(name, ""),
                self._groups(name, kind, node),
                ages.index(name) if kind == "AgeRange" else self.labels.phase(node),
                tuple(i for i, names in enumerate(about, 1) if names & {name, *same}),
                self.labels.notation(node, "retractionStatus") == "retracted",
                name in ends or kind == "Intervention",
            )

    def _groups(self, name: str, kind: str, node: NamedNode) -> tuple[str, ...]:
        """Return the domain of an outcome, or the practices that a statement or part belongs to."""
        if kind == "Outcome":
            return (self.labels.words(node, "outcomeDomain"),)
        if self.column(name) == COMPONENT:
            return self._wholes(name)[:1]
        if self.column(name) != STATEMENT:
            return ()
        practices = [
            n for n in self._names(name, "intervention", "recommends") if n in self.entities
        ]
        about = min(practices, key=lambda n: (-self.column(n), n), default="")
        if not about:
            return ()
        whole = next(iter(self._wholes(about)), about)
        line = [whole]
        while (above := self.parents.get(line[0], "")) and above not in line:
            line.insert(0, above)
        return (*line, about) if about != whole else tuple(line)

    def _wholes(self, name: str) -> tuple[str, ...]:
        """Return the interventions that a practice is part of, at any depth."""
        waiting, seen = [name], {name}
        while waiting:
            wholes = sorted(set(self._names(waiting.pop(), "componentOf")) - seen)
            seen.update(wholes)
            waiting += wholes
        return tuple(n for n in sorted(seen - {name}) if self._is(n, INTERVENTION))

    def _is(self, name: str, column: int) -> bool:
        return name in self.entities and self.column(name) == column

    # -- what is said with them ------------------------------------------------------------

    def _disclaimers(self) -> set[str]:
        return {
            " ".join(text.value.split())
            for node in self.graph.instances("Disclaimer")
            for text in self.graph.objects(node, "text")
        }

    def _caveats(self) -> Iterator[tuple[str, set[str]]]:
        """Yield each caveat in words, with the short names of what it is about."""
        for node in self.graph.instances("Caveat"):
            objects = self.graph.objects(node, "appliesTo")
            about = ", ".join(self.labels.name(o) for o in objects)
            kind = self.labels.words(node, "caveatKind")
            words = self.labels.wording(node) or self.labels.words(node, "text")
            parts = [f"{kind}: " if kind else "", words, f" (about: {about})" if about else ""]
            stamp = self.labels.stamp(node)
            text = "".join(parts) + (f" [{stamp}]" if stamp else "")
            yield text, {self.graph.short(o) for o in objects}

    def _remarks(self) -> Iterator[str]:
        count = {name: len(self.graph.instances(name)) for name in _NOT_DRAWN}
        left = [f"{_label(self.graph, name)} ({n})" for name, n in count.items() if n]
        if left:
            yield f"In the graph and not drawn: {', '.join(left)}."


def _label(graph: Graph, kind: str) -> str:
    return graph.ontology.classes[kind].label or kind


def _relations(graph: Graph) -> list[_Relation]:
    """Return the derived edges of a graph that have two ends and say where they come from."""
    found = []
    for edge in graph.instances("DerivedEdge"):
        ends = [graph.value(edge, key) for key in ("edgeFrom", "edgeTo", "wasDerivedFrom")]
        type = graph.value(edge, "edgeType")
        if type and all(isinstance(end, NamedNode) for end in ends):
            start, end, origin = (graph.short(node) for node in ends if node)
            found.append(_Relation(type.value, start, end, origin))
    return sorted(found)
