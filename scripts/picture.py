"""Make docs/figure.png: the upper part of the dataset's figure, drawn by Chromium.

Run it with ``python scripts/picture.py``; it needs ``chromium`` on the path.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import kg

TARGET = Path(__file__).resolve().parents[1] / "docs" / "figure.png"
WIDTH, HEIGHT = 1764, 1180
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)


def main() -> None:
    """Export the figure and take its picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        svg = folder / "figure.svg"
        svg.write_bytes(kg.export(kg.load(kg.demo()), "svg", include_unreviewed=True))
        subprocess.run(
            [
                "chromium",
                *FLAGS,
                f"--user-data-dir={folder / 'profile'}",
                f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={TARGET}",
                svg.as_uri(),
            ],
            check=True,
            capture_output=True,
        )
    print(TARGET)


if __name__ == "__main__":
    main()
