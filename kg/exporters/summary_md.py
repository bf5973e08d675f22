"""Summaries of findings as Markdown with tables (GitHub Flavored Markdown)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.evidence.summary_document import FIDELITY as FIDELITY
from kg.evidence.summary_document import Document, summary_document
from kg.graph import Graph


def write(graph: Graph) -> bytes:
    """Return the summaries and evidence profiles as Markdown in UTF-8."""
    return "\n".join(_lines(summary_document(graph))).encode()


def _lines(document: Document) -> Iterator[str]:
    yield f"<!-- clinical-evidence-kg -->\n# {_text(document.title)}\n"
    yield from (f"{_text(remark)}\n" for remark in document.remarks)
    for section in document.sections:
        yield f"## {_text(section.title)}\n"
        yield from (f"- **{_text(name)}**: {_text(text)}" for name, text in section.facts)
        for table in section.tables:
            yield f"\n### {_text(table.caption)}\n"
            yield _row(table.heads)
            yield _row(["---"] * len(table.heads), as_text=False)
            yield from map(_row, table.rows)
        yield ""
        yield from (f"{n}. {_text(note)}" for n, note in enumerate(section.notes, 1))
        yield ""


def _row(cells: Sequence[str], as_text: bool = True) -> str:
    return f"| {' | '.join(map(_text, cells) if as_text else cells)} |"


def _text(text: str) -> str:
    r"""Return a text on one line in which Markdown finds no markup.

    See https://github.github.com/gfm/#backslash-escapes.
    """
    return re.sub(r"([\\`*_\[\]<>|~#&])", r"\\\1", " ".join(text.split()))
