"""Summaries of findings as an Excel workbook: one sheet of findings, one of evidence profiles."""

from __future__ import annotations

import io
from collections.abc import Iterator

from kg.errors import packages_for
from kg.evidence.summary_document import FIDELITY as FIDELITY
from kg.evidence.summary_document import Document, summary_document
from kg.graph import Graph
from kg.office import MADE, same_bytes

_MOST = 32_767
"""Characters of a cell."""


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
            first.write_string(y, 0, line[:_MOST], formats["row" if y else "head"])
        for caption in dict.fromkeys(t.caption for s in document.sections for t in s.tables):
            sheet = book.add_worksheet(caption)
            sheet.set_column(0, 0, 34)
            sheet.set_column(1, 10, 24)
            sheet.set_landscape()
            for y, (style, texts) in enumerate(_lines(document, caption)):
                for x, words in enumerate(texts):
                    sheet.write_string(y, x, words[:_MOST], formats[style])
    return same_bytes(out.getvalue())


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
