"""Make the pictures of the pages in docs/images from the pages themselves, in Debian's Chromium.

Needs Chromium and Playwright (the development group); nothing is fetched. The same pages in the
same browser with the same fonts give the same pictures.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import kg
from kg import resources
from kg.outputs import write_folder

IMAGES = Path(__file__).parent.parent / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
         "--force-color-profile=srgb", "--hide-scrollbars", "--disable-lcd-text",
         # Only what changed is drawn anew, else: then edges of shapes differ by a shade.
         "--disable-partial-raster", "--num-raster-threads=1"]  # fmt: skip
SHOTS = {
    "evidence-map": ("index.html", "light", 1400, 900, ""),
    "explorer": ("explorer.html#node=intervention/pcit-t", "light", 1400, 860, ""),
    "explorer-dark": ("explorer.html#node=outcome/secure-attachment", "dark", 1400, 860, ""),
    "ages": ("timeline.html", "light", 1400, 820, ""),
    "effects": ("forest.html", "light", 1400, 900, ""),
    "disagreement": ("gaps.html", "light", 1400, 900, "h2#differ"),
    "intervention": ("intervention/pcit-t.html", "light", 1400, 900, ""),
    "phone": ("finding/f05-2.html", "light", 400, 860, ""),
}
"""Name → page, scheme, width, height, and what to scroll to."""
SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
}"""
"""Fonts are there, and what scripts changed at the start is drawn."""


def main() -> int:
    """Build the pages into a temporary folder and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=IMAGES, help="folder for the pictures")
    output = parser.parse_args().output
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("there is no Chromium on this machine", file=sys.stderr)
        return 2
    from playwright.sync_api import sync_playwright

    output.mkdir(parents=True, exist_ok=True)
    graph = kg.load(resources.bundled_dataset())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        write_folder(site, kg.export_folder(graph, "site", include_unreviewed=True))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, (address, scheme, width, height, place) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            path, _, state = address.partition("#")
            page.goto((site / path).as_uri() + (f"#{state}" if state else ""))
            if place:
                page.locator(place).scroll_into_view_if_needed()
                page.evaluate("p => document.querySelector(p).scrollIntoView()", place)
            page.evaluate(SETTLED)
            page.screenshot(path=output / f"{name}.png", animations="disabled", caret="hide")
            page.close()
            print(output / f"{name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
