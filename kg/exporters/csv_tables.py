r"""Tables as CSV: one row per entity, one table per class, and the nodes and edges of the graph.

``classes/Finding`` has the column ``id`` and one for each property of the entities of that class,
named as in records (``title@en`` for texts in a language; an unknown property by its IRI). Cells
are text, as written: digits are part of a statement. A value of a controlled list is its short
name, with the IRI in the column beside (``contrast``, ``contrastIri``). A property that some entity
of the class has several times is a list in Parquet; in CSV its name ends in ``[]`` and its values
are joined by ``|``, with ``\|`` and ``\\`` for these signs themselves. In Parquet a number, date or
truth value is text as written, and typed in the column beside (``value``, ``valueNumber``), unless
it is a list. ``nodes`` has ``id``, ``types`` and ``label`` of everything that an edge can meet,
``edges`` has ``subject``, ``predicate``, ``object`` and ``graph`` of each statement between two
nodes. ``tables.json`` says what is in each table. Formulas are made harmless (:mod:`kg.cells`).

The same tables of a graph that is not loaded are written by :mod:`kg.scale.export.tables`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import DefaultGraph, Literal

from kg.cells import safe
from kg.contract import Fidelity
from kg.errors import InputError
from kg.graph import Graph
from kg.ontology import DCTERMS, SKOS, TYPE, XSD, Ontology, Term, local_name

FIDELITY = Fidelity(
    changes={
        **dict.fromkeys(
            ("asserted-derived", "named-graphs"),
            "values of all graphs are in one table; edges name the graph",
        ),
        "datatypes": "cells are text; in Parquet numbers, dates and truth values are typed beside",
    }
)
MOST = 1_000
"""Classes of a graph, and columns of a class, beyond which tables are refused."""
UNTYPED = "untyped"
LABELS = (f"<{SKOS}prefLabel>", f"<{DCTERMS}title>")
_NUMBER = r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
TYPED: Mapping[str, tuple[str, str, str]] = {
    **dict.fromkeys(
        (XSD + "decimal", XSD + "double"), ("Number", "DOUBLE", _NUMBER + "([eE][+\\-]?[0-9]+)?")
    ),
    **dict.fromkeys(
        (XSD + "integer", XSD + "nonNegativeInteger", XSD + "gYear"),
        ("Number", "BIGINT", r"[+\-]?[0-9]{1,18}"),
    ),
    XSD + "date": ("Date", "DATE", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    XSD + "boolean": ("Boolean", "BOOLEAN", "true|false|1|0"),
}
"""Datatype → what the name of the typed column ends in, its type in SQL, and what can be cast."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table of a class.

    ``predicate`` is an IRI in angle brackets, ``tag`` the language of its texts with an at sign;
    ``codes`` are the values of its controlled list. ``beside`` names the column of which this one
    has the same values in another form: their IRIs, or the SQL type ``cast``.
    """

    rank: int
    name: str
    predicate: str
    tag: str
    several: bool
    codes: Mapping[str, Term]
    beside: str = ""
    cast: str = ""

    @property
    def is_short(self) -> bool:
        """Whether the cells are short names of a controlled list."""
        return bool(self.codes) and not self.beside

    def about(self) -> dict[str, Any]:
        """Return what ``tables.json`` says of the column."""
        if self.beside:
            return {"of": self.beside, "type": self.cast or "IRI"}
        found: dict[str, Any] = {"property": self.predicate[1:-1], "list": self.several}
        if self.codes:
            found["codes"] = {name: term.iri for name, term in self.codes.items()}
        return found


Found = tuple[str, str, bool]
"""A predicate, a tag of a language, and whether some entity has several values."""


def columns(term: str, found: Sequence[Found], ontology: Ontology, kind: str) -> list[Column]:
    """Return the columns of a class after ``id``.

    :param term: the class, an IRI in angle brackets or nothing.
    :param found: what the entities of the class have, sorted.
    :param kind: ``csv`` or ``parquet``.
    :raises InputError: if there are too many.
    """
    if len(found) > MOST:
        raise InputError(
            f"the entities of class {term or 'none'} have {len(found)} properties; a table has "
            f"at most {MOST} columns",
            hint="export them as jsonl or nquads",
        )
    made: list[Column] = []
    taken = {"id"}
    for predicate, tag, several in found:
        known = ontology.by_iri.get(predicate[1:-1])
        ours = known is not None and ontology.properties.get(known.name) == known
        name = (known.name if known and ours else predicate[1:-1]) + tag
        end = "[]" if several and kind == "csv" else ""
        codes = codes_of(known, ontology) if known and ours else {}
        own = Column(len(made), _free(name + end, taken), predicate, tag, several, codes)
        made.append(own)
        suffix, cast, _ = TYPED.get(known.range if known and ours else "", ("", "", ""))
        if codes:
            suffix, cast = "Iri", ""
        elif several or kind == "csv":
            continue
        if suffix:
            beside = _free(name + suffix + end, taken)
            made.append(Column(len(made), beside, predicate, tag, several, codes, own.name, cast))
    return made


def codes_of(term: Term, ontology: Ontology) -> Mapping[str, Term]:
    """Return short name → value of the controlled list that a property takes its values from."""
    return ontology.members(term.range) if ontology.is_a(term.range, SKOS + "Concept") else {}


def file_names(classes: Sequence[str], ontology: Ontology) -> dict[str, str]:
    """Return class → name of its file, each different also where letters have no case.

    :raises InputError: if there are too many.
    """
    if len(classes) > MOST:
        raise InputError(
            f"the data have {len(classes)} classes; tables are made of at most {MOST}",
            hint="export them as jsonl or nquads",
        )
    found, taken = {"": UNTYPED}, {UNTYPED}
    for term in classes:
        known = ontology.by_iri.get(term[1:-1])
        name = known.name if known else local_name(term[1:-1])
        found[term] = _free(re.sub(r"[^A-Za-z0-9_-]", "_", name)[:80] or "class", taken)
    return found


def _free(name: str, taken: set[str]) -> str:
    """Return the first name that is free, with a number if needed, and reserve it."""
    tries, number = name, 1
    while tries.casefold() in taken:
        number += 1
        tries = f"{name}-{number}"
    taken.add(tries.casefold())
    return tries


def about_class(term: str, rows: int, own: Iterable[Column]) -> dict[str, Any]:
    """Return what ``tables.json`` says of the table of a class."""
    return {"class": term[1:-1], "rows": rows, "columns": {c.name: c.about() for c in own}}


def about(caveats: Iterable[str], tables: Mapping[str, Any]) -> str:
    """Return the text of ``tables.json``."""
    found = {"writtenBy": "clinical-evidence-kg", "caveats": list(caveats), "tables": tables}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


# -- in memory -----------------------------------------------------------------------------------

Cells = dict[tuple[str, str], set[str]]
"""Predicate and tag → plain values of an entity."""
_Kinds = dict[str, set[str]]
_Edge = tuple[str, str, str, str]
_SPECIAL = re.compile('[",#\\r\\n]')


def files(graph: Graph) -> dict[str, bytes]:
    """Return the tables of a graph, with the bytes that a database writes of the same statements.

    :raises InputError: if the graph has too many classes, or a class too many properties.
    """
    kinds, cells, labels, edges = _read(graph)
    own: dict[str, list[str]] = {}
    for subject in sorted(cells):
        for term in kinds.get(subject) or ([""] if cells[subject] else []):
            own.setdefault(term, []).append(subject)
    names = file_names(sorted(term for term in own if term), graph.ontology)
    found: dict[str, bytes] = {}
    tables: dict[str, Any] = {}
    for term in sorted(own, key=lambda name: (not name, name)):
        subjects = own[term]
        head = columns(term, _found(cells[s] for s in subjects), graph.ontology, "csv")
        short = {c.rank: {t.iri: name for name, t in c.codes.items()} for c in head if c.is_short}
        rows: list[list[str | None]] = [
            [_plain(s), *(_cell(c, cells[s], short.get(c.rank, {})) for c in head)]
            for s in subjects
        ]
        path = f"classes/{names[term]}.csv"
        found[path] = _csv(["id", *(c.name for c in head)], rows)
        tables[path] = about_class(term, len(rows), head)
    nodes = sorted({*cells, *(edge[2] for edge in edges)})
    rows = [
        [
            _plain(n),
            _joined(t[1:-1] for t in kinds.get(n, ())),
            labels[n][1:] if n in labels else None,
        ]
        for n in nodes
    ]
    found["nodes.csv"] = _csv(["id", "types[]", "label"], rows)
    lines: list[list[str | None]] = [[_plain(term) for term in edge] for edge in sorted(edges)]
    found["edges.csv"] = _csv(["subject", "predicate", "object", "graph"], lines)
    tables["nodes.csv"], tables["edges.csv"] = {"rows": len(rows)}, {"rows": len(lines)}
    found["tables.json"] = about(graph.caveats(), tables).encode()
    return found


def _read(graph: Graph) -> tuple[_Kinds, dict[str, Cells], dict[str, str], set[_Edge]]:
    """Return classes, cells and labels by subject, and the edges; terms are canonical texts."""
    kinds: _Kinds = {}
    cells: dict[str, Cells] = {}
    labels: dict[str, str] = {}
    edges: set[_Edge] = set()
    for quad in graph.quads():
        subject, predicate, value = str(quad.subject), str(quad.predicate), str(quad.object)
        own = cells.setdefault(subject, {})
        is_literal = isinstance(quad.object, Literal)
        if quad.predicate == TYPE:
            if value.startswith("<"):
                kinds.setdefault(subject, set()).add(value)
            continue
        tag, text = "", _plain(value)
        if isinstance(quad.object, Literal):
            tag, text = (
                f"@{quad.object.language}" if quad.object.language else "",
                quad.object.value,
            )
        own.setdefault((predicate, tag), set()).add(text)
        if not is_literal:
            name = "" if quad.graph_name == DefaultGraph() else str(quad.graph_name)
            edges.add((subject, predicate, value, name))
        elif predicate in LABELS:
            label = ("0" if tag == "@en" else "1") + text
            labels[subject] = min(labels.get(subject, label), label)
    return kinds, cells, labels, edges


def _found(entities: Iterable[Cells]) -> list[Found]:
    """Return what some entities have, sorted."""
    most = Counter[tuple[str, str]]()
    for cells in entities:
        for key, values in cells.items():
            most[key] = max(most[key], len(values))
    return [(predicate, tag, number > 1) for (predicate, tag), number in sorted(most.items())]


def _cell(column: Column, cells: Cells, short: Mapping[str, str]) -> str | None:
    values = cells.get((column.predicate, column.tag), ())
    if column.several:
        return _joined(short.get(v, v) for v in values)
    return min((short.get(v, v) for v in values), default=None)


def _joined(values: Iterable[str]) -> str | None:
    every = sorted(v.replace("\\", "\\\\").replace("|", "\\|") for v in values)
    return "|".join(every) if every else None


def _plain(term: str) -> str:
    """Return an IRI or a blank node, given as N-Quads have it, without brackets."""
    return term[1:-1] if term.startswith("<") else term


def _csv(head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    return "".join(_lines(head, rows)).encode()


def _lines(head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[str]:
    yield ",".join(map(_quoted, head)) + "\n"
    for row in rows:
        yield ",".join("" if c is None else _quoted(safe(c)) for c in row) + "\n"


def _quoted(cell: str) -> str:
    """Return a cell; nothing stands for no value, so that an empty text is in quotes."""
    return '"' + cell.replace('"', '""') + '"' if not cell or _SPECIAL.search(cell) else cell
