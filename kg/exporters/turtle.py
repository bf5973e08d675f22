"""Turtle: one block per entity, sorted; each value on a line of its own.

:mod:`kg.scale.export.turtle` writes the same text of graphs that are not loaded, in SQL; what both
have to know is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyoxigraph import NamedNode

from kg.contract import Fidelity
from kg.graph import Graph, Term
from kg.jsonld.nodes import relative
from kg.literals import BARE
from kg.ontology import CEKG, PREFIXES, TYPE, XSD

FIDELITY = Fidelity(
    drops=dict.fromkeys(
        ("asserted-derived", "named-graphs"), "Turtle has no named graphs; kg derives its own again"
    )
)
LOCAL = "[A-Za-z_][A-Za-z0-9_-]*"
"""Local names that are written with a prefix."""
_LITERAL = re.compile(rf'(".*")\^\^<{re.escape(XSD)}({LOCAL})>', re.DOTALL)
_LOCAL = re.compile(LOCAL)


def write(graph: Graph) -> bytes:
    """Return the asserted statements of a graph; the text says that others are left out."""
    return "".join(_blocks(graph)).encode()


def head(base: str, caveats: Iterable[str]) -> str:
    """Return what a document begins with: what it lacks, caveats, and prefixes."""
    lines = [
        "# Statements of the default graph only: Turtle has no named graphs.",
        "# Written by clinical-evidence-kg.",
        *(f"# {caveat}" for caveat in caveats),
        *([f"@base <{base}> ."] if base.endswith("/") else []),
        *(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items()),
    ]
    return "".join(f"{line}\n" for line in lines)


@lru_cache(maxsize=1 << 12)  # a graph has few properties
def name(predicate: str) -> str:
    """Return the IRI of a property as it is written."""
    if predicate == TYPE.value:
        return "a"
    for prefix, namespace in PREFIXES.items():
        local = predicate.removeprefix(namespace)
        if local != predicate and _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return f"<{predicate}>"


def rank(key: str) -> tuple[bool, str]:
    """Return the position of a property in a block, by its name: types come first."""
    return key != "a", key


def _blocks(graph: Graph) -> Iterator[str]:
    yield head(graph.base, graph.caveats())
    blocks: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in graph.asserted():
        block = blocks.setdefault(subject.value, {})
        block.setdefault(name(predicate.value), []).append(_term(value, graph.base))
    for iri, block in sorted(blocks.items()):
        values = (f"{key} " + " ,\n        ".join(block[key]) for key in sorted(block, key=rank))
        yield f"\n{_iri(iri, graph.base)}\n    " + " ;\n    ".join(values) + " .\n"


def _term(term: Term, base: str) -> str:
    if isinstance(term, NamedNode):
        return _iri(term.value, base)
    typed = _LITERAL.fullmatch(str(term))
    if not typed:
        return str(term)
    text, datatype = typed.groups()
    if datatype in BARE and re.fullmatch(BARE[datatype], term.value):
        return term.value
    return f"{text}^^xsd:{datatype}"


def _iri(iri: str, base: str) -> str:
    """Return an IRI, shortened where it is one of our namespace or of the base."""
    local = iri.removeprefix(CEKG)
    if local != iri and _LOCAL.fullmatch(local):
        return f"cekg:{local}"
    return f"<{relative(iri, base)}>"
