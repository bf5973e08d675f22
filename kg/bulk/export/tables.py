r"""Tables: a row a thing, one table a class; beside them the nodes and the edges of the graph.

``classes/Finding`` has the column ``id`` and one for each property of the things of that class,
named as in records (``title@en`` for texts in a language; an unknown property by its IRI). Cells
are text, as written: digits are part of a statement. A property that some thing of the class has
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
from pathlib import Path

from kg.bulk.export.data import PLAIN, Statements, quoted
from kg.errors import InputError
from kg.terms import DCTERMS, SKOS, TYPE, Ontology, local_name

MOST = 1_000
"""Classes of a graph, and columns of a class, beyond which tables are refused."""
CHUNK = 1_000_000
"""Statements that are gathered into rows at a time, which bounds memory."""
UNTYPED = "untyped"
_OPTIONS = {
    "csv": "(FORMAT csv, HEADER {header})",
    "parquet": "(FORMAT parquet, COMPRESSION zstd)",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table of a class: its number in ``property``, and whether it holds lists."""

    rank: int
    name: str
    predicate: str
    several: bool


def write_csv(data: Statements, ontology: Ontology, folder: Path) -> None:
    """Write the tables as CSV (RFC 4180, UTF-8) into a folder."""
    _write(data, ontology, folder, "csv")


def write_parquet(data: Statements, ontology: Ontology, folder: Path) -> None:
    """Write the tables as Parquet into a folder."""
    _write(data, ontology, folder, "parquet")


def _write(data: Statements, ontology: Ontology, folder: Path, kind: str) -> None:
    data.run(
        f"CREATE TEMP TABLE kind AS SELECT DISTINCT s, o AS class FROM q WHERE p = '{TYPE}' "
        "AND starts_with(o, '<')"
    )
    classes = [r[0] for r in data.rows("SELECT DISTINCT class FROM kind ORDER BY class")]
    if len(classes) > MOST:
        raise InputError(
            f"the data have {len(classes)} classes; tables are made of at most {MOST}",
            hint="export them as jsonl or nquads",
        )
    tag = "CASE WHEN starts_with(o, '\"') THEN regexp_extract(o, '\"(@[^\"]*)$', 1) ELSE '' END"
    data.run(
        "CREATE TEMP TABLE cell AS SELECT DISTINCT coalesce(class, '') AS class, s, p, "
        f"{tag} AS tag, {PLAIN.format(c='o')} AS value FROM q LEFT JOIN kind USING (s) "
        f"WHERE p <> '{TYPE}'"
    )
    (folder / "classes").mkdir()
    described = {}
    names = _file_names(classes, ontology)
    for term in (*classes, ""):
        columns = _columns(data, term, ontology, kind)
        path = folder / "classes" / f"{names[term]}.{kind}"
        if term or columns:
            rows = _class_table(data, term, columns, path, kind)
            described[f"classes/{path.name}"] = {
                "class": term[1:-1],
                "rows": rows,
                "columns": {
                    c.name: {"property": c.predicate[1:-1], "list": c.several} for c in columns
                },
            }
    for name, sql in (("nodes", _nodes(kind)), ("edges", _EDGES)):
        path = folder / f"{name}.{kind}"
        data.run(f"COPY ({sql}) TO {quoted(str(path))} {_OPTIONS[kind].format(header='true')}")
        described[path.name] = {"rows": int(data.value(f"SELECT count(*) FROM ({sql})"))}
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


def _columns(data: Statements, term: str, ontology: Ontology, kind: str) -> list[_Column]:
    rows = data.rows(
        "SELECT p, tag, max(n) > 1 FROM (SELECT s, p, tag, count(*) AS n FROM cell "
        "WHERE class = ? GROUP BY s, p, tag) GROUP BY p, tag ORDER BY p, tag",
        [term],
    )
    if len(rows) > MOST:
        raise InputError(
            f"the things of class {term or 'none'} have {len(rows)} properties; a table has at "
            f"most {MOST} columns",
            hint="export them as jsonl or nquads",
        )
    found, taken = [], {"id"}
    for rank, (predicate, tag, several) in enumerate(rows):
        known = ontology.by_iri.get(predicate[1:-1])
        ours = known is not None and ontology.properties.get(known.name) == known
        name = (known.name if known and ours else predicate[1:-1]) + tag
        name += "[]" if several and kind == "csv" else ""
        found.append(_Column(rank, next(_free(name, taken)), predicate, bool(several)))
    data.run("CREATE OR REPLACE TEMP TABLE own (rank INTEGER, p VARCHAR, tag VARCHAR)")
    for column, (predicate, tag, _) in zip(found, rows, strict=True):
        data.run("INSERT INTO own VALUES (?, ?, ?)", [column.rank, predicate, tag])
    return found


def _class_table(data: Statements, term: str, columns: list[_Column], path: Path, kind: str) -> int:
    """Write the table of one class, some things at a time, and return the number of its rows."""
    things = "SELECT s FROM kind WHERE class = $1" if term else "SELECT DISTINCT s FROM cell "
    things += "" if term else "WHERE class = $1"
    data.run(
        "CREATE OR REPLACE TEMP TABLE row_of AS SELECT s, rank, value FROM "
        f"({things}) LEFT JOIN (SELECT s, rank, value FROM cell JOIN own USING (p, tag) "
        "WHERE class = $1) USING (s) ORDER BY s, rank, value",
        [term],
    )
    number = int(data.value("SELECT count(*) FROM row_of"))
    starts = [
        data.value(f"SELECT s FROM row_of WHERE rowid = {n}") for n in range(0, number, CHUNK)
    ]
    starts = sorted(set(starts))
    parts: list[Path] = []
    for n, start in enumerate(starts):
        part = path if len(starts) == 1 else path.with_name(f"{path.name}.{n}")
        until = f" AND s < {quoted(starts[n + 1])}" if n + 1 < len(starts) else ""
        select = ", ".join([f"{PLAIN.format(c='s')} AS id", *(_cell(c, kind) for c in columns)])
        sql = f"SELECT {select} FROM row_of WHERE s >= {quoted(start)}{until} GROUP BY s ORDER BY s"
        header = "true" if n == 0 else "false"
        data.run(f"COPY ({sql}) TO {quoted(str(part))} {_OPTIONS[kind].format(header=header)}")
        parts.append(part)
    if len(parts) > 1:
        _join(data, parts, path, kind)
    return int(data.value("SELECT count(DISTINCT s) FROM row_of"))


def _cell(column: _Column, kind: str) -> str:
    """Return SQL for the value or the values of a property of a thing."""
    own = f"FILTER (WHERE rank = {column.rank})"
    name = '"' + column.name.replace('"', '""') + '"'
    if not column.several:
        return f"min(value) {own} AS {name}"
    if kind == "parquet":
        return f"list_sort(list(value) {own}) AS {name}"
    return f"{_joined('value', own)} AS {name}"


def _joined(column: str, condition: str = "") -> str:
    """Return SQL for the values of a group as one cell of CSV."""
    safe = f"replace(replace({column}, '\\', '\\\\'), '|', '\\|')"
    return f"array_to_string(list_sort(list({safe}) {condition}), '|')"


def _join(data: Statements, parts: list[Path], path: Path, kind: str) -> None:
    """Make one file of the parts of a table, in their order."""
    if kind == "csv":
        with path.open("wb") as out:
            for part in parts:
                with part.open("rb") as file:
                    while block := file.read(1 << 20):
                        out.write(block)
    else:
        files = ", ".join(quoted(str(part)) for part in parts)
        every = f"SELECT * FROM read_parquet([{files}])"
        data.run(f"COPY ({every}) TO {quoted(str(path))} {_OPTIONS[kind]}")
    for part in parts:
        part.unlink()


_LINKED = f"p <> '{TYPE}' AND (starts_with(o, '_:') OR starts_with(o, '<'))"
_EDGES = f"""SELECT {PLAIN.format(c="s")} AS subject, {PLAIN.format(c="p")} AS predicate,
  {PLAIN.format(c="o")} AS object, {PLAIN.format(c="g")} AS graph
FROM (SELECT DISTINCT s, p, o, g FROM q WHERE {_LINKED}) ORDER BY s, p, o, g"""


def _nodes(kind: str) -> str:
    """Return a query for the nodes; a label in English comes first, then any."""
    own = "FILTER (WHERE types IS NOT NULL)"
    types = f"list_sort(list(types) {own})" if kind == "parquet" else _joined("types", own)
    several = "types" if kind == "parquet" else '"types[]"'
    names = f"('<{SKOS}prefLabel>', '<{DCTERMS}title>')"
    return f"""SELECT {PLAIN.format(c="s")} AS id, {types} AS {several},
  min(substr(label, 2)) AS label FROM (
    SELECT s, NULL AS types, NULL AS label FROM q UNION SELECT o, NULL, NULL FROM q WHERE {_LINKED}
    UNION SELECT s, substr(class, 2, length(class) - 2), NULL FROM kind
    UNION SELECT s, NULL, min(CASE WHEN ends_with(o, '"@en') THEN '0' ELSE '1' END || {
        PLAIN.format(c="o")
    }) FROM q WHERE p IN {names} AND starts_with(o, '"') GROUP BY s)
GROUP BY s ORDER BY s"""
