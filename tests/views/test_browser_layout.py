"""No words collide or are cut off: main pages, and enough or all of those of things, 3 widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_help import CHROMIUM
from cover import enough
from site_help import site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
WIDTHS = (1400, 800, 320)
UNFOLD = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('.scroll:has(> .list)')]
  .filter(box => box.scrollWidth > box.clientWidth)
  .map(box => `${box.getAttribute('aria-label') || 'page'}: ${box.scrollWidth}`)"""
"""Pages and lists of findings that are wider than their room; the map and the graph may scroll."""
TEXTS = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(text => {
    const { left, right, top, bottom } = text.getBoundingClientRect(), air = (bottom - top) / 5;
    return { words: text.textContent, left, right, top: top + air, bottom: bottom - air };
  }).filter(box => box.right > box.left).sort((a, b) => a.top - b.top);
  const room = (svg.getAttribute('viewBox') ? svg : svg.closest('.plot') || svg)
    .getBoundingClientRect();
  const found = boxes.filter(box => box.left < room.left - 1 || box.right > room.right + 1 ||
    box.top < room.top - 1 || box.bottom > room.bottom + 1).map(box => `cut off: ${box.words}`);
  boxes.forEach((box, n) => {
    for (let m = n + 1; m < boxes.length && boxes[m].top < box.bottom; m += 1)
      if (box.left < boxes[m].right - 1 && boxes[m].left < box.right - 1)
        found.push(`collide: ${box.words} | ${boxes[m].words}`);
  });
  return found;
})"""
"""Words of drawings that leave the drawing or its plot, or lie on other words."""


@pytest.fixture(scope="module")
def names(request: pytest.FixtureRequest) -> list[str]:
    every = {name: data for name, data in site().items() if name.endswith(".html")}
    if request.config.getoption("--every-page"):
        return list(every)
    things = {name: data for name, data in every.items() if "/" in name}
    return [*(every.keys() - things.keys()), *enough(things)]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(
    width: int, names: list[str], opened: Callable[..., Any]
) -> None:
    page = opened(names[0], viewport={"width": width, "height": 900})
    assert read(page, names, SIDEWAYS) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_words_of_a_drawing_collide_or_are_cut_off(
    width: int, names: list[str], opened: Callable[..., Any]
) -> None:
    page = opened(names[0], viewport={"width": width, "height": 900})
    assert read(page, names, TEXTS) == {}


@pytest.mark.parametrize("script", [SIDEWAYS, TEXTS])
def test_what_collides_is_found(script: str, opened: Callable[..., Any]) -> None:
    page = opened("timeline.html")
    assert page.evaluate(script) == []
    page.evaluate(SPOILED)
    assert len(page.evaluate(script)) >= 2


SPOILED = """() => {
  const [one, other] = document.querySelectorAll('.axis text:not(.minor)');
  other.setAttribute('x', one.getAttribute('x'));
  document.querySelector('.axis text:last-child').setAttribute('x', '300%');
  document.querySelector('.list td').textContent = 'W'.repeat(500);
  document.querySelector('.lead').style.minWidth = '3000px';
}"""
"""Spoils a page in all ways that are looked for."""


def read(page: Any, names: list[str], script: str) -> dict[str, list[str]]:
    """Return what a script finds on the pages, unfolded, where it finds anything."""
    root = page.url.rpartition("/")[0]
    found = {}
    for name in names:
        page.goto(f"{root}/{name}")
        page.evaluate(UNFOLD)
        found[name] = page.evaluate(script)
    return {name: problems for name, problems in found.items() if problems}
