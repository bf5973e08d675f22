"""The tables of :mod:`kg.exporters.csv_tables` of a graph that is not loaded, and as Parquet."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from kg.cells import NUMBER, RISKY
from kg.exporters.csv_tables import FIDELITY as FIDELITY
from kg.exporters.csv_tables import (
    LABELS,
    TYPED,
    Column,
    about,
    about_class,
    codes_of,
    columns,
    file_names,
)
from kg.ontology import TYPE, Ontology
from kg.scale.export.data import PLAIN, Grid, Statements
from kg.shacl.sql.expressions import quoted


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
    names = file_names(list(sizes), ontology)
    codes = (
        (f"<{term.iri}>", f"<{member.iri}>", short)
        for term in ontology.properties.values()
        for short, member in codes_of(term, ontology).items()
    )
    data.keep("code", "p VARCHAR, o VARCHAR, short VARCHAR", codes)
    tag = "CASE WHEN starts_with(o, '\"') THEN regexp_extract(o, '\"(@[^\"]*)$', 1) ELSE '' END"
    data.table(
        "cell",
        "SELECT /*+ BROADCAST(code) */ DISTINCT coalesce(class, '') AS class, s, p, "
        f"{tag} AS tag, {PLAIN.format(c='o')} AS value, short FROM q LEFT JOIN kind USING (s) "
        f"LEFT JOIN code USING (p, o) WHERE p <> '{TYPE}'",
    )
    found = _columns(data, ontology, kind)
    if "" in found:
        sizes[""] = data.value("SELECT count(DISTINCT s) FROM cell WHERE class = ''")
    (folder / "classes").mkdir()
    described = {}
    for term, number in sizes.items():
        own = found.get(term, [])
        path = folder / "classes" / f"{names[term]}.{kind}"
        grid = Grid({"id": PLAIN.format(c="s"), **_cells(own, kind)}, _entities(data, term, own))
        name = f"classes/{data.write_grid(_harmless(grid, kind), path, number)}"
        described[name] = about_class(term, number, own)
    for name, table, every in (("nodes", _nodes(kind), _NODES), ("edges", _EDGES, _EDGES.rows)):
        number = int(data.value(f"SELECT count(*) FROM ({every})"))
        written = data.write_grid(_harmless(table, kind), folder / f"{name}.{kind}", number)
        described[written] = {"rows": number}
    (folder / "tables.json").write_text(about(data.caveats, described), encoding="utf-8")


def _columns(data: Statements, ontology: Ontology, kind: str) -> dict[str, list[Column]]:
    """Return class → its columns; entities without a class are under ``""``."""
    rows = data.rows(
        "SELECT class, p, tag, max(n) > 1 FROM (SELECT class, s, p, tag, count(*) AS n FROM cell "
        "GROUP BY class, s, p, tag) GROUP BY class, p, tag ORDER BY class, p, tag"
    )
    return {
        term: columns(term, [(p, tag, bool(n)) for _, p, tag, n in some], ontology, kind)
        for term, some in groupby(rows, itemgetter(0))
    }


def _entities(data: Statements, term: str, columns: list[Column]) -> str:
    """Return a query for the entities of a class, with the rank and value of all that they have."""
    data.keep(
        "own",
        "rank INTEGER, p VARCHAR, tag VARCHAR, shortens INTEGER",
        ((c.rank, c.predicate, c.tag, int(c.is_short)) for c in columns),
    )
    entities = "SELECT s FROM kind" if term else "SELECT DISTINCT s FROM cell"
    value = "CASE WHEN shortens = 1 THEN coalesce(short, value) ELSE value END AS value"
    return (
        f"SELECT s, rank, value FROM ({entities} WHERE class = {quoted(term)}) LEFT JOIN "
        f"(SELECT /*+ BROADCAST(own) */ s, rank, {value} FROM cell JOIN own USING (p, tag) "
        f"WHERE class = {quoted(term)}) USING (s)"
    )


def _cells(columns: list[Column], kind: str) -> dict[str, str]:
    """Return name → SQL for the value or the values of a property of an entity."""
    casts = {cast: pattern for _, cast, pattern in TYPED.values()}
    found = {}
    for column in columns:
        own = f"FILTER (WHERE rank = {column.rank})"
        one = f"min(value) {own}"
        if column.cast:
            fits = f"regexp_matches({one}, {quoted(f'^({casts[column.cast]})$')})"
            found[column.name] = f"TRY_CAST(CASE WHEN {fits} THEN {one} END AS {column.cast})"
        elif not column.several:
            found[column.name] = one
        elif kind == "parquet":
            found[column.name] = f"list_sort(list(value) {own})"
        else:
            found[column.name] = _joined("value", own)
    return found


def _joined(column: str, condition: str = "") -> str:
    """Return SQL for the values of a group as one cell of CSV."""
    safe = f"replace(replace({column}, '\\', '\\\\'), '|', '\\|')"
    return f"array_to_string(list_sort(list({safe}) {condition}), '|')"


def _harmless(grid: Grid, kind: str) -> Grid:
    """Return a table whose texts are not read as formulas in CSV: :func:`kg.cells.safe` in SQL."""
    if kind != "csv":
        return grid
    risky, number = quoted(RISKY), quoted(NUMBER[:-1] + r"\z")
    columns = {
        name: f"CASE WHEN regexp_matches({sql}, {risky}) AND NOT regexp_matches({sql}, {number}) "
        f"THEN '''' || {sql} ELSE {sql} END"
        for name, sql in grid.columns.items()
    }
    return replace(grid, columns=columns)


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
    names = f"({', '.join(map(quoted, LABELS))})"
    rows = f"""SELECT s, {types} AS types, min(substr(label, 2)) AS label FROM (
    SELECT s, NULL AS types, NULL AS label FROM q UNION SELECT o, NULL, NULL FROM q WHERE {_LINKED}
    UNION SELECT s, substr(class, 2, length(class) - 2), NULL FROM kind
    UNION SELECT s, NULL, min(CASE WHEN ends_with(o, '"@en') THEN '0' ELSE '1' END || {
        PLAIN.format(c="o")
    }) FROM q WHERE p IN {names} AND starts_with(o, '"') GROUP BY s)
GROUP BY s"""
    several = "types" if kind == "parquet" else "types[]"
    return Grid({"id": PLAIN.format(c="s"), several: "types", "label": "label"}, rows, "s")
