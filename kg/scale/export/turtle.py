"""Turtle: one block per entity, sorted; each value on a line of its own."""

from __future__ import annotations

import re
from pathlib import Path

from kg.ontology import CEKG, PREFIXES, TYPE, XSD, Ontology
from kg.scale.export.data import Statements, quoted
from kg.scale.export.jsonld import RELATIVE
from kg.scale.export.lines import Lines

_LOCAL = "[A-Za-z_][A-Za-z0-9_-]*"


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write the statements of the default graph; the text says that others are left out."""
    base = data.base()
    predicates = [row[0] for row in data.rows("SELECT DISTINCT p FROM q WHERE g = '' ORDER BY p")]
    data.labels("key", sorted(map(_name, predicates), key=lambda name: (name != "a", name)))
    data.keep("property", "p VARCHAR, key key", ((p, _name(p)) for p in predicates))
    head = "# Statements of the default graph only: Turtle has no named graphs.\n"
    head += "# Written by clinical-evidence-kg.\n"
    head += "".join(f"# {caveat}\n" for caveat in data.caveats)
    head += f"@base <{base}> .\n" if base.endswith("/") else ""
    head += "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items())
    rows = (
        f"SELECT /*+ BROADCAST(property) */ g, s, key, {_value(base)} AS value "
        "FROM q JOIN property USING (p) WHERE g = ''"
    )
    text = f"""CASE WHEN first_entity THEN chr(10) || {_iri("s", base)} || chr(10) ELSE '' END
  || CASE WHEN first_key THEN '    ' || {data.label("key", "key")} || ' ' ELSE '        ' END
  || value
  || CASE WHEN last_entity THEN ' .' WHEN last_key THEN ' ;' ELSE ' ,' END"""
    data.write(Lines(rows, {"graph": "g", "entity": "s", "key": "key"}, "value", text, head), path)


def _name(predicate: str) -> str:
    """Return a property as Turtle names it."""
    if predicate == str(TYPE):
        return "a"
    for prefix, namespace in PREFIXES.items():
        local = predicate[1:-1].removeprefix(namespace)
        if local != predicate[1:-1] and re.fullmatch(_LOCAL, local):
            return f"{prefix}:{local}"
    return predicate


def _iri(column: str, base: str) -> str:
    """Return SQL for a term, shortened where it is an IRI of our namespace or of the base."""
    start = f"<{CEKG}"
    short = (
        f"WHEN {_matches(column, start, _LOCAL)} THEN 'cekg:' || "
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
    """Return SQL for a value; datatypes of XML Schema are shortened."""
    tail, start = "split_part(o, '\"', -1)", f"^^<{XSD}"
    local = f"substr({tail}, {len(start) + 1}, length({tail}) - {len(start) + 1})"
    return (
        f"CASE WHEN starts_with(o, '<') THEN {_iri('o', base)} "
        f"WHEN ends_with(o, '>') AND {_matches(tail, start, _LOCAL)} "
        f"THEN left(o, length(o) - length({tail})) || '^^xsd:' || {local} ELSE o END"
    )
