"""Summaries of findings as an Excel workbook: one sheet of findings, one of evidence profiles."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import wrap

from kg.errors import packages_for
from kg.evidence.summary_document import FIDELITY as SUMMARY
from kg.evidence.summary_document import Document, summary_document
from kg.graph import Graph
from kg.office import CUT, MADE, fitted, same_bytes

FIDELITY = replace(SUMMARY, changes={**SUMMARY.changes, **CUT})
_FIRST, _OTHERS = 34, 24
"""Widths of the first column and of each other one, in characters."""
_LINE = 15
"""Height of a line in points."""


def write(graph: Graph) -> bytes:
    """Return a workbook; a text is marked as text, so that none is taken for a formula.

    :raises UsageError: if XlsxWriter is not installed.
    """
    with packages_for("an Excel workbook", "office"):
        import xlsxwriter

    document = summary_document(graph)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": document.title, "created": MADE})
        one = {"quote_prefix": True}
        cell = {**one, "text_wrap": True, "valign": "top"}
        formats = {
            "title": book.add_format({**one, "bold": True}),
            "line": book.add_format(one),
            "head": book.add_format({**cell, "bold": True}),
            "row": book.add_format(cell),
        }
        first = book.add_worksheet("Read first")
        first.set_column(0, 0, 120)
        for y, line in enumerate((document.title, *document.remarks)):
            first.write_string(y, 0, fitted(line), formats["row" if y else "head"])
        for caption in dict.fromkeys(t.caption for s in document.sections for t in s.tables):
            sheet = book.add_worksheet(caption)
            sheet.set_column(0, 0, _FIRST)
            sheet.set_column(1, 10, _OTHERS)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)  # as wide as a page
            y, columns = 0, 1
            for y, (style, texts) in enumerate(_lines(document, caption)):
                if style in ("head", "row"):
                    sheet.set_row(y, _LINE * _height(texts))
                    columns = max(columns, len(texts))
                for x, words in enumerate(texts):
                    sheet.write_string(y, x, fitted(words), formats[style])
            sheet.print_area(0, 0, y, columns - 1)
    return same_bytes(out.getvalue())


def _height(texts: Sequence[str]) -> int:
    """Return how many lines a row needs; not every program finds that out when it opens a file."""
    return max(
        sum(len(wrap(line, _OTHERS if x else _FIRST)) or 1 for line in words.split("\n"))
        for x, words in enumerate(texts)
    )


def _lines(document: Document, caption: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the lines of a sheet: its style and its cells."""
    for section in document.sections:
        for table in section.tables:
            if table.caption == caption:
                yield "title", (section.title,)
                yield from (("line", (f"{name}: {words}",)) for name, words in section.facts)
                yield "head", table.heads
                yield from (("row", row) for row in table.rows)
                yield from (("line", (f"{n}. {t}",)) for n, t in enumerate(section.notes, 1))
                yield "line", ()
