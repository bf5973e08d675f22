"""Which statements may be exported: approved ones, and the others only with a stamp.

Caveats and disclaimers are always exported, stamped where they are not approved: withholding a
limit of use because it is not approved yet would be less safe. Retracted statements are
exported only when everything is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg.derive import derive
from kg.facts import parts, written_on_entities
from kg.graph import Fact, Graph, Term, is_skolem
from kg.ontology import CEKG
from kg.quotes import OBSERVED
from kg.review_rules import ALWAYS, APPROVED, LAPSED, STAMPED, UNKNOWN, stamp

_STAMP = NamedNode(CEKG + "stamp")


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """How many statements a graph has, how many are approved, how many of them are exported."""

    statements: int
    approved: int
    shown: int

    @property
    def unreviewed(self) -> int:
        """How many statements are exported with a stamp."""
        return self.shown - self.approved

    def __str__(self) -> str:
        if not self.statements:
            return "no statements"
        if self.shown == self.approved == self.statements:
            return f"all {self.statements} statements approved"
        hidden = self.statements - self.shown
        parts = [f"{self.approved} of {self.statements} statements approved"]
        if self.unreviewed:
            parts.append(f"{self.unreviewed} shown unreviewed, each stamped")
        if hidden:
            parts.append(f"{hidden} left out as not approved (--include-unreviewed shows them)")
        return "; ".join(parts)


def select(graph: Graph, include_unreviewed: bool = False) -> tuple[Graph, ReviewCount]:
    """Return what may be exported of a derived graph, and the count of what that is.

    :param include_unreviewed: keep statements that nobody approved; each node that is not
        approved gets a ``cekg:stamp`` such as ``UNREVIEWED: submitted``.
    """
    statements = graph.instances("Statement")
    status = {s: review_status(graph, s) for s in statements}
    approved = [s for s in statements if status[s] == APPROVED]
    always = {s for name in ALWAYS for s in graph.instances(name)}
    shown = [s for s in statements if status[s] == APPROVED or include_unreviewed or s in always]
    hidden = frozenset(statements) - frozenset(shown)
    bare = frozenset[Fact]() if include_unreviewed else frozenset(written_on_entities(graph))
    chosen = _copy(graph, hidden | _telling(graph, hidden), bare)
    others = [n for name in STAMPED for n in chosen.instances(name)]
    documents = [d for d in others if graph.value(d, "reviewStatus")]
    states = {n: status.get(n) or review_status(graph, n) for n in (*shown, *documents)}
    chosen.extend(
        Quad(node, _STAMP, Literal(stamp(state)))
        for node, state in states.items()
        if state != APPROVED
    )
    return chosen, ReviewCount(len(statements), len(approved), len(shown))


def count_of(part: Graph, whole: Graph) -> ReviewCount:
    """Return the count of a part of what may be exported.

    :param whole: the same part of the graph from which nothing was left out.
    """
    shown = part.instances("Statement")
    approved = [s for s in shown if part.value(s, "stamp") is None]
    return ReviewCount(len(whole.instances("Statement")), len(approved), len(shown))


def review_status(graph: Graph, node: NamedNode) -> str:
    """Return the notation of an entity's review status, after changes since its approval count."""
    stated = [graph.notation(s) for s in graph.objects(node, "reviewStatus")]
    if not stated or any(name != APPROVED for name in stated):
        return next((name or UNKNOWN for name in stated if name != APPROVED), UNKNOWN)
    now = (graph.notation(s) for s in graph.objects(node, "effectiveStatus"))
    return APPROVED if all(name == APPROVED for name in now) else LAPSED


def _copy(graph: Graph, hidden: frozenset[NamedNode], bare: frozenset[Fact]) -> Graph:
    """Return a graph without some statements, all that is a part of them and all they imply.

    :param bare: clinical facts that are written on entities and come from no statement.
    """
    if not hidden and not bare:
        return graph.copy()
    copy = Graph(graph.ontology, graph.base)
    copy.places = graph.places
    gone = _with_parts(graph, hidden, bare)
    left = bare | _told(graph, hidden)
    for fact in graph.asserted():
        if fact.subject not in gone and fact.object not in gone and fact not in left:
            copy.add(*fact)
    for name in graph.names():  # what graph files say, as far as it is still asserted
        if name != graph.derived_name:
            kept = {*copy.asserted()}.intersection(graph.facts_in(name))
            copy.extend(Quad(*fact, name) for fact in kept)
    observed = [f for p in OBSERVED for f in graph.facts(NamedNode(p)) if f.subject not in gone]
    return derive(copy, observed=observed)


def _telling(graph: Graph, hidden: frozenset[NamedNode]) -> frozenset[NamedNode]:
    """Return the review events that say what some statements say."""
    reviewed = graph.facts(graph.property_iri("reviewed"))
    listing = {f.subject for f in graph.facts(graph.property_iri("approvedPart"))}
    return frozenset(f.subject for f in reviewed if f.object in hidden) & listing


def _told(graph: Graph, hidden: frozenset[NamedNode]) -> frozenset[Fact]:
    """Return what reviews of other statements say of some statements, in words."""
    names = {graph.short(node) for node in hidden}
    listed = graph.facts(graph.property_iri("approvedPart"))
    return frozenset(f for f in listed if isinstance(f.object, Literal) and _of(f.object) & names)


def _of(part: Literal) -> set[str]:
    """Return the entity of a part that an approval lists, and the record that it is in."""
    entity = part.value.partition(": ")[0].partition(" of ")[2]
    return {entity, entity.partition("#")[0]}


def _with_parts(graph: Graph, statements: frozenset[NamedNode], bare: frozenset[Fact]) -> set[Term]:
    """Return statements with their parts: what is named within them, and their blank nodes.

    What was a blank node is a part of the statements that lead to it; it stays if something that
    stays leads to it too. What is only a value of a bare fact goes as well.
    """
    links: dict[Term, list[Term]] = {}
    for subject, _, value in graph.asserted():
        links.setdefault(subject, []).append(value)
    names = {node.value for node in statements}
    names |= parts(graph, bare)
    gone = {node for node in links if {node.value, node.value.partition("#")[0]} & names}
    lost = _blanks_from(gone, links)
    kept = _blanks_from({n for n in links if n not in gone and n not in lost}, links)
    return gone | statements | (lost - kept)


def _blanks_from(start: Iterable[Term], links: Mapping[Term, list[Term]]) -> set[Term]:
    """Return what was a blank node and is reached from some nodes through others like it."""
    found: set[Term] = set()
    waiting = list(start)
    while waiting:
        new = {v for v in links.get(waiting.pop(), ()) if is_skolem(v)} - found
        found |= new
        waiting += new
    return found
