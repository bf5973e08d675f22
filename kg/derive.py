"""Statements that follow from others: SPARQL CONSTRUCT rules and what only code can observe.

Everything derived goes to the graph's own named graph and can be made again at any time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples

from kg import facts, quotes, resources
from kg.errors import InputError
from kg.graph import Graph, Term
from kg.ontology import CEKG, PREFIXES, RDFS, TYPE, Ontology
from kg.published import NAME as PUBLISHED
from kg.shacl.plan.paths import Predicate
from kg.shacl.sparql_query import Unsupported, Variable
from kg.shacl.sparql_reader import read

_SUBCLASS = NamedNode(RDFS + "subClassOf")
_RULE = re.compile(r"CONSTRUCT\s*(\{.*?\})\s*WHERE\b(.*)", re.DOTALL)
_VALUES = re.compile(r"VALUES\s*\(([^)]*)\)\s*\{([^}]*)\}")
_ROW = re.compile(r"\(([^()]*)\)")
_NAME = re.compile(r"\b([a-z]+):(\w+)")
_ESCAPED = re.compile(rb"<[^<> ]*\\[uU]")
OF_CLASSES = (TYPE, _SUBCLASS)
"""The properties whose values are classes."""
_DECIDING = (b"subClassOf", b"factProperty", b"graph/derived", f"{PUBLISHED.value}>".encode())
"""Parts of names that may decide what is derived: of properties, and of graphs without data."""
Found = Iterable[tuple[NamedNode, NamedNode, Term]]
LookedAt = Callable[[], frozenset[str] | None]
"""Returns what :func:`derive` takes as ``looked``; for most files nobody asks."""


@dataclass(frozen=True)
class Step:
    """One step of deriving.

    ``makes`` are the IRIs of the properties and classes of what it derives, ``None`` where the
    data decide; ``needs`` are those that it looks at, ``None`` for all.
    """

    run: Callable[[Graph], Found]
    makes: frozenset[str] | None
    needs: frozenset[str] | None = frozenset()


def derive(
    graph: Graph,
    copies: Mapping[str, str] = MappingProxyType({}),
    looked: frozenset[str] | None = None,
    observed: Found | None = None,
) -> Graph:
    """Add the derived statements to a graph that has none yet, and return the same graph.

    First come the observations of :mod:`kg.quotes` and :mod:`kg.facts`, then what changed since
    approvals, then each rule file in order of its name; a rule sees what the rules before it
    derived. Last come the disagreements of :mod:`kg.evidence.disagreement`, which need the
    valences.

    :param copies: id of a document → its whole text, for documents that the project itself does
        not hold; quotes are checked against them.
    :param looked: the IRIs of properties and classes; steps that neither derive statements with
        one of them nor serve such a step are left out. ``None`` is for all steps.
    :param observed: what :mod:`kg.quotes` observed of a graph that this one is a part of; it holds
        here, too, since a digest of a part would not be that of the whole.
    :raises InputError: if a rule file of the project is not a SPARQL CONSTRUCT query.
    """
    if _own_rules(graph.ontology) or graph.facts(_SUBCLASS):
        looked = None  # any class may be below one that is looked at
    for step in _wanted(_steps(graph.ontology, copies, observed), looked):
        found = list(step.run(graph))
        graph.extend(Quad(s, p, o, graph.derived_name) for s, p, o in found)
    return graph


def may_derive(ontology: Ontology, text: bytes, looked_at: LookedAt) -> bool:
    """Tell whether :func:`derive` may add statements with some terms to what a file says.

    :param text: N-Triples or N-Quads, or of these all properties, classes and names of graphs.
    """
    if ontology.folders or (b"\\" in text and _ESCAPED.search(text)):
        return True
    if CEKG.encode() not in text:
        return False  # all that is derived follows from terms of the ontology
    if any(word in text for word in _DECIDING):
        return True
    looked = looked_at()
    made = (step.makes for step in _steps(ontology, {}))
    return looked is None or any(makes & looked for makes in made if makes is not None)


def deciding(quads: Iterable[Quad]) -> bytes:
    """Return what :func:`may_derive` looks at of some statements."""
    found = set[object]()
    for _, predicate, value, name in quads:
        found.add(predicate)
        found.add(name)
        if predicate in OF_CLASSES:
            found.add(value)
    return "\n".join(map(str, found)).encode()


def _wanted(steps: list[Step], looked: frozenset[str] | None) -> list[Step]:
    """Return the steps that derive what is looked at, and those that they need."""
    wanted = []
    for step in reversed(steps):
        if looked is None or step.makes is None or step.makes & looked:
            wanted.append(step)
            looked = None if looked is None or step.needs is None else looked | step.needs
    return wanted[::-1]


def _steps(
    ontology: Ontology, copies: Mapping[str, str], observed: Found | None = None
) -> list[Step]:
    """Return all steps in their order."""

    def observations(graph: Graph) -> Found:
        return quotes.observations(graph, copies) if observed is None else observed

    return [
        Step(observations, quotes.OBSERVED),
        Step(facts.bare_facts, frozenset({facts.BARE.value})),
        Step(quotes.changed, frozenset({quotes.CHANGED.value}), quotes.OBSERVED),
        *(_rule(file, ontology) for file in resources.rule_files(*ontology.folders)),
        Step(_disagreements, _of_class(ontology, CEKG + "Disagreement"), None),
    ]


def _disagreements(graph: Graph) -> Found:
    from kg.evidence.derived import disagreements  # not above: who validates needs none

    return disagreements(graph)


def _own_rules(ontology: Ontology) -> bool:
    return len(resources.rule_files(*ontology.folders)) > len(resources.rule_files())


def _of_class(ontology: Ontology, iri: str) -> frozenset[str]:
    """Return a class, those above it, and the properties that it alone has."""
    own = {term.iri for term in ontology.properties.values() if term.domain == (iri,)}
    return frozenset({iri, *ontology.ancestors(iri), *own})


def _rule(file: Path, ontology: Ontology) -> Step:
    """Return the step of a rule file, which may need every name in its text."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"rule {file.name}: {error}") from error
    made = _made(text)
    above = {iri for name in made or () for iri in ontology.ancestors(name)}
    return Step(
        lambda graph: _constructed(graph, file.name, text),
        None if made is None else frozenset(made | above),
        frozenset(_names(text)),
    )


def _names(text: str) -> set[str]:
    return {PREFIXES[p] + name for p, name in _NAME.findall(text) if p in PREFIXES}


def _made(text: str) -> set[str] | None:
    """Return the properties and classes of what a rule derives, ``None`` if the data decide."""
    rule = _RULE.search(text)
    try:
        template = read(f"SELECT * WHERE {rule[1]}" if rule else "", PREFIXES).group
    except Unsupported:
        return None
    given = _given(rule[2] if rule else "")
    made = set[str]()
    for pattern in template.patterns():
        if pattern.path == Predicate(TYPE) and isinstance(pattern.object, NamedNode):
            made.add(pattern.object.value)
        elif isinstance(pattern.path, Predicate):
            made.add(pattern.path.iri.value)
        elif isinstance(pattern.path, Variable) and pattern.path.name in given:
            made |= given[pattern.path.name]
        else:
            return None
    return made


def _given(text: str) -> dict[str, set[str]]:
    """Return the variables of VALUES with the names that they can be."""
    found: dict[str, set[str]] = {}
    for variables, rows in _VALUES.findall(text):
        for row in _ROW.findall(rows):
            for variable, value in zip(variables.split(), row.split(), strict=False):
                found.setdefault(variable[1:], set()).update(_names(value))
    return found


def _constructed(graph: Graph, name: str, text: str) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
    try:
        found = graph.store.query(
            text,
            prefixes=dict(PREFIXES),
            default_graph=[DefaultGraph(), graph.derived_name],
            named_graphs=[],
        )
    except (SyntaxError, ValueError) as error:
        raise InputError(f"rule {name}: {error}") from error
    if not isinstance(found, QueryTriples):
        raise InputError(f"rule {name} is not a CONSTRUCT query")
    yield from ((t.subject, t.predicate, t.object) for t in found)
