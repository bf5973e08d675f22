"""No words collide or are cut off: main pages, and enough or all of those of entities, 3 widths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM, Watch
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
    entities = {name: data for name, data in every.items() if "/" in name}
    return [*(every.keys() - entities.keys()), *enough(entities)]


@dataclass
class Seen:
    """What was found on pages of one width; pages without a fault are not in it."""

    sideways: dict[str, list[str]]
    texts: dict[str, list[str]]
    asked: list[str]


@pytest.fixture(scope="module", params=WIDTHS)
def seen(request: pytest.FixtureRequest, names: list[str], folder: Path, browser: Any) -> Seen:
    """Look at the pages, unfolded, one after the other."""
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    watch, sideways, texts = Watch(page), {}, {}
    for name in names:
        page.goto((folder / name).as_uri())
        page.evaluate(UNFOLD)
        sideways[name], texts[name] = page.evaluate(SIDEWAYS), page.evaluate(TEXTS)
    page.close()
    faults = [{n: found for n, found in all_.items() if found} for all_ in (sideways, texts)]
    return Seen(faults[0], faults[1], watch.found)


def test_no_page_is_wider_than_its_window(seen: Seen) -> None:
    assert seen.sideways == {}


def test_no_words_of_a_drawing_collide_or_are_cut_off(seen: Seen) -> None:
    assert seen.texts == {}


def test_no_page_asks_for_anything_or_complains(seen: Seen) -> None:
    assert seen.asked == []


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
