"""Summaries of findings as one HTML page that needs no other file: to print, mail or paste."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kg.evidence.summary_document import FIDELITY as FIDELITY
from kg.evidence.summary_document import PROGRAM, Section, Table, summary_document
from kg.graph import Graph
from kg.xmltext import legal

_STYLE = (
    "body{font:11pt/1.35 sans-serif;margin:2em auto;max-width:75em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:1em 0}"
    "caption{text-align:left;font-weight:bold;padding:.3em 0}"
    "th,td{border:1px solid #767676;padding:.3em .5em;text-align:left;vertical-align:top}"
    "thead th{background:#e8e8e8}"
    "@media print{section{break-before:page}body{font-size:9pt}}"
)


def write(graph: Graph) -> bytes:
    """Return the summaries and evidence profiles as HTML in UTF-8."""
    return "\n".join([*_page(graph), ""]).encode()


def _page(graph: Graph) -> Iterator[str]:
    document = summary_document(graph)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta name="generator" content="{PROGRAM}">'
    yield f"<title>{_text(document.title)}</title>\n<style>{_STYLE}</style>"
    yield "</head>\n<body>\n<main>"
    yield f"<h1>{_text(document.title)}</h1>"
    yield from (f"<p>{_text(remark)}</p>" for remark in document.remarks)
    for section in document.sections:
        yield from _section(section)
    yield "</main>\n</body>\n</html>"


def _section(section: Section) -> Iterator[str]:
    yield f"<section>\n<h2>{_text(section.title)}</h2>\n<dl>"
    for name, text in section.facts:
        yield f"<dt><strong>{_text(name)}</strong></dt><dd>{_text(text)}</dd>"
    yield "</dl>"
    for table in section.tables:
        yield from _table(table)
    if section.notes:
        yield "<ol>"
        yield from (f"<li>{_text(note)}</li>" for note in section.notes)
        yield "</ol>"
    yield "</section>"


def _table(table: Table) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in table.heads)
    yield f"<table>\n<caption>{_text(table.caption)}</caption>"
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for first, *rest in table.rows:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in rest)
        yield f'<tr><th scope="row">{_text(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>"


def _text(text: str) -> str:
    return escape(legal(text))
