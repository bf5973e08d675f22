"""The pages on paper, with and without scripts: whole, in order, without what is for screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM, Page
from figure_help import large

import kg
from kg import resources
from kg.outputs import write_folder
from kg.site.build import pages as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
PORTRAIT, LANDSCAPE = (703, 1016), (1031, 688)
"""The room for text on an A4 sheet within the margins of the pages, in px."""
TOO_WIDE = """() => [...document.querySelectorAll('main table, main svg, main p, main article')]
  .filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.right > innerWidth + 1)
  .map(([e, box]) => `${e.tagName} ${e.getAttribute('class')} ${Math.round(box.right)}`)"""
PRINT = "dispatchEvent(new Event('beforeprint'))"
DONE = "dispatchEvent(new Event('afterprint'))"


def on_paper(page: Page, room: tuple[int, int] = PORTRAIT) -> Page:
    """Lay a page out as it is printed: its style, its width, and what scripts do before."""
    page.set_viewport_size({"width": room[0], "height": room[1]})
    page.emulate_media(media="print")
    page.evaluate(PRINT)
    return page


@pytest.mark.parametrize("name", ["index.html", "intervention/pcit-t.html", "timeline.html"])
def test_print_has_the_table_and_not_the_navigation(name: str, opened: Callable[..., Page]) -> None:
    page = on_paper(opened(name))
    assert page.locator("main table:visible").count() > 0
    assert not page.locator(".top nav").is_visible()
    assert page.locator("footer").is_visible()


@pytest.mark.parametrize("with_scripts", [True, False])
@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "timeline.html",
        "forest.html",
        "gaps.html",
        "audit.html",
        "outcome/secure-attachment.html",
    ],
)
def test_nothing_is_cut_off_at_the_edge_of_the_paper(
    name: str, with_scripts: bool, opened: Callable[..., Page]
) -> None:
    page = on_paper(opened(name, java_script_enabled=with_scripts))
    assert page.evaluate(TOO_WIDE) == []


def test_the_sheets_of_the_map_have_each_outcome_once_and_every_cell(
    opened: Callable[..., Page],
) -> None:
    page = opened("index.html")
    columns = "t => t.map(e => e.textContent)"
    links = "a => a.map(e => e.dataset.f + e.getAttribute('href')).sort()"
    outcomes = page.locator("table.whole th.out").evaluate_all(columns)
    cells = page.locator("table.whole td:not(.sum) a:not(.claim)").evaluate_all(links)
    before = page.locator("main").inner_html()
    on_paper(page)
    sheets = page.locator(".sheet table.whole")
    assert sheets.count() > 1
    assert page.locator(".sheet table.whole th.out").evaluate_all(columns) == outcomes
    assert page.locator(".sheet table.whole td a:not(.claim)").evaluate_all(links) == cells
    assert not page.locator(".mapscroll.on-sheets").first.is_visible()
    rows = sheets.evaluate_all("s => s.map(t => t.querySelectorAll('tbody tr').length)")
    assert len(set(rows)) == 1
    page.evaluate(DONE)
    assert page.locator("main").inner_html() == before


def test_without_scripts_the_map_is_printed_as_lists_in_words(opened: Callable[..., Page]) -> None:
    page = on_paper(opened("index.html", java_script_enabled=False))
    links = page.locator("table.whole td:not(.sum) a:not(.claim)")
    words = links.evaluate_all("a => a.map(e => getComputedStyle(e, '::after').content)")
    assert len(words) > 50
    assert all("certainty" in said and "direction" in said for said in words)
    assert page.locator("table.whole td.none:visible").count() == 0


@pytest.mark.parametrize(
    "state", ["#all=1", "#node=outcome/secure-attachment", "#node=intervention/pcit-t"]
)
def test_the_sheets_of_the_graph_have_every_card_and_fit_a_page(
    state: str, opened: Callable[..., Page]
) -> None:
    page = opened(f"explorer.html{state}")
    told = page.locator("#count").inner_text()
    ids = "c => c.map(e => e.dataset.id)"
    cards = page.locator("#nodes .n:not([display])").evaluate_all(ids)
    before = page.locator("#canvas").inner_html()
    on_paper(page, LANDSCAPE)
    assert set(page.locator("svg.sheet .n").evaluate_all(ids)) == set(cards)
    assert page.locator("p.sheet").inner_text() == told
    assert not page.locator("#graph").is_visible()
    boxes = page.locator("svg.sheet").evaluate_all(
        "s => s.map(e => e.getBoundingClientRect()).map(r => [r.top, r.bottom, r.width])"
    )
    assert boxes[0][1] < LANDSCAPE[1], "the first one is on the first page"
    assert all(bottom - top < LANDSCAPE[1] for top, bottom, _ in boxes)
    assert all(width <= LANDSCAPE[0] for _, _, width in boxes)
    page.evaluate(DONE)
    assert page.locator("#canvas").inner_html() == before


def test_the_footer_is_below_the_last_sheet(opened: Callable[..., Page]) -> None:
    page = on_paper(opened("explorer.html#all=1"), LANDSCAPE)
    edge = "e => e.map(s => s.getBoundingClientRect())"
    bottom = page.locator("svg.sheet").evaluate_all(f"e => ({edge})(e).at(-1).bottom")
    assert page.locator("footer").evaluate("e => e.getBoundingClientRect().top") >= bottom


@pytest.mark.parametrize("state", ["#all=1", "#node=intervention/pcit"])
def test_all_words_of_the_sheets_of_the_graph_have_6_points(
    state: str, opened: Callable[..., Page]
) -> None:
    page = on_paper(opened(f"explorer.html{state}"), LANDSCAPE)
    sizes = page.locator("svg.sheet text").evaluate_all(
        "t => t.map(e => e.getScreenCTM().a * parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 8  # px


@pytest.mark.parametrize("name", ["index.html", "timeline.html", "forest.html"])
def test_all_words_beside_marks_have_6_points(name: str, opened: Callable[..., Page]) -> None:
    page = on_paper(opened(name))
    sizes = page.locator("main svg text").evaluate_all(
        """t => t.filter(e => e.checkVisibility()).map(e =>
          parseFloat(getComputedStyle(e).fontSize) * e.ownerSVGElement.currentCSSZoom)"""
    )
    assert min(sizes) >= 8  # px


def test_each_sheet_of_the_map_names_its_domains(opened: Callable[..., Page]) -> None:
    page = on_paper(opened("index.html"))
    names = page.locator(".sheet .domhead[colspan]:not([colspan='1']) .dom")
    assert names.count() == 7
    assert all(names.nth(n).is_visible() for n in range(names.count()))


def test_what_is_last_on_the_map_has_its_reason_on_paper(opened: Callable[..., Page]) -> None:
    page = on_paper(opened("index.html"))
    reasons = page.locator(".sheet .last .grouphead").evaluate_all("g => g.map(e => e.innerText)")
    assert len(reasons) > 3
    assert all("Last, since" in reason for reason in reasons)


@pytest.fixture(scope="module")
def migraine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the other dataset, written."""
    path = tmp_path_factory.mktemp("migraine")
    other = kg.load(resources.bundled_dataset("migraine"))
    write_folder(path, kg.export_folder(other, "site", include_unreviewed=True))
    return path


@pytest.mark.parametrize("audience", ["clinician", "caregiver"])
def test_each_summary_of_findings_fits_one_page(
    audience: str, opened: Callable[..., Page], folder: Path, migraine: Path
) -> None:
    page = opened("summaries.html")
    page.evaluate("audience => localStorage.setItem('kg-audience', audience)", audience)
    found = {}
    for path in sorted([*folder.glob("summary/*.html"), *migraine.glob("summary/*.html")]):
        page.goto(path.as_uri())
        sheets = page.pdf(format="A4", prefer_css_page_size=True)
        found[path.name] = len(re.findall(rb"/Type\s*/Page\b", sheets))
    assert len(found) > 20
    assert {name: pages for name, pages in found.items() if pages != 1} == {}


def test_the_free_layout_sends_readers_who_print_to_the_explorer(
    opened: Callable[..., Page],
) -> None:
    page = on_paper(opened("free.html"))
    assert page.locator("p.paper").is_visible()
    assert not page.locator("#free").is_visible()


def test_without_scripts_the_explorer_on_paper_names_the_page_of_tables(
    opened: Callable[..., Page],
) -> None:
    page = on_paper(opened("explorer.html", java_script_enabled=False), LANDSCAPE)
    assert not page.locator("#graph").is_visible()
    assert page.locator("#tables").is_visible()


def test_of_a_large_graph_what_is_drawn_is_printed(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    write_folder(tmp_path, make(large(1000)))
    page = on_paper(opened("explorer.html#node=intervention/i7", tmp_path), LANDSCAPE)
    assert 25 < page.locator("svg.sheet .n").count() < 80


@pytest.mark.parametrize("with_scripts", [True, False])
def test_folded_questions_are_printed_unfolded(
    with_scripts: bool, opened: Callable[..., Any]
) -> None:
    page = on_paper(opened("gaps.html", java_script_enabled=with_scripts))
    cards = page.locator(".entry article")
    assert cards.count() > 10
    assert all(cards.evaluate_all("c => c.map(e => e.checkVisibility())"))
