"""The browser that tests open pages in, one page of each kind, and what pages must not do."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

Page = Any
sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
KINDS = (
    "index.html", "explorer.html", "free.html", "timeline.html", "forest.html", "gaps.html",
    "audit.html",
    "intervention/pcit-t.html", "intervention/coercive-attachment-therapies.html",
    "outcome/secure-attachment.html", "finding/f18-1.html", "statement/s15.html",
    "statement/fidelity-2.html", "source/citation-2.html", "article/own.html",
    "population/toddlers-pcit-t.html", "technique/consistent-response.html",
)  # fmt: skip


class Watch:
    """Everything that a page must not do, noted while it is open."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", lambda m: m.type in ("error", "warning") and self.found.append(m.text))
        page.on("pageerror", lambda e: self.found.append(str(e)))
        page.on("dialog", lambda d: (self.found.append("a dialog"), d.dismiss()))
        page.on("request", self.request)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
        )

    def request(self, request: Any) -> None:
        is_shared = "/static/" in request.url or request.is_navigation_request()
        is_own = is_shared and request.url.startswith("file://")
        if not is_own and not request.url.startswith(("data:image/svg+xml", "blob:")):
            self.found.append(f"request {request.url[:200]}")
