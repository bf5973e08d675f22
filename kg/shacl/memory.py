"""The engine for graphs that fit into memory: interprets a plan over indexed data.

Each shape is looked at once for all its focus nodes. Sections are those of SHACL (W3C, 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from pyoxigraph import NamedNode

from kg.shacl import plan
from kg.shacl.data import Data, Ids, Table
from kg.shacl.plan import Constraint, Node, Plan, PropertyShape, Shape
from kg.shacl.plan.nested import nested
from kg.shacl.plan.paths import Path, Predicate
from kg.shacl.refuted import Refuted
from kg.shacl.value_tests import language, order, value_test

Pairs = Sequence[tuple[int, Ids]]
"""Focus nodes, each with its value nodes."""
Test = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (section 3.6.2); ``bindings`` are those of a query's solution."""

    shape: Shape
    constraint: Constraint
    focus: Node
    path: Path | None = None
    value: Node | None = None
    bindings: Mapping[str, Node] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One solution of a query that is a violation: for which focus node, and what was bound."""

    focus: Node
    bindings: Mapping[str, Node]


class Queries(Protocol):
    """What runs the SPARQL queries of a plan."""

    def rows(
        self, shape: Shape, query: plan.Query, nodes: Collection[tuple[Node, Collection[Node]]]
    ) -> Iterator[Row]:
        """Yield the violations among focus nodes, each given with its value nodes."""
        ...

    def selected(self, shape: Shape, query: plan.Query) -> Collection[Node]:
        """Return what the query of a target selects, each node once."""
        ...


class _Memo(dict[int, bool]):
    """A test that is made once for each term."""

    def __init__(self, test: Test) -> None:
        super().__init__()
        self.test = test

    def __missing__(self, term: int) -> bool:
        self[term] = found = self.test(term)
        return found


class _Open(_Memo):
    """A test whose answers are not final while recursive shapes are looked at."""

    def __missing__(self, term: int) -> bool:
        return self.test(term)


def validate(plan: Plan, data: Data, queries: Queries) -> Iterator[Result]:
    """Yield the results of validating data, with the multiplicity that SHACL asks for.

    :raises ShaclError: if a pattern or a query cannot be used.
    """
    validator = _Validator(data, queries)
    for shape in plan.shapes:
        yield from validator.shape(shape, validator.targets(shape))


class _Validator:
    def __init__(self, data: Data, queries: Queries) -> None:
        self.data = data
        self.queries = queries
        self._tests: dict[int, tuple[Constraint, _Memo | None]] = {}
        self._conforming: dict[Shape, _Memo] = {}
        self._circles: dict[frozenset[Node], Refuted] = {}

    def targets(self, shape: Shape) -> Ids:
        """Return the focus nodes of a shape (2.1.3), each once."""
        data = self.data
        found: dict[int, None] = {}
        for target in shape.targets:
            match target:
                case plan.TargetNode(node):
                    found[data.id(node)] = None
                case plan.TargetClass(iri):
                    found |= dict.fromkeys(data.instances(iri))
                case plan.TargetSubjectsOf(iri):
                    found |= dict.fromkeys(data.table(iri))
                case plan.TargetObjectsOf(iri):
                    found |= dict.fromkeys(data.inverse(iri))
                case plan.TargetQuery(query):
                    found |= dict.fromkeys(map(data.id, self.queries.selected(shape, query)))
        return found

    def shape(self, shape: Shape, focuses: Ids) -> Iterator[Result]:
        """Yield the results of focus nodes, which may repeat, against a shape (3.4)."""
        if shape.deactivated or not focuses:
            return
        pairs: Pairs
        if isinstance(shape, PropertyShape):
            walk = self.data.walk(shape.path)
            pairs = [(focus, walk(focus)) for focus in focuses]
        else:
            pairs = [(focus, (focus,)) for focus in focuses]
        for constraint in shape.constraints:
            yield from self._constraint(shape, constraint, pairs)

    def _constraint(self, shape: Shape, constraint: Constraint, pairs: Pairs) -> Iterator[Result]:
        test = self._test(constraint)
        path = shape.path if isinstance(shape, PropertyShape) else None
        terms = self.data.terms
        if test is not None:
            for focus, values in pairs:
                for v in values:
                    if not test[v]:
                        yield Result(shape, constraint, terms[focus], path, terms[v])
        elif isinstance(constraint, plan.Property):
            yield from self.shape(constraint.shape, [v for _, values in pairs for v in values])
        elif isinstance(constraint, plan.Closed):
            yield from self._closed(shape, constraint, pairs)
        elif isinstance(constraint, plan.Query):
            yield from self._query(shape, constraint, pairs)
        else:
            for focus, found in self._sets(constraint, pairs):
                term = None if found is None else terms[found]
                yield Result(shape, constraint, terms[focus], path, term)

    def conforming(self, shape: Shape) -> _Memo:
        """Return whether a node conforms to a shape: there are no results (3.4.2)."""
        if shape not in self._conforming:
            made = _Memo(partial(self._conforms, shape))
            if shape.circle:
                circle = self._circles.setdefault(shape.circle, Refuted(self._conforms))
                made = _Open(partial(circle.conforms, shape))
            self._conforming[shape] = made
        return self._conforming[shape]

    def _conforms(self, shape: Shape, node: int) -> bool:
        return next(self.shape(shape, (node,)), None) is None

    # -- constraints on single value nodes ----------------------------------------------------

    def _test(self, constraint: Constraint) -> _Memo | None:
        """Return what a constraint asks of each value node, or ``None`` if it asks of all."""
        known = self._tests.get(id(constraint))
        if known is None:
            test = self._value_test(constraint)
            # The constraint is kept, so that no other one can get its id.
            kind = _Open if any(shape.circle for shape in nested(constraint)) else _Memo
            known = self._tests[id(constraint)] = (constraint, kind(test) if test else None)
        return known[1]

    def _value_test(self, constraint: Constraint) -> Test | None:
        data, terms = self.data, self.data.terms
        match constraint:
            case plan.Class(iri):
                return data.instances(iri).__contains__
            case plan.Not(shape):
                conforms = self.conforming(shape)
                return lambda v: not conforms[v]
            case plan.Conforms(shape):
                return self.conforming(shape).__getitem__
            case plan.And() | plan.Or() | plan.Xone():
                tests = [self.conforming(shape) for shape in constraint.shapes]
                if isinstance(constraint, plan.And):
                    return lambda v: all(conforms[v] for conforms in tests)
                if isinstance(constraint, plan.Or):
                    return lambda v: any(conforms[v] for conforms in tests)
                return lambda v: sum(conforms[v] for conforms in tests) == 1
            case _:
                alone = value_test(constraint)
                return alone and (lambda v: alone(terms[v]))

    # -- constraints on all value nodes together ----------------------------------------------

    def _sets(self, constraint: Constraint, pairs: Pairs) -> Iterator[tuple[int, int | None]]:
        """Yield the focus node and the value, if any, of each violation."""
        match constraint:
            case plan.MinCount(count):
                return ((f, None) for f, values in pairs if len(values) < count)
            case plan.MaxCount(count):
                return ((f, None) for f, values in pairs if len(values) > count)
            case plan.HasValue(node):
                wanted = self.data.id(node)
                return ((f, None) for f, values in pairs if wanted not in values)
            case plan.UniqueLang():
                return ((f, None) for f, values in pairs for _ in self._repeated(values))
            case plan.QualifiedMinCount(count=count):
                test = self._qualified(constraint)
                return ((f, None) for f, values in pairs if sum(map(test, values)) < count)
            case plan.QualifiedMaxCount(count=count):
                test = self._qualified(constraint)
                return ((f, None) for f, values in pairs if sum(map(test, values)) > count)
            case plan.Equals(iri):
                return _differences(pairs, self.data.table(iri))
            case plan.Disjoint(iri):
                table = self.data.table(iri)
                return ((f, v) for f, values in pairs for v in values if v in table.get(f, ()))
            case plan.LessThan(iri):
                return self._not_less(pairs, self.data.table(iri), (-1,))
            case plan.LessThanOrEquals(iri):
                return self._not_less(pairs, self.data.table(iri), (-1, 0))
        raise NotImplementedError(constraint.component)

    def _repeated(self, values: Ids) -> Iterator[str]:
        """Yield each language that several values have (4.4.5)."""
        found = [language(self.data.terms[v]) for v in values]
        return (lang for lang in dict.fromkeys(found) if lang and found.count(lang) > 1)

    def _qualified(self, constraint: plan.QualifiedMinCount | plan.QualifiedMaxCount) -> Test:
        conforms = self.conforming(constraint.shape)
        siblings = [self.conforming(shape) for shape in constraint.siblings]
        return lambda v: conforms[v] and not any(other[v] for other in siblings)

    def _not_less(
        self, pairs: Pairs, table: Table, allowed: tuple[int | None, ...]
    ) -> Iterator[tuple[int, int | None]]:
        """Yield a violation for each pair of values that is not in order (4.5.3, 4.5.4)."""
        terms = self.data.terms
        for focus, values in pairs:
            others = [terms[o] for o in table.get(focus, ())]
            for v in values:
                own = terms[v]
                yield from ((focus, v) for other in others if order(own, other) not in allowed)

    # -- constraints with a path of their own --------------------------------------------------

    def _closed(self, shape: Shape, closed: plan.Closed, pairs: Pairs) -> Iterator[Result]:
        terms = self.data.terms
        for focus, values in pairs:
            for v in values:
                for predicate, objects in self.data.about(v):
                    if predicate not in closed.allowed:
                        path = Predicate(predicate)
                        for o in objects:
                            yield Result(shape, closed, terms[focus], path, terms[o])

    def _query(self, shape: Shape, query: plan.Query, pairs: Pairs) -> Iterator[Result]:
        terms = self.data.terms
        own = shape.path if isinstance(shape, PropertyShape) else None
        nodes = [(terms[focus], [terms[v] for v in values]) for focus, values in pairs]
        for row in self.queries.rows(shape, query, nodes):
            path, found = row.bindings.get("path"), row.bindings.get("value")
            if found is None and own is None:
                found = row.focus  # 5.3.2: a node shape's only value node
            given = Predicate(path) if isinstance(path, NamedNode) else own
            yield Result(shape, query, row.focus, given, found, row.bindings)


def _differences(pairs: Pairs, table: Table) -> Iterator[tuple[int, int | None]]:
    """Yield what only one of two properties has (4.5.1)."""
    for focus, values in pairs:
        others = table.get(focus, ())
        yield from ((focus, v) for v in values if v not in others)
        yield from ((focus, o) for o in others if o not in values)
