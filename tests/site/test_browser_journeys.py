"""Three readers, each with a question: how many clicks it takes to the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from browser_help import CHROMIUM, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
TECHNICAL = re.compile(r"GRADE|unrated|comparator|SMD|odds ratio|valence|insufficient|betweenGroup")


class Clicks:
    """Counts the clicks of a reader."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, selector: str) -> None:
        self.count += 1
        self.page.locator(selector).first.click()


def test_a_clinician_sees_what_raised_secure_attachment_at_two_in_two_clicks(
    opened: Callable[..., Page],
) -> None:
    page = opened("index.html")
    clicks = Clicks(page)
    clicks.on("#age-years")
    page.keyboard.type("2")
    clicks.on("table.whole thead th.out a:text-is('secure attachment')")
    page.wait_for_url("**/outcome/secure-attachment.html?age=24")
    rows = page.locator("tr[data-at='s']:has(.g-favours)")
    assert rows.count() > 1
    assert all("rated" in row or "GRADE" in row for row in rows.all_inner_texts())
    assert "studied at this age" in page.locator("#age-count").inner_text()
    assert clicks.count <= 2


def test_a_caregiver_reads_the_same_in_plain_words(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    clicks = Clicks(page)
    clicks.on(".voice label:has-text('caregiver')")
    clicks.on("#age-years")
    page.keyboard.type("2")
    legend = page.locator(".legend.line").inner_text()
    assert "not very sure" in legend
    assert not TECHNICAL.search(legend)
    clicks.on("table.whole td:not(.none) a[data-f]:visible:has(.aged .m)")
    said = page.locator("#cell .said").all_inner_texts()
    assert said
    assert not any(TECHNICAL.search(words) for words in said)
    assert clicks.count <= 3


def test_a_methodologist_gets_from_a_disagreement_to_both_numbers_in_three_clicks(
    opened: Callable[..., Page],
) -> None:
    page = opened("gaps.html")
    clicks = Clicks(page)
    entry = "#contradict ~ details.entry"
    for side in (0, 1):
        link = page.locator(f"{entry} tbody tr").first.locator("th, td").nth(side).locator("a")
        clicks.count += 1
        link.first.click()
        assert "Effect" in page.locator("main").inner_text()
        assert page.locator("#quotes").is_visible()
        page.go_back()
    assert clicks.count <= 3
