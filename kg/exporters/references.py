"""Formatted references (Harvard), one a paragraph, through citeproc-py."""

from __future__ import annotations

import warnings
from dataclasses import replace

from kg.errors import packages_for
from kg.evidence.references import FIDELITY as KEPT
from kg.evidence.references import Item, references
from kg.graph import Graph
from kg.pieces import Loaded
from kg.xmltext import clean

FIDELITY = replace(
    KEPT,
    keeps=("doi",),
    changes={
        **KEPT.changes,
        **dict.fromkeys(
            ("volume", "issue", "pages"), "in the order and with the signs of the style"
        ),
        "url": "where there is no DOI",
    },
)


def write(graph: Graph) -> bytes:
    """Return the references of the sources as text in UTF-8, after what every output must say.

    :raises UsageError: if citeproc-py is not installed.
    """
    with packages_for("formatted references", "references"):
        from citeproc import (
            Citation,
            CitationItem,
            CitationStylesBibliography,
            CitationStylesStyle,
            formatter,
        )
        from citeproc.source.json import CiteProcJSON

    about, *items = map(_on_lines, references(Loaded(graph)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # for variables that this library does not know
        source = CiteProcJSON(items)
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        found = CitationStylesBibliography(style, source, formatter.plain)
        for item in items:
            found.register(Citation([CitationItem(item["id"])]))
        found.sort()
        paragraphs = [str(text) for text in found.bibliography()]
    remarks = {item["id"].casefold(): item.get("note", "") for item in items}
    head = [f"{about['title']}: references", f"Written by {about['id']}.", about["note"]]
    lines = [
        f"{text} [{remark}]" if (remark := remarks[key]) else text
        for key, text in zip(found.keys, paragraphs, strict=True)
    ]
    return ("\n".join([*head, "", *lines]) + "\n").encode()


def _on_lines(item: Item) -> Item:
    """Return an item whose texts have one line each; the lines of a note stay."""
    texts = {k: clean(v) for k, v in item.items() if isinstance(v, str)}
    if "note" in item:
        texts["note"] = "\n".join(map(clean, item["note"].split("\n")))
    authors = [{"literal": clean(a["literal"])} for a in item.get("author", ())]
    return {**item, **texts, **({"author": authors} if authors else {})}
