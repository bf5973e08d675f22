"""Statements that follow from others: SPARQL CONSTRUCT rules and what only code can observe.

Everything derived goes to the graph's own named graph and can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pyoxigraph import DefaultGraph, Quad, QueryTriples

from kg import resources
from kg.errors import InputError
from kg.evidence.derived import disagreements
from kg.facts import bare_facts
from kg.graph import Graph
from kg.ontology import PREFIXES
from kg.quotes import changed, observations


def derive(graph: Graph, copies: Mapping[str, str] = MappingProxyType({})) -> Graph:
    """Add every derived statement to a graph that has none yet, and return the same graph.

    First come the observations of :mod:`kg.quotes` and :mod:`kg.facts`, then what changed since
    approvals, then each rule file in order of its name; a rule sees what the rules before it
    derived. Last come the disagreements of :mod:`kg.evidence.disagreement`, which need the
    valences.

    :param copies: id of a document → its whole text, for documents that the project itself does
        not hold; quotes are checked against them.
    :raises InputError: if a rule file of the project is not a SPARQL CONSTRUCT query.
    """
    seen = [*observations(graph, copies), *bare_facts(graph)]
    graph.extend(Quad(s, p, o, graph.derived_name) for s, p, o in seen)
    graph.extend(Quad(s, p, o, graph.derived_name) for s, p, o in list(changed(graph)))
    for file in resources.rule_files(*graph.ontology.folders):
        try:
            text = file.read_text(encoding="utf-8")
            found = graph.store.query(
                text,
                prefixes=dict(PREFIXES),
                default_graph=[DefaultGraph(), graph.derived_name],
                named_graphs=[],
            )
        except (OSError, SyntaxError, ValueError) as error:
            raise InputError(f"rule {file.name}: {error}") from error
        if not isinstance(found, QueryTriples):
            raise InputError(f"rule {file.name} is not a CONSTRUCT query")
        graph.extend(Quad(t.subject, t.predicate, t.object, graph.derived_name) for t in found)
    differing = list(disagreements(graph))
    graph.extend(Quad(s, p, o, graph.derived_name) for s, p, o in differing)
    return graph
