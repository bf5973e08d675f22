"""Turtle in SQL: the text of the exporter ``turtle``."""

from __future__ import annotations

from pathlib import Path

from kg.exporters.turtle import FIDELITY as FIDELITY
from kg.exporters.turtle import LOCAL, head, name, rank
from kg.literals import BARE
from kg.ontology import CEKG, RELATIVE, XSD, Ontology
from kg.scale.export.data import Statements
from kg.scale.export.lines import Lines
from kg.shacl.sql.expressions import quoted


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write the statements of the default graph; the text says that others are left out."""
    base = data.base
    predicates = [row[0] for row in data.rows("SELECT DISTINCT p FROM q WHERE g = '' ORDER BY p")]
    names = {p: name(p[1:-1]) for p in predicates}
    data.labels("key", sorted(names.values(), key=rank))
    data.keep("property", "p VARCHAR, key key", names.items())
    rows = (
        "SELECT /*+ BROADCAST(property) */ g, s, replace(s, '>', '') AS entity, key, o "
        "FROM q JOIN property USING (p) WHERE g = ''"  # without '>' an entity is before its parts
    )
    text = f"""CASE WHEN first_entity THEN chr(10) || {_iri("s", base)} || chr(10) ELSE '' END
  || CASE WHEN first_key THEN '    ' || {data.label("key", "key")} || ' ' ELSE '        ' END
  || {_value(base)}
  || CASE WHEN last_entity THEN ' .' WHEN last_key THEN ' ;' ELSE ' ,' END"""
    levels = {"graph": "g", "entity": "entity", "key": "key"}
    data.write(Lines(rows, levels, "o", text, head(base, data.caveats)), path)


def _iri(column: str, base: str) -> str:
    """Return SQL for a term, shortened if it is an IRI of our namespace or of the base."""
    start = f"<{CEKG}"
    short = (
        f"WHEN {_matches(column, start, LOCAL)} THEN 'cekg:' || "
        f"substr({column}, {len(start) + 1}, length({column}) - {len(start) + 1})"
    )
    if base.endswith("/"):
        own = f"'<' || substr({column}, {len(base) + 2})"
        short += f" WHEN {_matches(column, '<' + base, RELATIVE)} THEN {own}"
    return f"CASE {short} ELSE {column} END"


def _matches(column: str, start: str, rest: str) -> str:
    """Return a condition: a term begins with a text, and a pattern fits the rest of it."""
    pattern = quoted(f"^\\Q{start}\\E{rest}>$")
    return f"starts_with({column}, {quoted(start)}) AND regexp_matches({column}, {pattern})"


def _value(base: str) -> str:
    """Return SQL for a value; datatypes of XML Schema are shortened, or left out."""
    tail, start = "split_part(o, '\"', -1)", f"^^<{XSD}"
    local = f"substr({tail}, {len(start) + 1}, length({tail}) - {len(start) + 1})"
    kinds = "|".join(f'(?:{text})"\\^\\^<\\Q{XSD}{kind}\\E' for kind, text in BARE.items())
    bare = quoted(f'^"(?:{kinds})>$')
    return (
        f"CASE WHEN starts_with(o, '<') THEN {_iri('o', base)} "
        f"WHEN ends_with(o, '>') AND {_matches(tail, start, LOCAL)} THEN "
        f"CASE WHEN regexp_matches(o, {bare}) THEN split_part(o, '\"', 2) "
        f"ELSE left(o, length(o) - length({tail})) || '^^xsd:' || {local} END ELSE o END"
    )
