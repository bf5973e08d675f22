"""Neo4j: every entity and value as CSV for ``neo4j-admin database import``, with questions.

A class is a file of nodes, a property between entities a file of relationships. A value of a
controlled list is a property, by its short name. A decimal is written twice: as a number, and in
``…_written`` with its digits. A text that begins like a formula has an apostrophe before it, as in
every table (:mod:`kg.cells`), since people open these files in spreadsheets; Neo4j keeps it. The
headers are those of
https://neo4j.com/docs/operations-manual/current/import/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from kg import resources
from kg.cells import safe
from kg.contract import Fidelity
from kg.graph import Graph, Term
from kg.graph.bridges import said_of
from kg.ontology import CEKG, TYPE, XSD, local_name

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
_SAID = ("statement", "kind", "valence", "contrast", "certainty", "reviewStatus")

Row = dict[str, list[str]]
"""Name of a property → its values."""


def files(graph: Graph) -> dict[str, bytes]:
    """Return nodes, relationships, the command that imports them, constraints and questions."""
    reading = _Reading(graph)
    found: dict[str, bytes] = {}
    for name, (kinds, rows) in sorted(reading.nodes.items()):
        found[f"nodes/{name}.csv"] = "".join(_nodes(kinds, rows)).encode()
    for name, pairs in sorted(reading.relations.items()):
        found[f"relationships/{name}.csv"] = "".join(_relations(name, pairs)).encode()
    about = [graph.label(graph.root()), "Written by clinical-evidence-kg", graph.digest()]
    remarks = [*about, *graph.caveats(), *graph.attribution()]
    text = "".join(f"{{}} {' '.join(remark.split())}\n" for remark in remarks)
    found["import.sh"] = (
        f"#!/bin/sh\n{text.replace('{}', '#')}"
        'cd "$(dirname "$0")" && exec neo4j-admin database import full "${1:-neo4j}" \\\n'
        "  --multiline-fields=true --array-delimiter=U+001F \\\n"
        + " \\\n".join(
            f"  --{path.partition('/')[0]}={path}" for path in found if path.endswith(".csv")
        )
        + "\n"
    ).encode()
    head = text.replace("{}", "//")
    for name in ("constraints.cypher", "questions.cypher"):
        found[name] = (head + resources.cypher(name)).encode()
    return found


class _Reading:
    """The nodes of a graph by class, and its relations by type."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: dict[str, tuple[list[str], dict[str, Row]]] = {}
        self.relations: dict[str, list[tuple[str, str, Row]]] = {}
        self._said: dict[NamedNode, Row] = {}
        self._above: dict[str, list[str]] = {}
        drawn = graph.to_networkx().edges(data=True)
        self._drawn = {data["type"] for *_, data in drawn}
        edge = graph.ontology.classes["DerivedEdge"].iri
        edges = set(graph.instances_of(edge))
        facts = sorted({*graph.asserted(), *graph.derived()}, key=str)
        values: dict[NamedNode, list[tuple[str, Term]]] = {}
        for subject, predicate, value in facts:
            if subject not in edges:
                values.setdefault(subject, []).append((predicate.value, value))
        for subject, pairs in values.items():
            self._node(subject, pairs)
        asserted = {name: {p[:2] for p in pairs} for name, pairs in self.relations.items()}
        for start, end, data in drawn:
            said = {name: [data[name]] for name in _SAID if data[name]}
            name = relationship_type(data["type"])
            if (start, end) not in asserted.get(name, ()):
                self.relations.setdefault(name, []).append((start, end, said))
        known = {iri for _, rows in self.nodes.values() for iri in rows}
        ends = {e for pairs in self.relations.values() for a, b, _ in pairs for e in (a, b)}
        for iri in sorted(ends - known):
            row = {"name": [graph.label(NamedNode(iri))]}
            self.nodes.setdefault("Term", (["Term"], {}))[1][iri] = row

    def _node(self, subject: NamedNode, pairs: Iterable[tuple[str, Term]]) -> None:
        graph, row = self.graph, dict[str, list[str]]()
        for predicate, value in pairs:
            if predicate == TYPE.value:
                continue
            term = graph.ontology.by_iri.get(predicate)
            name = term.name if term else local_name(predicate)
            listed = bool(term and graph.ontology.members(term.range))
            if isinstance(value, NamedNode) and listed and graph.notation(value):
                row.setdefault(name, []).append(graph.notation(value))
            elif isinstance(value, NamedNode):
                if not (term and term.derived and name in self._drawn):  # else an edge says it
                    pair = (subject.value, value.value, self._of(subject))
                    self.relations.setdefault(relationship_type(name), []).append(pair)
            else:
                self._literal(row, name, value)
        kinds = self._kinds(subject)
        row["name"] = [graph.label(subject)]
        self.nodes.setdefault(kinds[0], (kinds, {}))[1][subject.value] = row

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


def relationship_type(name: str) -> str:
    """Return the type of a relationship as Neo4j writes them: ``studiedFor`` is STUDIED_FOR."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return re.sub(r"[^A-Z0-9_]", "_", words)


def _nodes(kinds: list[str], rows: Mapping[str, Row]) -> Iterator[str]:
    columns = _columns(rows.values())
    yield _line(["iri:ID", *(head for head, _ in columns.values()), ":LABEL"])
    for iri, row in sorted(rows.items()):
        yield _line([iri, *_cells(columns, row), ARRAYS.join(kinds)])


def _relations(name: str, pairs: Iterable[tuple[str, str, Row]]) -> Iterator[str]:
    yield _line([":START_ID", *(f"{s}{TEXT}" for s in _SAID), ":END_ID", ":TYPE"])
    for start, end, said in sorted(pairs, key=str):
        yield _line([start, *(next(iter(said.get(s, ())), None) for s in _SAID), end, name])


def _columns(rows: Iterable[Row]) -> dict[str, tuple[str, str]]:
    """Return name → header and type of the column; a number is typed if every value is one."""
    several, written, typed = set[str](), dict[str, int](), dict[str, int]()
    for row in rows:
        for name, values in row.items():
            (typed if ":" in name else written).setdefault(name, 0)
            counts = typed if ":" in name else written
            counts[name] += len(values)
            if len(values) > 1:
                several.add(name)
    found: dict[str, tuple[str, str]] = {}
    for name, number in sorted(written.items()):
        end = "[]" if name in several else ""
        kinds = [k for k in _TYPES if typed.get(f"{name}:{k}") == number]
        kind = kinds[0] if kinds else ""
        found[name] = (f"{name}{f':{_TYPES[kind][0]}' if kind else TEXT}{end}", "")
        if kind == "decimal":
            found[f"{name}_written"] = (f"{name}_written{TEXT}{end}", name)
    return found


def _cells(columns: Mapping[str, tuple[str, str]], row: Row) -> Iterator[str | None]:
    for name, (head, original) in columns.items():
        values = row.get(original or name)
        if values is not None and TEXT in head:
            values = [safe(value) for value in values]
        yield None if values is None else ARRAYS.join(values)


def _line(cells: Iterable[str | None]) -> str:
    """Return a line of CSV: nothing for what is not there, quotes around everything else."""
    return ",".join("" if c is None else '"' + c.replace('"', '""') + '"' for c in cells) + "\n"
