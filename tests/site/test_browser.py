"""The pages in a real browser: no request, no error, tables without scripts, inert texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_help import CHROMIUM, KINDS, Page
from figure_help import small
from payloads import PAYLOADS

from kg.outputs import write_folder
from kg.site.build import pages as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


@pytest.mark.parametrize("name", KINDS)
def test_a_page_asks_for_nothing_and_fits_320_px(name: str, opened: Callable[..., Page]) -> None:
    page = opened(name, viewport={"width": 320, "height": 640})
    assert page.title()
    assert page.locator("main h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["index.html", "tables.html", "timeline.html", "gaps.html"])
def test_tables_are_there_without_javascript(name: str, opened: Callable[..., Page]) -> None:
    page = opened(name, java_script_enabled=False)
    table = page.locator("main table:not(.begin)").first
    if not table.is_visible():
        page.locator("main details:has(table) > summary").first.click()
    assert table.is_visible()
    assert page.locator("main table tr").count() > 10


def test_the_statements_of_an_entity_can_be_copied(opened: Callable[..., Page]) -> None:
    page = opened("intervention/pcit.html")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator("#copy-ld").click()
    graph = json.loads(page.locator(".acts textarea").input_value())["@graph"]
    assert any(node["@id"].endswith("intervention/pcit") for node in graph)


def test_the_reader_chooses_the_language(opened: Callable[..., Page]) -> None:
    page = opened("finding/f01-1.html")
    assert page.locator(".lead .for-clinician").is_visible()
    assert not page.locator(".lead .for-caregiver").is_visible()
    page.locator(".voice label", has_text="caregiver").click()
    assert page.locator(".lead .for-caregiver").is_visible()
    page.reload()
    assert page.locator(".lead .for-caregiver").is_visible()


@pytest.mark.parametrize("name", KINDS)
def test_no_page_shows_the_words_of_both_readers(name: str, opened: Callable[..., Page]) -> None:
    page = opened(name)
    seen = "[...document.querySelectorAll('.{}')].filter(e => e.checkVisibility()).length"
    for reader, other in (("clinician", "cg"), ("caregiver", "cl")):
        page.locator(".voice label", has_text=reader).click()
        assert page.evaluate(seen.format(other)) == 0


def test_payloads_do_nothing_in_a_browser(opened: Callable[..., Page], tmp_path: Path) -> None:
    files = make(small(" ".join(PAYLOADS)).shown())
    write_folder(tmp_path, files)
    for name in (
        "index.html",
        "explorer.html",
        "free.html",
        "timeline.html",
        "intervention/a.html",
    ):
        page = opened(name, tmp_path)
        assert page.locator("img, iframe, form").count() == 0
        if name == "explorer.html":
            page.keyboard.press("/")
            page.keyboard.type("script")
            page.keyboard.press("Enter")
            assert "<script>alert(1)</script>" in page.locator("#panel h2").inner_text()
