"""Headings that no blank line sets apart, tables, and quoted lines."""

from __future__ import annotations

import pytest

from kg.text.blocks import blocks
from kg.text.html import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A title\n\nIt may help [1].\nLimitations\n- Few took part.\n",
            ["A title", "Limitations"],
        ),
        (
            "# A title\n\nIt may help:\nSide effects\n- Few took part.\n",
            ["A title", "Side effects"],
        ),
        ("A title\n\nIt may help and is advised by a\nNational Board\n- Few.\n", ["A title"]),
        ("A title\n\nIt may help.\nIts limits are these:\n- Few took part.\n", ["A title"]),
        ("A title\n\nIt may help.\nWe saw you\n- Few took part.\n", ["A title"]),
        ("A title\n\nIt may help.\nLimitations\n", ["A title"]),
        (
            "A title\n\nPart A. Guidance\nA.1 Doctors may offer it (Level B).4\n",
            ["A title", "Part A. Guidance"],
        ),
        ("A title\n\nMade by Jane Doe\nApproved\n", ["A title"]),
    ],
)
def test_a_short_line_above_sentences_or_items_is_a_heading(text: str, expected: list[str]) -> None:
    found = [text[b.start : b.end] for b in blocks(text) if b.kind == "heading"]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "| Outcome | Effect |\n|---|:-:|\n| Pain | 2 points less [3] |\n| Sleep | no change |\n",
        "Outcome | Effect\n--- | ---\nPain | 2 points less [3]\nSleep | no change\n",
        plain(
            "<table><tr><th>Outcome<th>Effect</tr><tr><td>Pain<td><p>2 points less [3]</p>"
            "<tr><td>Sleep<td>no change</table>"
        ),
    ],
)
def test_a_row_of_a_table_is_a_block_and_its_head_is_none(text: str) -> None:
    found = [(b.kind, text[b.start : b.end]) for b in blocks(text)]
    assert found == [("row", "Pain | 2 points less [3]"), ("row", "Sleep | no change")]


def test_cells_with_paragraphs_and_lists_are_a_layout_and_no_row() -> None:
    text = plain("<table><tr><td>Menu<td><h2>Pain</h2><ul><li>It fell.</ul></table>")
    assert [b.kind for b in blocks(text)] == ["heading", "heading", "item"]


def test_signs_of_a_quotation_are_no_part_of_a_block() -> None:
    text = "A title\n\n> **Note:** It may help.\n> It may harm.\n"
    assert text[blocks(text)[1].start :].startswith("**Note:**")
