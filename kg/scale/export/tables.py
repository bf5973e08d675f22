r"""Tables: one row per entity, one table per class, and the nodes and edges of the graph.

``classes/Finding`` has the column ``id`` and one for each property of the entities of that class,
named as in records (``title@en`` for texts in a language; an unknown property by its IRI). Cells
are text, as written: digits are part of a statement. A property that some entity of the class has
several times is a list in Parquet; in CSV its name ends in ``[]`` and its values are joined by
``|``, with ``\|`` and ``\\`` for these signs themselves. ``nodes`` has ``id``, ``types`` and
``label`` of everything that an edge can meet, ``edges`` has ``subject``, ``predicate``, ``object``
and ``graph`` of each statement between two nodes. ``tables.json`` says what is in each table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from kg.contract import Fidelity
from kg.errors import InputError
from kg.ontology import DCTERMS, SKOS, TYPE, Ontology, local_name
from kg.scale.export.data import PLAIN, Grid, Statements
from kg.shacl.sql.expressions import quoted

FIDELITY = Fidelity(
    changes={
        "asserted-derived": "values of both are in one table; edges name the graph",
        "datatypes": "cells are text",
    }
)
MOST = 1_000
"""Classes of a graph, and columns of a class, beyond which tables are refused."""
UNTYPED = "untyped"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table of a class: its number in ``property``, and whether it holds lists."""

    rank: int
    name: str
    predicate: str
    tag: str
    several: bool


def write_csv(data: Statements, ontology: Ontology, folder: Path) -> None:
    """Write the tables as CSV (RFC 4180, UTF-8) into a folder."""
    _write(data, ontology, folder, "csv")


def write_parquet(data: Statements, ontology: Ontology, folder: Path) -> None:
    """Write the tables as Parquet into a folder."""
    _write(data, ontology, folder, "parquet")


def _write(data: Statements, ontology: Ontology, folder: Path, kind: str) -> None:
    data.table(
        "kind",
        f"SELECT DISTINCT s, o AS class FROM q WHERE p = '{TYPE}' AND starts_with(o, '<')",
    )
    sizes = dict(data.rows("SELECT class, count(*) FROM kind GROUP BY class ORDER BY class"))
    if len(sizes) > MOST:
        raise InputError(
            f"the data have {len(sizes)} classes; tables are made of at most {MOST}",
            hint="export them as jsonl or nquads",
        )
    tag = "CASE WHEN starts_with(o, '\"') THEN regexp_extract(o, '\"(@[^\"]*)$', 1) ELSE '' END"
    data.table(
        "cell",
        "SELECT DISTINCT coalesce(class, '') AS class, s, p, "
        f"{tag} AS tag, {PLAIN.format(c='o')} AS value FROM q LEFT JOIN kind USING (s) "
        f"WHERE p <> '{TYPE}'",
    )
    names, columns = _file_names(list(sizes), ontology), _columns(data, ontology, kind)
    if "" in columns:
        sizes[""] = data.value("SELECT count(DISTINCT s) FROM cell WHERE class = ''")
    (folder / "classes").mkdir()
    described = {}
    for term, number in sizes.items():
        own = columns.get(term, [])
        path = folder / "classes" / f"{names[term]}.{kind}"
        grid = Grid({"id": PLAIN.format(c="s"), **_cells(own, kind)}, _entities(data, term, own))
        described[f"classes/{data.write_grid(grid, path, number)}"] = {
            "class": term[1:-1],
            "rows": number,
            "columns": {c.name: {"property": c.predicate[1:-1], "list": c.several} for c in own},
        }
    for name, grid, every in (("nodes", _nodes(kind), _NODES), ("edges", _EDGES, _EDGES.rows)):
        number = int(data.value(f"SELECT count(*) FROM ({every})"))
        described[data.write_grid(grid, folder / f"{name}.{kind}", number)] = {"rows": number}
    about = {
        "writtenBy": "clinical-evidence-kg",
        "caveats": data.caveats,
        "tables": described,
    }
    text = json.dumps(about, indent=1, ensure_ascii=False)
    (folder / "tables.json").write_text(text + "\n", encoding="utf-8")


def _file_names(classes: list[str], ontology: Ontology) -> dict[str, str]:
    """Return class → name of its file, each different also where letters have no case."""
    found, taken = {"": UNTYPED}, {UNTYPED}
    for term in classes:
        known = ontology.by_iri.get(term[1:-1])
        name = known.name if known else local_name(term[1:-1])
        name = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:80] or "class"
        found[term] = next(_free(name, taken))
    return found


def _free(name: str, taken: set[str]) -> Iterator[str]:
    """Yield the first name that is free, with a number where need be, and take it."""
    tries, number = name, 1
    while tries.casefold() in taken:
        number += 1
        tries = f"{name}-{number}"
    taken.add(tries.casefold())
    yield tries


def _columns(data: Statements, ontology: Ontology, kind: str) -> dict[str, list[_Column]]:
    """Return class → its columns; entities without a class are under ``""``."""
    rows = data.rows(
        "SELECT class, p, tag, max(n) > 1 FROM (SELECT class, s, p, tag, count(*) AS n FROM cell "
        "GROUP BY class, s, p, tag) GROUP BY class, p, tag ORDER BY class, p, tag"
    )
    found = {}
    for term, some in groupby(rows, itemgetter(0)):
        own = [(predicate, tag, bool(several)) for _, predicate, tag, several in some]
        if len(own) > MOST:
            raise InputError(
                f"the entities of class {term or 'none'} have {len(own)} properties; a table has "
                f"at most {MOST} columns",
                hint="export them as jsonl or nquads",
            )
        taken = {"id"}
        found[term] = [
            _Column(rank, next(_free(_header(*column, ontology, kind), taken)), *column)
            for rank, column in enumerate(own)
        ]
    return found


def _header(predicate: str, tag: str, several: bool, ontology: Ontology, kind: str) -> str:
    known = ontology.by_iri.get(predicate[1:-1])
    ours = known is not None and ontology.properties.get(known.name) == known
    name = (known.name if known and ours else predicate[1:-1]) + tag
    return name + ("[]" if several and kind == "csv" else "")


def _entities(data: Statements, term: str, columns: list[_Column]) -> str:
    """Return a query for the entities of a class, with the rank and value of all that they have."""
    data.keep(
        "own",
        "rank INTEGER, p VARCHAR, tag VARCHAR",
        ((c.rank, c.predicate, c.tag) for c in columns),
    )
    entities = "SELECT s FROM kind" if term else "SELECT DISTINCT s FROM cell"
    return (
        f"SELECT s, rank, value FROM ({entities} WHERE class = {quoted(term)}) LEFT JOIN "
        "(SELECT /*+ BROADCAST(own) */ s, rank, value FROM cell JOIN own USING (p, tag) "
        f"WHERE class = {quoted(term)}) USING (s)"
    )


def _cells(columns: list[_Column], kind: str) -> dict[str, str]:
    """Return name → SQL for the value or the values of a property of an entity."""
    found = {}
    for column in columns:
        own = f"FILTER (WHERE rank = {column.rank})"
        if not column.several:
            found[column.name] = f"min(value) {own}"
        elif kind == "parquet":
            found[column.name] = f"list_sort(list(value) {own})"
        else:
            found[column.name] = _joined("value", own)
    return found


def _joined(column: str, condition: str = "") -> str:
    """Return SQL for the values of a group as one cell of CSV."""
    safe = f"replace(replace({column}, '\\', '\\\\'), '|', '\\|')"
    return f"array_to_string(list_sort(list({safe}) {condition}), '|')"


_LINKED = f"p <> '{TYPE}' AND (starts_with(o, '_:') OR starts_with(o, '<'))"
_EDGES = Grid(
    {
        name: PLAIN.format(c=column)
        for name, column in {"subject": "s", "predicate": "p", "object": "o", "graph": "g"}.items()
    },
    f"SELECT DISTINCT s, p, o, g FROM q WHERE {_LINKED}",
    "s, p, o, g",
)
_NODES = f"SELECT s FROM q UNION SELECT o FROM q WHERE {_LINKED}"


def _nodes(kind: str) -> Grid:
    """Return the table of nodes; a label in English comes first, then any."""
    own = "FILTER (WHERE types IS NOT NULL)"
    types = f"list_sort(list(types) {own})" if kind == "parquet" else _joined("types", own)
    names = f"('<{SKOS}prefLabel>', '<{DCTERMS}title>')"
    rows = f"""SELECT s, {types} AS types, min(substr(label, 2)) AS label FROM (
    SELECT s, NULL AS types, NULL AS label FROM q UNION SELECT o, NULL, NULL FROM q WHERE {_LINKED}
    UNION SELECT s, substr(class, 2, length(class) - 2), NULL FROM kind
    UNION SELECT s, NULL, min(CASE WHEN ends_with(o, '"@en') THEN '0' ELSE '1' END || {
        PLAIN.format(c="o")
    }) FROM q WHERE p IN {names} AND starts_with(o, '"') GROUP BY s)
GROUP BY s"""
    several = "types" if kind == "parquet" else "types[]"
    return Grid({"id": PLAIN.format(c="s"), several: "types", "label": "label"}, rows, "s")
