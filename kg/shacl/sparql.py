"""The SPARQL of shapes, run on a pyoxigraph store: one query for all focus nodes where possible.

Where it is not possible (:func:`kg.shacl.sparql_text.runs_as_set`), or a focus node is a
literal, whose digits the store would not give back, ``$this`` is bound before the query runs, once
a node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    Store,
    Triple,
    Variable,
)

from kg.shacl import memory
from kg.shacl.data import Data
from kg.shacl.errors import ShaclError
from kg.shacl.memory import Result, Row
from kg.shacl.names import XSD
from kg.shacl.plan import Node, Query, Shape, reader
from kg.shacl.plan.nested import queries
from kg.shacl.plan.terms import named
from kg.shacl.shapes_graph import ShapesGraph
from kg.shacl.sparql_needs import all_needed
from kg.shacl.sparql_text import form, projected, runs_as_set, tokens
from kg.shacl.values import identity

_SHAPES_GRAPH = NamedNode("urn:x-shacl:shapes-graph")
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
Cells = Mapping[str, Node]


class StoreQueries:
    """Runs the queries of a plan.

    :param fill: gives a store with the data in the default graph; called when the first query
        runs.
    :param literals: gives the literals of the data that have a datatype.
    """

    def __init__(
        self,
        fill: Callable[[], Store],
        literals: Callable[[NamedNode], Iterable[Literal]],
        shapes: ShapesGraph,
    ) -> None:
        self._fill = fill
        self._literals = literals
        self._shapes = shapes
        self._store: Store | None = None
        self._answers: dict[tuple[int, int], Mapping[Node, list[Cells]]] = {}
        self._spelt: dict[NamedNode, dict[Hashable, list[Literal]]] = {}

    def rows(
        self, shape: Shape, query: Query, nodes: Collection[tuple[Node, Collection[Node]]]
    ) -> Iterator[Row]:
        """Yield the violations among focus nodes, each given with its value nodes.

        :raises ShaclError: if the query is not SPARQL or not allowed in SHACL.
        """
        text, bound = self._read(shape, query)
        if query.ask:
            # Each value node is asked about (6.2.2.2); what is denied is a violation.
            asking = prepared(text, ["this", "value", *bound])
            for focus, values in nodes:
                for one in values:
                    given = {"this": focus, "value": one, **bound}
                    if next(self._run(shape, query, asking, given), None) is None:
                        yield Row(focus, given)
            return
        together = self._together(shape, query)
        selecting = prepared(text, ["this", *bound])
        for focus, _ in nodes:
            if together is not None and not isinstance(focus, Literal):
                found = together.get(focus, [])
            else:
                found = [*self._run(shape, query, selecting, {"this": focus, **bound})]
            for cells in found:
                if cells.get("failure") == _TRUE:
                    raise ShaclError(f"the query of shape {named(shape.node)} reports a failure")
                exact = {name: self._as_written(term) for name, term in cells.items()}
                yield Row(focus, {**dict(query.parameters), **exact})

    def found(self, shape: Shape, query: Query) -> Collection[Node] | None:
        """Return the nodes for which a query has a solution; it need not run for any other.

        Literals are not among them. ``None`` if every node has to be asked.
        """
        return self._together(shape, query)

    def selected(self, shape: Shape, query: Query) -> Collection[Node]:
        """Return what the query of a target selects, each node once.

        :raises ShaclError: if the query is not SPARQL.
        """
        found = self._run(shape, query, query.text, {})
        return dict.fromkeys(self._as_written(c["this"]) for c in found if "this" in c)

    def _read(self, shape: Shape, query: Query) -> tuple[str, dict[str, Node]]:
        """Return the text of a query with its path, and what is bound before it runs."""
        text = query.text
        bound = dict(query.parameters)
        mentioned = {token[1:] for token in tokens(text) if token[0] in "?$"}
        bound |= {"currentShape": shape.node, "shapesGraph": _SHAPES_GRAPH}
        bound = {name: term for name, term in bound.items() if name in mentioned}
        if "shapesGraph" in bound:
            self.store.extend(Quad(s, p, o, _SHAPES_GRAPH) for s, p, o in self._shapes.triples)
        return text, bound

    def _together(self, shape: Shape, query: Query) -> Mapping[Node, list[Cells]] | None:
        """Return the solutions of all nodes, by node; ``None`` if they cannot be asked together."""
        text, bound = self._read(shape, query)
        if query.ask or bound or not runs_as_set(text):
            return None
        key = (id(shape), id(query))  # both live as long as the plan
        if key not in self._answers:
            answers: dict[Node, list[Cells]] = {}
            for cells in self._run(shape, query, text, {}):
                answers.setdefault(cells["this"], []).append(cells)
            self._answers[key] = answers
        return self._answers[key]

    def _run(
        self, shape: Shape, query: Query, text: str, bound: Mapping[str, Node]
    ) -> Iterator[Cells]:
        """Yield the solutions: the name of each variable that has a value, and the value."""
        try:
            found = self.store.query(
                text,
                prefixes=dict(query.prefixes),
                named_graphs=[_SHAPES_GRAPH] if "shapesGraph" in bound else [],
                substitutions={Variable(name): term for name, term in bound.items()},
            )
        except (SyntaxError, ValueError, RuntimeError) as error:
            reason, _, wanted = str(error).partition(": expected")  # a long list of all signs
            hint = "fix the SPARQL of the shape"
            if "Prefix not found" in wanted:
                reason += ", a prefix is not declared"
                hint = "declare the prefix with sh:prefixes and sh:declare"
            elif not query.ask and "this" not in projected(tokens(query.text)):
                reason += ", and it does not select $this"
                hint = "select $this, and group by it if there are groups"
            raise ShaclError(
                f"shape {named(shape.node)} has a query that cannot run: {reason}", hint=hint
            ) from error
        assert isinstance(found, QuerySolutions)  # it is a SELECT
        names = [variable.value for variable in found.variables]
        for solution in found:
            cells = zip(names, solution, strict=True)
            yield {name: term for name, term in cells if term is not None}

    @property
    def store(self) -> Store:
        """The data in the default graph; filled when the first query runs."""
        if self._store is None:
            self._store = self._fill()
        return self._store

    def _as_written(self, term: Node) -> Node:
        """Return a number or date of the store with the digits of the data, if they are certain."""
        if not isinstance(term, Literal) or not term.datatype.value.startswith(XSD):
            return term
        if term.datatype not in self._spelt:
            known: dict[Hashable, list[Literal]] = {}
            for literal in self._literals(term.datatype):
                known.setdefault(identity(literal), []).append(literal)
            self._spelt[term.datatype] = known
        same = self._spelt[term.datatype].get(identity(term), [])
        return same[0] if len(same) == 1 else term


def prepared(text: str, bound: Collection[str]) -> str:
    """Return a query that selects all variables that are bound before it runs.

    Only those can be bound in advance. An ASK becomes a SELECT that has a solution if it is true.
    Two forms in which the store would see the variable without its value are written differently:
    ``BOUND(?name)``, and ``(?name AS ?other)``.
    """
    for name in bound:
        variable = rf"\(\s*[?$]{name}\s*"
        text = re.sub(rf"\bBOUND\s*{variable}\)", "(true)", text, flags=re.IGNORECASE)
        renamed = rf"{variable}\bAS\b"
        text = re.sub(renamed, f"(COALESCE(?{name}, 1) AS", text, flags=re.IGNORECASE)
    start, end = form(text)
    found = tokens(text[start:])
    if text[start:end].upper() == "ASK":
        return text[:start] + " ".join(["SELECT", *map("?{}".format, bound)]) + text[end:]
    known = projected(found)
    rest = text[end:]
    if rest.lstrip().startswith("*"):  # no other variable may be beside it
        rest = rest.replace("*", " ".join(f"?{name}" for name in sorted(known)), 1)
    missing = [f"?{name}" for name in bound if name not in known]
    return text[:start] + " ".join([text[start:end], *missing]) + rest


def validate(data: Iterable[Triple | Quad], shapes: ShapesGraph) -> Iterator[Result]:
    """Validate statements in memory as one graph, whatever graphs they are in.

    Queries run on a store, which is filled when the first one does, with what they can look at.

    :raises ShaclError: if a shape is ill-formed, negates itself, or uses what SHACL does not know.
    """
    plan = reader.read(shapes)
    kept = list(data)
    indexed = Data((s.subject, s.predicate, s.object) for s in kept)  # type: ignore[misc]  # no triple terms

    def store() -> Store:
        known = all_needed((query.text, dict(query.prefixes)) for query, _ in queries(plan))
        found = Store()
        found.extend(
            s
            if isinstance(s, Quad) and isinstance(s.graph_name, DefaultGraph)
            else Quad(s.subject, s.predicate, s.object)
            for s in kept
            if known is None or s.predicate in known
        )
        return found

    def literals(datatype: NamedNode) -> Iterator[Literal]:
        for term in indexed.terms:
            if isinstance(term, Literal) and term.datatype == datatype:
                yield term

    yield from memory.validate(plan, indexed, StoreQueries(store, literals, shapes))
