"""Summaries of findings as a Word document on A4, landscape."""

from __future__ import annotations

import io

from kg.errors import packages_for
from kg.evidence.summary_document import FIDELITY as FIDELITY
from kg.evidence.summary_document import summary_document
from kg.graph import Graph
from kg.office import MADE, same_bytes
from kg.xmltext import legal


def write(graph: Graph) -> bytes:
    """Return the summaries and evidence profiles as a document of Word.

    :raises UsageError: if python-docx is not installed.
    """
    with packages_for("a Word document", "office"):
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.oxml import OxmlElement
        from docx.shared import Mm, Pt

    found = summary_document(graph)
    word = docx.Document()
    about = word.core_properties
    about.title, about.author, about.comments = legal(found.title), "", ""
    about.created = about.modified = MADE
    page = word.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(15)
    word.styles["Normal"].font.size = Pt(9)
    word.add_heading(legal(found.title), 0)
    for remark in found.remarks:
        word.add_paragraph(legal(remark))
    for section in found.sections:
        word.add_heading(legal(section.title), 1)
        for name, text in section.facts:
            word.add_paragraph().add_run(f"{name}: ").bold = True
            word.paragraphs[-1].add_run(legal(text))
        for part in section.tables:
            word.add_heading(part.caption, 2)
            number = len(part.rows) + 1
            table = word.add_table(rows=number, cols=len(part.heads), style="Table Grid")
            head, *rows = table.rows
            head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # on each page again
            for cell, text in zip(head.cells, part.heads, strict=True):
                cell.paragraphs[0].add_run(text).bold = True
            for row, texts in zip(rows, part.rows, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = legal(text)
        for number, note in enumerate(section.notes, 1):
            word.add_paragraph(f"{number}. {legal(note)}")
    out = io.BytesIO()
    word.save(out)
    return same_bytes(out.getvalue())
