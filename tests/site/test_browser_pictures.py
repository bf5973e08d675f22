"""Pictures that the explorer saves and that are exported open in other programs."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM, Page
from figure_help import small

import kg
from kg.figure.look import Look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


PIXELS = """async address => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const sheet = document.createElement("canvas");
  sheet.width = 400; sheet.height = 400;
  const pen = sheet.getContext("2d");
  pen.drawImage(image, 0, 0, 400, 400);
  const seen = new Uint32Array(pen.getImageData(0, 0, 400, 400).data.buffer);
  return [image.naturalWidth, new Set(seen).size];
}"""


def seen_by_chromium(browser: Any, data: bytes, kind: str) -> tuple[int, int]:
    """Return the width of a picture as Chromium decodes it, and how many colours it shows."""
    page = browser.new_page()
    found = page.evaluate(PIXELS, f"data:{kind};base64,{base64.b64encode(data).decode()}")
    page.close()
    return found[0], found[1]


def seen_by_resvg(browser: Any, svg: bytes) -> tuple[int, int]:
    """Return the same of an SVG as resvg, which is no browser, draws it."""
    resvg = pytest.importorskip("resvg", reason="resvg, the extra [png], is not installed")
    options = resvg.usvg.Options.default()
    options.dpi = 96
    options.load_system_fonts()
    tree = resvg.usvg.Tree.from_str(svg.decode(), options)
    drawn = bytes(resvg.render(tree, (1, 0, 0, 0, 1, 0)))
    return seen_by_chromium(browser, drawn, "image/png")


def test_pictures_of_the_explorer_open_elsewhere(
    opened: Callable[..., Page], browser: Any, tmp_path: Path
) -> None:
    page = opened("explorer.html#node=intervention/pcit-t")
    for name in ("svg", "png"):
        with page.expect_download() as waiting:
            page.locator(f"#save-{name}").click()
        waiting.value.save_as(tmp_path / f"graph.{name}")
    svg = (tmp_path / "graph.svg").read_bytes()
    root = ET.fromstring(svg)
    texts = " ".join(t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Therapy with Toddlers" in texts
    width, colours = seen_by_resvg(browser, svg)
    assert width == round(float(root.attrib["width"]))
    assert colours > 50
    width, colours = seen_by_chromium(browser, (tmp_path / "graph.png").read_bytes(), "image/png")
    assert 1 < width / float(root.attrib["width"]) <= 2.001
    assert colours > 50


def test_exported_figures_open_in_a_program_that_did_not_make_them(browser: Any) -> None:
    pytest.importorskip("resvg", reason="resvg, the extra [png], is not installed")
    graph = small().shown()
    look = Look(width_mm=297, font_size=7)
    svg, png = (kg.export(graph, f, include_unreviewed=True, look=look) for f in ("svg", "png"))
    width, colours = seen_by_chromium(browser, svg, "image/svg+xml")
    assert width == pytest.approx(297 / 25.4 * 96, abs=1)
    assert colours > 50
    width, colours = seen_by_resvg(browser, svg)
    assert width == pytest.approx(297 / 25.4 * 96, abs=1)
    assert colours > 50
    width, colours = seen_by_chromium(browser, png, "image/png")
    assert width == pytest.approx(297 / 25.4 * 300, abs=1)
    assert colours > 50
