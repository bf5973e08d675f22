"""``kg import neo4j``: the folder of CSV files that ``kg export neo4j`` wrote, or one like it.

The headers are those of https://neo4j.com/docs/operations-manual/current/import/: ``iri:ID``,
``:LABEL``, ``:START_ID``, ``:END_ID``, ``:TYPE``, and ``name:type`` for properties.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kg.cells import plain
from kg.errors import InputError
from kg.exporters.neo4j import ARRAYS, relationship_type
from kg.imports import Drafts, Given
from kg.imports.cells import rows
from kg.imports.statements import Statements
from kg.ontology import LANG_STRING, Ontology

_ID, _LABEL, _START, _END, _TYPE = ":ID", ":LABEL", ":START_ID", ":END_ID", ":TYPE"
_WRITTEN = "_written"
_ROOT = "KnowledgeGraph"
_WITHOUT = ("Term", "Untyped", "")
"""Labels of nodes that are of no class."""


def read(given: Given) -> Drafts:
    """Propose the records that nodes and relationships hold.

    :raises InputError: if the folder has no files of nodes.
    """
    nodes = [row for path in _files(given, "nodes") for row in rows(path, needed=(_ID, _LABEL))]
    ends = (_START, _END, _TYPE)
    relations = [row for path in _files(given, "relationships") for row in rows(path, needed=ends)]
    if not nodes:
        raise InputError(
            f"{given.name} has no nodes/*.csv",
            hint="name the folder that kg export neo4j wrote",
        )
    ontology = given.known.ontology
    roots = [_id(row) for row in nodes if row.get(_LABEL, "").split(ARRAYS)[0] == _ROOT]
    statements = Statements(ontology, roots[0] if roots else given.known.base)
    for row in nodes:
        subject = _id(row)
        kind_of = row.get(_LABEL, "").split(ARRAYS)[0]
        if kind_of not in _WITHOUT:
            statements.kind(subject, kind_of)
        written = {head.partition(":")[0] for head in row}
        for head, cell in row.items():
            name, _, kind = head.partition(":")
            if cell and name and kind != "ID" and f"{name}{_WRITTEN}" not in written:
                _take(statements, subject, name.removesuffix(_WRITTEN), kind, cell)
    types = {relationship_type(n): n for n, p in ontology.properties.items() if not p.derived}
    for row in relations:
        if prop := types.get(row.get(_TYPE, "")):
            statements.add(row.get(_START, ""), prop, row.get(_END, ""))
    return statements.drafts(given)


def _files(given: Given, folder: str) -> list[Path]:
    return sorted((given.path / folder).glob("*.csv"))


def _id(row: Mapping[str, str]) -> str:
    return next((cell for head, cell in row.items() if head.endswith(_ID)), "")


def _take(statements: Statements, subject: str, name: str, kind: str, cell: str) -> None:
    ontology = statements.ontology
    if name == "name":  # what the exporter calls a node, for people
        return
    known, language = _named(name, ontology)
    term = ontology.properties.get(known)
    codes = ontology.members(term.range) if term else {}
    for value in cell.split(ARRAYS) if kind.endswith("[]") else [cell]:
        said = codes[value].iri if value in codes else plain(value)
        statements.add(subject, known, said, language)


def _named(name: str, ontology: Ontology) -> tuple[str, str]:
    """Return the property and the language of a name such as ``note_en``."""
    match = re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)_([A-Za-z][A-Za-z0-9_]*)", name)
    term = ontology.properties.get(match[1]) if match else None
    if match and term and (term.range == LANG_STRING or term.name == "factValue"):
        return term.name, match[2].replace("_", "-")
    return name, ""
