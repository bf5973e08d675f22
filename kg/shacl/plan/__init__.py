"""What a shapes graph asks for, as data: targets, paths and constraints, without how to check them.

A :class:`Plan` is read once from a shapes graph (:mod:`kg.shacl.plan.reader`) and can be
executed by any engine: interpreted in memory, or compiled to another language. Names and numbers of
sections are those of SHACL, W3C Recommendation of 20 July 2017.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.shacl.names import SH
from kg.shacl.plan.paths import Path

Node = NamedNode | BlankNode | Literal

# -- targets (section 2.1.3) -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TargetNode:
    """One node, whether or not the data speak of it (2.1.3.1)."""

    node: Node


@dataclass(frozen=True, slots=True)
class _OfClassOrProperty:
    """A target given by a class or a property."""

    iri: NamedNode


class TargetClass(_OfClassOrProperty):
    """The instances of a class and of those below it (2.1.3.2, 2.1.3.3)."""


class TargetSubjectsOf(_OfClassOrProperty):
    """Whatever has a value for a property (2.1.3.4)."""


class TargetObjectsOf(_OfClassOrProperty):
    """Whatever is a value of a property (2.1.3.5)."""


@dataclass(frozen=True, slots=True)
class TargetQuery:
    """Whatever a SELECT gives as ``$this`` (SHACL Advanced Features, section 3.1)."""

    query: Query


Target = TargetNode | TargetClass | TargetSubjectsOf | TargetObjectsOf | TargetQuery

# -- constraints (section 4) -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint, named as its component.

    Constraints of the same fields share a base, since each dataclass costs time at every start.
    """

    @property
    def component(self) -> str:
        """Return the IRI of the constraint component, which results name."""
        return f"{SH}{type(self).__name__}ConstraintComponent"


@dataclass(frozen=True, slots=True)
class _WithIri(Constraint):
    """A constraint with the IRI of a class, datatype or property."""

    iri: NamedNode


class Class(_WithIri):
    """Value nodes are instances of a class (4.1.1)."""


class Datatype(_WithIri):
    """Value nodes are well-formed literals of a datatype (4.1.2)."""


@dataclass(frozen=True, slots=True)
class NodeKind(Constraint):
    """Value nodes are of some kinds: any of ``IRI``, ``BlankNode``, ``Literal`` (4.1.3)."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class _WithCount(Constraint):
    """A constraint with a number of value nodes."""

    count: int


class MinCount(_WithCount):
    """There are at least so many value nodes (4.2.1)."""


class MaxCount(_WithCount):
    """There are at most so many value nodes (4.2.2)."""


@dataclass(frozen=True, slots=True)
class _WithBound(Constraint):
    """A constraint with a bound."""

    bound: Literal


class MinExclusive(_WithBound):
    """The bound is less than each value node (4.3.1)."""


class MinInclusive(_WithBound):
    """The bound is at most each value node (4.3.2)."""


class MaxExclusive(_WithBound):
    """Each value node is less than the bound (4.3.3)."""


class MaxInclusive(_WithBound):
    """Each value node is at most the bound (4.3.4)."""


@dataclass(frozen=True, slots=True)
class _WithLength(Constraint):
    """A constraint with a number of code points."""

    length: int


class MinLength(_WithLength):
    """The text of each value node has at least so many code points (4.4.1)."""


class MaxLength(_WithLength):
    """The text of each value node has at most so many code points (4.4.2)."""


@dataclass(frozen=True, slots=True)
class Pattern(Constraint):
    """A regular expression is found in the text of each value node (4.4.3)."""

    pattern: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class LanguageIn(Constraint):
    """Value nodes have a language that one of some ranges covers (4.4.4)."""

    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    """No two value nodes have the same language (4.4.5)."""


class Equals(_WithIri):
    """The value nodes are exactly the values of another property (4.5.1)."""


class Disjoint(_WithIri):
    """No value node is a value of another property (4.5.2)."""


class LessThan(_WithIri):
    """Each value node is less than each value of another property (4.5.3)."""


class LessThanOrEquals(_WithIri):
    """Each value node is at most each value of another property (4.5.4)."""


@dataclass(frozen=True, slots=True)
class _WithShape(Constraint):
    """A constraint with a shape."""

    shape: Shape


class Not(_WithShape):
    """No value node conforms to a shape (4.6.1)."""


@dataclass(frozen=True, slots=True)
class _WithShapes(Constraint):
    """A constraint with several shapes."""

    shapes: tuple[Shape, ...]


class And(_WithShapes):
    """Each value node conforms to all of some shapes (4.6.2)."""


class Or(_WithShapes):
    """Each value node conforms to at least one of some shapes (4.6.3)."""


class Xone(_WithShapes):
    """Each value node conforms to exactly one of some shapes (4.6.4)."""


class Conforms(_WithShape):
    """Each value node conforms to a shape: ``sh:node`` (4.7.1)."""

    @property
    def component(self) -> str:
        """Return the IRI of the constraint component, which results name."""
        return f"{SH}NodeConstraintComponent"


@dataclass(frozen=True, slots=True)
class Property(Constraint):
    """Each value node is a focus node of a property shape, whose results are reported (4.7.2)."""

    shape: PropertyShape


@dataclass(frozen=True, slots=True)
class _Qualified(Constraint):
    """A constraint with a shape, the shapes beside it, and a number of value nodes."""

    shape: Shape
    siblings: tuple[Shape, ...]
    count: int


class QualifiedMinCount(_Qualified):
    """At least so many value nodes conform to a shape and to none of its siblings (4.7.3)."""


class QualifiedMaxCount(_Qualified):
    """At most so many value nodes conform to a shape and to none of its siblings (4.7.3)."""


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """Value nodes have no properties but the allowed ones (4.8.1)."""

    allowed: frozenset[NamedNode]


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """A node is among the value nodes (4.8.2)."""

    node: Node


@dataclass(frozen=True, slots=True)
class In(Constraint):
    """Value nodes are members of a list (4.8.3)."""

    nodes: frozenset[Node]


@dataclass(frozen=True, slots=True)
class Query(Constraint):
    """A query whose solutions are violations (5.1, 6.2).

    ``source`` is the node of the constraint or of the constraint component. ``parameters`` are
    bound before the query runs. With ``ask`` it runs for each ``$value`` and false is a
    violation. ``messages`` are those of the constraint or of the validator.
    """

    source: Node
    text: str
    prefixes: tuple[tuple[str, str], ...]
    messages: tuple[Literal, ...] = ()
    parameters: tuple[tuple[str, Node], ...] = ()
    ask: bool = False
    custom: bool = False

    @property
    def component(self) -> str:
        """Return the IRI of the constraint component: its own, or that of ``sh:sparql``."""
        return self.source.value if self.custom else f"{SH}SPARQLConstraintComponent"


# -- shapes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What node and property shapes have in common; two are the same when they are one object.

    ``node`` is the shape in the shapes graph, ``severity`` an IRI. ``circle`` has the nodes of the
    shapes that hang from this one and it from them, none if it does not hang from itself.
    """

    node: Node
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[Literal, ...]
    deactivated: bool
    circle: frozenset[Node] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class NodeShape(Shape):
    """Constraints on a focus node itself (2.2)."""


@dataclass(frozen=True, slots=True, eq=False)
class PropertyShape(Shape):
    """Constraints on the nodes that a path leads to from a focus node (2.3)."""

    path: Path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A property of a shape that is not executed, by its local name in SHACL's namespace.

    ``hint`` says what may have been meant where SHACL does not know the name.
    """

    shape: Node
    name: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The shapes that have targets, in the order of the shapes graph; the rest hangs from them.

    ``skipped`` is what the shapes ask for and no engine carries out.
    """

    shapes: tuple[Shape, ...]
    skipped: tuple[Skipped, ...] = ()

    def __len__(self) -> int:
        return len(self.shapes)
