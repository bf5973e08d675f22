"""``kg import kgx``: the nodes of a knowledge graph in KGX, as TSV or JSON Lines.

See https://github.com/biolink/kgx/blob/master/specification/kgx-format.md. An edge says no more
than that two nodes are related; it becomes no record, since a statement needs its source.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.cells import plain
from kg.errors import InputError
from kg.exporters.kgx import CATEGORIES
from kg.imports import Drafts, Given
from kg.imports.cells import line_of_damage, rows
from kg.imports.foreign import Entities

_KINDS = {
    **{category: kind for kind, category in CATEGORIES.items()},
    "ClinicalIntervention": "Intervention",
    "PhenotypicFeature": "Condition",
    "Publication": "Source",
}
"""Category of Biolink → class; where several are exported as one, that which it means by itself."""
_XREFS = {"doi": "doi", "DOI": "doi", "PMID": "pmid", "pmid": "pmid"}


def read(given: Given) -> Drafts:
    """Propose a record for each node of a class that is known; nodes of statements are left out.

    :raises InputError: if there are no nodes, or a line cannot be read.
    """
    ontology, base = given.known.ontology, _base(given)
    found, left = Entities(given, base), 0
    for node in _nodes(given.path):
        categories = [c.removeprefix("biolink:") for c in _texts(node.get("category"))]
        kind = str(node.get("type") or "") or next(
            (_KINDS[c] for c in categories if c in _KINDS), ""
        )
        known = ontology.classes.get(kind)
        if known is None or ontology.is_a(known.iri, ontology.classes["Statement"].iri):
            left += 1
            continue
        xrefs = [str(node.get("id")), *_texts(node.get("xref"))]
        pairs = [x.partition(":") for x in xrefs]
        found.add(
            str(node.get("iri") or ""),
            kind,
            str(node.get("name") or node.get("id") or ""),
            [
                *(("altLabel", text) for text in _texts(node.get("synonym"))),
                *((_XREFS[prefix], rest) for prefix, _, rest in pairs if prefix in _XREFS),
            ],
        )
    return found.drafts(f"{left} nodes of statements or unknown classes, left out" if left else "")


def _base(given: Given) -> str:
    """Return the base of the graph by the file beside the nodes, else that of the project."""
    try:
        about = json.loads((_folder(given.path) / "about.json").read_text(encoding="utf-8"))
        return str(about["prefixes"]["KG"])
    except (OSError, ValueError, KeyError, TypeError):
        return given.known.base


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _nodes(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the nodes of a file, or of the file of nodes in a folder."""
    tried = [path / "nodes.jsonl", path / "nodes.tsv"] if path.is_dir() else [path]
    file = next((p for p in tried if p.is_file()), None)
    if file is None:
        raise InputError(f"{path.name} has no nodes.jsonl or nodes.tsv", hint="name one of them")
    if file.suffix == ".tsv":
        for row in rows(file, "\t", ("id", "category")):
            yield {name: "|".join(map(plain, cell.split("|"))) for name, cell in row.items()}
        return
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file.name}:{line_of_damage(file)}: not UTF-8", hint="save the file as UTF-8"
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _node(line, f"{file.name}:{number}")


def _node(line: str, place: str) -> Mapping[str, Any]:
    """Return the node on a line of JSON Lines.

    :raises InputError: if it is none.
    """
    hint = "write one node a line, as an object of JSON with an id and a category"
    try:
        node = json.loads(line)
    except (ValueError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else error
        raise InputError(f"{place}: not JSON: {said}", hint=hint) from error
    if not (isinstance(node, dict) and node.get("id")):
        raise InputError(f"{place}: no node with an id", hint=hint)
    return node


def _texts(value: Any) -> list[str]:
    """Return a value of several: a list in JSON, texts between bars in TSV."""
    if isinstance(value, list):
        return [text for text in value if isinstance(text, str)]
    return [text for text in str(value or "").split("|") if text]
