"""Turtle as a person would write it: one block per entity, sorted, its nested values below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.graph import Graph, Term
from kg.ontology import PREFIXES, TYPE, XSD

_LOCAL = re.compile(r"[A-Za-z_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE = {
    XSD + "integer": re.compile(r"[+-]?\d+"),
    XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    XSD + "boolean": re.compile("true|false"),
}


def write(graph: Graph) -> bytes:
    """Return the asserted statements of a graph; the text says that derived ones are left out."""
    return "".join(_lines(graph)).encode()


def _lines(graph: Graph) -> Iterator[str]:
    yield f"# {graph.label(graph.root())}\n"
    yield f"# {graph.digest()} (clinical-evidence-kg)\n"
    yield "# Asserted statements only: Turtle has no named graphs for the derived ones.\n"
    for caveat in graph.caveats():
        yield f"# {caveat}\n"
    yield f"\n@base <{graph.base}> .\n"
    for prefix, namespace in PREFIXES.items():
        yield f"@prefix {prefix}: <{namespace}> .\n"
    blocks: dict[NamedNode, list[tuple[NamedNode, Term]]] = {}
    for fact in graph.asserted():
        blocks.setdefault(fact.subject, []).append((fact.predicate, fact.object))
    for subject, pairs in sorted(blocks.items(), key=lambda block: block[0].value):
        yield f"\n{_term(subject, graph.base)}\n"
        values: dict[NamedNode, list[str]] = {}
        for predicate, value in sorted(pairs, key=lambda p: p[0] != TYPE):
            values.setdefault(predicate, []).append(_term(value, graph.base))
        names = {p: "a" if p == TYPE else _iri(p.value, graph.base) for p in values}
        yield " ;\n".join(f"    {names[p]} {', '.join(found)}" for p, found in values.items())
        yield " .\n"


def _term(term: Term, base: str) -> str:
    if isinstance(term, NamedNode):
        return _iri(term.value, base)
    if isinstance(term, Literal) and not term.language:
        datatype = term.datatype.value
        bare = _BARE.get(datatype)
        if bare and bare.fullmatch(term.value):
            return term.value
        if datatype != XSD + "string":
            return f"{Literal(term.value)}^^{_iri(datatype, base)}"
    return str(term)


@lru_cache(maxsize=1 << 14)
def _iri(iri: str, base: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    # Relative references are only used where they can mean nothing else (no //, no leading /).
    rest = iri.removeprefix(base)
    if rest != iri and base.endswith("/") and re.fullmatch(r"[A-Za-z0-9][\w./#-]*", rest):
        return f"<{rest}>" if ":" not in rest and "/." not in rest else f"<{iri}>"
    return f"<{iri}>"
