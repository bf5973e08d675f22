"""A shapes graph → a :class:`~kg.shacl.plan.Plan`, or the reason why it cannot be one.

What is read: every shape that has a target or is declared as a shape, and what hangs from those.
What is ill-formed, or recursive in a way that has no meaning (:mod:`kg.shacl.plan.circles`), is
refused by name.
What is neither SHACL Core, SHACL-SPARQL nor a SPARQL-based target (rules, node expressions and
functions of SHACL-AF, a misspelt name) is left out and listed in ``Plan.skipped``: nothing is
dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.shacl import plan
from kg.shacl.errors import ShaclError, did_you_mean
from kg.shacl.names import OWL, RDFS, SH, TYPE
from kg.shacl.plan import Constraint, Node, NodeShape, PropertyShape, Shape, circles
from kg.shacl.plan.constraints import CONSTRAINTS
from kg.shacl.plan.paths import Path
from kg.shacl.plan.queries import calls, components, custom, functions, sparql, target
from kg.shacl.plan.terms import ShapeReader, named
from kg.shacl.shapes_graph import ShapesGraph


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TARGETS: Mapping[str, Callable[[NamedNode], plan.Target]] = {
    "targetClass": plan.TargetClass,
    "targetSubjectsOf": plan.TargetSubjectsOf,
    "targetObjectsOf": plan.TargetObjectsOf,
}
_NOT_CONSTRAINTS = _words(
    """
    path target targetNode targetClass targetSubjectsOf targetObjectsOf severity message deactivated
    name description order group defaultValue declare prefix namespace prefixes select ask
    parameter optional labelTemplate validator nodeValidator propertyValidator shapesGraph
    suggestedShapesGraph
    """
)
_ONLY_ONE = _words(
    """
    datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive
    minLength maxLength pattern flags languageIn uniqueLang in closed ignoredProperties
    qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint
    path severity deactivated
    """
)
_ONLY_ON_PROPERTIES = _words(
    "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedValueShape"
)
ADVANCED = ("rule", "values", "expression", "condition", "sparqlRule", "nodes")
"""Names of SHACL Advanced Features (W3C Note of 8 June 2017) that no engine executes."""


_KNOWN = {
    *CONSTRAINTS,
    *_NOT_CONSTRAINTS,
    *("flags", "ignoredProperties", "sparql"),
    *("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
}


@lru_cache(maxsize=1)
def read(shapes: ShapesGraph) -> plan.Plan:
    """Return what a shapes graph asks for; the last one is kept.

    :raises ShaclError: if a shape is ill-formed or negates itself; the message names the shape and
        says what to fix.
    """
    return Reader(shapes).read()


class Reader(ShapeReader):
    """Reads one shapes graph; ``done`` holds each shape once, those being read, too."""

    def __init__(self, shapes: ShapesGraph) -> None:
        super().__init__(shapes)
        self.done: dict[Node, Shape] = {}
        self._active: set[Node] = set()
        self._recursive = False
        self.skipped: list[plan.Skipped] = []
        # An OWL class counts as a class, though only OWL itself says that it is one.
        self.classes = self.subclasses(RDFS + "Class") | self.subclasses(OWL + "Class")
        self.declared = self.instances(SH + "NodeShape") | self.instances(SH + "PropertyShape")
        self.components = tuple(components(self))
        self.functions = functions(self)

    def read(self) -> plan.Plan:
        """Return the plan of the whole shapes graph."""
        for node in self.shapes.subjects(SH + "entailment"):
            raise ShaclError(
                f"{named(node)} asks for sh:entailment, which is not supported",
                hint="add the entailed statements to the data",
            )
        shapes = [self.shape(node) for node in self._roots()]
        if self._recursive:
            circles.close(self.done.values())
        return plan.Plan(tuple(s for s in shapes if s.targets), tuple(self.skipped))

    def _roots(self) -> Iterator[Node]:
        """Yield shapes that have targets or are declared, in the order of the shapes graph."""
        targets = {SH + "targetNode", SH + "target", *(SH + name for name in _TARGETS)}
        found = (s for s, p, _ in self.shapes.properties() if p in targets or s in self.declared)
        yield from dict.fromkeys(found)

    # -- shapes ------------------------------------------------------------------------------

    def shape(self, node: Node) -> Shape:
        """Return a shape with all that hangs from it, which may be itself.

        :raises ShaclError: if it is ill-formed.
        """
        if node in self.done:
            self._recursive |= node in self._active
            return self.done[node]
        if isinstance(node, Literal):
            raise ShaclError(f"{node} is used as a shape", hint="a shape is an IRI or a blank node")
        self._check(node)
        shapes = self.shapes
        severity = self.one(node, "severity", SH + "Violation")
        paths = shapes.objects(node, SH + "path")
        path = self.path(paths[0], node) if paths else None
        common = (
            node,
            tuple(self._targets(node)),
            (),
            severity.value if isinstance(severity, NamedNode) else SH + "Violation",
            self.messages(node),
            self.true(node, "deactivated"),
        )
        found = PropertyShape(*common, path) if path else NodeShape(*common)
        self.done[node] = found
        self._active.add(node)
        object.__setattr__(found, "constraints", tuple(self._constraints(node, path)))
        self._active.remove(node)
        return found

    def _check(self, node: Node) -> None:
        """Refuse what no shape may have (sections 2.1, 2.2, 2.3 and appendix D)."""
        is_property = bool(self.shapes.objects(node, SH + "path"))
        kinds = self.shapes.objects(node, TYPE.value)
        if NamedNode(SH + "PropertyShape") in kinds and not is_property:
            raise ShaclError(f"property shape {named(node)} has no sh:path", hint="add sh:path")
        if NamedNode(SH + "NodeShape") in kinds and is_property:
            raise ShaclError(
                f"node shape {named(node)} has sh:path", hint="declare it as sh:PropertyShape"
            )
        for predicate, values in self.own(node).items():
            if predicate in ADVANCED or predicate.startswith("js"):
                self.skipped.append(plan.Skipped(node, predicate))
            elif predicate not in _KNOWN:
                hint = did_you_mean(predicate, _KNOWN) or "remove it, or use another namespace"
                self.skipped.append(plan.Skipped(node, predicate, hint))
            if predicate in _ONLY_ONE and len(set(values)) > 1:
                raise ShaclError(
                    f"shape {named(node)} has {len(values)} values for sh:{predicate}",
                    hint="keep one, or write a second shape",
                )
            if predicate in _ONLY_ON_PROPERTIES and not is_property:
                raise ShaclError(
                    f"node shape {named(node)} has sh:{predicate}",
                    hint="only a property shape, one with sh:path, may have it",
                )

    def own(self, node: Node) -> dict[str, list[Node]]:
        """Return the properties of a node that are in SHACL's namespace, by their local names."""
        found: dict[str, list[Node]] = {}
        for predicate, value in self.shapes.about(node):
            if predicate.startswith(SH):
                found.setdefault(predicate[len(SH) :], []).append(value)
        return found

    def _targets(self, node: Node) -> Iterator[plan.Target]:
        for value in self.shapes.objects(node, SH + "targetNode"):
            if not isinstance(value, NamedNode | Literal):
                raise self.wrong(node, "targetNode", value, "an IRI or a literal")
            yield plan.TargetNode(value)
        for name, kind in _TARGETS.items():
            for value in self.shapes.objects(node, SH + name):
                yield kind(self.iri(node, name, value))
        for value in self.shapes.objects(node, SH + "target"):
            if (query := target(self, node, value)) and not calls(query, self.functions):
                yield plan.TargetQuery(query)
            else:
                self.skipped.append(plan.Skipped(node, "target"))
        if node in self.declared:
            kinds = self.shapes.objects(node, TYPE.value)
            if any(kind in self.classes for kind in kinds):
                yield plan.TargetClass(self.iri(node, "targetClass", node))

    def _constraints(self, node: Node, path: Path | None) -> Iterator[Constraint]:
        for name in self.own(node):
            reader = CONSTRAINTS.get(name)
            if reader:
                yield from reader(self, node, name)
        for query in self._queries(node, path):
            if calls(query, self.functions):
                self.skipped.append(plan.Skipped(node, "SPARQLFunction"))
            else:
                yield query

    def _queries(self, node: Node, path: Path | None) -> Iterator[plan.Query]:
        for value in dict.fromkeys(self.shapes.objects(node, SH + "sparql")):
            query = sparql(self, node, path, value)
            yield from [query] if query else []
        for component in self.components:
            yield from custom(self, node, path, component)
