"""Turtle: one block a thing, sorted; each value on a line of its own."""

from __future__ import annotations

import re
from pathlib import Path

from kg.bulk.export.data import Slice, Statements, before, quoted
from kg.bulk.export.jsonld import RELATIVE
from kg.terms import CEKG, PREFIXES, TYPE, XSD, Ontology

_LOCAL = "[A-Za-z_][A-Za-z0-9_-]*"


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write the statements of the default graph; the text says that others are left out."""
    base = data.base()
    predicates = [row[0] for row in data.rows("SELECT DISTINCT p FROM q WHERE g = '' ORDER BY p")]
    data.labels("key", sorted(map(_name, predicates), key=lambda name: (name != "a", name)))
    data.keep("property", "p VARCHAR, key key", ((p, _name(p)) for p in predicates))
    data.run(
        "CREATE TABLE line AS SELECT g, s, key, "
        f"{_value(base)} AS value FROM q JOIN property USING (p) WHERE g = '' "
        "ORDER BY s, key, value"
    )
    head = "# Statements of the default graph only: Turtle has no named graphs.\n"
    head += "# Written by clinical-evidence-kg.\n"
    head += "".join(f"# {caveat}\n" for caveat in data.caveats)
    head += f"@base <{base}> .\n" if base.endswith("/") else ""
    head += "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items())
    path.write_text(head, encoding="utf-8", newline="\n")
    data.write_slices(lambda part: _texts(base, part), "line", path)


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
    ours = quoted(f"^<\\Q{CEKG}\\E({_LOCAL})>$")
    short = [
        f"WHEN starts_with({column}, {quoted('<' + CEKG)}) "
        f"THEN regexp_replace({column}, {ours}, 'cekg:\\1')"
    ]
    if base.endswith("/"):
        own = quoted(f"^<\\Q{base}\\E({RELATIVE})>$")
        short.append(
            f"WHEN starts_with({column}, {quoted('<' + base)}) "
            f"THEN regexp_replace({column}, {own}, '<\\1>')"
        )
    return f"CASE {' '.join(short)} ELSE {column} END"


def _value(base: str) -> str:
    tail = quoted(f'"\\^\\^<\\Q{XSD}\\E({_LOCAL})>$')
    return (
        f"CASE WHEN starts_with(o, '<') THEN {_iri('o', base)} WHEN ends_with(o, '>') "
        f"""THEN regexp_replace(o, {tail}, '"^^xsd:\\1') ELSE o END"""
    )


def _texts(base: str, part: Slice) -> str:
    """Return a query for the lines: one a value, and one before each thing."""
    return f"""
SELECT CASE WHEN first_thing THEN chr(10) || {_iri("s", base)} || chr(10) ELSE '' END
  || CASE WHEN first_key THEN '    ' || key || ' ' ELSE '        ' END || value
  || CASE WHEN last_thing THEN ' .' WHEN last_key THEN ' ;' ELSE ' ,' END
FROM (SELECT *,
    lead(first_thing, 1, true) OVER () AS last_thing, lead(first_key, 1, true) OVER () AS last_key
  FROM (SELECT *,
      s IS DISTINCT FROM s_before AS first_thing,
      first_thing OR key IS DISTINCT FROM key_before AS first_key
    FROM (SELECT *, {before("s", "key", "value")} FROM {part.rows})
    WHERE first_key OR value IS DISTINCT FROM value_before))"""
