"""Graph files of every RDF syntax, read within limits."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import InputError
from kg.graph import Graph
from kg.graph_files import OWN_FILE, local_address, local_note, opened, source
from kg.graph_limits import within_limits
from kg.ontology import CEKG, TYPE, Ontology
from kg.published import NAME, added

UNKNOWN_BASE = "urn:kg:"
MOST_TEXT = 250_000_000
"""Bytes of a graph file, decompressed, that are loaded into memory."""
UNREADABLE = (SyntaxError, ValueError, MemoryError)
"""What pyoxigraph raises: the last one for a value, or a line, of more than :data:`BUFFER`."""
BUFFER = 1 << 24
"""Bytes of text that pyoxigraph looks at together."""
LONGEST_LITERAL = 10_000_000
"""Characters of a literal of a graph file that is loaded."""


def read_graph(path: Path, ontology: Ontology, base: str = "") -> Graph:
    """Read a graph file, also a compressed one (``.ttl.gz``, ``.nq.zst``); see :meth:`Graph.read`.

    Where the file has a graph of the ontology, what that says of further terms is taken from it.

    :param base: what relative IRIs are resolved against; without it the address of the file.
    :raises InputError: if the file is missing, has an unknown name, or is not what its name says.
    :raises UsageError: if reading ``.zst`` needs the extra ``scale``.
    """
    return named(as_written(path, base), ontology)


class AsWritten(NamedTuple):
    """The statements of a file with its blank nodes, and what a person should know of the file."""

    quads: list[Quad]
    base: str
    note: str


def as_written(path: Path, base: str = "") -> AsWritten:
    """Read a graph file, see :func:`read_graph`.

    A blank node without a label in the file has a random one, another in each run.
    """
    origin = source(path, base)
    with opened(origin) as (file, _):
        text = file.read(MOST_TEXT + 1).removeprefix(BOM_UTF8)
    if len(text) > MOST_TEXT:
        raise InputError(
            f"{path.name} has more than {MOST_TEXT // 1_000_000} MB of text, too much to load",
            hint="the engine 'duckdb' validates and exports it without loading it",
        )
    within_limits(path.name, text, origin.syntax)
    try:
        quads = list(parse(text, origin.syntax, base_iri=origin.base))
    except UNREADABLE as error:
        line = getattr(error, "lineno", None) or _longest(text, error)
        raise at_line(path.name, line, *misread(origin.syntax, error)) from error
    terms: dict[object, None] = {}
    for subject, predicate, value, _ in quads:
        terms[subject] = terms[predicate] = None
        if isinstance(value, NamedNode):
            terms[value] = None
        elif reason := _unusable(value):
            raise InputError(f"{path.name}: {reason}", hint=f"the subject is {subject}")
    note = local_note(path.name, "" if origin.terms else local_address(terms))
    graph_class = NamedNode(CEKG + "KnowledgeGraph")
    kinds = [q for q in quads if q.predicate == TYPE and q.object == graph_class]
    kinds = [q for q in kinds if q.graph_name == DefaultGraph()] or kinds
    bases = sorted(q.subject.value for q in kinds if isinstance(q.subject, NamedNode))
    return AsWritten(quads, bases[0] if bases else UNKNOWN_BASE, note)


def named(file: AsWritten, ontology: Ontology) -> Graph:
    """Return the graph of a file; blank nodes become IRIs that depend on the content alone."""
    terms = [quad.triple for quad in file.quads if quad.graph_name == NAME]
    graph = Graph(added(ontology, terms), file.base)
    graph.read(quad for quad in file.quads if quad.graph_name != NAME)
    graph.note = file.note
    return graph


def _unusable(term: object) -> str:
    """Return why a term of RDF cannot be part of a graph, or ``""``."""
    if isinstance(term, Literal):
        if len(term.value) > LONGEST_LITERAL:
            return f"a literal has {len(term.value):,} characters, {LONGEST_LITERAL:,} at most"
        return "a literal has a base direction (RDF 1.2)" if term.direction else ""
    return "a statement is about a statement (RDF 1.2)" if isinstance(term, Triple) else ""


def misread(syntax: RdfFormat, error: Exception) -> tuple[str, str]:
    """Return why pyoxigraph cannot read a text, without the place, and a fix."""
    if isinstance(error, MemoryError):
        return f"a value or a line of more than {BUFFER >> 20} MB", OWN_FILE
    reason = error.msg if isinstance(error, SyntaxError) else str(error)
    reason = re.sub("^Parser error (?:at|between) line [^:]*: ", "", reason)
    if "LoadDocumentCallback" in reason:
        reason = "its @context is an address, and nothing is loaded from one"
        return reason, "write the context itself into the file"
    if "RDF 1.2" in reason:
        return reason, "kg reads RDF 1.1: leave it out, or state it in terms of RDF 1.1"
    return reason, f"fix it there, or export the file again: it is not {syntax.name}"


def _longest(text: bytes, error: Exception) -> int | None:
    """Return the first line, from 1, that is too long to be read, where that is what is wrong."""
    start, line = 0, 1
    while isinstance(error, MemoryError) and start < len(text):
        end = text.find(b"\n", start)
        if (len(text) if end < 0 else end) - start > BUFFER - 1000:
            return line
        start, line = end + 1 or len(text), line + 1
    return None


def at_line(name: str, line: int | None, reason: str, hint: str) -> InputError:
    """Return an error in a file.

    :param line: the line of the file, from 1, where it is known.
    """
    return InputError(f"{name}:{line}: {reason}" if line else f"{name}: {reason}", hint=hint)
