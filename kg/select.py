"""Which statements may leave: approved ones, and the others only openly stamped.

Caveats and disclaimers always leave, stamped where they are not approved: to withhold a limit of
use because nobody has signed it yet would be the less safe choice. Retracted statements leave
only when everything is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg.derive import derive
from kg.graph import Graph
from kg.terms import CEKG

_STAMP = NamedNode(CEKG + "stamp")
_ALWAYS = ("Caveat", "Disclaimer")


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """How many statements a graph has, how many are approved, how many of them leave."""

    statements: int
    approved: int
    shown: int

    @property
    def unreviewed(self) -> int:
        """How many statements leave with a stamp."""
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
    approved = [s for s in statements if status[s] == "approved"]
    always = {s for name in _ALWAYS for s in graph.instances(name)}
    shown = [s for s in statements if status[s] == "approved" or include_unreviewed or s in always]
    chosen = _copy(graph, frozenset(statements) - frozenset(shown))
    documents = [d for d in chosen.instances("Article") if graph.value(d, "reviewStatus")]
    states = {n: status.get(n) or review_status(graph, n) for n in (*shown, *documents)}
    chosen.extend(
        Quad(node, _STAMP, Literal(f"UNREVIEWED: {state}"))
        for node, state in states.items()
        if state != "approved"
    )
    return chosen, ReviewCount(len(statements), len(approved), len(shown))


def review_status(graph: Graph, node: NamedNode) -> str:
    """Return the notation of a thing's review status, after changes since its approval count."""
    status = graph.value(node, "effectiveStatus") or graph.value(node, "reviewStatus")
    return graph.notation(status) or "unknown"


def _copy(graph: Graph, hidden: frozenset[NamedNode]) -> Graph:
    """Return a graph without some statements, all that is nested in them and all they imply."""
    copy = Graph(graph.ontology, graph.base)
    copy.places = graph.places
    if not hidden:
        copy.extend(graph)
        return copy
    names = {node.value for node in hidden}
    for subject, predicate, value in graph.asserted():
        if subject.value.partition("#")[0] not in names and value.value not in names:
            copy.add(subject, predicate, value)
    return derive(copy)
