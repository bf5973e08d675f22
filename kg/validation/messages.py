"""A plain English sentence for a result whose shape has no message of its own."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import NamedNode

from kg.ontology import local_name
from kg.shacl import plan
from kg.shacl.memory import Result
from kg.shacl.plan import Constraint, Node, Shape

Name = Callable[[Node], str]
"""Term → how people name it."""


def sentence(result: Result, name: Name) -> str:
    """Return what is wrong, in one sentence."""
    if counted := _counted(result.constraint):
        return counted
    subject = "The node" if result.path is None else "The value"
    if result.value is not None:
        subject += f" {name(result.value)}"
    return f"{subject} {_complaint(result.constraint, name)}."


def _counted(constraint: Constraint) -> str:
    """Return what is wrong with the number of values, if the constraint is about that."""
    match constraint:
        case plan.MinCount(count):
            return f"There are too few values: at least {count} must be given."
        case plan.MaxCount(count):
            return f"There are too many values: at most {count} may be given."
        case plan.QualifiedMinCount(count=count):
            return f"Too few values conform to the shape: at least {count} must."
        case plan.QualifiedMaxCount(count=count):
            return f"Too many values conform to the shape: at most {count} may."
        case _:
            return ""


def _complaint(constraint: Constraint, name: Name) -> str:
    match constraint:
        case plan.Class(iri):
            return f"is not an instance of {name(iri)}"
        case plan.Datatype(iri):
            return f"is not a well-formed literal of the datatype {name(iri)}"
        case plan.NodeKind(kinds):
            return f"is not of the kind {' or '.join(sorted(kinds))}"
        case plan.MinExclusive(bound):
            return f"is not greater than {bound.value}"
        case plan.MinInclusive(bound):
            return f"is less than {bound.value}, or cannot be compared with it"
        case plan.MaxExclusive(bound):
            return f"is not less than {bound.value}"
        case plan.MaxInclusive(bound):
            return f"is greater than {bound.value}, or cannot be compared with it"
        case plan.MinLength(length):
            return f"has fewer than {length} characters"
        case plan.MaxLength(length):
            return f"has more than {length} characters"
        case plan.Pattern(pattern):
            return f"does not match the pattern {pattern}"
        case plan.LanguageIn(ranges):
            return f"is not in one of the languages {', '.join(ranges)}"
        case plan.UniqueLang():
            return "is not the only one in its language"
        case plan.In(nodes):
            return f"is none of {', '.join(sorted(map(name, nodes)))}"
        case plan.HasValue(node):
            return f"is missing: {name(node)} must be among the values"
        case plan.Closed():
            return "belongs to a property that is not allowed here"
        case _:
            return _relation(constraint, name)


def _relation(constraint: Constraint, name: Name) -> str:
    match constraint:
        case plan.Equals(iri):
            return f"is a value here or of {name(iri)}, but not of both"
        case plan.Disjoint(iri):
            return f"is a value of {name(iri)} too"
        case plan.LessThan(iri):
            return f"is not less than the value of {name(iri)}"
        case plan.LessThanOrEquals(iri):
            return f"is not at most the value of {name(iri)}"
        case plan.Not(shape):
            return f"conforms to {_shape(shape, 'sh:not', name)}, which it must not"
        case plan.Conforms(shape):
            return f"does not conform to {_shape(shape, 'sh:node', name)}"
        case plan.And():
            return "does not conform to all of the shapes it must conform to"
        case plan.Or():
            return "conforms to none of the shapes it may conform to"
        case plan.Xone():
            return "does not conform to exactly one of the shapes it may conform to"
        case _:
            return f"violates the constraint {local_name(constraint.component)}"


def _shape(shape: Shape, key: str, name: Name) -> str:
    """Name a shape; a blank node, whose label is new each time, is named by where it is."""
    return name(shape.node) if isinstance(shape.node, NamedNode) else f"the shape in {key}"
