"""axe-core on the pages of the dataset's site, in both schemes; the main ones at 320 px.

All details of a page are unfolded, and all rules run on it in the light scheme. In the dark scheme
the rules about colour run again, and only they: the others read elements, roles, names and sizes,
while the dark scheme changes the values of colours and nothing else (a test holds that), so that
their answer is that of the light one.

Pages of one class repeat each other, so that a part of them is enough: the ones that together have
every element of all of them within each element that may hold it. Cards and rows of a page repeat
each other, too: one of which each element stood there before, within the same elements, is left
out. ``pytest --every-page`` takes all pages whole, which needs several minutes. Several browsers
share the pages.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
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
REPEATED = """() => {
  const naming = ["for", "headers", "aria-labelledby", "aria-describedby", "aria-controls"];
  const named = new Set(naming.flatMap(key => [...document.querySelectorAll(`[${key}]`)].flatMap(
    e => e.getAttribute(key).split(/\\s+/))));
  const texts = e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const value = ({ name, value }) => name === "class" || /^[a-z-]*$/i.test(value) ? value : "…";
  const paths = new Map(), seen = new Set();
  const path = e => {
    if (!paths.has(e)) {
      const own = [...e.attributes].map(a => `${a.name}=${value(a)}`).sort().join(" ");
      paths.set(e, `${paths.get(e.parentElement) ?? ""}>${e.localName} ${own} ${texts(e)}`);
    }
    return paths.get(e);
  };
  const isRepeated = e => seen.has(path(e)) && !(e.id && named.has(e.id)) &&
    [...e.children].every(isRepeated);
  const visit = e => {
    seen.add(path(e));
    for (const child of [...e.children])
      if (child.matches("tr, li, article, details, div, g") && isRepeated(child)) child.remove();
      else visit(child);
  };
  visit(document.documentElement);
}"""
"""Takes away what repeats what stands before: by names, attributes and whether there is text."""
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


def blank(browser: Any) -> Any:
    """Return a new page with axe-core, which the policy of the pages would not run."""
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.add_init_script((Path(axe.__file__).parent / "axe.min.js").read_text("utf-8"))
    return context.new_page()


def check(page: Any, folder: Path, visit: Visit, *, whole: bool) -> Iterator[tuple[str, list[str]]]:
    """Visit a page; yield the scheme and what axe finds.

    :param whole: check what is repeated on a page, too.
    """
    path, _, place = visit.address.partition("#")
    path, _, query = path.partition("?")
    page.set_viewport_size({"width": visit.width, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto("about:blank")  # else a new place on the same page is no new visit
    end = (f"?{query}" if query else "") + (f"#{place}" if place else "")
    page.goto((folder / path).as_uri() + end)
    if visit.act:
        page.evaluate(visit.act)
    if not whole:
        page.evaluate(REPEATED)
    yield "light", page.evaluate(RUN, None)
    page.emulate_media(color_scheme="dark")
    if visit.width == WIDE:
        yield "dark", page.evaluate(RUN, COLOUR)


def check_all(
    folder: Path, waiting: list[Visit], *, whole: bool
) -> list[tuple[str, Visit, list[str]]]:
    """Take visits from a list until it is empty, in a browser of its own."""
    done = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = blank(browser)
        while waiting:
            visit = waiting.pop()
            found = check(page, folder, visit, whole=whole)
            done += [(scheme, visit, problems) for scheme, problems in found]
        browser.close()
    return done


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
    chosen: list[str], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[Visit, list[str]]]:
    """Return scheme → visit → what axe finds to be serious or critical."""
    folder = tmp_path_factory.mktemp("site")
    write_folder(folder, site())
    states = [Visit(address, act=act) for address, act in STATES.items()]
    waiting = [*map(Visit, chosen), *states, *(Visit(name, 320) for name in KINDS)]
    waiting.sort(key=lambda v: (v.address.startswith("explorer"), len(site().get(v.address, b""))))
    workers = min(os.cpu_count() or 1, 4)
    answers: dict[str, dict[Visit, list[str]]] = {"light": {}, "dark": {}}
    whole = request.config.getoption("--every-page")
    with ThreadPoolExecutor(workers) as pool:
        for part in pool.map(lambda _: check_all(folder, waiting, whole=whole), range(workers)):
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


@pytest.mark.parametrize("name", ["gaps.html", "support.html", "tables.html", "index.html"])
def test_what_is_left_of_a_page_has_every_context_of_it(
    name: str, opened: Callable[..., Any]
) -> None:
    page = opened(name)
    before = page.content()
    page.evaluate(REPEATED)
    after = page.content()
    assert contexts(name, after.encode()) == contexts(name, before.encode())
    assert len(after) < len(before)


SPOILED = {
    "a link without words in the last row": (
        "tables.html", r"(?s)(.*<a href=[^>]*>)[^<]*(</a>)", r"\1\2", "link-name",
    ),
    "a drawing without a name in the last card": (
        "gaps.html", r'(?s)(.*<svg [^>]*)aria-hidden="true"', r'\1role="img"', "svg-img-alt",
    ),
    "words of all cards that are hard to see": (
        "static/site.css", r"\Z", "dd { color: #999; background: #fff; }", "color-contrast",
    ),
}  # fmt: skip
"""What is wrong → the file, what is put in place of what there, and the rule that says so."""


@pytest.mark.parametrize("wrong", SPOILED)
def test_a_fault_is_found_though_repeated_elements_are_left_out(
    wrong: str, browser: Any, tmp_path: Path
) -> None:
    file, pattern, instead, rule = SPOILED[wrong]
    files = {n: d for n, d in site().items() if n in (file, "gaps.html") or n.startswith("static/")}
    text = files[file].decode()
    spoiled = re.sub(pattern, instead, text, count=1)
    assert spoiled != text
    write_folder(tmp_path, files | {file: spoiled.encode()})
    visit = Visit(file if file.endswith(".html") else "gaps.html")
    said = [p for _, found in check(blank(browser), tmp_path, visit, whole=False) for p in found]
    assert {problem.partition(":")[0] for problem in said} == {rule}


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
