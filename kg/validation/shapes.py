"""A shapes graph, and what it states about each rule: code, message, hint, severity."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.diagnostics import Diagnostic, Severity, Terms
from kg.errors import InputError, Place
from kg.files import UNREADABLE, at_line, misread
from kg.graph import GENID, Graph
from kg.graph_files import GRAPH_FORMATS, local_address, local_note
from kg.graph_limits import within_limits
from kg.ontology import CEKG, OWL, SH, TYPE, local_name
from kg.shacl.plan import Node, paths
from kg.shacl.plan.constraints import CONSTRAINTS
from kg.shacl.shapes_graph import ShapesGraph
from kg.validation.report import Rule

LARGEST = 100 << 20
"""Bytes of a file of shapes, at most."""

_SEVERITIES: Mapping[str, Severity] = {
    SH + "Violation": "violation",
    SH + "Warning": "warning",
    SH + "Info": "info",
}
_NAMESPACE = NamedNode(SH + "namespace")
_IMPORTS, _ONTOLOGY = NamedNode(OWL + "imports"), NamedNode(OWL + "Ontology")
_TARGETS = ("target", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_OWN = frozenset(SH + name for name in (*CONSTRAINTS, "sparql") if name != "property")
"""What constrains a node itself."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A result as an engine gives it: terms of the graph and of the shapes graph."""

    shape: Node
    component: str
    focus: Node
    path: paths.Path | None = None
    value: Node | None = None
    messages: tuple[Literal, ...] = ()
    severity: str = SH + "Violation"


@dataclass(frozen=True)
class Shapes(ShapesGraph):
    """A shapes graph of files, with the codes, texts and severities of its rules.

    ``topics`` maps each subject to the name of its file, without the ending; ``note`` is what a
    person should know of the files.
    """

    topics: Mapping[Node, str] = field(default_factory=dict, repr=False, compare=False)
    note: str = field(default="", repr=False, compare=False)

    @staticmethod
    def read(files: Iterable[Path], base: str = "") -> Shapes:
        """Read files into one shapes graph; blank node labels are kept apart by file.

        The name of a file tells its syntax (:data:`kg.graph_files.GRAPH_FORMATS`); any other name
        is that of Turtle. The last two shapes graphs are kept. Files are compared by what they
        hold, so that an edit is always seen.

        :param base: what relative IRIs are resolved against; without it the address of their file.
        :raises InputError: if a file is missing or is not what its name says.
        """
        return _read(tuple(_File(f.name, f.resolve().as_uri(), _bytes(f)) for f in files), base)

    def text(self, node: Node, predicate: str) -> str:
        """Return the text of a property (English before others), or ``""``."""
        found = [o for o in self.objects(node, predicate) if isinstance(o, Literal)]
        found.sort(key=lambda o: (o.language not in ("en", None), o.value))
        return found[0].value if found else ""

    @cached_property
    def codes(self) -> dict[str, Node]:
        """Code → the shape that holds the rule, sorted by code."""
        rules = {self.text(s, CEKG + "ruleCode"): s for s in self.subjects(CEKG + "ruleCode")}
        return dict(sorted(rules.items()))

    def naming(self, terms: Collection[str]) -> list[str]:
        """Return the codes of the rules that name one of some terms, given by their full IRIs."""
        words = re.compile(
            "|".join(rf"\b{re.escape(local_name(iri))}\b" for iri in terms) or "(?!)"
        )

        def named(node: Node) -> bool:
            return any(
                (isinstance(value, NamedNode) and value.value in terms)
                or (predicate in (SH + "select", SH + "ask") and words.search(str(value)))
                for predicate, value in self.within(node)
            )

        return [code for code, node in self.codes.items() if named(node)]

    @property
    def count(self) -> int:
        """How many rules there are: shapes with a code, or in foreign shapes :attr:`_foreign`."""
        return len(self.codes) or len(self._foreign)

    @cached_property
    def _foreign(self) -> list[Node]:
        """The property shapes, and the shapes with a target that have constraints of their own.

        A parameter of a constraint component has a path, and is none.
        """
        parameters = {
            o for s in self.subjects(SH + "parameter") for o in self.objects(s, SH + "parameter")
        }
        found = dict.fromkeys(s for s in self.subjects(SH + "path") if s not in parameters)
        for target in _TARGETS:
            for shape in self.subjects(SH + target):
                if any(p in _OWN for p, _ in self.about(shape)):
                    found[shape] = None
        return list(found)

    def rules(self) -> tuple[Rule, ...]:
        """Return each rule that has a code in the words of its shape, sorted by code.

        In foreign shapes, those of :attr:`_foreign`.
        """
        named = self.codes or {self.code(s): s for s in self._foreign}
        return tuple(
            Rule(
                code,
                _SEVERITIES.get(self.severity(node), "violation"),
                self.text(node, SH + "name"),
                " ".join(self.text(node, SH + "description").split()),
                " ".join(self.text(node, CEKG + "hint").split()),
                node.value if isinstance(node, NamedNode) else "",
                self.topics.get(node, ""),
            )
            for code, node in sorted(named.items())
        )

    def code(self, shape: Node) -> str:
        """Return the code of a shape; a foreign shape is called by its own name.

        One without a name is called by that of the shape that it is part of, and its path:
        ``PersonShape.birthDate``.
        """
        given = self.text(shape, CEKG + "ruleCode")
        if given:
            return given
        return local_name(shape.value) if isinstance(shape, NamedNode) else self._names[shape]

    @cached_property
    def _names(self) -> dict[Node, str]:
        """The code of each blank node that has properties, in the order of the shapes graph."""
        above: dict[Node, tuple[Node, str]] = {
            value: (subject, predicate)
            for subject, predicate, values in self.properties()
            for value in values
            if isinstance(value, BlankNode)
        }
        names: dict[Node | None, str] = {None: "SHACL"}
        found: dict[Node, str] = {}
        taken: Counter[str] = Counter()
        for node in dict.fromkeys(triple.subject for triple in self.triples):
            if isinstance(node, BlankNode):
                name = self._name(node, above, names)
                taken[name] += 1
                found[node] = name if taken[name] == 1 else f"{name}-{taken[name]}"
        return found

    def _name(
        self,
        node: Node,
        above: Mapping[Node, tuple[Node, str]],
        names: dict[Node | None, str],
    ) -> str:
        """Return the name of a blank node: those of the nodes above it, from the named shape down.

        :param names: what is known already, and what becomes known.
        """
        way: list[Node] = []
        top: Node | None = node
        while isinstance(top, BlankNode) and top not in names:
            way.append(top)
            names[top] = "SHACL"  # where a circle is closed
            top = above.get(top, (None, ""))[0]
        name = self.code(top) if isinstance(top, NamedNode) else names[top]
        for below in reversed(way):
            ends = self.objects(below, SH + "path")
            predicate = above.get(below, (None, ""))[1]
            if ends and isinstance(ends[0], NamedNode):
                name = f"{name}.{local_name(ends[0].value)}"
            elif predicate.startswith(SH):
                name = f"{name}.{local_name(predicate)}"
            names[below] = name
        return name

    def _label(self, shape: Node) -> str:
        """Return a label for a shape without a name, the same each time and legal in Turtle."""
        return "_:shape-" + re.sub("[^A-Za-z0-9_-]", "-", self._names[shape])

    def severity(self, shape: Node) -> str:
        """Return the IRI of a shape's severity; the default is sh:Violation."""
        return next(
            (o.value for o in self.objects(shape, SH + "severity") if isinstance(o, NamedNode)),
            SH + "Violation",
        )

    def diagnostic(self, graph: Graph, raw: Raw) -> Diagnostic:
        """Return an engine's result with its code, its hint and its place in the source."""
        chosen = min(raw.messages, key=lambda m: (m.language not in ("en", None), m.value))
        return Diagnostic(
            self.code(raw.shape),
            _SEVERITIES.get(raw.severity, "violation"),
            " ".join(chosen.value.split()),
            _place(graph, raw),
            _short(graph, raw.focus),
            "" if raw.path is None else _path(graph, raw.path),
            "" if raw.value is None else _short(graph, raw.value),
            self.text(raw.shape, CEKG + "hint"),
            Terms(
                str(raw.focus),
                "" if raw.path is None else paths.turtle(raw.path),
                "" if raw.value is None else str(raw.value),
                f"<{raw.severity}>",
                str(raw.shape) if isinstance(raw.shape, NamedNode) else self._label(raw.shape),
                f"<{raw.component}>",
                tuple(map(str, raw.messages)),
            ),
        )


class _File(NamedTuple):
    """A file of shapes: its name, its address as an IRI, and what it holds."""

    name: str
    address: str
    data: bytes


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1).removeprefix(BOM_UTF8)
    except OSError as error:
        raise InputError(f"cannot read shapes {file}: {error.strerror}") from error
    except MemoryError as error:
        raise InputError(f"{file.name} is too large for the memory", hint="split it") from error
    if len(data) > LARGEST:
        raise InputError(f"{file.name} has more than {LARGEST >> 20} MB of shapes")
    return data


@lru_cache(maxsize=2)
def _read(files: tuple[_File, ...], base: str) -> Shapes:
    """Return the shapes graph of files."""
    triples: list[Triple] = []
    topics: dict[Node, str] = {}
    prefixes: dict[str, str] = {}
    notes = []
    for file in files:
        found, declared = _parsed(file, base or file.address)
        triples += found
        prefixes |= declared
        subjects = (t.subject for t in found if not isinstance(t.subject, Triple))
        notes.append(
            local_note(file.name, local_address(dict.fromkeys(chain.from_iterable(found))))
        )
        topics |= dict.fromkeys(subjects, Path(file.name).stem)
    notes.append(_unread(triples, {file.address for file in files}))
    note = "\n".join(filter(None, notes))
    return Shapes(tuple(triples), tuple(sorted(prefixes.items())), topics, note)


def _parsed(file: _File, base: str) -> tuple[list[Triple], Mapping[str, str]]:
    """Return the triples of a file, of whatever graph, and the prefixes that it declares."""
    syntax = GRAPH_FORMATS.get(Path(file.name).suffix, RdfFormat.TURTLE)
    within_limits(file.name, file.data, syntax)
    try:
        quads = parse(file.data, syntax, base_iri=base, rename_blank_nodes=True)
        read = (quad.triple for quad in quads)
        triples = [_absolute(t, base) if t.predicate == _NAMESPACE else t for t in read]
        return triples, quads.prefixes
    except UNREADABLE as error:
        line = getattr(error, "lineno", None)
        raise at_line(file.name, line, *misread(syntax, error)) from error


def _unread(triples: Iterable[Triple], known: Collection[str]) -> str:
    """Return what some files import that is not among them, or ``""``.

    :param known: the addresses of the files.
    """
    declared = {t.subject for t in triples if t.predicate == TYPE and t.object == _ONTOLOGY}
    imported = dict.fromkeys(t.object for t in triples if t.predicate == _IMPORTS)
    unread = [
        node.value
        for node in imported
        if isinstance(node, NamedNode) and node not in declared and node.value not in known
    ]
    if not unread:
        return ""
    if unread[1:]:
        what = f"{unread[0]} and {len(unread) - 1} more, which were not read; add their files"
    else:
        what = f"{unread[0]}, which was not read; add its file"
    return f"the shapes import {what} with --shapes"


def _absolute(triple: Triple, base: str) -> Triple:
    """Resolve a relative namespace of a prefix, which is written as text."""
    namespace = triple.object
    if not isinstance(namespace, Literal):
        return triple
    full = urljoin(base, namespace.value)
    return Triple(triple.subject, triple.predicate, Literal(full, datatype=namespace.datatype))


def _path(graph: Graph, path: paths.Path) -> str:
    """Return a path as SPARQL has it, with the names that people use."""
    return re.sub("<([^>]*)>", lambda m: graph.short(NamedNode(m[1])), str(path))


def _short(graph: Graph, node: Node) -> str:
    """Return how people name a node; a file that is not loaded has blank ones too."""
    return str(node) if isinstance(node, BlankNode) else graph.short(node)


def _place(graph: Graph, raw: Raw) -> Place | None:
    """Return the place of the value, else of the property's first value, else of the entity."""
    places, focus = graph.places, raw.focus
    path = raw.path.iri if isinstance(raw.path, paths.Predicate) else None
    if not places:  # a graph that was read
        return None
    if isinstance(focus, BlankNode):  # of a file of RDF among the records
        return places.get((NamedNode(graph.base.rstrip("/#") + GENID + focus.value),))
    if path is not None and raw.value is not None and not isinstance(raw.value, BlankNode):
        found = places.get((focus, path, raw.value))
        if found:
            return found
    if not isinstance(focus, NamedNode):
        return None
    if path is not None:
        for value in graph.objects(focus, path.value):
            found = places.get((focus, path, value))
            if found:
                return found
    own = places.get((focus,))
    return own or places.get((NamedNode(re.sub("#.*", "", focus.value)),))
