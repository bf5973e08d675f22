"""The evidence map in a real browser: cells, folding, the keyboard, the age of a child."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM, Page
from site_help import shown

from kg.evidence.findings import findings_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


def test_a_cell_opens_its_findings_and_gives_the_focus_back(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    link = page.locator("table.whole a[data-f]:not(.claim):visible").first
    count = len((link.get_attribute("data-f") or "").split())
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#cell article").count() == count
    page.keyboard.press("Escape")
    assert not page.locator("#cell").is_visible()
    assert page.evaluate("document.activeElement.hasAttribute('data-f')")


@pytest.fixture(scope="module")
def page(browser: Any, folder: Path) -> Iterator[Page]:
    """The map, opened once: each test leaves it as it found it."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto((folder / "index.html").as_uri())
    yield page
    page.close()


def top(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("e => e.getBoundingClientRect().top"))


def test_the_map_is_seen_first(page: Page) -> None:
    assert top(page, "table.whole tbody tr") < 500
    assert page.locator("table.whole thead").evaluate("e => e.offsetHeight") <= 120
    assert not page.locator(".legend-box").evaluate("e => e.scrollWidth > e.clientWidth")


def test_on_a_small_screen_the_first_row_is_seen_too(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    assert top(page, "table.whole tbody tr") < 580
    page.set_viewport_size({"width": 1400, "height": 900})


def test_folding_hides_nothing_silently(page: Page) -> None:
    status, unfold = page.locator("#map-count"), page.locator("#unfold")
    shown_, total = re.findall(r"\d+", status.inner_text())[:2]
    assert int(shown_) < int(total)
    unfold.click()
    assert status.inner_text().startswith(f"all {total}")
    unfold.click()
    assert "interventions are folded at the end" in status.inner_text()
    last = page.locator("tbody.last").last
    assert last.locator("th[scope=row]:visible").count() == 0
    last.locator("button").click()
    assert last.locator("th[scope=row]:visible").count() == 1
    last.locator("button").click()


def test_claims_are_off_until_asked_for(page: Page) -> None:
    claims = page.locator("table.whole a.claim:visible")
    assert claims.count() == 0
    page.locator("#claims").check()
    assert claims.count() > 5
    page.locator("#claims").uncheck()


def test_one_tab_goes_into_the_map_and_arrows_move_between_cells(page: Page) -> None:
    assert page.locator('table.whole [tabindex="0"]').count() == 1
    page.locator('table.whole [tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    cell = "document.activeElement.closest('td')"
    assert page.evaluate(f"{cell}.cellIndex") > 0
    row = page.evaluate(f"{cell}.parentNode.rowIndex")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"{cell}.parentNode.rowIndex") == row + 1
    assert page.locator('table.whole [tabindex="0"]').count() == 1


def test_of_a_childs_age_all_findings_are_counted_and_none_is_hidden(page: Page) -> None:
    cells = page.locator("table.whole td:visible:not(.none)")
    before = cells.count()
    page.fill("#age-years", "2")
    told = page.locator("#age-count").inner_text()
    assert sum(map(int, re.findall(r"\d+", told))) == len(findings_of(shown()).all)
    assert "age not stated" in told
    assert cells.count() == before
    levels = page.locator(".legend [data-level] text").all_inner_texts()
    assert f"{sum(map(int, filter(None, levels)))} studied at this age" in told
    assert page.url.endswith("?age=24")
    assert (page.locator("a", has_text="Effects").get_attribute("href") or "").endswith("?age=24")
    page.locator("#age-any").click()
    assert "age" not in page.url.rpartition("/")[2]
