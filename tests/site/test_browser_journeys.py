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
TECHNICAL = re.compile(
    r"GRADE|unrated|comparator|SMD|odds ratio|valence|insufficient|betweenGroup|Cohen|Hedges|"
    r"correlation|pooled|randomi[sz]ed|meta-analysis|TIDieR|JSON|significant|confidence|interval|"
    r"p = |logarithmic|dyads|cluster",
    re.IGNORECASE,
)


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


def test_a_caregiver_reads_the_same_in_plain_words_in_two_clicks(
    opened: Callable[..., Page],
) -> None:
    page = opened("index.html")
    clicks = Clicks(page)
    clicks.on(".voice label:has-text('caregiver')")
    assert not TECHNICAL.search(page.locator(".legend.line").inner_text())
    number = page.locator("tr:has(th:text-is('secure attachment')) a[data-month='24']").inner_text()
    clicks.on("tr:has(th:text-is('secure attachment')) a[data-month='24']")
    page.wait_for_url("**/outcome/secure-attachment.html?age=24")
    rows = page.locator("tr[data-at='s']")
    assert rows.count() == int(number)
    assert page.locator("[data-ages]").first.get_attribute("data-at") == "s"
    assert all(re.search(r"sure|judged", row) for row in rows.all_inner_texts())
    assert any("better" in row for row in rows.all_inner_texts())
    assert not TECHNICAL.search(" ".join(rows.all_inner_texts()))
    assert clicks.count <= 2


LABELS = (
    "h1, h2, h3, h4, th:not([scope=row]), dt, caption, legend, label, .legend li, .ends, option, "
    "nav, .lead"
)
SEEN = "all => all.filter(e => e.checkVisibility()).map(e => e.innerText || e.textContent)"


@pytest.mark.parametrize(
    "name",
    ("index.html", "summaries.html", "explorer.html#node=finding/f05-2", "timeline.html",
     "forest.html", "outcome/secure-attachment.html", "intervention/pcit.html",
     "finding/f05-2.html"),
)  # fmt: skip
def test_no_label_for_caregivers_is_a_technical_term(
    name: str, opened: Callable[..., Page]
) -> None:
    page = opened(name)
    page.locator(".voice label", has_text="caregiver").click()
    said = page.locator(LABELS).evaluate_all(SEEN)
    assert said
    assert [words for words in said if TECHNICAL.search(words)] == []


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
