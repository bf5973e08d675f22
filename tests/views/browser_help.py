"""The browser that tests open pages in, and one page of each kind."""

from __future__ import annotations

import shutil

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
KINDS = (
    "index.html", "explorer.html", "free.html", "timeline.html", "forest.html", "gaps.html",
    "intervention/pcit-t.html", "intervention/coercive-attachment-therapies.html",
    "outcome/secure-attachment.html", "finding/f18-1.html", "statement/s15.html",
    "statement/fidelity-2.html", "source/citation-2.html", "article/own.html",
    "population/toddlers-pcit-t.html", "technique/consistent-response.html",
)  # fmt: skip
