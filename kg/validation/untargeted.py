"""What to say where shapes look at nothing, as those do whose namespace is written otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.graph import Graph
from kg.ontology import RDFS, TYPE
from kg.shacl import plan
from kg.validation.auto import statements

if TYPE_CHECKING:
    from kg.shacl.sql.database import Database

_SUBCLASS = NamedNode(RDFS + "subClassOf")
Has = Callable[[NamedNode], bool]


def in_graph(graph: Graph, wanted: plan.Plan) -> str:
    """Return the note on a graph in which nothing is a target, or ``""``."""
    every = list(statements(graph))
    kinds = {s.object for s in every if s.predicate in (TYPE, _SUBCLASS)}
    return _note(wanted, kinds.__contains__, {s.predicate for s in every}.__contains__)


def in_database(database: Database, wanted: plan.Plan) -> str:
    """Return the note on data in which nothing is a target, or ``""``."""
    return _note(wanted, lambda kind: bool(database.count(database.instances(kind))), database.has)


def _note(wanted: plan.Plan, has_instances: Has, has_property: Has) -> str:
    targets = [t for shape in wanted.shapes if not shape.deactivated for t in shape.targets]
    words = []
    for target in targets:
        match target:
            case plan.TargetClass(iri) if not has_instances(iri):
                words.append(f"an instance of {iri}")
            case plan.TargetSubjectsOf(iri) | plan.TargetObjectsOf(iri) if not has_property(iri):
                words.append(f"a node with {iri}")
            case _:
                return ""
    return f"nothing was checked: the data have no target, such as {words[0]}" if words else ""
