"""The site in a folder and a browser that opens its pages, for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from site_help import site

from kg.files import write_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site")
    write_folder(path, site())
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from browser_help import CHROMIUM, FLAGS, sync_api

    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any, folder: Path) -> Iterator[Callable[..., Any]]:
    """Open a page of the site; at the end nothing must have gone wrong on any of them."""
    from browser_help import Watch

    contexts, watches = [], []

    def open_(name: str, root: Path = folder, **options: Any) -> Any:
        options = {"viewport": {"width": 1400, "height": 900}, **options}
        context = browser.new_context(accept_downloads=True, **options)
        page = context.new_page()
        contexts.append(context)
        watches.append(Watch(page))
        path, _, place = name.partition("#")
        page.goto((root / path).as_uri() + (f"#{place}" if place else ""))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.found] == []
