"""JSON-LD in expanded and flattened form: whole IRIs, every value an object, no context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.graph import Fact, Graph
from kg.jsonld.context import line
from kg.jsonld.nodes import value_object
from kg.marks import MARK
from kg.ontology import TYPE

FIDELITY = Fidelity()
_MARK = {"@id": f"urn:{MARK.decode()}"}
"""A node of which nothing is said: readers leave it out."""


def write(graph: Graph) -> bytes:
    """Return a list with a node object for each subject, then one for each named graph."""
    lines = [line(_MARK), *map(line, _nodes(graph.asserted()))]
    for name in graph.names():
        inner = ",\n".join(map(line, _nodes(graph.facts_in(name))))
        lines.append(f'{{"@id": {line(name.value)}, "@graph": [\n{inner}\n]}}')
    return ("[" + ",\n".join(lines) + "]\n").encode()


def _nodes(facts: Iterable[Fact]) -> Iterator[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for subject, predicate, value in facts:
        node = found.setdefault(subject.value, {"@id": subject.value})
        if predicate == TYPE and isinstance(value, NamedNode):
            node.setdefault("@type", []).append(value.value)
        else:
            node.setdefault(predicate.value, []).append(dict(sorted(value_object(value).items())))
    for _, node in sorted(found.items()):
        yield dict(sorted(node.items()))
