"""A shapes graph, and what it says of each rule: code, message, hint, severity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.diagnostics import Diagnostic, Severity
from kg.errors import InputError, Place
from kg.graph import Graph
from kg.ontology import CEKG, SH, local_name
from kg.shacl.plan import Node
from kg.shacl.shapes_graph import ShapesGraph
from kg.validation.report import Rule

_SEVERITIES: Mapping[str, Severity] = {
    SH + "Violation": "violation",
    SH + "Warning": "warning",
    SH + "Info": "info",
}


@dataclass(frozen=True, slots=True)
class Raw:
    """A result as an engine gives it: terms of the graph and of the shapes graph.

    ``path`` is ``None`` for a result about the node itself or about a complex path.
    """

    shape: Node
    component: str
    focus: Node
    path: NamedNode | None = None
    value: Node | None = None
    message: str = ""
    severity: str = SH + "Violation"


@dataclass(frozen=True)
class Shapes(ShapesGraph):
    """A shapes graph of files, with the codes, texts and severities of its rules.

    ``topics`` maps each subject to the name of its file, without the ending.
    """

    topics: Mapping[Node, str] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def read(files: Iterable[Path]) -> Shapes:
        """Read Turtle files into one shapes graph; blank node labels are kept apart by file.

        :raises InputError: if a file is missing or is not Turtle.
        """
        triples: list[Triple] = []
        topics: dict[Node, str] = {}
        for file in files:
            try:
                quads = parse(file.read_bytes(), RdfFormat.TURTLE, rename_blank_nodes=True)
                found = [q.triple for q in quads]
            except OSError as error:
                raise InputError(f"cannot read shapes {file}: {error.strerror}") from error
            except (SyntaxError, ValueError) as error:
                raise InputError(f"{file.name} is not readable Turtle: {error}") from error
            triples += found
            topics |= {t.subject: file.stem for t in found}
        return Shapes(tuple(triples), topics)

    def text(self, node: Node, predicate: str) -> str:
        """Return the text of a property (English before others), or ``""``."""
        found = [o for o in self.objects(node, predicate) if isinstance(o, Literal)]
        found.sort(key=lambda o: (o.language not in ("en", None), o.value))
        return found[0].value if found else ""

    @property
    def codes(self) -> dict[str, Node]:
        """Code → the shape that holds the rule, sorted by code."""
        rules = {self.text(s, CEKG + "ruleCode"): s for s in self.subjects(CEKG + "ruleCode")}
        return dict(sorted(rules.items()))

    @property
    def count(self) -> int:
        """How many rules there are: shapes with a code, or in foreign shapes those with a path."""
        return len(self.codes) or sum(1 for _ in self.subjects(SH + "path"))

    def rules(self) -> tuple[Rule, ...]:
        """Return each rule that has a code in the words of its shape, sorted by code.

        In foreign shapes, those with a path and a name of their own.
        """
        named = self.codes or {self.code(s): s for s in self.subjects(SH + "path")}
        return tuple(
            Rule(
                code,
                _SEVERITIES.get(self.severity(node), "violation"),
                self.text(node, SH + "name"),
                " ".join(self.text(node, SH + "description").split()),
                " ".join(self.text(node, CEKG + "hint").split()),
                node.value,
                self.topics.get(node, ""),
            )
            for code, node in sorted(named.items())
            if isinstance(node, NamedNode)
        )

    def code(self, shape: Node) -> str:
        """Return the code of a shape; a foreign shape is called by its own name."""
        given = self.text(shape, CEKG + "ruleCode")
        if given:
            return given
        return local_name(shape.value) if isinstance(shape, NamedNode) else "SHACL"

    def severity(self, shape: Node) -> str:
        """Return the IRI of a shape's severity; the default is sh:Violation."""
        return next(
            (o.value for o in self.objects(shape, SH + "severity") if isinstance(o, NamedNode)),
            SH + "Violation",
        )

    def diagnostic(self, graph: Graph, raw: Raw) -> Diagnostic:
        """Return an engine's result with its code, its hint and its place in the source."""
        message = self.text(raw.shape, SH + "message") or raw.message
        if "{" in message:
            message = raw.message or message
        return Diagnostic(
            self.code(raw.shape),
            _SEVERITIES.get(raw.severity, "violation"),
            " ".join(message.split()),
            _place(graph, raw),
            _short(graph, raw.focus),
            _short(graph, raw.path) if raw.path else "",
            _short(graph, raw.value) if raw.value is not None else "",
            self.text(raw.shape, CEKG + "hint"),
            raw.shape.value if isinstance(raw.shape, NamedNode) else "",
            local_name(raw.component),
            (
                str(raw.focus),
                str(raw.path) if raw.path else "",
                str(raw.value) if raw.value is not None else "",
            ),
        )


def _short(graph: Graph, node: Node) -> str:
    """Return how people name a node; a file that is not loaded has blank ones too."""
    return str(node) if isinstance(node, BlankNode) else graph.short(node)


def _place(graph: Graph, raw: Raw) -> Place | None:
    """Return the place of the value, else of the property's first value, else of the thing."""
    places, focus = graph.places, raw.focus
    if not places or isinstance(focus, BlankNode):  # a graph that was read has no places
        return None
    if raw.path is not None and raw.value is not None and not isinstance(raw.value, BlankNode):
        found = places.get((focus, raw.path, raw.value))
        if found:
            return found
    if not isinstance(focus, NamedNode):
        return None
    if raw.path is not None:
        for value in graph.objects(focus, raw.path.value):
            found = places.get((focus, raw.path, value))
            if found:
                return found
    own = places.get((focus,))
    return own or places.get((NamedNode(re.sub("#.*", "", focus.value)),))
