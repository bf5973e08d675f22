"""What a screen reader is told of the map, a finding and a summary: Chromium's accessibility tree.

The tree is kept as golden files, one line an element: its role, its name and its states.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM
from conftest import EXAMPLES

import kg
from kg.outputs import write_folder
from kg.review import select
from kg.site.build import pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
PAGES = {
    "map": "index.html",
    "finding": "finding/night-sleep.html",
    "summary": "summary/evening-course__waitList.html",
}
SILENT = {"generic", "none", "InlineTextBox", "LineBreak", "ListMarker", "paragraph"}
"""Roles that a screen reader does not announce; what is within them is told all the same."""
STATES = ("checked", "disabled", "expanded", "level", "pressed", "selected")


def lines(nodes: dict[str, Any], node: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield the elements below a node of the tree; a text that repeats a name is not told twice."""
    role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
    told = not node["ignored"] and role not in SILENT and not (role == "StaticText" and not name)
    if told:
        known = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
        states = [f"{key}={known[key]}" for key in STATES if known.get(key) not in (None, False)]
        yield "  " * depth + " ".join([role, *([f'"{name}"'] if name else []), *states])
    below = [nodes[i] for i in node.get("childIds", ()) if i in nodes]
    for child in below:
        is_name = child["role"]["value"] == "StaticText" and child.get("name", {}).get("value")
        if not (told and len(below) == 1 and is_name == name):
            yield from lines(nodes, child, depth + told)


def tree(page: Any) -> str:
    """Return the tree of what is within the main part of a page."""
    found = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = {node["nodeId"]: node for node in found}
    (main,) = (n for n in found if n.get("role", {}).get("value") == "main")
    return "\n".join(lines(nodes, main)) + "\n"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a small graph, written."""
    graph = select(kg.load(EXAMPLES / "infant-sleep"), include_unreviewed=True)[0]
    folder = tmp_path_factory.mktemp("example")
    write_folder(folder, pages(graph))
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_what_a_screen_reader_is_told(
    name: str,
    example: Path,
    opened: Callable[..., Any],
    golden: Callable[[str, bytes], None],
) -> None:
    told = re.sub(r"sha256:\w+", "sha256:…", tree(opened(PAGES[name], example)))
    golden(f"infant-sleep.screen-reader-{name}.txt", told.encode())
