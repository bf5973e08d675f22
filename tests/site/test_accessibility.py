"""axe-core on the pages of the dataset's site, whole, in both schemes; the main ones at 320 px.

Nothing of a page is left out: all its details are unfolded, and all rules run on it in the light
scheme. In the dark scheme the rules about colour run again, and only they: the others read
elements, roles, names and sizes, while the dark scheme changes the values of colours and nothing
else (a test holds that), so that their answer is that of the light one.

Pages of one class repeat each other, so that a part of them is enough: the ones that together have
every element of all of them within each element that may hold it. ``pytest --every-page`` takes
all, which needs several minutes. Several browsers share the pages.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM, FLAGS, KINDS, sync_api
from cover import contexts, enough
from site_help import site

from kg import resources
from kg.outputs import write_folder
from kg.site.assets import SCRIPTS, STYLES

axe = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
UNFOLD = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
RUN = """async rules => {
  const options = { resultTypes: ["violations"], preload: false };
  const found = await axe.run(document, rules ? { ...options, runOnly: rules } : options);
  return found.violations.filter(v => ["serious", "critical"].includes(v.impact)).flatMap(
    v => v.nodes.slice(0, 3).map(n => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`));
}"""
WIDE = 1400
COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core whose answer depends on colours and that it runs by default."""
STATES = {
    "explorer.html#node=finding/f05-2": "",
    "explorer.html#node=intervention/pcit-t&more=intervention/pcit": "",
    "explorer.html#certainty=low": "",
    "free.html#node=intervention/pcit-t": "",
    "index.html?age=18": "document.querySelector('#unfold').click()",
    "index.html": "document.querySelector('table.whole a[data-f]').click()",
    "finding/f05-2.html": "document.querySelector('.voice [value=caregiver]').click()",
}
"""Page and state → what a reader does there before it is checked."""


@dataclass(frozen=True)
class Visit:
    """A page to be checked, at a width, after something was done."""

    address: str
    width: int = WIDE
    act: str = UNFOLD


def check(folder: Path, waiting: list[Visit]) -> Iterator[tuple[str, Visit, list[str]]]:
    """Take visits from a list until it is empty; yield the scheme and what axe finds."""
    script = (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # axe-core is put in by the test's own hands: the page's policy would not run it.
        context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
        context.add_init_script(script)
        page: Any = context.new_page()
        while waiting:
            visit = waiting.pop()
            path, _, place = visit.address.partition("#")
            path, _, query = path.partition("?")
            page.set_viewport_size({"width": visit.width, "height": 900})
            page.emulate_media(color_scheme="light")
            page.goto("about:blank")  # else a new place on the same page is no new visit
            end = (f"?{query}" if query else "") + (f"#{place}" if place else "")
            page.goto((folder / path).as_uri() + end)
            if visit.act:
                page.evaluate(visit.act)
            yield "light", visit, page.evaluate(RUN, None)
            page.emulate_media(color_scheme="dark")
            if visit.width == WIDE:
                yield "dark", visit, page.evaluate(RUN, COLOUR)
        browser.close()


@pytest.fixture(scope="module")
def chosen(request: pytest.FixtureRequest) -> list[str]:
    """Return the pages to check: all of the navigation, and enough or all pages of entities."""
    pages = {name: data for name, data in site().items() if name.endswith(".html")}
    if request.config.getoption("--every-page"):
        return list(pages)
    entities = {name: data for name, data in pages.items() if "/" in name}
    return [*(pages.keys() - entities.keys()), *enough(entities)]


@pytest.fixture(scope="module")
def found(
    chosen: list[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[Visit, list[str]]]:
    """Return scheme → visit → what axe finds to be serious or critical."""
    folder = tmp_path_factory.mktemp("site")
    write_folder(folder, site())
    states = [Visit(address, act=act) for address, act in STATES.items()]
    waiting = [*map(Visit, chosen), *states, *(Visit(name, 320) for name in KINDS)]
    waiting.sort(key=lambda v: (v.address.startswith("explorer"), len(site().get(v.address, b""))))
    workers = min(os.cpu_count() or 1, 4)
    answers: dict[str, dict[Visit, list[str]]] = {"light": {}, "dark": {}}
    with ThreadPoolExecutor(workers) as pool:
        for part in pool.map(lambda _: list(check(folder, waiting)), range(workers)):
            for scheme, visit, problems in part:
                answers[scheme][visit] = problems
    return answers


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(
    scheme: str, found: dict[str, dict[Visit, list[str]]]
) -> None:
    assert {visit: said for visit, said in found[scheme].items() if said} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_sees_every_chosen_page_and_state(
    scheme: str, chosen: list[str], found: dict[str, dict[Visit, list[str]]]
) -> None:
    wide = {visit.address for visit in found[scheme] if visit.width == WIDE}
    assert wide == {*chosen, *STATES}
    narrow = {visit.address for visit in found[scheme] if visit.width == 320}
    assert narrow == (set(KINDS) if scheme == "light" else set())


def test_the_chosen_pages_have_every_context_of_all_pages(chosen: list[str]) -> None:
    pages = {name: data for name, data in site().items() if name.endswith(".html")}
    assert {name for name in pages if "/" not in name} <= set(chosen)
    every = set[tuple[str, ...]]().union(*(contexts(n, d) for n, d in pages.items()))
    seen = set[tuple[str, ...]]().union(*(contexts(n, pages[n]) for n in chosen))
    assert seen == every


def test_the_dark_scheme_changes_colours_and_nothing_else() -> None:
    blocks = 0
    for name in STYLES:
        style = resources.site_file(name).read_text("utf-8")
        for block in re.findall(r"prefers-color-scheme[^{]*\{(.*?\})\s*\}", style, re.DOTALL):
            blocks += 1
            declarations = re.sub(r"\s*:root\s*\{(.*)\}", r"\1", block, flags=re.DOTALL)
            assert re.fullmatch(r"(\s*--[\w-]+:\s*#[0-9a-f]{6};)+\s*", declarations), (name, block)
    assert blocks == 1
    for name in SCRIPTS:
        assert "color-scheme" not in resources.site_file(name).read_text("utf-8"), name
