"""Headings that no blank line sets apart."""

from __future__ import annotations

import pytest

from kg.text.blocks import blocks


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
    ],
)
def test_a_short_line_between_a_sentence_and_a_list_is_a_heading(
    text: str, expected: list[str]
) -> None:
    found = [text[b.start : b.end] for b in blocks(text) if b.kind == "heading"]
    assert found == expected
