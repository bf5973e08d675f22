"""JSON-LD 1.1, compact, with the ontology's context: as one document, or a thing a line.

The text is made in SQL. It can be, since the escapes in canonical N-Triples are escapes of JSON
too (a test holds it for every character), so the quoted part of a literal is a JSON string as it
stands. What depends on the property is looked up in a small table. Whatever the context's coercion
would not give back exactly is a full value object, under a key that has no coercion.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kg.bulk.export.data import Slice, Statements, before, quoted
from kg.files import rewrite
from kg.terms import LANG_STRING, PREFIXES, RDFS, TYPE, XSD, Ontology, compact

RELATIVE = r"[A-Za-z][A-Za-z0-9-]*/[\w.-]+(?:#[\w.-]+)?"
"""What may follow the base in an id that is written relative to it, in one reading only."""
_TYPE_KEY = '"type"'
_BREAK = "\x01"
"""Stands for the line ends that stay when a thing is put on one line; JSON text never holds it."""


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write one document: ``@context`` and ``@graph``; the default graph first, sorted by id.

    Each value begins a line, so that two versions can be compared line by line.
    """
    context = _prepare(data, ontology)
    opening = f'{{"@context": {json.dumps(context, ensure_ascii=False)},\n"@graph": [\n'
    path.write_text(opening, encoding="utf-8", newline="\n")
    graph = (
        f"CASE WHEN first_graph AND g <> '' THEN '{{\"id\": ' || {_id('g', data.base())} "
        "|| ', \"@graph\": [' || chr(10) ELSE '' END"
    )
    end = (
        "CASE WHEN NOT last_thing THEN '' ELSE '}' "
        "|| CASE WHEN last_graph AND g <> '' THEN chr(10) || ']}' ELSE '' END "
        "|| CASE WHEN last THEN '' ELSE ',' END END"
    )
    data.write_slices(_texts(data, graph, end), "line", path)
    with path.open("ab") as out:
        out.write(b"]}\n")


def write_lines(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write a context on the first line, then an object for each thing, sorted by id.

    The first line belongs before every other one: ``{"@context": …, "@graph": [line, …]}``. A
    thing in a named graph is wrapped in an object with the graph's id.
    """
    context = _prepare(data, ontology)
    opening = json.dumps({"@context": context}, ensure_ascii=False) + _BREAK
    path.write_text(opening, encoding="utf-8", newline="\n")
    graph = (
        f"CASE WHEN first_thing AND g <> '' THEN '{{\"id\": ' || {_id('g', data.base())} "
        "|| ', \"@graph\": [' ELSE '' END"
    )
    end = (
        "CASE WHEN NOT last_thing THEN '' ELSE '}' || CASE WHEN g <> '' THEN ']}' ELSE '' END "
        f"|| {quoted(_BREAK)} END"
    )
    data.write_slices(_texts(data, graph, end), "line", path)
    rewrite(path, bytes.maketrans(_BREAK.encode(), b"\n"), delete=b"\n")


def _prepare(data: Statements, ontology: Ontology) -> dict[str, Any]:
    """Make the tables ``property``, ``word`` and ``line``, and return the context."""
    base, hidden = data.base(), _schemes(data)
    predicates = [row[0] for row in data.rows("SELECT DISTINCT p FROM q ORDER BY p")]
    properties = [(p, *_property(p[1:-1], ontology, hidden)) for p in predicates]
    keys = [key for _, *own, _, _ in properties for key in own]
    data.labels("key", sorted(dict.fromkeys(keys), key=lambda key: key != _TYPE_KEY))
    data.keep(
        "property", "p VARCHAR, short key, wide key, kind VARCHAR, suffix VARCHAR", properties
    )
    data.keep("word", "p VARCHAR, o VARCHAR, word VARCHAR", _words(ontology, set(predicates)))
    data.run(_LINES.format(iri=_id("o", base)))
    context = {k: _spelt(v, hidden) for k, v in ontology.context().items() if k not in hidden}
    return {**context, "@base": base} if base.endswith("/") else context


def _schemes(data: Statements) -> set[str]:
    """Return the prefixes of the context that are schemes of IRIs in the data.

    ``<xsd:a>`` is an IRI that the prefix ``xsd`` would turn into another one.
    """
    found: set[str] = set()
    for c in "gspo":
        found |= {
            row[0]
            for row in data.rows(
                f"SELECT DISTINCT regexp_extract({c}, '^<([^:]+):', 1) FROM q "
                f"WHERE starts_with({c}, '<') AND NOT starts_with({c}, '<http')"
            )
        }
    rest = 'SELECT DISTINCT regexp_extract(o, \'"\\^\\^<([^:"]+):[^"]*>$\', 1) FROM q WHERE '
    found |= {
        row[0] for row in data.rows(rest + "starts_with(o, '\"') AND NOT contains(o, '\"^^<http')")
    }
    return found & set(PREFIXES)


def _spelt(entry: Any, hidden: set[str]) -> Any:
    """Return an entry of the context without prefixes that cannot be used."""
    if isinstance(entry, dict):
        return {key: _spelt(value, hidden) for key, value in entry.items()}
    prefix, sign, name = entry.partition(":") if isinstance(entry, str) else ("", "", "")
    return PREFIXES[prefix] + name if sign and prefix in hidden else entry


def _property(iri: str, ontology: Ontology, hidden: set[str]) -> tuple[str, str, str, str]:
    """Return the key of a property, its key without coercion, its kind, and its datatype.

    The kind tells what the context makes of a plain value under the first key.
    """
    full = json.dumps(iri)
    if iri == TYPE.value:
        return _TYPE_KEY, full, "class", ""
    term = ontology.by_iri.get(iri)
    if term is None or ontology.properties.get(term.name) != term:
        return full, full, "none", ""
    key, wide = json.dumps(term.name), json.dumps(_spelt(compact(iri), hidden))
    if term.range == LANG_STRING:
        return key, wide, "language", ""
    if term.range in ("", XSD + "string"):
        return key, wide, "text", ""
    if term.range.startswith((XSD, RDFS)):
        native = {XSD + "integer": "integer", XSD + "boolean": "boolean"}
        return key, wide, native.get(term.range, "typed"), f"^^<{term.range}>"
    return key, wide, "node", ""


def _words(ontology: Ontology, predicates: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield property, value and how the context names it: classes, and notations of lists."""
    for term in ontology.classes.values():
        yield str(TYPE), f"<{term.iri}>", json.dumps(term.name)
    for term in ontology.properties.values():
        if f"<{term.iri}>" in predicates and term.range:
            for notation, member in ontology.members(term.range).items():
                yield f"<{term.iri}>", f"<{member.iri}>", json.dumps(notation)


def _id(column: str, base: str) -> str:
    """Return SQL for an IRI or blank node as a JSON string."""
    whole = f"'\"' || substr({column}, 2, length({column}) - 2) || '\"'"
    if base.endswith("/"):
        pattern = quoted(f"^<\\Q{base}\\E({RELATIVE})>$")
        short = f"regexp_extract({column}, {pattern}, 1)"
        whole = (
            f"CASE WHEN starts_with({column}, {quoted('<' + base)}) AND {short} <> '' "
            f"THEN '\"' || {short} || '\"' ELSE {whole} END"
        )
    return f"CASE WHEN starts_with({column}, '<') THEN {whole} ELSE '\"' || {column} || '\"' END"


_LINES = """
CREATE TABLE line AS
WITH split AS (
  SELECT g, s, o, short, property.wide AS other, kind, suffix, word,
    CASE WHEN starts_with(o, '"') THEN split_part(o, '"', -1) END AS tail
  FROM q JOIN property USING (p) LEFT JOIN word USING (p, o)),
formed AS (
  SELECT *, left(o, length(o) - length(tail)) AS text,
    CASE WHEN kind = 'none' THEN true
      WHEN word IS NOT NULL THEN false
      WHEN tail IS NULL THEN kind NOT IN ('node', 'class')
      WHEN kind = 'text' THEN tail <> ''
      WHEN kind = 'language' THEN NOT starts_with(tail, '@') OR contains(tail, '--')
      WHEN kind IN ('typed', 'integer', 'boolean') THEN tail <> suffix
      ELSE true END AS wide
  FROM split)
SELECT g, s, CASE WHEN wide THEN other ELSE short END AS key,
  CASE WHEN kind = 'language' AND NOT wide THEN substr(tail, 2) ELSE '' END AS language,
  CASE WHEN NOT wide THEN
    CASE WHEN word IS NOT NULL THEN word
      WHEN kind = 'class' AND starts_with(o, '<') THEN '"' || substr(o, 2, length(o) - 2) || '"'
      WHEN tail IS NULL THEN {iri}
      WHEN kind = 'integer' AND regexp_full_match(text, '"(0|-?[1-9][0-9]{{0,14}})"')
        OR kind = 'boolean' AND text IN ('"true"', '"false"') THEN substr(text, 2, length(text) - 2)
      ELSE text END
  WHEN tail IS NULL THEN '{{"@id": ' || {iri} || '}}'
  WHEN tail = '' THEN '{{"@value": ' || text || '}}'
  WHEN contains(tail, '--') AND starts_with(tail, '@') THEN '{{"@value": ' || text
    || ', "@language": "' || split_part(substr(tail, 2), '--', 1)
    || '", "@direction": "' || split_part(tail, '--', 2) || '"}}'
  WHEN starts_with(tail, '@') THEN
    '{{"@value": ' || text || ', "@language": "' || substr(tail, 2) || '"}}'
  ELSE '{{"@value": ' || text || ', "@type": "' || substr(tail, 4, length(tail) - 4) || '"}}'
  END AS value
FROM formed ORDER BY g, s, key, language, value"""


def _texts(data: Statements, graph: str, end: str) -> Callable[[Slice], str]:
    """Return queries for the text of each value with what has to stand before and after it.

    :param graph: SQL for what opens a named graph.
    :param end: SQL for what closes a thing, and what joins it to the next one.
    """
    own = _id("s", data.base())

    def query(part: Slice) -> str:
        ends = {"graph": not part.goes_on, "thing": True, "key": True, "language": True}
        lasts = ", ".join(f"lead(first_{x}, 1, {e}) OVER () AS last_{x}" for x, e in ends.items())
        known = "NULL" if part.graph is None else quoted(part.graph)
        return f"""
SELECT {graph}
  || CASE WHEN first_thing THEN '{{"id": ' || {own} ELSE '' END
  || CASE WHEN first_key THEN ', ' || key || ': '
       || CASE WHEN language <> '' THEN '{{' WHEN last_key THEN '' ELSE '[' END
     ELSE ', ' END
  || CASE WHEN language = '' OR NOT first_language THEN ''
       ELSE '"' || language || '": ' || CASE WHEN last_language THEN '' ELSE '[' END END
  || value
  || CASE WHEN language = '' OR first_language OR NOT last_language THEN '' ELSE ']' END
  || CASE WHEN NOT last_key THEN '' WHEN language <> '' THEN '}}'
       WHEN first_key THEN '' ELSE ']' END
  || {end}
FROM (SELECT *, {lasts}, lead(false, 1, {part.last}) OVER () AS last
  FROM (SELECT *,
      g IS DISTINCT FROM coalesce(g_before, {known}) AS first_graph,
      first_graph OR s IS DISTINCT FROM s_before AS first_thing,
      first_thing OR key IS DISTINCT FROM key_before AS first_key,
      first_key OR language IS DISTINCT FROM language_before AS first_language
    FROM (SELECT *, {before("g", "s", "key", "language", "value")} FROM {part.rows})
    WHERE first_language OR value IS DISTINCT FROM value_before))"""

    return query
