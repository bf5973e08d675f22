"""Neo4j: every entity and value as CSV for ``neo4j-admin database import``, with questions.

A class is a file of nodes, a property between entities a file of relationships. A value of a
controlled list is a property, by its short name. A decimal is written twice: as a number, and in
``…_written`` with its digits. A text that begins like a formula has an apostrophe before it, as in
every table (:mod:`kg.cells`), since people open these files in spreadsheets; Neo4j keeps it. The
headers are those of
https://neo4j.com/docs/operations-manual/current/import/.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO

from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.cells import safe
from kg.contract import Fidelity
from kg.graph import Graph, Term
from kg.graph.bridges import edge_data, said_of
from kg.ontology import CEKG, TYPE, XSD, local_name
from kg.pieces import DerivedEdge, Pieces

FIDELITY = Fidelity(
    changes={
        "DerivedEdge": "a relationship, of the type of the edge",
        **dict.fromkeys(
            ("edgeFrom", "edgeTo", "edgeType", "edgeContrast", "edgeCertainty", "edgeStatus"),
            "the ends, the type and properties of the relationship",
        ),
        "datatypes": "types of Neo4j, if every value of a property of a class is of one; "
        "a text that begins like a formula has an apostrophe before it",
        "languages": "in the names of properties, such as note_en",
        "digits": "a decimal is a number, and text with its digits beside",
        "asserted-derived": "not distinguished, except for relationships of edges",
    },
    drops={"named-graphs": "Neo4j has one graph"},
)
ARRAYS = "\x1f"
"""Between the values of a list: a sign that no text holds."""
TEXT = ":string"
"""The type of a column of texts in a header."""
_TYPES: Mapping[str, tuple[str, str]] = {
    "integer": ("long", r"-?(0|[1-9]\d{0,17})"),
    "decimal": ("double", r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "boolean": ("boolean", "true|false"),
    "date": ("date", r"\d{4}-\d\d-\d\d"),
}
"""Datatype → type of a column, and what a text of it looks like."""
_SAID = (
    *("statement", "kind", "valence", "contrast", "certainty", "reviewStatus"),
    "retraction",
)

_IN_MEMORY = 1 << 22
"""Characters of the rows of a class that wait in memory."""

Row = dict[str, list[str]]
"""Name of a property → its values."""


def stream(pieces: Pieces) -> Iterator[tuple[str, str]]:
    """Yield nodes, relationships, the command that imports them, constraints and questions.

    The types of the columns of a class follow from all its entities, so its rows wait until all are
    known, on disk where they are many.
    """
    leaving: dict[str, list[DerivedEdge]] = {}
    for edge in pieces.edges():
        leaving.setdefault(edge.start, []).append(edge)
    drawn = {edge.type for edges in leaving.values() for edge in edges}
    starts = (iri for iri, _ in groupby(merge(pieces.described(), sorted(leaving))))
    relations, others = set[str](), dict[str, str]()
    with ExitStack() as stack:
        tables = _Tables(stack)
        for iris, graph in pieces.of(starts, ("^edgeFrom",)):
            reading, texts = _Reading(graph, drawn), defaultdict[str, list[str]](list)
            for iri in iris:
                kinds, row, found = reading.entity(iri, leaving.get(iri, ()))
                if row:
                    tables[kinds[0]].add(iri, kinds, row)
                for name, pairs in found.items():
                    others |= {end: reading.label(end) for end in reading.undescribed(iri, pairs)}
                    texts[name] += _relations(name, iri, pairs)
            for name in sorted(texts):
                yield f"relationships/{name}.csv", "" if name in relations else _RELATION
                yield f"relationships/{name}.csv", "".join(texts[name])
            relations |= texts.keys()
        for iri, label in sorted(others.items()):
            tables["Term"].add(iri, ["Term"], {"name": [label]})
        for name, table in sorted(tables.items()):
            yield from ((f"nodes/{name}.csv", text) for text in table.lines())
    yield from _beside(pieces, sorted(tables), sorted(relations))


def _beside(
    pieces: Pieces, nodes: Sequence[str], relations: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the command that imports the files, constraints, and questions."""
    title = pieces.root.label(pieces.root.root())
    remarks = [title, "Written by clinical-evidence-kg", pieces.digest, *pieces.remarks()]
    text = "".join(f"{{}} {' '.join(remark.split())}\n" for remark in remarks)
    files = [f"--nodes=nodes/{name}.csv" for name in nodes]
    files += [f"--relationships=relationships/{name}.csv" for name in relations]
    yield (
        "import.sh",
        f"#!/bin/sh\n{text.replace('{}', '#')}"
        'cd "$(dirname "$0")" && exec neo4j-admin database import full "${1:-neo4j}" \\\n'
        "  --multiline-fields=true --array-delimiter=U+001F \\\n"
        + " \\\n".join(f"  {file}" for file in files)
        + "\n",
    )
    head = text.replace("{}", "//")
    for name in ("constraints.cypher", "questions.cypher"):
        yield name, head + resources.cypher(name)


class _Reading:
    """The entities of a graph as rows and relations.

    :param drawn: the types of all derived edges.
    """

    def __init__(self, graph: Graph, drawn: Set[str]) -> None:
        self.graph = graph
        self._drawn = drawn
        self._above: dict[str, list[str]] = {}
        self._said: dict[NamedNode, Row] = {}
        edges = set(graph.instances("DerivedEdge"))
        self._values: dict[str, list[tuple[str, Term]]] = {}
        for subject, predicate, value in dict.fromkeys((*graph.asserted(), *graph.derived())):
            if subject not in edges:
                pair = predicate.value, value
                self._values.setdefault(subject.value, []).append(pair)

    def label(self, iri: str) -> str:
        """Return what a node is called."""
        return self.graph.label(NamedNode(iri))

    def undescribed(self, start: str, pairs: Iterable[tuple[str, Row]]) -> Iterator[str]:
        """Yield the ends of relations of which nothing is said."""
        return (end for end in (start, *(end for end, _ in pairs)) if end not in self._values)

    def entity(
        self, iri: str, edges: Iterable[DerivedEdge]
    ) -> tuple[list[str], Row, dict[str, list[tuple[str, Row]]]]:
        """Return classes and properties of an entity (none if nothing is said of it).

        After them come its relations: type → end, and what the relation carries.
        """
        graph, subject, row = self.graph, NamedNode(iri), dict[str, list[str]]()
        relations: dict[str, list[tuple[str, Row]]] = {}
        for predicate, value in self._values.get(iri, ()):
            if predicate == TYPE.value:
                continue
            term = graph.ontology.by_iri.get(predicate)
            name = term.name if term else local_name(predicate)
            listed = bool(term and graph.ontology.members(term.range))
            if isinstance(value, NamedNode) and listed and graph.notation(value):
                row.setdefault(name, []).append(graph.notation(value))
            elif isinstance(value, NamedNode):
                if not (term and term.derived and name in self._drawn):  # else an edge says it
                    pair = value.value, self._of(subject)
                    relations.setdefault(relationship_type(name), []).append(pair)
            else:
                self._literal(row, name, value)
        asserted = {name: {end for end, _ in pairs} for name, pairs in relations.items()}
        for edge in edges:
            name = relationship_type(edge.type)
            if edge.end not in asserted.get(name, ()):
                data = edge_data(graph, NamedNode(edge.iri))
                said = {name: [data[name]] for name in _SAID if data[name]}
                relations.setdefault(name, []).append((edge.end, said))
        if iri in self._values:
            row["name"] = [self.label(iri)]
        return self._kinds(subject), row, relations

    def _literal(self, row: Row, name: str, value: Literal) -> None:
        if value.language:
            name = f"{name}_{value.language.replace('-', '_')}"
        row.setdefault(name, []).append(value.value)
        kind = value.datatype.value.removeprefix(XSD)
        if kind in _TYPES and re.fullmatch(_TYPES[kind][1], value.value):
            row.setdefault(f"{name}:{kind}", []).append(value.value)

    def _kinds(self, subject: NamedNode) -> list[str]:
        """Return the name of the class of an entity, and those of the classes above it."""
        own = sorted(t.value for t in self.graph.objects(subject, TYPE.value))
        key = " ".join(own)
        if key not in self._above:
            above = {a for kind in own for a in self.graph.ontology.ancestors(kind)} - set(own)
            names = sorted({local_name(a) for a in above if a.startswith(CEKG)})
            self._above[key] = list(dict.fromkeys([*map(local_name, own), *names])) or ["Untyped"]
        return self._above[key]

    def _of(self, subject: NamedNode) -> Row:
        """Return what every relation of a statement carries."""
        owner = NamedNode(subject.value.partition("#")[0])
        if owner not in self._said:
            found = said_of(self.graph, owner)
            said = {name: [found[name]] for name in _SAID[1:] if found[name]}
            if said:
                said["statement"] = [owner.value]
            self._said[owner] = said
        return self._said[owner]


class _Tables(dict[str, "_Table"]):
    """The tables of classes, each made when it is first used.

    :param stack: closes their files.
    """

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, name: str) -> _Table:
        self[name] = _Table(self._stack.enter_context(_waiting()))
        return self[name]


def _waiting() -> SpooledTemporaryFile[str]:
    return SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n")


class _Table:
    """The rows of the nodes of a class, and what their columns hold.

    :param rows: an empty file for the rows.
    """

    def __init__(self, rows: IO[str]) -> None:
        self._rows = rows
        self._several, self._written, self._typed = set[str](), Counter[str](), Counter[str]()

    def add(self, iri: str, kinds: Sequence[str], row: Row) -> None:
        """Add a node."""
        for name, values in row.items():
            (self._typed if ":" in name else self._written)[name] += len(values)
            if len(values) > 1:
                self._several.add(name)
        self._rows.write(json.dumps((iri, kinds, row)) + "\n")

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file of the class."""
        columns = self._columns()
        yield _line(["iri:ID", *(head for head, _ in columns.values()), ":LABEL"])
        self._rows.seek(0)
        for iri, kinds, row in map(json.loads, self._rows):
            yield _line([iri, *_cells(columns, row), ARRAYS.join(kinds)])

    def _columns(self) -> dict[str, tuple[str, str]]:
        """Return name → header and type of the column; a number is typed if every value is one."""
        found: dict[str, tuple[str, str]] = {}
        for name, number in sorted(self._written.items()):
            end = "[]" if name in self._several else ""
            kinds = [k for k in _TYPES if self._typed[f"{name}:{k}"] == number]
            kind = kinds[0] if kinds else ""
            found[name] = (f"{name}{f':{_TYPES[kind][0]}' if kind else TEXT}{end}", "")
            if kind == "decimal":
                found[f"{name}_written"] = (f"{name}_written{TEXT}{end}", name)
        return found


def relationship_type(name: str) -> str:
    """Return the type of a relationship as Neo4j writes them: ``studiedFor`` is STUDIED_FOR."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return re.sub(r"[^A-Z0-9_]", "_", words)


def _relations(name: str, start: str, pairs: Iterable[tuple[str, Row]]) -> Iterator[str]:
    for end, said in sorted(pairs, key=str):
        yield _line([start, *(next(iter(said.get(s, ())), None) for s in _SAID), end, name])


def _cells(columns: Mapping[str, tuple[str, str]], row: Row) -> Iterator[str | None]:
    for name, (head, original) in columns.items():
        values = row.get(original or name)
        if values is not None and TEXT in head:
            values = [safe(value) for value in values]
        yield None if values is None else ARRAYS.join(values)


def _line(cells: Iterable[str | None]) -> str:
    """Return a line of CSV: nothing for what is not there, quotes around everything else."""
    return ",".join("" if c is None else '"' + c.replace('"', '""') + '"' for c in cells) + "\n"


_RELATION = _line([":START_ID", *(f"{name}{TEXT}" for name in _SAID), ":END_ID", ":TYPE"])
"""The header of every file of relationships."""
