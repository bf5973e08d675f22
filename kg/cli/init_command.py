"""``kg init``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import PATH, note, say
from kg.starter import init


@click.command("init")
@click.argument("folder", type=PATH)
def command(folder: Path) -> None:
    """Create a small project that works in FOLDER, with comments.

    Nothing is overwritten.
    """
    for path in init(folder):
        say(path)
    note(f"Next: kg build {folder}")
