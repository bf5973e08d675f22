"""The evidence map in a real browser: cells, folding, age bands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser_help import CHROMIUM, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


def test_a_cell_opens_its_findings_and_gives_the_focus_back(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    link = page.locator("table.whole a[data-f]:visible").first
    count = len((link.get_attribute("data-f") or "").split())
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#cell article").count() == count
    page.keyboard.press("Escape")
    assert not page.locator("#cell").is_visible()
    assert page.evaluate("document.activeElement.hasAttribute('data-f')")


def test_folding_hides_nothing_silently(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    status = page.locator("#map-count")
    shown_, total = re.findall(r"\d+", status.inner_text())[:2]
    assert int(shown_) < int(total)
    page.locator("#unfold").click()
    assert status.inner_text().startswith(f"all {total}")
    page.select_option("#age", "12-23")
    assert page.locator("#age-12-23 table").is_visible()
    assert not page.locator("table.whole").is_visible()
    assert "cannot be determined" in status.inner_text()
    page.reload()
    assert page.locator("#age-12-23 table").is_visible()
