"""JSON-LD 1.1, compact, with the ontology's context: as one document, or one entity per line.

The text is made in SQL. It can be, since the escapes in canonical N-Triples are escapes of JSON
too (a test holds it for every character), so the quoted part of a literal is a JSON string as it
stands. What depends on the property is looked up in a small table. Whatever the context's coercion
would not give back exactly is a full value object, under a key that has no coercion.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.contract import Fidelity
from kg.marks import CONTEXT
from kg.ontology import LANG_STRING, PREFIXES, RDFS, RELATIVE, TYPE, XSD, Ontology, compact
from kg.scale.export.data import Statements
from kg.scale.export.lines import Lines
from kg.shacl.sql.expressions import quoted

FIDELITY = Fidelity()
_TYPE_KEY = '"type"'
_LEVELS = {"graph": "g", "entity": "s", "key": "key", "language": "language"}


def write(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write one document: ``@context`` and ``@graph``; the default graph first, sorted by id.

    Each value begins a line, so that two versions can be compared line by line.
    """
    base = data.base
    graph = (
        f"CASE WHEN first_graph AND g <> '' THEN '{{\"id\": ' || {_id('g', base)} "
        "|| ', \"@graph\": [' || chr(10) ELSE '' END"
    )
    end = (
        "CASE WHEN NOT last_entity THEN '' ELSE '}' "
        "|| CASE WHEN last_graph AND g <> '' THEN chr(10) || ']}' ELSE '' END "
        "|| CASE WHEN last THEN '' ELSE ',' END END"
    )
    context = json.dumps(_prepare(data, ontology, base), ensure_ascii=False)
    head, text = f'{{"@context": {context},\n"@graph": [\n', _text(data, base, graph, end)
    data.write(Lines(_LINES.format(iri=_id("o", base)), _LEVELS, "value", text, head, "]}\n"), path)


def write_lines(data: Statements, ontology: Ontology, path: Path) -> None:
    """Write a context on the first line, then an object for each entity, sorted by id.

    The first line belongs before every other one: ``{"@context": …, "@graph": [line, …]}``. A
    entity in a named graph is wrapped in an object with the graph's id.
    """
    base = data.base
    graph = (
        f"CASE WHEN first_entity AND g <> '' THEN '{{\"id\": ' || {_id('g', base)} "
        "|| ', \"@graph\": [' ELSE '' END"
    )
    end = (
        "CASE WHEN NOT last_entity THEN '' ELSE '}' || CASE WHEN g <> '' THEN ']}' ELSE '' END END"
    )
    head = json.dumps({"@context": _prepare(data, ontology, base)}, ensure_ascii=False) + "\n"
    rows, text = _LINES.format(iri=_id("o", base)), _text(data, base, graph, end)
    data.write(Lines(rows, _LEVELS, "value", text, head, joined=True), path)


def _prepare(data: Statements, ontology: Ontology, base: str) -> dict[str, Any]:
    """Make the tables ``property`` and ``word``, and return the context."""
    hidden = _schemes(data)
    predicates = [row[0] for row in data.rows("SELECT DISTINCT p FROM q ORDER BY p")]
    properties = [(p, *_property(p[1:-1], ontology, hidden)) for p in predicates]
    keys = [key for _, *own, _, _ in properties for key in own]
    data.labels("key", sorted(dict.fromkeys(keys), key=lambda key: key != _TYPE_KEY))
    data.keep(
        "property", "p VARCHAR, short key, wide key, kind VARCHAR, suffix VARCHAR", properties
    )
    data.keep("word", "p VARCHAR, o VARCHAR, word VARCHAR", _words(ontology, set(predicates)))
    context = {k: _spelt(v, hidden) for k, v in ontology.context().items() if k not in hidden}
    return CONTEXT | context | ({"@base": base} if base.endswith("/") else {})


def _schemes(data: Statements) -> set[str]:
    """Return the prefixes of the context that are schemes of IRIs in the data.

    ``<xsd:a>`` is an IRI that the prefix ``xsd`` would turn into another one.
    """
    terms = [
        f"SELECT regexp_extract({c}, '^<([^:]+):', 1) AS scheme FROM q "
        f"WHERE starts_with({c}, '<') AND NOT starts_with({c}, '<http')"
        for c in "gspo"
    ]
    datatypes = (
        'SELECT regexp_extract(o, \'"\\^\\^<([^:"]+):[^"]*>$\', 1) FROM q '
        "WHERE starts_with(o, '\"') AND NOT contains(o, '\"^^<http')"
    )
    every = " UNION ALL ".join((*terms, datatypes))
    found = {row[0] for row in data.rows(f"SELECT DISTINCT scheme FROM ({every})")}
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
WITH split AS (
  SELECT /*+ BROADCAST(property, word) */
    g, s, o, short, property.wide AS other, kind, suffix, word,
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
      WHEN kind = 'integer' AND regexp_matches(text, '^"(0|-?[1-9][0-9]{{0,14}})"$')
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
FROM formed"""


def _text(data: Statements, base: str, graph: str, end: str) -> str:
    """Return SQL for the text of each value with what precedes and follows it.

    :param graph: SQL for what opens a named graph.
    :param end: SQL for what closes an entity, and what joins it to the next one.
    """
    return f"""{graph}
  || CASE WHEN first_entity THEN '{{"id": ' || {_id("s", base)} ELSE '' END
  || CASE WHEN first_key THEN ', ' || {data.label("key", "key")} || ': '
       || CASE WHEN language <> '' THEN '{{' WHEN last_key THEN '' ELSE '[' END
     ELSE ', ' END
  || CASE WHEN language = '' OR NOT first_language THEN ''
       ELSE '"' || language || '": ' || CASE WHEN last_language THEN '' ELSE '[' END END
  || value
  || CASE WHEN language = '' OR first_language OR NOT last_language THEN '' ELSE ']' END
  || CASE WHEN NOT last_key THEN '' WHEN language <> '' THEN '}}'
       WHEN first_key THEN '' ELSE ']' END
  || {end}"""
